"""Tasks that are done in forks of this process: their results, their time, and their end."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from checker.engines.proof.crew import results

PLENTY = 60.0

needs_forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no forks")


def in_order(tasks: list[Callable[[], int]], workers: int) -> list[int]:
    return [result for _, result in sorted(results(tasks, workers, time.monotonic() + PLENTY))]


@pytest.mark.parametrize("workers", [1, 2, 8])
def test_each_task_has_its_result_however_many_are_done_at_a_time(workers: int) -> None:
    assert in_order([partial(pow, 2, number) for number in range(20)], workers) == [2**number for number in range(20)]


@needs_forks
def test_no_task_sees_what_another_one_leaves() -> None:
    seen: list[int] = []

    def task() -> int:
        seen.append(1)
        return len(seen)

    assert in_order([task] * 4, 2) == [1, 1, 1, 1]
    assert seen == []


def killed() -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return 0


@needs_forks
def test_a_task_whose_process_is_killed_does_not_end_this_one() -> None:
    tasks: list[Callable[[], int]] = [lambda: 5, killed]
    assert list(results(tasks, 1, time.monotonic() + PLENTY)) == [(0, 5)]
    assert list(results(tasks, 1, time.monotonic() + PLENTY, again=lambda number: 7 * number)) == [(0, 5), (1, 7)]


@needs_forks
def test_a_mistake_in_a_task_is_raised_here() -> None:
    def task() -> int:
        raise ValueError("a mistake")

    with pytest.raises(ValueError, match="a mistake"):
        in_order([task], 1)


def lasting(file: Path) -> int:
    file.write_text(str(os.getpid()))
    time.sleep(PLENTY)
    return 0


@needs_forks
def test_what_ends_it_early_ends_its_processes(tmp_path: Path) -> None:
    files = [tmp_path / "one", tmp_path / "two"]
    tasks: list[Callable[[], int]] = [partial(lasting, file) for file in files]
    tasks.append(lambda: 5)
    found = results(tasks[::-1], 3, time.monotonic() + PLENTY)
    assert next(found) == (0, 5)
    while not all(file.exists() and file.read_text() for file in files):
        time.sleep(0.01)
    found.close()  # pyright: ignore[reportAttributeAccessIssue] - a generator, as it would be left by an exception
    for file in files:
        with pytest.raises(ProcessLookupError):
            os.kill(int(file.read_text()), 0)


@needs_forks
def test_what_the_time_does_not_suffice_for_has_no_result(tmp_path: Path) -> None:
    tasks: list[Callable[[], int]] = [lambda: 5, partial(lasting, tmp_path / "one")]
    assert list(results(tasks, 2, time.monotonic() + 0.2)) == [(0, 5)]
