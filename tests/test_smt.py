"""The translation to Z3 says what the interpreter says.

Random specs have every type and every expression of the language between them.  Over an instance a state is asserted
variable by variable, as equalities, and what Z3 makes of a property or of a step must be what the interpreter makes of
it.  For all sizes some encodings say less than they could (a sum, the size of a set), so there it is held that nothing
that the interpreter finds true is ever excluded: that is what a proof rests on.
"""
# pyright: basic
from __future__ import annotations

from collections.abc import Sequence
from random import Random

import z3
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_specs import Loaded, RandomSpec, load, random_specs, random_state

from checker.core import ir
from checker.core.errors import UserError
from checker.core.instance import Instance
from checker.core.trace import Step
from checker.core.types import EnumType, IntType, QuorumType, SeqType, SortType, parts
from checker.core.values import State
from checker.engines.interpreter import Interpreter
from checker.engines.smt.actions import symbolic_step
from checker.engines.smt.concrete import Reader, from_value
from checker.engines.smt.logic import Leaf, as_term, conjunction, disjunction, negation
from checker.engines.smt.columns import variable
from checker.engines.smt.terms import Term
from checker.engines.smt.translate import Translator
from checker.engines.smt.universe import Universe
from checker.engines.smt.values import equal, well_typed
from checker.frontend.lower import lower

often = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def holds(interpreter: Interpreter, entry: ir.Property, state: State, after: State | None = None) -> bool | None:
    """What the interpreter says; None for an error of the spec."""
    try:
        return interpreter.holds(entry, state, after)
    except UserError:
        return None


def steps(interpreter: Interpreter, state: State) -> tuple[list[Step], dict[str, int]]:
    try:
        return interpreter.steps(state)
    except UserError:
        return [], dict.fromkeys((action.name for action in interpreter.spec.actions), 1)


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

    def is_value(self, terms: dict[str, Term], name: str, state: State) -> Leaf:
        value = from_value(self.universe, state[name], self.types[name])
        return equal(self.universe, terms[name], value, self.types[name])

    def possible(self, leaf: Leaf) -> bool:
        answer = self.solver.check(self.term(leaf))
        assert answer != z3.unknown
        return answer == z3.sat


@given(random_specs(), st.integers(0, 1000))
@often
def test_a_property_of_a_state_is_what_the_interpreter_says(random_spec: RandomSpec, seed: int) -> None:
    loaded = load(random_spec)
    interpreter, random = Interpreter(loaded.spec, loaded.instance), Random(seed)
    state, after = (random_state(random, loaded.spec, loaded.instance) for _ in range(2))
    fixed = Fixed(loaded.spec, loaded.instance, state)
    concrete = {name: from_value(fixed.universe, after[name], type) for name, type in fixed.types.items()}
    for entry in loaded.spec.properties:
        expected = holds(interpreter, entry, state, after)
        if expected is not None:
            formula = Translator(fixed.universe, fixed.state, concrete).formula(entry.formula, {})
            assert fixed.possible(formula) == expected
            assert fixed.possible(negation(formula)) != expected


@given(random_specs(), st.integers(0, 1000))
@often
def test_a_step_is_what_the_interpreter_takes(random_spec: RandomSpec, seed: int) -> None:
    loaded = load(random_spec)
    random = Random(seed)
    state = random_state(random, loaded.spec, loaded.instance)
    taken, cut = steps(Interpreter(loaded.spec, loaded.instance), state)
    fixed = Fixed(loaded.spec, loaded.instance, state)
    for action in lower(loaded.spec).actions:
        step = symbolic_step(fixed.universe, action, fixed.state)
        def chosen(label: dict, step=step, action=action) -> Leaf:
            values = {p.name: from_value(fixed.universe, label[p.name], p.type) for p in action.parameters}
            return conjunction(
                equal(fixed.universe, step.arguments[p.name], values[p.name], p.type) for p in action.parameters
            )
        own = [entry for entry in taken if entry.label.action == action.name]
        for entry in random.sample(own, min(4, len(own))):
            here = conjunction((step.guard, chosen(dict(entry.label.arguments))))
            result = conjunction(fixed.is_value(step.after, name, entry.state) for name in fixed.types)
            assert fixed.possible(conjunction((here, result)))
            assert not fixed.possible(conjunction((here, negation(result))))
        if not cut.get(action.name):
            others = disjunction(chosen(dict(entry.label.arguments)) for entry in own)
            assert not fixed.possible(conjunction((step.guard, negation(others))))


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
        self.solver = z3.Solver(ctx=self.universe.context)
        self.solver.set(timeout=300)
        for sort in loaded.spec.sorts:
            if not (isinstance(sort, SortType) and sort.ordered):
                self._enumerate(sort)
        for sort in loaded.spec.sorts:
            if isinstance(sort, QuorumType):
                self._give_members(sort)
        self.state = self.terms(loaded.spec, state)

    def terms(self, spec: ir.Spec, state: State) -> dict[str, Term]:
        return {entry.name: from_value(self.universe, state[entry.name], entry.type) for entry in spec.variables}

    def _enumerate(self, sort: SortType | QuorumType) -> None:
        own = self.universe.sort(sort)
        names = self.instance.labels[sort.name] if isinstance(sort, SortType) else self.instance.quorums[sort.name]
        made = [self.universe.constant(sort.name, own) for _ in names]
        x = z3.Const("each", own)
        self.universe.made[sort.name] = made
        self.solver.add(z3.ForAll([x], z3.Or(*(x == element for element in made))))
        if len(made) > 1:
            self.solver.add(z3.Distinct(*made))

    def _give_members(self, sort: QuorumType) -> None:
        for quorum, members in zip(self.universe.made[sort.name], self.instance.quorums[sort.name], strict=True):
            for index, element in enumerate(self.universe.made[sort.member.name]):
                self.solver.add(self.universe.member(element, quorum, sort) == (index in members))

    def excluded(self, leaf: Leaf) -> bool:
        """Does Z3 know that this is false?"""
        self.solver.push()
        self.solver.add(as_term(leaf, self.universe.context), *self.universe.definitions)
        answer = self.solver.check()
        self.solver.pop()
        return answer == z3.unsat


def ranges_without_end(formula: ir.Expr) -> bool:
    """Does it speak of all elements of an ordered sort, or of all ints, which an instance has few of?"""
    domains = [node.type for node in ir.walk(formula) if isinstance(node, (ir.AllOf, ir.MakeMap))]
    return any(
        isinstance(part, (IntType, SeqType)) or (isinstance(part, SortType) and part.ordered)
        for domain in domains for part in parts(domain)
    )


@given(random_specs(), st.integers(0, 1000))
@often
def test_for_all_sizes_the_truth_is_never_excluded(random_spec: RandomSpec, seed: int) -> None:
    loaded = load(random_spec)
    interpreter, random = Interpreter(loaded.spec, loaded.instance), Random(seed)
    state, after = (random_state(random, loaded.spec, loaded.instance) for _ in range(2))
    unbounded = Unbounded(loaded, state)
    successor = unbounded.terms(loaded.spec, after)
    for entry in loaded.spec.properties:
        expected = holds(interpreter, entry, state, after)
        if expected is not None and not ranges_without_end(entry.formula):
            formula = Translator(unbounded.universe, unbounded.state, successor).formula(entry.formula, {})
            assert not unbounded.excluded(formula if expected else negation(formula))
