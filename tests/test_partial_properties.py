"""Properties that have no value in some states: both tiers ask the same of each state, and blame what was asked."""

from __future__ import annotations

from typing import Self

import pytest
from native_runs import statistics

from checker import Model, Spec, action, constraint, implies, init, invariant, require, step_invariant, witness
from checker.core.verdict import Outcome, Verdict
from checker.engines.run import check
from checker.engines.interpreted import InterpretedSystem
from checker.engines.prepare import prepare
from checker.engines.search import End, search
from checker.engines.tiers import Tier

TIERS: tuple[Tier, ...] = ("python", "native")


@pytest.fixture(autouse=True)
def cache_of_their_own(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("llvmlite")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))


class Guarded(Spec):
    """`bad` is false for i = 2 after `go`, and is not asked for i = 3, where it would divide by zero."""

    x: int
    y: int

    @init
    def start(self) -> None:
        self.x = 10
        self.y = 10

    @action
    def go(self) -> None:
        require(self.x == 10)
        self.x = 3
        self.y = 2

    @invariant
    def bad(self) -> bool:
        return all(i != self.y and implies(6 // (self.x - i) > 100, True) for i in range(4))


class Resting(Spec):
    """No step is taken from 3, where what the step invariant assumes would divide by zero."""

    x: int

    @init
    def start(self) -> None:
        self.x = 10

    @action
    def go(self) -> None:
        require(self.x == 10)
        self.x = 3

    @step_invariant
    def falls(self, after: Self) -> bool:
        return implies(6 // (self.x - 3) < 100, after.x < self.x)


class Counting(Spec):
    """Counts."""

    x: int

    @init
    def start(self) -> None:
        self.x = 0

    @action
    def go(self) -> None:
        self.x = self.x + 1


class Climbing(Counting):
    """The witness divides by zero in the state that violates the invariant."""

    @invariant
    def low(self) -> bool:
        return self.x < 3

    @witness
    def seven(self) -> bool:
        return 6 // (self.x - 3) == 7


class Setting(Spec):
    """In the second level the witness is true at 2, and divides by zero at 3."""

    x: int

    @init
    def start(self) -> None:
        self.x = 0

    @action
    def set(self, v: int) -> None:
        self.x = v

    @witness
    def w(self) -> bool:
        return 6 // (self.x - 3) == -6


class Outside(Spec):
    """The constraint divides by zero at 3; the witness would at 7, which is outside of the constraint."""

    x: int

    @init
    def start(self) -> None:
        self.x = 0

    @action
    def seven(self) -> None:
        self.x = 7

    @action
    def three(self) -> None:
        self.x = 3

    @constraint
    def bounded(self) -> bool:
        return self.x != 7 and 6 // (self.x - 3) < 100

    @witness
    def large(self) -> bool:
        return 6 // (self.x - 7) > 100


class Asking(Counting):
    """The invariant divides by zero at 2."""

    @invariant
    def small(self) -> bool:
        return 6 // (self.x - 2) < 100


def explored(spec: type[Spec], tier: Tier, bounds: dict[str, tuple[int, int]]) -> Verdict:
    verdict = check(Model(spec, bounds=bounds), tier=tier)
    assert not any("in Python" in note for note in verdict.notes)
    return verdict


@pytest.mark.parametrize("tier", TIERS)
def test_an_assumption_that_has_no_value_is_no_error_of_its_invariant(tier: Tier) -> None:
    verdict = explored(Guarded, tier, {"x": (0, 10), "y": (0, 10)})
    assert verdict.outcome is Outcome.VIOLATED
    assert verdict.trace is not None
    assert len(verdict.trace) == 2


@pytest.mark.parametrize("tier", TIERS)
def test_an_assumption_about_steps_is_no_error_where_there_are_none(tier: Tier) -> None:
    model = Model(Resting, bounds={"x": (0, 10)})
    verdict = explored(Resting, tier, {"x": (0, 10)})
    assert verdict.outcome is Outcome.HOLDS
    assert statistics(verdict).states == 2
    prepared = prepare(model)
    slow = InterpretedSystem(prepared.interpreter, prepared.system.actions, prepared.checked)
    assert search(slow).end is End.COMPLETE


@pytest.mark.parametrize("tier", TIERS)
def test_a_witness_is_not_asked_where_an_invariant_is_false(tier: Tier) -> None:
    verdict = explored(Climbing, tier, {"x": (0, 10)})
    assert verdict.outcome is Outcome.VIOLATED
    assert verdict.trace is not None
    assert len(verdict.trace) == 4


@pytest.mark.parametrize("tier", TIERS)
def test_every_state_of_a_level_is_asked_for_the_same_witnesses(tier: Tier) -> None:
    verdict = explored(Setting, tier, {"x": (0, 10), "set.v": (0, 10)})
    assert verdict.outcome is Outcome.ERROR
    assert "R004" in verdict.message


@pytest.mark.parametrize("tier", TIERS)
def test_the_error_that_is_told_is_one_that_was_met(tier: Tier) -> None:
    verdict = explored(Outside, tier, {"x": (0, 9)})
    assert verdict.outcome is Outcome.ERROR
    assert "6 // (self.x - 3) < 100" in verdict.message
    assert verdict.trace is not None
    assert [str(step.label) for step in verdict.trace.steps[1:]] == ["three()"]


@pytest.mark.parametrize("tier", TIERS)
def test_a_search_that_goes_on_from_an_error_tells_it_again(tier: Tier) -> None:
    model = Model(Asking, bounds={"x": (0, 9)})
    before = check(model, tier=tier)
    again = check(model, tier=tier, after=before.trace)
    assert (again.outcome, again.message) == (Outcome.ERROR, before.message)
    assert again.trace == before.trace
