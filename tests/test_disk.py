"""A search that goes on on disk says what one in memory says, and what is on disk is never lost."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from io import FileIO
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from native_runs import (
    COUNTERS, LITTLE, ROW_BYTES, STATES, counts, files_no_longer_than, killed, native, statistics,
)
from random_specs import RandomSpec, load, random_specs
from small_specs import Cell, Counters, Dice, Falling, Level, Locks, Low, Scattered, Skipping, Token, Watched

from checker.core.errors import UserError
from checker.core.model import Model
from checker.core.verdict import Outcome, Verdict
from checker.engines.native.search import crew, search
from checker.engines.native.search.memory import Words
from checker.engines.native.search.rowfile import RowFile
from checker.engines.cache import cache_folder
from checker.engines.native.search.states import FIRST_SLOTS, LOAD, StateSet, room
from checker.engines.progress import Progress
from checker.engines.run import check
from checker.frontend.load import load_model

@pytest.fixture(autouse=True)
def small_runs(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache of their own, and threads even for small levels."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))
    monkeypatch.setattr(crew, "SMALL_LEVEL", 1)


@pytest.fixture
def no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """A memory in which there is never room for more, so that even a small search is on disk from its first level on,
    and looks for known states there as often as it can."""
    monkeypatch.setattr(StateSet, "has_room_for", lambda self, count: False)


def all_that_is_said(verdict: Verdict) -> dict[str, object]:
    return {
        "outcome": verdict.outcome, "message": verdict.message, "properties": verdict.properties,
        "notes": verdict.notes, "witnesses": verdict.witnesses, "trace": verdict.trace, **counts(verdict),
    }


# --- the same as in memory ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("symmetry", [False, True])
@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("name", ["paxos:small", "raft:small", "raft:medium", "paxos_lowest_vote", "raft_two_votes"])
def test_a_bundled_model_is_explored_as_in_memory(
    name: str, workers: int, symmetry: bool, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    model = load_model(name)[1]
    expected = native(model, workers=1, symmetry=symmetry)
    request.getfixturevalue("no_room")
    found = native(model, workers=workers, symmetry=symmetry, disk=tmp_path / "disk")
    assert all_that_is_said(found) == all_that_is_said(expected)


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize(
    "model",
    [
        Model(Watched, sizes={Cell: 3, Level: 4}),
        Model(Watched, sizes={Cell: 3, Level: 3}, check=("says_nothing", "one_moved", "below_the_first")),
        Model(Falling, sizes={Cell: 2, Level: 3}),
        Model(Token, sizes={Cell: 3}),
        Model(Skipping, sizes={Cell: 2, Level: 7}),
        Model(Low, sizes={Cell: 3, Level: 5}),
        Model(Locks, sizes={Cell: 2}, deadlock=True),
        Model(Dice, bounds={"face": (1, 6), "throw.face": (1, 6)}),
    ],
    ids=lambda model: model.spec.__name__ if isinstance(model, Model) else str(model),
)
def test_every_way_to_end_is_the_same_as_in_memory(
    model: Model, workers: int, request: pytest.FixtureRequest
) -> None:
    expected = native(model, workers=1)
    request.getfixturevalue("no_room")
    assert all_that_is_said(native(model, workers=workers)) == all_that_is_said(expected)


@given(random_specs())
@settings(max_examples=12, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_random_spec_is_explored_as_in_memory(random_spec: RandomSpec) -> None:
    model = load(random_spec).model
    expected = check(model, tier="native", workers=1, max_depth=4)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StateSet, "has_room_for", lambda self, count: False)
        found = check(model, tier="native", workers=2, max_depth=4)
    said = all_that_is_said(found)
    said["notes"] = tuple(note for note in found.notes if not note.startswith("saved: "))
    assert said == all_that_is_said(expected)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_million_states_on_disk_are_as_many_as_arithmetic_says(
    workers: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "REPORT_SECONDS", 0.0)
    seen: list[Progress] = []
    verdict = native(COUNTERS, workers=workers, memory=LITTLE, disk=tmp_path / "disk", report=seen.append)
    found = statistics(verdict)
    assert verdict.outcome is Outcome.HOLDS
    assert found.states == STATES
    assert found.generated == 1 + 6 * 9 * 10**5
    assert (found.depth, found.cut, found.terminal, found.queue) == (6 * 9 + 1, 6 * 10**5, 1, 0)
    assert found.mean_steps == pytest.approx(6 * 9 / 10)
    assert found.most_steps == 6
    assert found.actions["count"].distinct is None
    assert max(progress.disk for progress in seen) > STATES * ROW_BYTES // 2


# --- the folder ---------------------------------------------------------------------------------------------------


def searches() -> list[Path]:
    """Folders of searches that are kept in the cache."""
    return sorted((cache_folder() / "searches").glob("*"))


def test_a_search_that_is_through_leaves_nothing_on_disk(tmp_path: Path, no_room: None) -> None:
    before = searches()
    assert native(Model(Counters, sizes={Cell: 3, Level: 4})).outcome is Outcome.HOLDS
    assert searches() == before
    native(Model(Counters, sizes={Cell: 3, Level: 4}), disk=tmp_path / "disk")
    native(Model(Watched, sizes={Cell: 3, Level: 4}), disk=tmp_path / "disk")
    assert not (tmp_path / "disk").exists()


def test_the_user_s_own_files_stay_in_the_folder(tmp_path: Path, no_room: None) -> None:
    (tmp_path / "mine").write_text("mine")
    native(Model(Counters, sizes={Cell: 3, Level: 4}), disk=tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["mine"]


def test_a_search_that_ends_early_says_where_it_can_be_gone_on_from(no_room: None) -> None:
    early = native(Model(Counters, sizes={Cell: 3, Level: 9}, symmetry=False), max_depth=6)
    (note,) = [note for note in early.notes if "--resume" in note]
    folder = Path(note.partition("--resume ")[2].strip("`"))
    assert folder in searches()
    found = check(Model(Counters, sizes={Cell: 3, Level: 9}, symmetry=False), checkpoint=folder, resume=True)
    assert statistics(found).states == 9**3


def test_one_folder_is_enough(tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        check(COUNTERS, checkpoint=tmp_path / "one", disk=tmp_path / "two")
    assert caught.value.code == "C027"


def test_two_runs_do_not_use_one_folder(tmp_path: Path, no_room: None) -> None:
    caught: list[UserError] = []

    def run_another(progress: Progress) -> None:
        with pytest.raises(UserError) as refused:
            native(COUNTERS, disk=tmp_path / "disk")
        caught.append(refused.value)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "REPORT_SECONDS", 0.0)
        native(COUNTERS, disk=tmp_path / "disk", report=run_another, max_states=50_000)
    assert {error.code for error in caught} == {"C025"}


def test_without_machine_code_there_is_nothing_on_disk(tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        check(COUNTERS, tier="python", disk=tmp_path)
    assert caught.value.code == "C026"


def test_where_no_folder_can_be_made_the_search_ends_with_what_was_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    verdict = native(COUNTERS, max_states=10)  # so that the code is in memory
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    verdict = native(COUNTERS, memory=LITTLE)
    assert verdict.outcome is Outcome.INTERRUPTED
    assert "out of memory" in verdict.message
    assert any("Not a directory" in note and "--disk" in note for note in verdict.notes)
    assert 1_000 < statistics(verdict).states < STATES


# --- what goes wrong ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", [0.001, 0.3, 0.9])
def test_a_full_disk_is_a_verdict_and_the_search_goes_on_when_there_is_room(part: float, tmp_path: Path) -> None:
    native(COUNTERS, max_states=10)  # the object code is in the cache
    with files_no_longer_than(int(part * STATES * ROW_BYTES)):
        verdict = native(COUNTERS, memory=LITTLE, checkpoint=tmp_path / "run")
    assert verdict.outcome is Outcome.INTERRUPTED
    assert verdict.exit_status == 3
    assert "the disk is full" in verdict.message
    assert any(f"--resume {tmp_path / 'run'}" in note for note in verdict.notes)
    assert 0 < statistics(verdict).states < STATES
    assert 0 < statistics(verdict).queue <= statistics(verdict).states
    found = check(COUNTERS, memory=LITTLE, checkpoint=tmp_path / "run", resume=True)
    assert counts(found) == counts(native(COUNTERS))


@pytest.mark.parametrize("seed", range(3))
def test_a_search_on_disk_that_was_killed_ends_with_the_counts_of_one_that_was_not(seed: int, tmp_path: Path) -> None:
    random, folder = Random(seed), tmp_path / "run"
    whole = native(COUNTERS, workers=1)
    assert killed(folder, random.uniform(0, 0.4), memory=LITTLE)
    for _ in range(2):
        if not killed(folder, random.uniform(0, 0.4), resume=True, memory=LITTLE):
            break
    found = check(COUNTERS, workers=2, memory=LITTLE, checkpoint=folder, resume=True)
    assert counts(found) == counts(whole)


def interrupt_at(part: float, *, times: int = 1) -> Callable[[Progress], None]:
    """Presses Ctrl-C so many times once this part of the states is on disk."""
    pressed: list[int] = []

    def interrupt(progress: Progress) -> None:
        while progress.disk > part * STATES * ROW_BYTES and len(pressed) < times:
            pressed.append(progress.disk)
            signal.raise_signal(signal.SIGINT)

    return interrupt


def test_nothing_is_left_in_the_cache_where_nobody_is_told_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "REPORT_SECONDS", 0.0)
    before = searches()
    with pytest.raises(KeyboardInterrupt):
        native(COUNTERS, memory=LITTLE, report=interrupt_at(0.5, times=2))
    assert searches() == before


def test_an_interrupt_on_disk_keeps_what_was_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "REPORT_SECONDS", 0.0)
    verdict = native(COUNTERS, memory=LITTLE, disk=tmp_path / "disk", report=interrupt_at(0.5))
    assert verdict.outcome is Outcome.INTERRUPTED
    assert STATES / 2 < statistics(verdict).states < STATES
    found = check(COUNTERS, checkpoint=tmp_path / "disk", resume=True)
    assert counts(found) == counts(native(COUNTERS))


def test_initial_states_that_memory_has_no_room_for_go_to_disk(tmp_path: Path) -> None:
    """There are a hundred thousand of them, and all that follows is cut."""
    bounds = {"low": (0, 99_999), "start.n": (0, 99_999)}
    model = Model(Scattered, bounds=bounds, check=())
    found = native(model, memory=LITTLE, disk=tmp_path / "disk")
    assert found.outcome is Outcome.HOLDS
    assert (statistics(found).states, statistics(found).depth) == (100_000, 1)
    assert counts(found) == counts(native(model))
    violated = native(Model(Scattered, bounds=bounds), memory=LITTLE, disk=tmp_path / "disk")
    assert violated.outcome is Outcome.VIOLATED
    assert violated.trace is not None
    assert len(violated.trace) == 1


def test_what_was_in_the_folder_for_the_states_stays_there(tmp_path: Path) -> None:
    (tmp_path / "rows").write_text("precious")
    native(COUNTERS, memory=LITTLE, disk=tmp_path)
    native(COUNTERS, disk=tmp_path)
    native(COUNTERS, disk=tmp_path, max_states=1_000)
    assert [file.name for file in tmp_path.iterdir()] == ["rows"]
    assert (tmp_path / "rows").read_text() == "precious"
    (tmp_path / "search.rows").write_text("precious too")
    with pytest.raises(UserError) as caught:
        native(COUNTERS, disk=tmp_path)
    assert caught.value.code == "C020"
    assert (tmp_path / "search.rows").read_text() == "precious too"


def test_a_full_disk_ends_with_numbers_that_belong_together(tmp_path: Path) -> None:
    """What was expanded since the last save is to be expanded again, so its steps do not count."""
    with files_no_longer_than(STATES * ROW_BYTES // 2):
        full = native(COUNTERS, memory=LITTLE, disk=tmp_path / "disk")
    assert "the disk is full" in full.message
    assert statistics(full).most_steps == 6
    assert statistics(full).mean_steps <= 6
    found = check(COUNTERS, checkpoint=tmp_path / "disk", resume=True)
    assert counts(found) == counts(native(COUNTERS))


def test_a_limit_of_states_ends_a_search_on_disk(tmp_path: Path) -> None:
    verdict = native(COUNTERS, memory=LITTLE, disk=tmp_path / "disk", max_states=700_000)
    assert verdict.outcome is Outcome.INTERRUPTED
    assert 700_000 <= statistics(verdict).states < STATES
    assert statistics(verdict).queue > 0


def test_a_pass_that_a_thread_cannot_make_to_its_end_is_no_verdict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_room: None
) -> None:
    """What was not looked for on disk would be taken for new."""
    read = RowFile.read

    def fails_in_threads(self: RowFile, file: FileIO, first: int, count: int, target: Words) -> None:
        if threading.current_thread() is not threading.main_thread():
            raise MemoryError
        read(self, file, first, count, target)

    with monkeypatch.context() as failing:
        failing.setattr(RowFile, "read", fails_in_threads)
        verdict = native(COUNTERS, disk=tmp_path / "disk", max_depth=5)
    assert verdict.outcome is Outcome.INTERRUPTED
    assert "out of memory" in verdict.message
    found = check(COUNTERS, checkpoint=tmp_path / "disk", resume=True)
    assert counts(found) == counts(native(COUNTERS))


# --- memory -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [1, 2, 5, 40])
@pytest.mark.parametrize("memory", [10**6, 10**8, 10**9, 3 * 2**33])
def test_rows_and_table_fit_into_the_memory_that_may_be_taken(words: int, memory: int) -> None:
    rows, slots = room(memory, words)
    assert slots & (slots - 1) == 0
    assert rows <= LOAD * slots
    assert 8 * (rows * words + slots) <= memory
    halved = min(LOAD * slots / 2, (memory // 8 - slots // 2) // words)
    assert slots == FIRST_SLOTS or rows >= int(halved)


def test_a_limit_of_the_process_is_no_more_than_it_may_take() -> None:
    program = (
        "import resource; from checker.engines.native.search.memory import free_memory; "
        "resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30)); print(free_memory())"
    )
    pytest.importorskip("resource", reason="this system has no limits")
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert 0 < int(said.stdout) < 1 << 30
