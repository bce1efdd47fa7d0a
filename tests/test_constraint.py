"""At the border of a constraint: what a step leads to outside is checked, as in TLC, but does not count or lead on."""

from __future__ import annotations

from pathlib import Path
from typing import Self

import pytest

from checker import Map, Model, Sort, Spec, action, constraint, implies, init, invariant, step_invariant, witness
from checker.core.verdict import Outcome, PropertyResult, Statistics, Verdict
from checker.engines.interpreted import InterpretedSystem
from checker.engines.native.search import crew
from checker.engines.native.search import search as native_search
from checker.engines.native.search.states import StateSet
from checker.engines.prepare import prepare
from checker.engines.run import check
from checker.engines.search import End, search
from checker.engines.simulate import simulate
from checker.engines.tiers import Tier
from checker.engines.vacuity import antecedents

TIERS: tuple[Tier, ...] = ("python", "native")
EVERYWHERE = [("python", False), ("python", True), ("native", False), ("native", True)]


class Cell(Sort):
    """Interchangeable."""


class Border(Spec):
    """Each cell counts up to 9; only states with a sum of at most 2 are explored.

    With two cells these are 1 + 2 + 3 = 6 states, up to symmetry 1 + 1 + 2 = 4.  Each has a step for each cell, and the
    steps from the states of the sum 2, of which there are 3 * 2, or up to symmetry 2 * 2, lead outside.
    """

    n: Map[Cell, int]

    @init
    def start(self) -> None:
        self.n = Map({c: 0 for c in Cell})

    @action
    def count(self, c: Cell) -> None:
        self.n[c] += 1

    @constraint
    def small(self) -> bool:
        return sum(self.n[c] for c in Cell) <= 2


class Safe(Border):
    @invariant
    def below_four(self) -> bool:
        return all(self.n[c] < 4 for c in Cell)


class Wrong(Border):
    """Violated by three, which only a state outside has, and by a path of four states."""

    @invariant
    def below_three(self) -> bool:
        return all(self.n[c] < 3 for c in Cell)


class WrongStep(Border):
    """Violated by the step from two to three, which leads outside."""

    @step_invariant
    def stays_below_three(self, after: Self) -> bool:
        return all(after.n[c] < 3 for c in Cell)


class Hoping(Border):
    """Only outside is there a cell with three, or a case of the invariant."""

    @witness
    def three(self) -> bool:
        return any(self.n[c] == 3 for c in Cell)

    @invariant
    def nothing(self) -> bool:
        return all(implies(self.n[c] == 3, self.n[c] > 2) for c in Cell)


class Failing(Border):
    """The invariant has no value at three, which is outside."""

    @invariant
    def divided(self) -> bool:
        return all(6 // (self.n[c] - 3) < 100 for c in Cell)


class FailingStep(Border):
    """The step invariant has no value for a step to three, which is outside."""

    @step_invariant
    def divided(self, after: Self) -> bool:
        return all(6 // (after.n[c] - 3) < 100 for c in Cell)


class Flagged(Border):
    """A step out that changes nothing that the invariant reads, before one that does."""

    raised: Map[Cell, bool]

    @init
    def start(self) -> None:
        self.n = Map({c: 0 for c in Cell})
        self.raised = Map({c: False for c in Cell})

    @action
    def lift(self, c: Cell) -> None:
        self.raised[c] = True

    @constraint
    def none_raised(self) -> bool:
        return all(not self.raised[c] for c in Cell)

    @invariant
    def not_all_raised(self) -> bool:
        return any(not self.raised[c] for c in Cell)


class Scattered(Spec):
    """Begins at 0 to 5, of which 0 to 2 are inside; from there a step leads up by one, and 3 to 5 lead nowhere."""

    n: int

    @init
    def start(self, n: int) -> None:
        self.n = n

    @action
    def rise(self) -> None:
        self.n += 1

    @constraint
    def low(self) -> bool:
        return self.n <= 2


class ScatteredWrong(Scattered):
    @invariant
    def not_five(self) -> bool:
        return self.n != 5


class ScatteredFailing(Scattered):
    @invariant
    def divided(self) -> bool:
        return 5 // (self.n - 5) < 100


class AllOutside(Scattered):
    @constraint
    def low(self) -> bool:
        return self.n > 100


def border(spec: type[Border], cells: int = 2) -> Model:
    return Model(spec, sizes={Cell: cells}, bounds={"n": (0, 9)})


def scattered(spec: type[Scattered]) -> Model:
    return Model(spec, bounds={"n": (0, 9), "start.n": (0, 5)})


def statistics(verdict: Verdict) -> Statistics:
    assert verdict.statistics is not None
    return verdict.statistics


def sums(verdict: Verdict) -> list[int]:
    """The sum of all cells in each state of the trace."""
    assert verdict.trace is not None
    return [sum(number for _, number in state["n"].items) for state in verdict.trace.states]


@pytest.mark.parametrize(("tier", "symmetry"), EVERYWHERE)
def test_states_outside_count_as_generated_and_steps_but_not_as_states(tier: Tier, symmetry: bool) -> None:
    verdict = check(border(Safe), tier=tier, symmetry=symmetry)
    found = statistics(verdict)
    states, last = (4, 2) if symmetry else (6, 3)
    assert verdict.outcome is Outcome.HOLDS
    assert (found.states, found.depth, found.terminal, found.queue) == (states, 3, 0, 0)
    assert found.generated == 1 + 2 * states
    assert (found.outside_constraint, found.outside_initial) == (2 * last, 0)
    assert f"{2 * last} steps led outside of the constraint `small`: checked, but nothing is known of what follows" in (
        verdict.notes)


@pytest.mark.parametrize(("tier", "symmetry"), EVERYWHERE)
@pytest.mark.parametrize("spec", [Wrong, WrongStep])
def test_what_lies_outside_is_checked_and_the_trace_ends_there(
    spec: type[Border], tier: Tier, symmetry: bool
) -> None:
    verdict = check(border(spec), tier=tier, symmetry=symmetry)
    assert verdict.outcome is Outcome.VIOLATED
    assert sums(verdict) == [0, 1, 2, 3]
    assert verdict.trace is not None
    assert sorted(number for _, number in verdict.trace.states[-1]["n"].items) == [0, 3]
    assert statistics(verdict).states == (4 if symmetry else 6)


def test_the_interpreter_checks_it_too() -> None:
    for spec, end in ((Wrong, End.INVARIANT), (WrongStep, End.STEP_INVARIANT), (Failing, End.SPEC_ERROR)):
        prepared = prepare(border(spec))
        found = search(InterpretedSystem(prepared.interpreter, prepared.system.actions, prepared.checked))
        assert found.end is end
        assert len(found.path) == (3 if end is End.SPEC_ERROR else 4)


@pytest.mark.parametrize(("tier", "symmetry"), EVERYWHERE)
@pytest.mark.parametrize("spec", [Failing, FailingStep])
def test_an_error_of_a_property_outside_is_one_of_the_spec(spec: type[Border], tier: Tier, symmetry: bool) -> None:
    verdict = check(border(spec), tier=tier, symmetry=symmetry)
    assert verdict.outcome is Outcome.ERROR
    assert "R004" in verdict.message
    assert sums(verdict) == [0, 1, 2, 3]


@pytest.mark.parametrize("tier", TIERS)
def test_a_state_outside_reaches_no_witness_and_is_no_case_of_an_invariant(tier: Tier) -> None:
    verdict = check(border(Hoping), tier=tier)
    assert verdict.outcome is Outcome.NOT_REACHED
    assert PropertyResult("witness", "three", Outcome.NOT_REACHED) in verdict.properties
    detail = "its antecedent was never true inside of the constraint"
    assert PropertyResult("invariant", "nothing", Outcome.HOLDS, detail) in verdict.properties
    assert any(antecedents(entry) for entry in prepare(border(Hoping)).checked.invariants)


@pytest.mark.parametrize(("tier", "symmetry"), EVERYWHERE)
def test_a_state_outside_is_asked_only_what_a_step_may_have_changed(tier: Tier, symmetry: bool) -> None:
    """With one cell to lift the invariant is violated at once, with two a state outside would have to be expanded."""
    for cells, outcome in ((1, Outcome.VIOLATED), (2, Outcome.HOLDS)):
        model = border(Flagged, cells)
        assert check(model, tier=tier, symmetry=symmetry).outcome is outcome


@pytest.mark.parametrize("tier", TIERS)
def test_initial_states_outside_are_checked_and_are_not_called_steps(tier: Tier) -> None:
    verdict = check(scattered(Scattered), tier=tier)
    found = statistics(verdict)
    assert (found.states, found.generated, found.depth) == (3, 6 + 3, 1)
    assert (found.outside_initial, found.outside_constraint) == (3, 1)
    assert verdict.notes[-2:] == (
        "3 initial states lie outside of the constraint `low`: checked, but nothing is known of what follows",
        "1 step led outside of the constraint `low`: checked, but nothing is known of what follows",
    )
    wrong = check(scattered(ScatteredWrong), tier=tier)
    assert wrong.outcome is Outcome.VIOLATED
    assert wrong.trace is not None
    assert [str(step.label) for step in wrong.trace.steps] == ["start(n=5)"]
    assert check(scattered(ScatteredFailing), tier=tier).outcome is Outcome.ERROR


@pytest.mark.parametrize("tier", TIERS)
def test_a_model_that_begins_outside_shows_nothing(tier: Tier) -> None:
    for verdict in (check(scattered(AllOutside), tier=tier), simulate(scattered(AllOutside), tier=tier)):
        assert verdict.outcome is Outcome.ERROR
        assert verdict.message == "there is no initial state inside of the constraint `low`: nothing was explored"
        assert statistics(verdict).outside_initial == 6


@pytest.mark.parametrize("tier", TIERS)
def test_nothing_follows_a_trace_that_ends_outside(tier: Tier) -> None:
    model = border(Safe)
    trace = check(border(Wrong), tier=tier).trace
    verdict = check(model, tier=tier, after=trace)
    assert verdict.outcome is Outcome.ERROR
    assert verdict.message == "the trace to go on from ends outside of the constraint `small`: nothing was explored"


@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize(
    ("spec", "outcome"),
    [(Wrong, Outcome.VIOLATED), (WrongStep, Outcome.VIOLATED), (Failing, Outcome.ERROR), (FailingStep, Outcome.ERROR)],
)
def test_a_walk_checks_the_steps_that_lead_out_where_it_passes(
    spec: type[Border], outcome: Outcome, tier: Tier
) -> None:
    """With one cell the only walk is 0, 1, 2; from there a step leads out, to 3."""
    verdict = simulate(border(spec, 1), tier=tier, walks=1)
    assert verdict.outcome is outcome
    assert sums(verdict) == [0, 1, 2, 3]
    found = statistics(verdict)
    assert (found.states, found.depth, found.outside_constraint) == (3, 3, 1)


@pytest.mark.parametrize("tier", TIERS)
def test_walks_stay_inside_and_check_the_initial_states_outside(tier: Tier) -> None:
    verdict = simulate(border(Safe), tier=tier, walks=50)
    assert verdict.outcome is Outcome.NOT_VIOLATED
    assert (statistics(verdict).depth, statistics(verdict).outside_constraint) == (3, 100)
    wrong = simulate(scattered(ScatteredWrong), tier=tier)
    assert wrong.outcome is Outcome.VIOLATED
    assert statistics(wrong).walks == 0
    assert simulate(scattered(ScatteredFailing), tier=tier).outcome is Outcome.ERROR


class Wide(Border):
    """A thousand states and more: all with a sum of at most twelve, of which four cells have (16 choose 4)."""

    @constraint
    def small(self) -> bool:
        return sum(self.n[c] for c in Cell) <= 12

    @invariant
    def below_thirteen(self) -> bool:
        return sum(self.n[c] for c in Cell) < 13


def wide(check: tuple[str, ...] | None = None) -> Model:
    return Model(Wide, sizes={Cell: 4}, bounds={"n": (0, 20)}, symmetry=False, check=check)


INSIDE, OUT = 1820, 4 * 455
"""(16 choose 4) states, and a step for each cell from those with the sum 12, of which there are (15 choose 3)."""


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("on_disk", [False, True])
def test_threads_the_disk_and_a_checkpoint_count_and_find_the_same(
    on_disk: bool, workers: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(native_search, "SAVE_SECONDS", 0.0)
    monkeypatch.setattr(crew, "SMALL_LEVEL", 1)
    if on_disk:
        monkeypatch.setattr(StateSet, "has_room_for", lambda self, count: False)  # type: ignore[misc]
    folder = tmp_path / "run"
    part = check(wide(()), tier="native", workers=workers, checkpoint=folder, max_depth=13)
    assert part.outcome is Outcome.HOLDS_TO_DEPTH
    assert statistics(part).outside_constraint == 0
    for _ in range(2):
        whole = statistics(check(wide(()), tier="native", workers=workers, checkpoint=folder, resume=True))
        assert (whole.states, whole.generated, whole.outside_constraint) == (INSIDE, 1 + 4 * INSIDE, OUT)
    expected, wrong = check(wide(), tier="native", workers=1), check(wide(), tier="native", workers=workers)
    assert wrong.outcome is Outcome.VIOLATED
    assert sums(wrong) == list(range(14))
    assert wrong.trace == expected.trace
