"""Machine code takes the walks of the Python tier, state by state, whatever the number of threads."""

from __future__ import annotations

import ctypes
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st
from random_specs import RandomSpec, load, random_specs
from small_specs import (
    Cell, Counters, Dice, Falling, Greeting, Level, Locks, Log, Low, Outside, Peeking, Skipping, Token, Watched,
)

from checker.core.model import Model, Violated
from checker.core.verdict import DEADLOCK, Outcome, SecondsByPart, Statistics, Verdict
from checker.engines import simulate as simulation
from checker.engines.native.kernels import emitter
from checker.engines.native.limits import NotNative
from checker.engines.prepare import prepare
from checker.engines.progress import Progress
from checker.engines.search import End, SearchResult
from checker.engines.simulate import simulate
from checker.engines.tiers import Tier
from checker.engines.walks import Walks, walk_in_python
from checker.frontend.load import load_model

pytest.importorskip("llvmlite")

from checker.engines.native.search import walking
from checker.engines.native.search.walking import walk_in_machine_code
from checker.engines.native.loops.walks import Plan

BUNDLED = ["paxos:small", "paxos:large", "raft:small", "raft:large", "raft:unreliable", "flexible_paxos:small"]
BROKEN = ["paxos_any_value", "paxos_disjoint_quorums", "paxos_forgotten_promise", "paxos_vote_below_promise",
          "raft_two_votes"]


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))


def statistics(verdict: Verdict) -> Statistics:
    assert verdict.statistics is not None
    return verdict.statistics


def without_seconds(found: SearchResult[int]) -> SearchResult[int]:
    """All that was found, paths and counts included, but for the seconds that it took."""
    return replace(found, statistics=replace(found.statistics, seconds_by_part=SecondsByPart()))


def without_time(verdict: Verdict) -> Verdict:
    """All that a verdict says, likewise."""
    return replace(verdict, statistics=replace(statistics(verdict), seconds=0.0, seconds_by_part=SecondsByPart()))


def walk(model: Model, tier: Tier, workers: int = 1, *, walks: int = 60, depth: int = 40) -> Verdict:
    verdict = simulate(model, walks=walks, depth=depth, tier=tier, workers=workers)
    assert not any("walked in Python" in note for note in verdict.notes), verdict.notes
    return without_time(verdict)


def same_in_both_tiers(model: Model, *, walks: int = 60, depth: int = 40, seed: int = 0) -> SearchResult[int]:
    """What Python found, its paths and counts included, which machine code finds with one, two and three threads."""
    prepared = prepare(model, vacuity=False)
    task = Walks(prepared=prepared, deadlock=model.deadlock, number=walks, depth=depth, seed=seed, report=None)
    expected = without_seconds(walk_in_python(task))
    for workers in (1, 2, 3):
        assert without_seconds(walk_in_machine_code(task, workers=workers)) == expected
    return expected


# --- the same as in Python ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [0, 7, -1])
@pytest.mark.parametrize("name", BUNDLED)
def test_the_walks_through_a_bundled_model_are_those_of_python(name: str, seed: int) -> None:
    found = same_in_both_tiers(load_model(name)[1], seed=seed)
    assert (found.end, found.statistics.walks) == (End.WALKED, 60)


@pytest.mark.parametrize("name", BROKEN)
def test_a_violation_of_a_broken_variant_is_found_on_the_same_walk(name: str) -> None:
    model = load_model(name)[1]
    found = same_in_both_tiers(model, walks=4_000)
    verdict = walk(model, "native", 2, walks=4_000)
    assert verdict.outcome is Outcome.VIOLATED
    assert verdict.trace is not None
    assert (verdict.trace.kind, len(verdict.trace)) == ("simulation", len(found.path))
    assert isinstance(model.expect, Violated)
    assert verdict.trace.shows == model.expect.property


SMALL = [
    Model(Watched, sizes={Cell: 3, Level: 4}),
    Model(Watched, sizes={Cell: 3, Level: 3}, check=("says_nothing", "says_something", "one_moved", "below_the_first")),
    Model(Falling, sizes={Cell: 2, Level: 3}),
    Model(Falling, sizes={Cell: 2, Level: 3}, check=()),
    Model(Token, sizes={Cell: 3}),
    Model(Skipping, sizes={Cell: 2, Level: 7}),
    Model(Low, sizes={Cell: 3, Level: 5}),
    Model(Locks, sizes={Cell: 2}, deadlock=True),
    Model(Locks, sizes={Cell: 3}),
    Model(Counters, sizes={Cell: 2, Level: 3}, deadlock=True),
    Model(Log, sizes={Cell: 2}, bounds={"log": 2}),
    Model(Peeking, sizes={Cell: 2}, bounds={"log": 2}),
    Model(Dice, bounds={"face": (1, 6), "throw.face": (1, 6)}),
    Model(Outside, sizes={Cell: 2, Level: 2}),
]


@pytest.mark.parametrize("size", [1, 5, 1024])
@pytest.mark.parametrize("model", SMALL, ids=lambda model: model.spec.__name__)
def test_every_way_to_end_is_the_same_as_in_python(model: Model, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """In rounds of one walk, of some, and of all."""
    monkeypatch.setattr(walking, "ROUND", size)
    same_in_both_tiers(model)


def late_walks_first(calls: Sequence[Any], **others: object) -> None:
    """The threads one after the other: the second takes the later half of the walks before the first takes the rest."""
    plan = (ctypes.c_uint64 * Plan.SIZE).from_address(calls[0].args[0])
    begin, end = plan[Plan.CURSOR], plan[Plan.END]
    plan[Plan.CURSOR] = middle = (begin + end) // 2
    calls[1]()
    plan[Plan.CURSOR], plan[Plan.END] = begin, middle
    calls[0]()


@pytest.mark.parametrize("model", [*SMALL, load_model("paxos_any_value")[1]], ids=lambda model: model.spec.__name__)
def test_walks_that_a_thread_took_beyond_the_one_that_is_reported_do_not_count(
    model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared = prepare(model, vacuity=False)
    task = Walks(prepared=prepared, deadlock=model.deadlock, number=100, depth=40, seed=0, report=None)
    expected = without_seconds(walk_in_python(task))
    monkeypatch.setattr(walking, "run_threads", late_walks_first)
    assert without_seconds(walk_in_machine_code(task, workers=2)) == expected


@pytest.mark.parametrize("model", SMALL, ids=lambda model: model.spec.__name__)
def test_the_verdict_is_in_the_same_words_as_in_python(model: Model) -> None:
    assert walk(model, "native", 2) == walk(model, "python")


@pytest.mark.parametrize("tier", ["python", "native"])
def test_a_walk_does_not_ask_for_a_witness_again(tier: Tier) -> None:
    """Which would be an error from the second state on."""
    verdict = walk(Model(Greeting, sizes={Cell: 2}, bounds={"log": 3}, check=("empty",)), tier)
    assert verdict.outcome is Outcome.NOT_VIOLATED
    assert [len(trace) for trace in verdict.witnesses.values()] == [1]


@given(random_specs(), st.booleans())
@settings(max_examples=20, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_walks_through_a_random_spec_are_those_of_python(random_spec: RandomSpec, deadlock: bool) -> None:
    try:
        same_in_both_tiers(replace(load(random_spec).model, deadlock=deadlock), walks=20, depth=10)
    except NotNative:
        reject()


# --- by arithmetic ------------------------------------------------------------------------------------------------


def test_many_walks_count_what_arithmetic_says() -> None:
    """Each walk takes four cells up nine levels; in each of its states all four count, or are cut at the last level."""
    found = statistics(walk(Model(Counters, sizes={Cell: 4, Level: 10}), "native", 2, walks=20_000))
    assert (found.walks, found.states, found.depth) == (20_000, 20_000 * (4 * 9 + 1), 4 * 9 + 1)
    assert found.terminal == 20_000
    assert found.generated - 1 + found.cut == 4 * found.states


def test_walks_stay_inside_the_constraint() -> None:
    found = statistics(walk(Model(Low, sizes={Cell: 3, Level: 5}), "native", 2, walks=5_000))
    assert (found.depth, found.states) == (4, 5_000 * 4)
    assert found.outside_constraint == 5_000 * (0 + 1 + 2 + 3)


def test_a_deadlock_and_an_error_are_met_and_shown() -> None:
    locks = walk(Model(Locks, sizes={Cell: 2}, deadlock=True), "native", 2)
    assert locks.trace is not None
    assert locks.trace.shows == DEADLOCK
    peeking = walk(Model(Peeking, sizes={Cell: 2}, bounds={"log": 2}), "native", 2)
    assert peeking.outcome is Outcome.ERROR
    assert peeking.trace is not None
    assert len(peeking.trace) == 2


# --- long runs ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("workers", [1, 2])
def test_an_interrupt_ends_the_walks_with_what_they_met(workers: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even in the middle of walks that would take a year."""
    monkeypatch.setattr(walking, "REPORT_SECONDS", 0.0)
    pressed: list[int] = []

    def interrupt(progress: Progress) -> None:
        if progress.generated > 100_000 and not pressed:
            pressed.append(progress.generated)
            signal.raise_signal(signal.SIGINT)

    handler = signal.getsignal(signal.SIGINT)
    endless = Model(Falling, sizes={Cell: 2, Level: 3}, check=())
    verdict = simulate(endless, walks=10, depth=10**13, tier="native", workers=workers, report=interrupt)
    assert verdict.outcome is Outcome.INTERRUPTED
    found = statistics(verdict)
    assert found.walks is not None
    assert 1 <= found.walks <= workers
    assert found.depth * found.walks >= found.states > 25_000
    assert f"{found.walks} random walk" in verdict.message
    assert signal.getsignal(signal.SIGINT) is handler


@pytest.mark.parametrize(("tier", "walks"), [("python", 50), ("native", 20_000)])
def test_long_walks_report_how_far_they_are(tier: Tier, walks: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (walking, sys.modules[Walks.__module__]):
        monkeypatch.setattr(module, "REPORT_SECONDS", 0.0)
    reports: list[Progress] = []
    endless = Model(Falling, sizes={Cell: 2, Level: 3}, check=())
    simulate(endless, walks=walks, tier=tier, workers=2, report=reports.append)
    assert reports
    assert [report.states for report in reports] == sorted(report.states for report in reports)
    assert all(0 < (report.walks or 0) <= walks and report.states <= walks * 100 for report in reports)


# --- tiers --------------------------------------------------------------------------------------------------------


def test_many_walks_are_handed_over_to_machine_code(monkeypatch: pytest.MonkeyPatch) -> None:
    handed_over: list[Walks] = []
    in_machine_code = simulation._in_machine_code  # pyright: ignore[reportPrivateUsage]

    def noted(task: Walks, workers: int | None) -> SearchResult[int]:
        handed_over.append(task)
        return in_machine_code(task, workers)

    monkeypatch.setattr(simulation, "_in_machine_code", noted)
    monkeypatch.setattr(simulation, "MANY", 500)
    model = Model(Counters, sizes={Cell: 2, Level: 3})
    assert without_time(simulate(model, walks=50, depth=10)) == walk(model, "python", walks=50, depth=10)
    assert not handed_over
    assert without_time(simulate(model, walks=51, depth=10)) == walk(model, "python", walks=51, depth=10)
    assert len(handed_over) == 1
    violated = Model(Watched, sizes={Cell: 2, Level: 3})
    assert simulate(violated, walks=1_000, depth=10).outcome is Outcome.VIOLATED
    assert len(handed_over) == 1


def test_a_model_that_cannot_be_compiled_is_walked_through_in_python_and_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(emitter, "SCRATCH_LIMIT", 1)
    monkeypatch.setattr(simulation, "MANY", 100)
    model = load_model("raft:small")[1]
    expected = walk(model, "python", walks=20, depth=10)
    for tier in ("native", "auto"):
        verdict = without_time(simulate(model, walks=20, depth=10, tier=tier))
        (note,) = (note for note in verdict.notes if note not in expected.notes)
        assert "walked in Python, not in machine code" in note
        assert verdict.statistics == expected.statistics


def test_without_llvmlite_walks_stay_in_python_and_that_is_said() -> None:
    program = (
        "import sys; sys.modules['llvmlite'] = None\n"
        "from checker import load, simulate\n"
        "print(simulate(load('paxos:small'), walks=7, tier='native'))\n"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "7 random walks" in run.stdout
    assert "llvmlite is not installed" in run.stdout
