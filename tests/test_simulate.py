"""Walks can be repeated and claim nothing beyond themselves; scenarios and graphs are what the interpreter does."""

from __future__ import annotations

import pytest

from checker.core.errors import UserError
from checker.core.model import Model
from checker.core.verdict import DEADLOCK, Outcome, Statistics, Verdict
from checker.engines import walks
from checker.engines.explore import state_graph
from checker.engines.progress import Progress
from checker.engines.run import check
from checker.engines.scenario import ScenarioStep, play
from checker.engines.simulate import simulate
from small_specs import Cell, Counters, Dice, Falling, Level, Locks, Log, Low, Outside, Peeking, Watched

WATCHED = Model(Watched, sizes={Cell: 2, Level: 3}, check=("not_all_moved", "one_moved"))


def statistics(verdict: Verdict) -> Statistics:
    assert verdict.statistics is not None
    return verdict.statistics


def test_the_same_seed_gives_the_same_walk_and_another_seed_another_one() -> None:
    model = Model(Falling, sizes={Cell: 3, Level: 4})
    traces = [simulate(model, seed=seed).trace for seed in (1, 1, 2, 3)]
    assert traces[0] is not None
    assert traces[0] == traces[1]
    assert len(set(traces)) > 1


def test_a_walk_finds_a_violation_and_its_trace_is_one_of_the_spec() -> None:
    verdict = simulate(WATCHED, name="watched", walks=20, depth=20)
    assert verdict.outcome is Outcome.VIOLATED
    assert verdict.trace is not None
    assert (verdict.trace.kind, verdict.trace.shows, verdict.trace.model) == ("simulation", "not_all_moved", "watched")
    for before, after in zip(verdict.trace.states, verdict.trace.states[1:], strict=False):
        assert before != after


def test_walks_without_a_violation_only_say_so() -> None:
    verdict = simulate(Model(Counters, sizes={Cell: 2, Level: 3}), walks=5)
    assert verdict.outcome is Outcome.NOT_VIOLATED
    assert verdict.exit_status == 0
    assert "5 random walks, passing 25 states, repetitions included" in verdict.message
    assert {entry.outcome for entry in verdict.properties} <= {Outcome.NOT_VIOLATED, Outcome.UNKNOWN}


def test_what_walks_counted_is_what_arithmetic_says() -> None:
    """Each walk takes two cells up two levels; in each of its states both can count, or are cut at the last level."""
    found = statistics(simulate(Model(Counters, sizes={Cell: 2, Level: 3}), walks=5))
    assert (found.walks, found.states, found.depth, found.terminal) == (5, 5 * (2 * 2 + 1), 2 * 2 + 1, 5)
    assert found.generated - 1 + found.cut == 2 * found.states
    assert {action.distinct for action in found.actions.values()} == {None}


def test_a_model_without_an_initial_state_is_an_error_and_not_a_success() -> None:
    verdict = simulate(Model(Outside, sizes={Cell: 2, Level: 2}))
    assert verdict.outcome is Outcome.ERROR
    assert "no initial state" in verdict.message


def test_walks_stay_inside_the_constraint_and_within_their_depth() -> None:
    low = statistics(simulate(Model(Low, sizes={Cell: 3, Level: 5}), walks=10))
    assert (low.depth, low.states) == (4, 10 * 4)
    assert low.outside_constraint == 10 * (0 + 1 + 2 + 3)
    short = statistics(simulate(Model(Counters, sizes={Cell: 3, Level: 9}), walks=10, depth=6))
    assert (short.depth, short.states) == (6, 10 * 6)


def test_walks_meet_deadlocks_and_errors_of_the_spec() -> None:
    locks = simulate(Model(Locks, sizes={Cell: 2}, deadlock=True), walks=50)
    assert locks.trace is not None
    assert locks.trace.shows == DEADLOCK
    log = simulate(Model(Log, sizes={Cell: 2}, bounds={"log": 2}))
    assert log.outcome is Outcome.ERROR
    assert "R001" in log.message


def test_an_error_in_a_step_invariant_is_shown_with_the_step_that_meets_it() -> None:
    verdict = simulate(Model(Peeking, sizes={Cell: 2}, bounds={"log": 2}))
    assert verdict.outcome is Outcome.ERROR
    assert "R001" in verdict.message
    assert verdict.trace is not None
    assert [step.label.action for step in verdict.trace.steps] == ["start", "append"]


def test_an_interrupt_ends_the_walks_with_what_they_met(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walks, "REPORT_SECONDS", 0.0)

    def interrupt(progress: Progress) -> None:
        if progress.states == 1_234:
            raise KeyboardInterrupt

    verdict = simulate(Model(Falling, sizes={Cell: 2, Level: 3}, check=()), walks=50, report=interrupt)
    assert verdict.outcome is Outcome.INTERRUPTED
    assert (statistics(verdict).states, statistics(verdict).walks) == (1_234, 13)
    assert "13 random walks, passing 1,234 states" in verdict.message


def test_a_witness_that_a_walk_passes_is_reached_and_others_stay_unknown() -> None:
    verdict = simulate(Model(Watched, sizes={Cell: 2, Level: 2}, check=("one_moved", "below_the_first")), walks=3)
    assert verdict.outcome is Outcome.NOT_VIOLATED
    assert {entry.name: entry.outcome for entry in verdict.properties} == {
        "one_moved": Outcome.REACHED,
        "below_the_first": Outcome.UNKNOWN,
    }


def test_a_scenario_ends_in_the_violation_it_was_written_for() -> None:
    trace = play(WATCHED, [("count", {"c": "c1"}), ("count", {"c": "c2"})], name="watched")
    assert (trace.kind, trace.shows, len(trace)) == ("scenario", "not_all_moved", 3)
    assert [str(step.label) for step in trace.steps] == ["start()", "count(c=c1)", "count(c=c2)"]


def test_a_search_goes_on_where_a_scenario_ended() -> None:
    trace = play(WATCHED, [("count", {"c": "c2"})])
    assert trace.shows is None
    verdict = check(WATCHED, after=trace)
    assert verdict.trace is not None
    assert verdict.trace.steps[:2] == trace.steps
    assert len(verdict.trace) == 3


def test_a_scenario_chooses_its_initial_state() -> None:
    model = Model(Dice, bounds={"face": (1, 6), "throw.face": (1, 6)})
    assert play(model, [("throw", {"face": 6})]).shows == "not_all_ways"
    assert play(model, [("throw", {"face": 2})]).shows is None


IMPOSSIBLE: list[tuple[list[ScenarioStep], str]] = [
    ([("count", {"c": "c3"})], "M050"),
    ([("counts", {})], "M050"),
    ([("count", {})], "M051"),
    ([("count", {"c": "c1"}), ("count", {"c": "c2"}), ("count", {"c": "c1"})], "M052"),
]


@pytest.mark.parametrize(("scenario", "code"), IMPOSSIBLE)
def test_a_scenario_that_cannot_be_played_says_why(scenario: list[ScenarioStep], code: str) -> None:
    with pytest.raises(UserError) as caught:
        play(WATCHED, scenario)
    assert caught.value.code == code


def test_a_state_graph_has_every_state_and_step() -> None:
    graph = state_graph(Model(Watched, sizes={Cell: 2, Level: 3}), name="watched")
    assert graph.complete
    assert len(graph.states) == 9
    assert len(graph.edges) == 2 * 2 * 3
    assert graph.initial == (0,)
    assert [graph.depths.count(depth) for depth in range(1, 6)] == [1, 2, 3, 2, 1]
    assert sum("not_all_moved" in names for names in graph.violated) == 4
    for edge in graph.edges:
        before, after = graph.states[edge.source], graph.states[edge.target]
        assert before != after
        assert edge.label.action == "count"


def test_a_state_graph_that_is_cut_short_says_so() -> None:
    graph = state_graph(Model(Counters, sizes={Cell: 3, Level: 9}), limit=50)
    assert not graph.complete
    assert 50 < len(graph.states) <= 54
    assert max(edge.source for edge in graph.edges) < graph.expanded
