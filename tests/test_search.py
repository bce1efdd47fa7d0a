"""The search counts what arithmetic says, stops at the first violation, and says no more than it looked at."""

from __future__ import annotations

import signal
from collections.abc import Generator
from dataclasses import replace
from math import comb
from typing import Annotated

import pytest

from checker import Bounded, Spec, action, init, invariant, require

from checker.core.errors import UserError
from checker.core.model import Model
from checker.core.verdict import DEADLOCK, Outcome, PropertyResult, Verdict
from checker.engines.interpreted import InterpretedSystem
from checker.engines.prepare import prepare
from checker.engines.progress import Progress
from checker.engines.replay import Disagreement, replay
from checker.engines.run import check
from checker.engines.search import End, search
from checker.engines.tiers import Tier
from small_specs import Cell, Counters, Dice, Falling, Level, Locks, Log, Low, Skipping, Watched


def counters(cells: int, levels: int, **more: object) -> Model:
    return Model(Counters, sizes={Cell: cells, Level: levels}, **more)  # type: ignore[arg-type]


def result(verdict: Verdict, name: str) -> PropertyResult:
    return next(entry for entry in verdict.properties if entry.name == name)


@pytest.mark.parametrize(("cells", "levels"), [(1, 1), (1, 5), (2, 2), (3, 4), (4, 3)])
def test_independent_counters_have_the_product_of_their_states(cells: int, levels: int) -> None:
    verdict = check(counters(cells, levels), symmetry=False)
    found = verdict.statistics
    assert found is not None
    assert verdict.outcome is Outcome.HOLDS
    assert found.states == levels**cells
    assert found.depth == cells * (levels - 1) + 1
    assert found.generated == 1 + cells * (levels - 1) * levels ** (cells - 1)
    assert found.actions["count"].cut == found.cut == cells * levels ** (cells - 1)
    assert found.actions["count"].distinct == found.states - 1
    assert (found.terminal, found.queue, found.orbits) == (1, 0, False)


@pytest.mark.parametrize(("cells", "levels"), [(3, 1), (2, 3), (3, 4), (4, 3)])
def test_interchangeable_counters_have_a_state_for_each_multiset(cells: int, levels: int) -> None:
    found = check(counters(cells, levels)).statistics
    assert found is not None
    assert found.orbits
    assert found.states == comb(levels + cells - 1, cells)
    assert found.depth == cells * (levels - 1) + 1


def test_the_interpreter_and_the_kernels_are_searched_alike() -> None:
    prepared = prepare(Model(Watched, sizes={Cell: 3, Level: 3}, check=("says_nothing", "one_moved")))
    slow = InterpretedSystem(prepared.interpreter, prepared.system.actions, prepared.checked)
    fast_result, slow_result = search(prepared.system), search(slow)
    assert fast_result.statistics.states == slow_result.statistics.states == 27
    assert fast_result.statistics.actions == slow_result.statistics.actions
    assert fast_result.end is slow_result.end is End.COMPLETE
    for bit, path in fast_result.witnesses.items():
        assert tuple(map(prepared.system.unpack, path)) == slow_result.witnesses[bit]


def test_a_violation_has_a_shortest_trace_with_labels() -> None:
    for symmetry in (False, True):
        verdict = check(Model(Watched, sizes={Cell: 3, Level: 4}), name="watched", symmetry=symmetry)
        assert verdict.outcome is Outcome.VIOLATED
        assert verdict.trace is not None
        assert verdict.trace.shows == "not_all_moved"
        assert len(verdict.trace) == 4
        assert [step.label.action for step in verdict.trace.steps] == ["start", "count", "count", "count"]
        moved = [step.label.arguments[0][1] for step in verdict.trace.steps[1:]]
        assert len(set(moved)) == 3
        assert result(verdict, "not_all_moved").outcome is Outcome.VIOLATED
        assert result(verdict, "says_something").outcome is Outcome.UNKNOWN


def test_a_state_from_which_a_violation_was_found_counts_as_expanded() -> None:
    """Two cells: the start leads to (1, 0) and (0, 1), and (1, 0) to (2, 0) and (1, 1), where both have moved.  So two
    of five states were expanded, with two steps each."""
    found = check(Model(Watched, sizes={Cell: 2, Level: 4}), symmetry=False, tier="python").statistics
    assert found is not None
    assert (found.states, found.queue, found.generated) == (5, 3, 5)
    assert (found.mean_steps, found.most_steps) == (2.0, 2)


def test_a_step_invariant_is_checked_for_every_step_even_back_to_a_known_state() -> None:
    for symmetry in (False, True):
        verdict = check(Model(Falling, sizes={Cell: 2, Level: 3}), symmetry=symmetry)
        assert verdict.outcome is Outcome.VIOLATED
        assert verdict.trace is not None
        assert [step.label.action for step in verdict.trace.steps] == ["start", "count", "drop"]
        assert verdict.trace.shows == "never_falls"


def test_a_vacuous_invariant_is_reported_and_others_are_not() -> None:
    verdict = check(Model(Watched, sizes={Cell: 2, Level: 2}, check=("says_nothing", "says_something")))
    assert verdict.outcome is Outcome.HOLDS
    assert result(verdict, "says_nothing").detail == "its antecedent was never true"
    assert result(verdict, "says_something").detail == ""


def test_a_witness_that_is_not_reached_is_a_failure() -> None:
    verdict = check(Model(Watched, sizes={Cell: 2, Level: 2}, check=("one_moved", "below_the_first")))
    assert verdict.outcome is Outcome.NOT_REACHED
    assert verdict.exit_status == 1
    assert result(verdict, "one_moved").outcome is Outcome.REACHED
    assert len(verdict.witnesses["one_moved"]) == 2
    assert result(verdict, "below_the_first").outcome is Outcome.NOT_REACHED
    assert "below_the_first" not in verdict.witnesses


def test_each_action_is_credited_with_the_states_that_it_was_the_first_to_reach() -> None:
    verdict = check(Model(Skipping, sizes={Cell: 1, Level: 7}))
    assert verdict.statistics is not None
    actions = verdict.statistics.actions
    assert (actions["count"].distinct, actions["skip"].distinct) == (1, 5)
    assert (actions["count"].generated, actions["skip"].generated) == (6, 5)
    assert (actions["count"].cut, actions["skip"].cut) == (1, 2)


def test_the_constraint_holds_whatever_is_checked() -> None:
    found = check(Model(Low, sizes={Cell: 2, Level: 5}, check=()), symmetry=False).statistics
    assert found is not None
    assert found.states == 2**2


def test_states_outside_the_constraint_are_neither_counted_nor_expanded() -> None:
    verdict = check(Model(Low, sizes={Cell: 3, Level: 5}), symmetry=False)
    found = verdict.statistics
    assert found is not None
    assert found.states == 2**3
    assert found.outside_constraint == 3 * 2**2
    assert found.generated == 1 + 3 * 2**3
    assert any("constraint `low`" in note for note in verdict.notes)


def test_a_deadlock_counts_only_where_the_model_says_so() -> None:
    verdict = check(Model(Locks, sizes={Cell: 2}, deadlock=True))
    assert verdict.outcome is Outcome.VIOLATED
    assert verdict.trace is not None
    assert (verdict.trace.shows, len(verdict.trace)) == (DEADLOCK, 3)
    tolerant = check(Model(Locks, sizes={Cell: 2}), symmetry=False)
    assert tolerant.outcome is Outcome.HOLDS
    assert tolerant.statistics is not None
    assert tolerant.statistics.terminal == 2


def test_a_state_whose_steps_were_only_cut_is_no_deadlock() -> None:
    verdict = check(counters(2, 2, deadlock=True))
    assert verdict.outcome is Outcome.HOLDS
    assert verdict.statistics is not None
    assert verdict.statistics.terminal == 1
    assert "1 state has no successor, perhaps only since steps were cut" in verdict.notes
    assert verdict.statistics.cut == check(counters(2, 2)).statistics.cut  # type: ignore[union-attr]


def test_a_depth_limit_is_said_and_counted() -> None:
    verdict = check(counters(2, 5), symmetry=False, max_depth=3)
    found = verdict.statistics
    assert found is not None
    assert verdict.outcome is Outcome.HOLDS_TO_DEPTH
    assert (found.states, found.depth, found.queue) == (1 + 2 + 3, 3, 3)
    whole = check(counters(2, 2), symmetry=False, max_depth=4)
    assert whole.outcome is Outcome.HOLDS


def test_a_limit_of_states_interrupts() -> None:
    verdict = check(counters(3, 20), symmetry=False, max_states=1_000)
    found = verdict.statistics
    assert found is not None
    assert verdict.outcome is Outcome.INTERRUPTED
    assert verdict.exit_status == 3
    assert 1_000 <= found.states < 8_000
    assert found.queue > 0


@pytest.fixture
def heard_interrupts() -> Generator[None]:
    """Ctrl-C is heard, even where the tests were started in a way that ignores it (as `nohup` does)."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_an_interrupt_ends_with_what_was_covered(monkeypatch: pytest.MonkeyPatch, heard_interrupts: None) -> None:
    monkeypatch.setattr("checker.engines.search.REPORT_SECONDS", 0.0)
    reports: list[Progress] = []

    def interrupt(progress: Progress) -> None:
        reports.append(progress)
        if progress.states > 2_000:
            signal.raise_signal(signal.SIGINT)

    verdict = check(counters(3, 20), symmetry=False, report=interrupt)
    found = verdict.statistics
    assert found is not None
    assert verdict.outcome is Outcome.INTERRUPTED
    assert 2_000 < found.states < 8_000
    assert 0 < found.queue < found.states
    assert [entry.states for entry in reports] == sorted(entry.states for entry in reports)
    assert all(entry.memory > 0 for entry in reports)


def test_a_lack_of_memory_ends_like_an_interrupt() -> None:
    prepared = prepare(counters(3, 6))
    system = InterpretedSystem(prepared.interpreter, prepared.system.actions, prepared.checked)
    expand, calls = system.successors, [0]

    def successors(state: object) -> object:
        calls[0] += 1
        if calls[0] > 50:
            raise MemoryError
        return expand(state)  # type: ignore[arg-type]

    system.successors = successors  # type: ignore[method-assign, assignment]
    found = search(system)
    assert found.end is End.OUT_OF_MEMORY
    assert found.statistics.states - found.statistics.queue == 50


def test_an_error_of_the_spec_is_a_verdict_with_the_trace_to_it() -> None:
    verdict = check(Model(Log, sizes={Cell: 2}, bounds={"log": 2}))
    assert verdict.outcome is Outcome.ERROR
    assert verdict.exit_status == 2
    assert "R001" in verdict.message
    assert verdict.trace is not None
    assert [step.label.action for step in verdict.trace.steps] == ["start", "append"]
    found = verdict.statistics
    assert found is not None  # the start alone was expanded, with a step for each cell
    assert (found.states, found.queue, found.mean_steps) == (2, 1, 2.0)


def test_every_initial_state_counts() -> None:
    bounds = {"face": (1, 5), "throw.face": (1, 5)}
    verdict = check(Model(Dice, bounds=bounds))
    assert verdict.statistics is not None
    assert (verdict.statistics.states, verdict.statistics.generated, verdict.statistics.depth) == (5, 5, 1)
    loaded = check(Model(Dice, bounds={name: (1, 6) for name in bounds}))
    assert loaded.outcome is Outcome.VIOLATED
    assert loaded.trace is not None
    assert str(loaded.trace.steps[0].label) == "throw(face=6)"


def test_a_search_goes_on_from_the_end_of_a_trace() -> None:
    model = Model(Watched, sizes={Cell: 3, Level: 4}, check=("one_moved",))
    witness = check(model).witnesses["one_moved"]
    verdict = check(Model(Watched, sizes={Cell: 3, Level: 4}, check=("not_all_moved",)), after=witness)
    assert verdict.trace is not None
    assert verdict.trace.steps[:2] == witness.steps
    assert len(verdict.trace) == 4


def test_a_search_from_the_middle_claims_nothing_of_the_model() -> None:
    witness = check(Model(Watched, sizes={Cell: 2, Level: 3}, check=("one_moved",))).witnesses["one_moved"]
    asked = Model(Watched, sizes={Cell: 2, Level: 3}, check=("says_something", "says_nothing", "below_the_first"))
    verdict = check(asked, after=witness)
    assert verdict.outcome is Outcome.NOT_VIOLATED
    assert result(verdict, "says_something").outcome is Outcome.NOT_VIOLATED
    assert result(verdict, "says_nothing").detail == ""
    assert result(verdict, "below_the_first").outcome is Outcome.UNKNOWN
    assert check(asked, after=witness, max_depth=2).outcome is Outcome.NOT_VIOLATED


def test_an_unknown_property_is_named_with_a_guess() -> None:
    with pytest.raises(UserError) as caught:
        check(Model(Watched, sizes={Cell: 2, Level: 2}, check=("one_mowed",)))
    assert caught.value.code == "M040"
    assert caught.value.help == "did you mean `one_moved`?"


def test_a_path_that_the_interpreter_cannot_follow_is_an_internal_error() -> None:
    prepared = prepare(counters(2, 4))
    system = prepared.system
    start = system.initial()[0]
    after = system.successors(start)[0][0]
    later = system.successors(after)[0][0]
    assert len(replay(prepared.interpreter, system, (start, after, later))) == 3
    with pytest.raises(Disagreement, match="internal error"):
        replay(prepared.interpreter, system, (start, later))


def test_never_enabled_actions_are_noted() -> None:
    verdict = check(Model(Falling, sizes={Cell: 1, Level: 1}))
    assert "never enabled: `drop`" in verdict.notes
    assert "never taken, since every step was cut: `count`" in verdict.notes


def test_the_same_model_gives_the_same_verdict() -> None:
    model = Model(Watched, sizes={Cell: 3, Level: 3})
    first, second = check(model), check(model)
    assert (first.trace, first.properties, first.notes) == (second.trace, second.properties, second.notes)


# --- many at once -------------------------------------------------------------------------------------------------


class Fan(Spec):
    """Any number is given at first, and from one of them many steps lead to a second one."""

    first: Annotated[int, Bounded("first")]
    second: Annotated[int, Bounded("second")]

    @init
    def start(self, first: Annotated[int, Bounded("first")]) -> None:
        self.first = first
        self.second = 0

    @action
    def even(self, to: Annotated[int, Bounded("second")]) -> None:
        require(self.first == 2_500, self.second == 0, to % 2 == 0)
        self.second = to

    @action
    def threefold(self, to: Annotated[int, Bounded("second")]) -> None:
        require(self.first == 2_500, self.second == 0, to % 3 == 0)
        self.second = to

    @invariant
    def not_that(self) -> bool:
        return self.second != 1_198


fan = Model(Fan, bounds={"first": (0, 2_999), "second": (0, 1_199)})


def test_of_many_steps_from_one_state_each_new_state_is_credited_to_the_first_action_that_leads_there() -> None:
    """From 1 to 1199 there are 599 even numbers, and of the 399 threefold ones 200 are odd."""
    found = check(replace(fan, check=()), tier="python").statistics
    assert found is not None
    assert found.states == 3_000 + 599 + 200
    assert {name: entry.distinct for name, entry in found.actions.items()} == {"even": 599, "threefold": 200}
    assert {name: entry.generated for name, entry in found.actions.items()} == {"even": 600, "threefold": 400}


@pytest.mark.parametrize("tier", ["python", "native"])
def test_a_trace_begins_in_the_one_of_many_initial_states_from_which_it_goes_on(tier: Tier) -> None:
    verdict = check(fan, tier=tier)
    assert verdict.trace is not None
    assert list(map(str, (step.label for step in verdict.trace.steps))) == ["start(first=2500)", "even(to=1198)"]
