"""The translation to Z3 says what the interpreter says.

Random specs have every type and every expression of the language between them.  Over an instance a state is asserted
variable by variable, as equalities, and what Z3 makes of a property or of a step must be what the interpreter makes of
it.  For all sizes some encodings say less than they could (a sum, the size of a set), so there it is held that nothing
that the interpreter finds true is ever excluded: that is what a proof rests on.
"""
# pyright: basic
from __future__ import annotations

import functools
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace
from random import Random
from typing import get_args

import expression_specs
import pytest
import z3
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_specs import Loaded, RandomSpec, load, random_specs, random_state, random_value

from checker.core import ir
from checker.core.errors import UserError
from checker.core.instance import BagBound, Instance
from checker.core.model import Model
from checker.core.trace import Label
from checker.core.types import EnumType, IntType, QuorumType, SeqType, SetType, SortType, UnionType, parts
from checker.core.values import State
from checker.engines.interpreter.interpreter import Interpreter
from checker.engines.proof.smt.actions import SymbolicStep, symbolic_step
from checker.engines.proof.smt.concrete import Reader, from_value
from checker.engines.proof.smt.logic import Leaf, as_term, conjunction, disjunction, negation, same
from checker.engines.proof.smt.columns import variable
from checker.engines.proof.smt.shapes import flatten, shapes
from checker.engines.proof.smt.terms import Term
from checker.engines.proof.smt.translate import Translator
from checker.engines.proof.smt.universe import Universe
from checker.engines.proof.smt.values import equal, well_typed
from checker.frontend.elaborate import elaborate
from checker.frontend.instantiate import instantiate
from checker.frontend.lower import lower

often = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


def holds(interpreter: Interpreter, entry: ir.Property, state: State, after: State | None = None) -> bool | None:
    """What the interpreter says; None for an error of the spec."""
    try:
        return interpreter.holds(entry, state, after)
    except UserError:
        return None


@functools.cache
def everything() -> Loaded:
    """The spec with every operation, at a small size; its ints may be negative, since `//` and `%` care."""
    spec = elaborate(expression_specs.Everything)
    model = Model(
        expression_specs.Everything,
        sizes={expression_specs.Node: 2, expression_specs.Round: 3},
        bounds={"number": (-2, 3), "length": 2, "bag": BagBound(2, 2)},
    )
    return Loaded(spec, model, instantiate(model, spec))


class Fixed:
    """A state asserted of symbolic variables over an instance."""

    def __init__(self, spec: ir.Spec, instance: Instance, state: State) -> None:
        self.universe = Universe(instance)
        self.types = {entry.name: entry.type for entry in spec.variables}
        self.state = {name: variable(self.universe, name, type) for name, type in self.types.items()}
        self.solver = z3.Solver(ctx=self.universe.context)
        self.solver.set(timeout=20_000)
        for name, type in self.types.items():
            self.solver.add(self.term(well_typed(self.universe, self.state[name], type)))
            self.solver.add(self.term(self.is_value(self.state, name, state)))

    def term(self, leaf: Leaf) -> z3.ExprRef:
        return as_term(leaf, self.universe.context)

    def is_value(self, terms: Mapping[str, Term], name: str, state: State) -> Leaf:
        value = from_value(self.universe, state[name], self.types[name])
        return equal(self.universe, terms[name], value, self.types[name])

    def has_arguments(self, step: SymbolicStep, action: ir.LoweredAction, label: Label) -> Leaf:
        values = dict(label.arguments)
        return conjunction(
            equal(self.universe, step.arguments[p.name], from_value(self.universe, values[p.name], p.type), p.type)
            for p in action.parameters
        )

    def possible(self, leaf: Leaf) -> bool:
        answer = self.solver.check(self.term(leaf))
        assert answer != z3.unknown
        return answer == z3.sat


# --- over an instance ---------------------------------------------------------------------------------------------


def assert_properties_agree(loaded: Loaded, random: Random) -> None:
    """Of each property of a random state (and another one as its successor), Z3 knows what the interpreter says."""
    interpreter = Interpreter(loaded.spec, loaded.instance)
    state, after = (random_state(random, loaded.spec, loaded.instance) for _ in range(2))
    fixed = Fixed(loaded.spec, loaded.instance, state)
    successor = {name: from_value(fixed.universe, after[name], type) for name, type in fixed.types.items()}
    for entry in loaded.spec.properties:
        expected = holds(interpreter, entry, state, after)
        if expected is not None:
            formula = Translator(fixed.universe, fixed.state, successor).formula(entry.formula, {})
            assert fixed.possible(formula) == expected, entry.name
            assert fixed.possible(negation(formula)) != expected, entry.name


def assert_steps_agree(loaded: Loaded, random: Random) -> None:
    """From a random state, Z3 takes the steps that the interpreter takes, to the same states, and no others."""
    state = random_state(random, loaded.spec, loaded.instance)
    fixed = Fixed(loaded.spec, loaded.instance, state)
    for action in lower(loaded.spec).actions:
        alone = replace(loaded.spec, actions=tuple(a for a in loaded.spec.actions if a.name == action.name))
        try:
            taken, cut = Interpreter(alone, loaded.instance).steps(state)
        except UserError:
            continue
        step = symbolic_step(fixed.universe, action, fixed.state)
        arguments = {entry: fixed.has_arguments(step, action, entry.label) for entry in taken}
        for entry in random.sample(taken, min(4, len(taken))):
            here = conjunction((step.guard, arguments[entry]))
            result = conjunction(fixed.is_value(step.after, name, entry.state) for name in fixed.types)
            assert fixed.possible(conjunction((here, result))), entry.label
            assert not fixed.possible(conjunction((here, negation(result)))), entry.label
        if not cut:
            other = negation(disjunction(arguments.values()))
            assert not fixed.possible(conjunction((step.guard, other))), action.name


@given(random_specs(), st.integers(0, 1000))
@often
def test_properties_of_random_specs_are_what_the_interpreter_says(random_spec: RandomSpec, seed: int) -> None:
    assert_properties_agree(load(random_spec), Random(seed))


@given(random_specs(), st.integers(0, 1000))
@often
def test_steps_of_random_specs_are_those_of_the_interpreter(random_spec: RandomSpec, seed: int) -> None:
    assert_steps_agree(load(random_spec), Random(seed))


@pytest.mark.parametrize("seed", range(15))
def test_rare_operations_are_what_the_interpreter_says(seed: int) -> None:
    assert_properties_agree(everything(), Random(seed))


@pytest.mark.parametrize("seed", range(6))
def test_steps_with_rare_operations_are_those_of_the_interpreter(seed: int) -> None:
    assert_steps_agree(everything(), Random(seed))


def test_the_rare_operations_are_all_there_are() -> None:
    spec = lower(everything().spec)
    roots = [entry.formula for entry in spec.source.properties]
    for action in (*spec.initial, *spec.actions):
        roots += [step.condition if isinstance(step, ir.Require) else step.value for step in action.steps]
        roots += [value for _, value in action.updates]
    used = {type(node) for root in roots for node in ir.walk(root)}
    assert used == set(get_args(ir.Expr))


@given(random_specs(), st.integers(0, 1000))
@often
def test_a_state_is_read_back_from_a_model(random_spec: RandomSpec, seed: int) -> None:
    loaded = load(random_spec)
    state = random_state(Random(seed), loaded.spec, loaded.instance)
    fixed = Fixed(loaded.spec, loaded.instance, state)
    assert fixed.possible(True)
    reader = Reader(fixed.universe, fixed.solver.model(), loaded.instance)
    assert all(reader.value(fixed.state[name], type) == state[name] for name, type in fixed.types.items())


# --- for all sizes ------------------------------------------------------------------------------------------------


class Constants(Universe):
    """All sizes, with constants for the elements of an instance."""

    def __init__(self, instance: Instance) -> None:
        super().__init__()
        self.labels = instance.labels
        self.made: dict[str, list[z3.ExprRef]] = {}

    def elements(self, type: EnumType | SortType | QuorumType) -> Sequence[Leaf]:
        if isinstance(type, EnumType):
            return super().elements(type)
        return self.made[type.name] if type.name in self.made else range(len(self.labels[type.name]))


class Unbounded:
    """A state of an instance asserted in the translation for all sizes, whose sorts are made as small."""

    def __init__(self, loaded: Loaded, state: State) -> None:
        self.universe = Constants(loaded.instance)
        self.instance = loaded.instance
        self.facts: list[z3.ExprRef] = []
        for sort in loaded.spec.sorts:
            if isinstance(sort, QuorumType) or (isinstance(sort, SortType) and not sort.ordered):
                self._enumerate(sort)
        for sort in loaded.spec.sorts:
            if isinstance(sort, QuorumType):
                self._give_members(sort)
            elif isinstance(sort, SortType) and sort.ordered:
                self.facts.append(self.universe.last(sort) == len(loaded.instance.labels[sort.name]) - 1)
        self.state = self.terms(loaded.spec, state)

    def terms(self, spec: ir.Spec, state: State) -> dict[str, Term]:
        return {entry.name: from_value(self.universe, state[entry.name], entry.type) for entry in spec.variables}

    def _enumerate(self, sort: SortType | QuorumType) -> None:
        own = self.universe.sort(sort)
        names = self.instance.labels[sort.name] if isinstance(sort, SortType) else self.instance.quorums[sort.name]
        made = [self.universe.constant(sort.name, own) for _ in names]
        x = z3.Const("each", own)
        self.universe.made[sort.name] = made
        self.facts.append(z3.ForAll([x], z3.Or(*(x == element for element in made))))
        if len(made) > 1:
            self.facts.append(z3.Distinct(*made))

    def _give_members(self, sort: QuorumType) -> None:
        for quorum, members in zip(self.universe.made[sort.name], self.instance.quorums[sort.name], strict=True):
            for index, element in enumerate(self.universe.made[sort.member.name]):
                self.facts.append(self.universe.member(element, quorum, sort) == (index in members))

    def excluded(self, leaf: Leaf) -> bool:
        """Does Z3 know that this is false?"""
        solver = z3.Solver(ctx=self.universe.context)
        solver.set(timeout=300)
        solver.add(*self.facts, *(formula for _, formula in self.universe.definitions))
        solver.add(as_term(leaf, self.universe.context))
        return solver.check() == z3.unsat


@pytest.mark.parametrize("seed", range(5))
def test_values_are_equal_exactly_as_arguments_of_relations_and_are_built_from_them(seed: int) -> None:
    loaded, random = everything(), Random(seed)
    unbounded = Unbounded(loaded, random_state(random, loaded.spec, loaded.instance))
    types = dict.fromkeys(part for entry in loaded.spec.variables for part in parts(entry.type))
    # Z3 gives up on whether two sets of sets are equal, which is sound, and a union may be of any of its members
    for type in [t for t in types if not isinstance(t, UnionType) and t != SetType(SetType(SortType("Node")))]:
        some = [random_value(random, type, loaded.instance) for _ in range(3)]
        for left, right in itertools.combinations([*some, some[0]], 2):
            terms = [from_value(unbounded.universe, value, type) for value in (left, right)]
            (_, shape, a), (_, other, b) = (flatten(unbounded.universe, term, type)[0] for term in terms)
            alike = conjunction(same(x, y) for x, y in zip(a, b, strict=True)) if shape == other else False
            assert unbounded.excluded(negation(alike) if left == right else alike), (type, left, right)
            rebuilt = shapes(unbounded.universe, type)[shape].build(a)
            assert unbounded.excluded(negation(equal(unbounded.universe, rebuilt, terms[0], type))), (type, left)


def ranges_without_end(formula: ir.Expr) -> bool:
    """Does it speak of all ints, which an instance has few of?"""
    domains = [node.type for node in ir.walk(formula) if isinstance(node, (ir.AllOf, ir.MakeMap))]
    return any(isinstance(part, (IntType, SeqType)) for domain in domains for part in parts(domain))


def assert_truth_is_not_excluded(loaded: Loaded, random: Random) -> None:
    interpreter = Interpreter(loaded.spec, loaded.instance)
    state, after = (random_state(random, loaded.spec, loaded.instance) for _ in range(2))
    unbounded = Unbounded(loaded, state)
    successor = unbounded.terms(loaded.spec, after)
    for entry in loaded.spec.properties:
        expected = holds(interpreter, entry, state, after)
        if expected is not None and not ranges_without_end(entry.formula):
            formula = Translator(unbounded.universe, unbounded.state, successor).formula(entry.formula, {})
            assert not unbounded.excluded(formula if expected else negation(formula)), entry.name


@given(random_specs(), st.integers(0, 1000))
@often
def test_for_all_sizes_the_truth_is_never_excluded(random_spec: RandomSpec, seed: int) -> None:
    assert_truth_is_not_excluded(load(random_spec), Random(seed))


@pytest.mark.parametrize("seed", range(15))
def test_for_all_sizes_rare_operations_never_exclude_the_truth(seed: int) -> None:
    assert_truth_is_not_excluded(everything(), Random(seed))
