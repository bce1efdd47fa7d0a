"""Nothing is proved of what has no value: partial operations are obligations, in the order of evaluation."""

from __future__ import annotations

import functools
from dataclasses import replace
from random import Random

import expression_specs
import partial_specs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_specs import Loaded, RandomSpec, load, random_specs, random_state

from checker import api
from checker.core import ir
from checker.core.definedness import of_action, of_property
from checker.core.errors import UserError
from checker.core.instance import BagBound
from checker.core.language import Spec
from checker.core.model import Model
from checker.core.typing_rules import Scope, check_expression
from checker.core.values import State
from checker.core.verdict import Outcome
from checker.engines.interpreter.interpreter import Interpreter
from checker.engines.run import check
from checker.frontend.elaborate import elaborate
from checker.frontend.instantiate import instantiate
from checker.frontend.lower import lower

ERRORS = [
    (partial_specs.PastWritten, "`go` may index past the end of `Seq([s])`"),
    (partial_specs.PastStored, "`third` may index past the end of `self.log`"),
    (partial_specs.BeforeStart, "`go` may index before the start of `self.log`"),
    (partial_specs.LastButOne, "`go` may index before the start of `self.log`"),
    (partial_specs.NotHeld, "`go` may remove what is not there from `self.bag`"),
    (partial_specs.HeldOnce, "`go` may remove what is not there from `self.bag"),
    (partial_specs.OfNothing, "`go` may take the `max` of nothing in `(0 for _ in self.log)`"),
    (partial_specs.ByZero, "`go` may divide by zero in `5 // len(self.log)`"),
    (partial_specs.NegativeSlice, "`go` may take a slice with a negative bound of `self.log`"),
    (partial_specs.InUpdate, "`go` may index past the end of `self.log`"),
    (partial_specs.InUnusedName, "`go` may index past the end of `self.log`"),
    (partial_specs.InMap, "`go` may divide by zero"),
    (partial_specs.InSet, "`go` may divide by zero in `1 // len(self.log)`"),
    (partial_specs.WrongOrder, "`go` may index past the end of `self.log`"),
    (partial_specs.AtTheEnd, "`climbs` may ask for what follows the last element in `self.at.next`"),
    (partial_specs.OfAStep, "`grows` may index past the end of `after.log`"),
    (partial_specs.AtStart, "`start` may index past the end of `self.log`"),
    (partial_specs.InLemma, "`long` may index past the end of `self.log`"),
]

SIZES = {partial_specs.Thing: 2, partial_specs.Level: 3}


@pytest.mark.parametrize(("spec", "words"), ERRORS, ids=[spec.__name__ for spec, _ in ERRORS])
def test_what_may_be_an_error_is_not_proved_and_is_told_with_its_place(spec: type[Spec], words: str) -> None:
    bounds = {"log": 2, "bag": BagBound(2, 2)}
    with pytest.raises(UserError, match=r"R00[1-6]"):  # the search, with or without the lemmas
        raise_error_of(Model(spec, sizes=SIZES, bounds=bounds))
    proof = api.prove(spec)
    assert proof.outcome in (Outcome.NOT_INDUCTIVE, Outcome.ERROR)
    assert words in proof.message
    assert "partial_specs.py:" in proof.message


def raise_error_of(model: Model) -> None:
    """Raises the error of the spec that the search, or the interpreter on its way, has met."""
    verdict = check(model)
    if verdict.outcome is Outcome.ERROR:
        raise UserError("R001", verdict.message)


@pytest.mark.parametrize("spec", [partial_specs.Tested, partial_specs.AheadProof])
def test_what_is_tested_before_is_proved(spec: type[Spec]) -> None:
    proof = api.prove(spec)
    assert proof.outcome is Outcome.PROVED, proof.message
    bounds = {"log": 3, "bag": BagBound(2, 2), **({"seen": (0, 3)} if issubclass(spec, partial_specs.Ahead) else {})}
    assert check(Model(spec, sizes=SIZES, bounds=bounds)).outcome is Outcome.HOLDS


def test_without_the_lemma_that_excludes_the_error_there_is_a_state_that_shows_it() -> None:
    proof = api.prove(partial_specs.Ahead)
    assert proof.outcome is Outcome.NOT_INDUCTIVE
    (row,) = [entry for entry in proof.properties if entry.kind == "definedness"]
    assert (row.name, row.outcome) == ("back", Outcome.NOT_INDUCTIVE)
    assert proof.trace is not None
    (state,) = proof.trace.states
    assert state["seen"] > len(state["log"])


def test_what_rests_on_nothing_that_is_an_error_stays_proved() -> None:
    found = {entry.name: entry.outcome for entry in api.prove(partial_specs.PastStored).properties}
    assert found == {"good": Outcome.PROVED, "third": Outcome.NOT_INDUCTIVE}


# --- against the interpreter --------------------------------------------------------------------------------------


@functools.cache
def everything() -> Loaded:
    """The spec with every operation, at a small size."""
    spec = elaborate(expression_specs.Everything)
    model = Model(
        expression_specs.Everything,
        sizes={expression_specs.Node: 2, expression_specs.Round: 3},
        bounds={"number": (-2, 3), "length": 2, "bag": BagBound(2, 2)},
    )
    return Loaded(spec, model, instantiate(model, spec))


def assert_formulas_say_what_is_no_error(loaded: Loaded, random: Random) -> None:
    """Where the formula is true the interpreter meets no error, and the formula is never an error itself.

    Without a quantifier, which may stop before it comes to an error, it is false exactly where there is one."""
    interpreter = Interpreter(loaded.spec, loaded.instance)
    state, after = (random_state(random, loaded.spec, loaded.instance) for _ in range(2))
    for entry in loaded.spec.properties:
        formula = of_property(entry).formula
        successor = after if entry.kind == "step invariant" else None
        code = error_of(interpreter, entry, state, successor)
        is_defined = True if formula is None else value_of(interpreter, formula, state, after)
        if is_defined is True:
            assert code in (None, *OF_BOUNDS), entry.name
        elif is_defined is False and not any(isinstance(node, QUANTIFIED) for node in ir.walk(entry.formula)):
            assert code is not None, entry.name
    for action in lower(loaded.spec).actions:
        formula = of_action(action).formula
        if formula is None or value_of(interpreter, formula, state, None) is True:
            assert step_error(loaded, action.name, state) in (None, *OF_BOUNDS), action.name


QUANTIFIED = (ir.ForAll, ir.Exists)
OF_BOUNDS = ("R005", "R006")
"""The bounds of a model are none of the formula's concern (R006 is also what `.next` of the last element is)."""


def error_of(interpreter: Interpreter, entry: ir.Property, state: State, after: State | None) -> str | None:
    try:
        interpreter.holds(entry, state, after)
    except UserError as error:
        return error.code
    return None


def value_of(interpreter: Interpreter, formula: ir.Expr, state: State, after: State | None) -> bool | None:
    """The truth of a formula; None where the model has no room for a value in it."""
    entry = ir.Property(kind="invariant", name="definedness", doc="", formula=formula, span=formula.span)
    try:
        return interpreter.holds(entry, state, after)
    except UserError as error:
        assert error.code in OF_BOUNDS, error
        return None


def step_error(loaded: Loaded, name: str, state: State) -> str | None:
    alone = replace(loaded.spec, actions=tuple(action for action in loaded.spec.actions if action.name == name))
    try:
        Interpreter(alone, loaded.instance).steps(state)
    except UserError as error:
        return error.code
    return None


@given(random_specs(), st.integers(0, 1000))
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_formula_of_a_random_spec_is_true_where_it_has_a_value(random_spec: RandomSpec, seed: int) -> None:
    assert_formulas_say_what_is_no_error(load(random_spec), Random(seed))


@pytest.mark.parametrize("seed", range(15))
def test_the_formula_of_rare_operations_is_true_where_they_have_a_value(seed: int) -> None:
    assert_formulas_say_what_is_no_error(everything(), Random(seed))


@given(random_specs())
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_formula_is_one_of_the_language(random_spec: RandomSpec) -> None:
    spec = load(random_spec).spec
    scope = Scope(variables={v.name: v.type for v in spec.variables}, names={}, primed=True, lowered=True)
    made = [of_property(entry) for entry in spec.properties] + [of_action(action) for action in lower(spec).actions]
    for formula in [entry.formula for entry in made if entry.formula is not None]:
        check_expression(formula, scope)
