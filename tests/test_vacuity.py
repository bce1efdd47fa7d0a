"""An invariant about cases that never come up is reported, however the case is written; others are not."""

from __future__ import annotations

import pytest
from small_specs import Cell, Counters, Level

from checker import Map, Set, implies, init, invariant, step_invariant
from checker.core.model import Model
from checker.core.verdict import Outcome
from checker.engines.interpreter.interpreter import Interpreter
from checker.engines.run import check
from checker.engines.vacuity import antecedents
from checker.frontend.elaborate import elaborate
from checker.frontend.instantiate import instantiate


class Assumptions(Counters):
    """`low` never happens, `moved` does."""

    empty: Set[Cell]

    @init
    def start(self) -> None:
        self.level = Map({c: Level.first() for c in Cell})
        self.empty = Set()

    def low(self, c: Cell) -> bool:
        return self.level[c] < Level.first()

    def moved(self, c: Cell) -> bool:
        return Level.first() < self.level[c]

    @invariant
    def never_implies(self) -> bool:
        return all(implies(self.low(c), not self.moved(c)) for c in Cell)

    @invariant
    def never_filter(self) -> bool:
        return all(not self.moved(c) for c in Cell if self.low(c))

    @invariant
    def never_or(self) -> bool:
        return all(not self.low(c) or not self.moved(c) for c in Cell)

    @invariant
    def never_nested(self) -> bool:
        return all(implies(self.moved(c), implies(self.low(c), c == d)) for c in Cell for d in Cell)

    @invariant
    def never_early(self) -> bool:
        if not any(self.low(c) for c in Cell):
            return True
        return all(self.moved(c) for c in Cell)

    @invariant
    def never_member(self) -> bool:
        return all(self.moved(c) for c in self.empty)

    @invariant
    def half_of_it(self) -> bool:
        return all(implies(self.moved(c), not self.low(c)) and implies(self.low(c), not self.moved(c)) for c in Cell)

    @invariant
    def says_implies(self) -> bool:
        return all(implies(self.moved(c), not self.low(c)) for c in Cell)

    @invariant
    def says_filter(self) -> bool:
        return all(not self.low(c) for c in Cell if self.moved(c))

    @invariant
    def says_without_assuming(self) -> bool:
        return not any(self.low(c) for c in Cell)

    @step_invariant
    def steps_assume(self, after: "Assumptions") -> bool:
        return all(implies(self.low(c), after.low(c)) for c in Cell)


VERDICT = check(Model(Assumptions, sizes={Cell: 2, Level: 2}))
DETAILS = {entry.name: entry.detail for entry in VERDICT.properties}


@pytest.mark.parametrize("name", [name for name in DETAILS if name.startswith(("never", "steps"))])
def test_a_case_that_never_comes_up_is_reported(name: str) -> None:
    assert VERDICT.outcome is Outcome.HOLDS
    assert DETAILS[name] == "its antecedent was never true"


@pytest.mark.parametrize("name", [name for name in DETAILS if name.startswith("says")])
def test_an_invariant_that_says_something_is_not_reported(name: str) -> None:
    assert DETAILS[name] == ""


def test_one_of_two_cases_that_never_comes_up_is_reported_with_its_place() -> None:
    assert DETAILS["half_of_it"].startswith("an antecedent in it was never true: ")
    assert "test_vacuity.py:" in DETAILS["half_of_it"]
    assert len(DETAILS) == 11


def test_where_not_every_state_was_seen_nothing_is_said_of_antecedents() -> None:
    verdict = check(Model(Assumptions, sizes={Cell: 2, Level: 2}), max_depth=2)
    assert verdict.outcome is Outcome.HOLDS_TO_DEPTH
    assert all(entry.detail == "" for entry in verdict.properties)


class Unguarded(Counters):
    """Its invariant is false where `last` is None, and its case means nothing there."""

    last: Level | None

    @init
    def start(self) -> None:
        self.level = Map({c: Level.first() for c in Cell})
        self.last = None

    @invariant
    def known(self) -> bool:
        return self.last is not None and implies(self.last < self.last, False)


def test_a_case_is_looked_for_only_where_what_stands_before_it_holds() -> None:
    model = Model(Unguarded, sizes={Cell: 2, Level: 2})
    spec = elaborate(Unguarded)
    interpreter = Interpreter(spec, instantiate(model, spec))
    (case,) = antecedents(spec.properties[0])
    (start,) = interpreter.initial()
    assert not interpreter.holds(case, start.state)
