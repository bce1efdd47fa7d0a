"""Machine code gives the verdicts and the counts of the Python tier, and the same trace for every number of threads."""

from __future__ import annotations

import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from native_runs import counts, native, statistics
from random_specs import RandomSpec, load, random_specs
from small_specs import Cell, Counters, Dice, Falling, Lamps, Level, Locks, Log, Low, Skipping, Token, Watched

from checker.core.model import Holds, Model, Violated
from checker.core.verdict import Outcome, Verdict
from checker.engines import tiers
from checker.engines.kernels import KernelSystem
from checker.engines.native.limits import NotNative
from checker.engines.native.search import crew, search, states
from checker.engines.native.symmetry import moves
from checker.engines.native.loops.program import Mine
from checker.engines.native.search.worker import Worker
from checker.engines.progress import Progress
from checker.engines.run import check
from checker.engines.search import Handover, SearchResult
from checker.engines.wanted import Wanted
from checker.frontend.load import load_model

COMPLETE = [
    "paxos:small", "paxos:two_acceptors", "flexible_paxos:small", "fast_start_paxos:small", "raft:small", "raft:medium",
    "raft:unreliable", "raft:second_term",
]
VIOLATED = [
    "paxos_any_value", "paxos_disjoint_quorums", "paxos_forgotten_promise", "paxos_lowest_vote",
    "paxos_vote_below_promise", "raft_forgotten_vote", "raft_two_votes",
]


@pytest.fixture(autouse=True)
def small_runs(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache of their own, and threads even for small levels."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))
    monkeypatch.setattr(crew, "SMALL_LEVEL", 1)


def counters(cells: int, levels: int, **more: object) -> Model:
    return Model(Counters, sizes={Cell: cells, Level: levels}, **more)  # type: ignore[arg-type]


def credited(verdict: Verdict) -> dict[str, int | None]:
    return {name: action.distinct for name, action in statistics(verdict).actions.items()}


def words(verdict: Verdict) -> dict[str, object]:
    """What is said, whoever says it."""
    witnesses = {name: len(trace) for name, trace in verdict.witnesses.items()}
    length = len(verdict.trace) if verdict.trace else None
    return {
        "outcome": verdict.outcome, "message": verdict.message, "properties": verdict.properties,
        "notes": verdict.notes, "witnesses": witnesses, "length": length,
    }


# --- the same as in Python ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("symmetry", [False, True])
@pytest.mark.parametrize("name", COMPLETE)
def test_a_bundled_model_is_explored_as_in_python(name: str, symmetry: bool) -> None:
    model = load_model(name)[1]
    expected = check(model, tier="python", symmetry=symmetry)
    alone, together = (native(model, workers=workers, symmetry=symmetry) for workers in (1, 2))
    assert words(alone) == words(together) == words(expected)
    assert counts(alone) == counts(together) == counts(expected)
    assert credited(alone) == credited(expected)
    assert set(credited(together).values()) == {None}
    assert alone.witnesses == together.witnesses


@pytest.mark.parametrize("name", VIOLATED)
def test_a_counterexample_is_as_short_as_in_python_and_the_same_for_every_number_of_threads(name: str) -> None:
    model = load_model(name)[1]
    expected = check(model, tier="python")
    runs = [native(model, workers=workers) for workers in (1, 2, 3)]
    assert expected.trace is not None
    for verdict in runs:
        assert verdict.outcome is Outcome.VIOLATED
        assert verdict.trace is not None
        assert len(verdict.trace) == len(expected.trace)
        assert verdict.trace == runs[0].trace
        assert counts(verdict) == counts(runs[0])


SMALL = [
    Model(Watched, sizes={Cell: 3, Level: 4}),
    Model(Watched, sizes={Cell: 3, Level: 3}, check=("says_nothing", "says_something", "one_moved", "below_the_first")),
    Model(Falling, sizes={Cell: 2, Level: 3}),
    Model(Token, sizes={Cell: 3}),
    Model(Skipping, sizes={Cell: 2, Level: 7}),
    Model(Low, sizes={Cell: 3, Level: 5}),
    Model(Locks, sizes={Cell: 2}, deadlock=True),
    Model(Locks, sizes={Cell: 3}),
    Model(Counters, sizes={Cell: 2, Level: 3}, deadlock=True),
    Model(Log, sizes={Cell: 2}, bounds={"log": 2}),
    Model(Dice, bounds={"face": (1, 6), "throw.face": (1, 6)}),
]


@pytest.mark.parametrize("symmetry", [False, True])
@pytest.mark.parametrize("model", SMALL, ids=lambda model: model.spec.__name__)
def test_every_way_to_end_is_the_same_as_in_python(model: Model, symmetry: bool) -> None:
    expected = check(model, tier="python", symmetry=symmetry)
    for workers in (1, 2):
        found = native(model, workers=workers, symmetry=symmetry)
        if expected.outcome in (Outcome.VIOLATED, Outcome.ERROR):  # Python does not expand the level to its end
            assert (found.outcome, found.message) == (expected.outcome, expected.message)
            assert len(found.trace or ()) == len(expected.trace or ())
        else:
            assert words(found) == words(expected)
            assert counts(found) == counts(expected)


@given(random_specs())
@settings(max_examples=30, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_random_spec_is_explored_as_in_python(random_spec: RandomSpec) -> None:
    model = load(random_spec).model
    expected = check(model, tier="python", max_depth=4)
    found = check(model, tier="native", workers=2, max_depth=4)
    if expected.outcome in (Outcome.VIOLATED, Outcome.ERROR):  # of several mistakes either may be met first
        assert found.outcome in (Outcome.VIOLATED, Outcome.ERROR)
    else:
        assert found.outcome is expected.outcome
        assert counts(found) == counts(expected)


# --- by arithmetic ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("workers", [1, 2])
def test_a_million_states_are_as_many_as_arithmetic_says(workers: int) -> None:
    found = statistics(native(counters(6, 10), workers=workers, symmetry=False))
    assert found.states == 10**6
    assert found.generated == 1 + 6 * 9 * 10**5
    assert found.depth == 6 * 9 + 1
    assert found.cut == 6 * 10**5
    assert (found.terminal, found.queue) == (1, 0)


@pytest.mark.parametrize("workers", [1, 2])
def test_the_state_without_a_bit_is_found_though_unused_memory_looks_like_it(workers: int) -> None:
    found = statistics(native(Model(Lamps, sizes={Cell: 5}, symmetry=False), workers=workers))
    assert found.states == 2**5 and found.depth == 6
    assert statistics(native(Model(Lamps, sizes={Cell: 5}), workers=workers)).states == 6


def test_there_is_room_for_many_initial_states(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(states, "FIRST_SLOTS", 64)
    bounds = {"face": (1, 100_000), "throw.face": (1, 100_000)}
    found = native(Model(Dice, bounds=bounds, check=()), workers=1)
    assert statistics(found).states == statistics(found).terminal == 100_000
    assert statistics(found).depth == 1


def test_a_search_goes_on_from_a_trace() -> None:
    start = check(Model(Watched, sizes={Cell: 3, Level: 3}, check=("not_all_moved",)), symmetry=False).trace
    assert start is not None
    model = counters(3, 3)
    expected, found = (check(model, tier=tier, symmetry=False, after=start) for tier in ("python", "native"))
    assert counts(found) == counts(expected)
    assert statistics(found).states == 2**3


# --- limits -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("workers", [1, 2])
def test_limits_end_the_search_and_that_is_said(workers: int) -> None:
    deep = native(counters(3, 20), workers=workers, symmetry=False, max_depth=5)
    assert words(deep) == words(check(counters(3, 20), tier="python", symmetry=False, max_depth=5))
    many = native(counters(4, 20), workers=workers, symmetry=False, max_states=10_000)
    assert many.outcome is Outcome.INTERRUPTED
    assert 10_000 <= statistics(many).states < 60_000
    assert statistics(many).queue > 0


@pytest.mark.parametrize("limit", [1, 300, 3_000])
def test_a_limit_of_states_ends_a_search_of_small_levels(limit: int) -> None:
    found = native(load_model("paxos:small")[1], workers=1, symmetry=False, max_states=limit)
    assert found.outcome is Outcome.INTERRUPTED
    assert "the limit of states was reached" in found.message
    assert limit <= statistics(found).states < limit + 900


def test_a_search_that_ends_below_the_limit_is_complete() -> None:
    found = native(counters(2, 20), workers=1, symmetry=False, max_states=401)
    assert found.outcome is Outcome.HOLDS
    assert statistics(found).states == 400
    assert not any("saved" in note for note in found.notes)


def test_a_violation_is_not_lost_when_a_limit_ends_the_search_in_the_level_where_it_was_found() -> None:
    model = Model(Watched, sizes={Cell: 4, Level: 9}, check=("not_all_moved",))
    found = native(model, workers=1, symmetry=False, max_states=70)
    assert found.outcome is Outcome.VIOLATED
    assert found.trace is not None
    assert len(found.trace) == 5


@pytest.mark.parametrize("workers", [1, 2])
def test_an_interrupt_ends_with_what_was_found(workers: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "REPORT_SECONDS", 0.0)

    pressed: list[int] = []

    def interrupt(progress: Progress) -> None:
        if progress.states > 100_000 and not pressed:
            pressed.append(progress.states)
            signal.raise_signal(signal.SIGINT)

    handler = signal.getsignal(signal.SIGINT)
    verdict = native(counters(7, 10), workers=workers, symmetry=False, report=interrupt)
    assert verdict.outcome is Outcome.INTERRUPTED
    assert 0 < statistics(verdict).states < 10**7
    assert 0 < statistics(verdict).queue < statistics(verdict).states
    assert signal.getsignal(signal.SIGINT) is handler


def test_the_table_grows_without_losing_a_state(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(states, "FIRST_SLOTS", 64)
    for workers in (1, 3):
        assert statistics(native(counters(5, 10), workers=workers, symmetry=False)).states == 10**5


def test_what_a_thread_noted_follows_rows_that_are_moved() -> None:
    worker = Worker(words=1, actions=1, max_rows=1)
    worker.words[Mine.FIRST_VIOLATION], worker.words[Mine.FIRST_STEP] = 7 + 1, 2 + 1
    worker.parts[Mine.HITS][5] = 8 + 1
    worker.rename({7: 3, 8: 4})
    assert (worker.words[Mine.FIRST_VIOLATION], worker.words[Mine.FIRST_STEP]) == (3 + 1, 2 + 1)
    assert worker.parts[Mine.HITS][5] == 4 + 1
    assert worker.words[Mine.FIRST_ERROR] == 0


# --- tiers --------------------------------------------------------------------------------------------------------


def test_a_large_model_is_handed_over_to_machine_code(monkeypatch: pytest.MonkeyPatch) -> None:
    handed_over: list[tiers.Exploration] = []
    in_machine_code = tiers._in_machine_code  # pyright: ignore[reportPrivateUsage]

    def noted(task: tiers.Exploration) -> object:
        handed_over.append(task)
        return in_machine_code(task)

    monkeypatch.setattr(tiers, "_in_machine_code", noted)
    monkeypatch.setattr(tiers, "LARGE", 1_000)
    assert statistics(check(counters(3, 9), symmetry=False)).states == 9**3
    assert not handed_over
    assert statistics(check(counters(4, 9), symmetry=False)).states == 9**4
    assert len(handed_over) == 1
    assert check(counters(4, 9), symmetry=False, max_states=900).outcome is Outcome.INTERRUPTED
    assert len(handed_over) == 1


@pytest.mark.parametrize(("expected", "symmetry", "begins"), [
    (Holds(states=6_561), False, "machine code"),
    (Holds(states=6_561), True, "Python"),  # how many orbits there are is not known
    (Holds(states=6_561, orbits=495), True, "Python"),
    (Holds(orbits=1_001), True, "machine code"),
    (Holds(orbits=1_001), False, "machine code"),  # there are no fewer states
    (Holds(states=1_000), False, "Python"),
    (None, False, "Python"),
])
def test_a_model_that_is_known_to_be_large_is_explored_in_machine_code_at_once(
    expected: Holds | Violated | None, symmetry: bool, begins: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[str] = []
    in_python, in_machine_code = tiers._in_python, tiers._in_machine_code  # pyright: ignore[reportPrivateUsage]

    def noted_in_python(task: tiers.Exploration, handover: Handover | None = None) -> object:
        begun.append("Python")
        return in_python(task, handover)

    def noted_in_machine_code(task: tiers.Exploration) -> object:
        begun.append("machine code")
        return in_machine_code(task)

    monkeypatch.setattr(tiers, "_in_python", noted_in_python)
    monkeypatch.setattr(tiers, "_in_machine_code", noted_in_machine_code)
    monkeypatch.setattr(tiers, "LARGE", 1_000)
    model = counters(4, 9, expect=expected)
    assert statistics(check(model, symmetry=symmetry)).states == (495 if symmetry else 9**4)
    assert begun[0] == begins
    begun.clear()
    assert statistics(check(model, symmetry=symmetry, max_states=100)).queue > 0
    assert begun == ["Python"]


@pytest.mark.parametrize(("name", "least", "most"), [
    ("paxos:medium", tiers.LARGE, tiers.LARGE), ("raft:elections", 5_000, tiers.LARGE // 2),
])
def test_the_longer_the_code_is_the_sooner_machine_code_is_asked_and_where_there_is_none_python_goes_on(
    name: str, least: int, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[int] = []
    searches: list[object] = []
    search_for = tiers.search_for

    def in_machine_code(task: tiers.Exploration) -> object:
        found.append(len(searches))
        raise NotNative("a test says so")

    def noted(wanted: Wanted, system: KernelSystem, *, handover: Handover, **more: Any) -> SearchResult[int]:
        searches.append(system)
        assert least <= handover.states <= most
        return search_for(wanted, system, handover=handover, **more)

    monkeypatch.setattr(tiers, "_in_machine_code", in_machine_code)
    monkeypatch.setattr(tiers, "search_for", noted)
    verdict = check(replace(load_model(name)[1], expect=None), max_states=21_000, symmetry=False)
    assert statistics(verdict).states >= 21_000
    assert "explored in Python, not in machine code: a test says so" in verdict.notes
    assert (found, len(searches)) == ([1], 1)


def test_a_model_that_cannot_be_compiled_is_explored_in_python_and_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))  # another test may have compiled it
    monkeypatch.setattr(moves, "MOVES_LIMIT", 0)
    monkeypatch.setattr(tiers, "LARGE", 10)
    expected = counts(check(counters(3, 4), tier="python"))
    for tier in ("native", "auto"):
        verdict = check(counters(3, 4), tier=tier)
        assert counts(verdict) == expected
        assert [note for note in verdict.notes if "explored in Python" in note]


def test_without_llvmlite_the_run_stays_in_python_and_that_is_said() -> None:
    program = (
        "import sys; sys.modules['llvmlite'] = None\n"
        "from checker import check, load\n"
        "print(check(load('paxos:small'), tier='native'))\n"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "443 orbits of states" in run.stdout
    assert "llvmlite is not installed" in run.stdout
