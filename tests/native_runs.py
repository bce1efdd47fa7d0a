"""Searches in machine code for tests: of a model whose counts are known by arithmetic, killed ones, on a full disk."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest
from small_specs import Cell, Counters, Level

from checker.core.model import Model
from checker.core.verdict import Statistics, Verdict
from checker.engines.native.search import search
from checker.engines.run import check

COUNTERS = Model(Counters, sizes={Cell: 6, Level: 10}, symmetry=False)
STATES = 10**6
ROW_BYTES = 8
LITTLE = 1 << 20
"""Bytes of memory in which a small part of these states has room."""


def native(model: Model, **more: object) -> Verdict:
    """The verdict of machine code, and of nothing else."""
    verdict = check(model, tier="native", **more)  # type: ignore[arg-type]
    assert not any("explored in Python" in note for note in verdict.notes), verdict.notes
    return verdict


def statistics(verdict: Verdict) -> Statistics:
    assert verdict.statistics is not None
    return verdict.statistics


def counts(verdict: Verdict) -> dict[str, object]:
    """What is counted, whoever counts."""
    found = statistics(verdict)
    return {
        "states": found.states, "generated": found.generated, "depth": found.depth, "terminal": found.terminal,
        "queue": found.queue, "outside": found.outside_constraint, "orbits": found.orbits, "most": found.most_steps,
        "actions": {name: (action.generated, action.cut) for name, action in found.actions.items()},
    }


@contextmanager
def files_no_longer_than(size: int) -> Generator[None]:
    """The system refuses to write more bytes than this into a file, as a full disk would."""
    resource = pytest.importorskip("resource", reason="this system has no limits")
    before, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (before, most))


def started(
    folder: Path, *, resume: bool = False, memory: int | None = None, save_seconds: float = 0.02
) -> subprocess.Popen[bytes]:
    """A search of `COUNTERS` by two threads in a process of its own, which saves to the folder so often."""
    call = f"search_counters({str(folder)!r}, {resume}, {memory}, {save_seconds})"
    program = f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r}); from native_runs import *; {call}"
    return subprocess.Popen([sys.executable, "-c", program])


def search_counters(folder: str, resume: bool, memory: int | None, save_seconds: float) -> None:
    """What such a process does."""
    search.SAVE_SECONDS = save_seconds
    native(COUNTERS, workers=2, checkpoint=Path(folder), resume=resume, memory=memory)


def killed(folder: Path, seconds: float, *, resume: bool = False, memory: int | None = None) -> bool:
    """Was such a process killed, so many seconds after its first save, or was it through before?"""
    before = _saved_at(folder)
    process = started(folder, resume=resume, memory=memory)
    while _saved_at(folder) == before and process.poll() is None:
        time.sleep(0.001)
    time.sleep(seconds)
    process.kill()
    status = process.wait()
    assert status in (0, -signal.SIGKILL), "it ended with a mistake of its own"
    return status != 0


def _saved_at(folder: Path) -> int:
    head = folder / "search.json"
    return head.stat().st_mtime_ns if head.exists() else 0
