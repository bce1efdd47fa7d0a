"""Counterexamples to induction: a state in which all lemmas hold, and a step after which one of them does not.

Such a state may be unreachable, so it says that the lemmas are not enough, not that the spec is wrong.  It is looked
for in instances of growing size, made as small as possible, and believed only when the interpreter agrees.
"""
# pyright: basic
from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace

import z3

from checker.core import ir
from checker.core.errors import UserError
from checker.core.instance import Instance
from checker.core.structs import struct
from checker.core.trace import Label, Step, Trace
from checker.core.types import QuorumType
from checker.core.values import State
from checker.engines.interpreter.interpreter import Interpreter
from checker.engines.proof.smt.actions import SymbolicStep, symbolic_step
from checker.engines.proof.smt.answers import answer
from checker.engines.proof.smt.concrete import Reader
from checker.engines.proof.smt.instances import growing_instances
from checker.engines.proof.smt.logic import Leaf, Symbol, as_term, conjunction, negation
from checker.engines.proof.smt.columns import variable
from checker.engines.proof.smt.terms import Term
from checker.engines.proof.obligations import Claim, Obligation
from checker.engines.proof.smt.translate import Translator
from checker.engines.proof.smt.universe import Universe
from checker.engines.proof.smt.values import well_typed
from checker.engines.proof.smt.weight import smallest, weights

EFFORT_A_QUERY = 20_000_000
"""In Z3's own steps, some four million a second."""
ASSUMED = "assumed"
"""The label of the first state: it is reached by no step, the lemmas hold in it."""


@struct
class Counterexample:
    failure: Obligation
    instance: Instance
    trace: Trace


def find_counterexamples(
    spec: ir.LoweredSpec, failures: Sequence[Obligation], hypotheses: Sequence[ir.Property], naturals: Sequence[str],
    until: float, *, beyond: bool = False, progress: Callable[[str], None] = lambda line: None,
) -> Iterator[Counterexample]:
    """For each claim that has one within the time, a counterexample in the smallest instance that has any.

    With `beyond` the instances are those that are left out otherwise, ever larger ones.
    """
    found: set[str] = set()
    for instance in growing_instances(spec.source, naturals, beyond=beyond):
        open_failures = [failure for failure in failures if failure.claim.name not in found]
        if not open_failures or time.monotonic() > until:
            break
        progress(f"that there is no counterexample to induction of {described(instance, quorums=False)}")
        search = Search(spec, instance, hypotheses, naturals, until)
        for failure in open_failures:
            if failure.claim.name not in found and time.monotonic() < until:
                counterexample = search.find(failure)
                if counterexample is not None:
                    found.add(failure.claim.name)
                    yield counterexample


class Search:
    """One instance, whose quorums Z3 chooses."""

    def __init__(
        self, spec: ir.LoweredSpec, instance: Instance, hypotheses: Sequence[ir.Property], naturals: Sequence[str],
        until: float,
    ) -> None:
        self.spec = spec
        self.hypotheses = hypotheses
        self.naturals = naturals
        self.until = until
        self.universe = Universe(instance, open_quorums=True)
        self.types = {entry.name: entry.type for entry in spec.source.variables}
        self.state = {name: variable(self.universe, name, type) for name, type in self.types.items()}
        self.steps: dict[str, SymbolicStep] = {}
        self.quorums = [sort for sort in spec.source.sorts if isinstance(sort, QuorumType)]
        self.solver = z3.Solver(ctx=self.universe.context)
        self.solver.set(random_seed=0)
        self._assert(self._families())
        self.assumed: Symbol | None = None

    def _assert(self, leaf: Leaf) -> None:
        self.solver.add(as_term(leaf, self.universe.context))

    def _families(self) -> Leaf:
        """No quorum is empty, and those of families that intersect share an element."""
        facts: list[Leaf] = []
        families = {sort.name: sort for sort in self.quorums}
        for type in self.quorums:
            for one in self.universe.elements(type):
                facts.append(self._share(type, one, type, one))
                for name in type.intersects:
                    if name in families:
                        others = self.universe.elements(families[name])
                        facts += [self._share(type, one, families[name], other) for other in others]
        return conjunction(facts)

    def _share(self, type: QuorumType, one: Leaf, other_type: QuorumType, other: Leaf) -> Leaf:
        elements = self.universe.elements(type.member)
        return z3.Or(*(
            z3.And(self.universe.member(e, one, type), self.universe.member(e, other, other_type)) for e in elements
        ))

    def _holds(self, entry: ir.Property, state: Mapping[str, Term], after: Mapping[str, Term] | None = None) -> Leaf:
        """The property, evaluated without an error."""
        translator = Translator(self.universe, state, after)
        formula = translator.formula(entry.formula, {})
        return conjunction((formula, *translator.defined))

    def _assumptions(self) -> Leaf:
        typed = [well_typed(self.universe, self.state[name], type) for name, type in self.types.items()]
        typed += [well_typed(self.universe, self.state[n], self.types[n], only_ints=True) for n in self.naturals]
        return conjunction([*typed, *(self._holds(entry, self.state) for entry in self.hypotheses)])

    def find(self, failure: Obligation) -> Counterexample | None:
        """A smallest counterexample for the failure in this instance, confirmed by the interpreter."""
        step = self._step(failure)
        fails = self._fails(failure.claim, step)
        if fails is False:
            return None
        self.solver.push()
        if not failure.initial:
            self._assume()
        stored = [well_typed(self.universe, step.after[name], type) for name, type in self.types.items()]
        self._assert(conjunction((step.guard, step.defined, fails, *stored)))
        model = self._smallest({} if failure.initial else self.state)
        self.solver.pop()
        return None if model is None else self._confirmed(failure, step, model)

    def state_without(self, formula: ir.Expr) -> tuple[Instance, State] | None:
        """A smallest state that satisfies the hypotheses, in which the formula is false and has a value.

        Of a formula that reads no variable any state may be given, since none is assumed then."""
        reads = any(isinstance(part, ir.Variable) for part in ir.walk(formula))
        translator = Translator(self.universe, self.state)
        refused = negation(translator.formula(formula, {}))
        self.solver.push()
        if reads:
            self._assume()
        else:
            self._assert(conjunction(well_typed(self.universe, self.state[n], type) for n, type in self.types.items()))
        self._assert(conjunction((refused, *translator.defined)))
        model = self._smallest(self.state)
        self.solver.pop()
        if model is None:
            return None
        instance = self._with_quorums(model)
        return instance, self._read(model, instance, self.state)

    def states_with(self, formula: ir.Expr) -> Iterator[tuple[Instance, State]]:
        """A state that satisfies the hypotheses and the formula, if there is one."""
        translator = Translator(self.universe, self.state)
        found = self._state(conjunction((translator.formula(formula, {}), *translator.defined)))
        yield from [found] if found is not None else []

    def states_before(self, action: ir.LoweredAction) -> Iterator[tuple[Instance, State]]:
        """States that satisfy the hypotheses and from which the action takes a step: after a first one, for which it
        is left open whether the step stays within the instance, one for which it does."""
        step = symbolic_step(self.universe, action, self.state)
        found = self._state(conjunction((step.guard, step.defined)))
        if found is not None:
            yield found
            stored = [well_typed(self.universe, step.after[name], type) for name, type in self.types.items()]
            found = self._state(conjunction((step.guard, step.defined, *stored)))
            yield from [found] if found is not None else []

    def first_step(self, action: ir.LoweredAction) -> tuple[Instance, Step] | None:
        """An initial state of an `@init`, of which the hypotheses need not be true."""
        step = symbolic_step(self.universe, action, {})
        stored = [well_typed(self.universe, step.after[name], type) for name, type in self.types.items()]
        self.solver.push()
        self._assert(conjunction((step.guard, step.defined, *stored)))
        model = self._model()
        self.solver.pop()
        if model is None:
            return None
        instance = self._with_quorums(model)
        return instance, self._taken(action, step, model, instance)

    def _taken(self, action: ir.LoweredAction, step: SymbolicStep, model: z3.ModelRef, instance: Instance) -> Step:
        """The step that Z3 found, with its arguments."""
        reader = Reader(self.universe, model, instance)
        arguments = [(p.name, reader.value(step.arguments[p.name], p.type)) for p in action.parameters]
        return Step(Label(action.name, tuple(arguments)), self._read(model, instance, step.after))

    def _state(self, wanted: Leaf) -> tuple[Instance, State] | None:
        if wanted is False:
            return None
        self.solver.push()
        self._assume()
        self._assert(wanted)
        model = self._model()
        self.solver.pop()
        if model is None:
            return None
        instance = self._with_quorums(model)
        return instance, self._read(model, instance, self.state)

    def _assume(self) -> None:
        if self.assumed is None:
            self.assumed = as_term(self._assumptions(), self.universe.context)
        self.solver.add(self.assumed)

    def _read(self, model: z3.ModelRef, instance: Instance, terms: Mapping[str, Term]) -> State:
        reader = Reader(self.universe, model, instance)
        return State(tuple(self.types), tuple(reader.value(terms[name], type) for name, type in self.types.items()))

    def _step(self, failure: Obligation) -> SymbolicStep:
        name = failure.action.name
        if name not in self.steps:
            self.steps[name] = symbolic_step(self.universe, failure.action, {} if failure.initial else self.state)
        return self.steps[name]

    def _fails(self, claim: Claim, step: SymbolicStep) -> Leaf:
        assert claim.property is not None
        if claim.property.kind == "step invariant":
            translator = Translator(self.universe, self.state, step.after)
        else:
            translator = Translator(self.universe, step.after)
        formula = translator.formula(claim.property.formula, {})
        return conjunction((negation(formula), *translator.defined))

    def _smallest(self, state: Mapping[str, Term]) -> z3.ModelRef | None:
        """A model in which as little as possible has happened, as far as the time allows."""
        facts = [fact for name in state for fact in weights(self.universe, state[name], self.types[name])]
        return smallest(self.solver, self._model, facts)

    def _model(self) -> z3.ModelRef | None:
        left = self.until - time.monotonic()
        if left <= 0:
            return None
        self.solver.set(timeout=max(1, int(1000 * left)), rlimit=EFFORT_A_QUERY)
        return self.solver.model() if answer(self.solver) == z3.sat else None

    # --- out of the model -----------------------------------------------------------------------------------------

    def _confirmed(self, failure: Obligation, step: SymbolicStep, model: z3.ModelRef) -> Counterexample | None:
        instance = self._with_quorums(model)
        last = self._taken(failure.action, step, model, instance)
        steps = (last,) if failure.initial else (Step(Label(ASSUMED), self._read(model, instance, self.state)), last)
        source = self.spec.source
        if not confirmed(source, instance, failure, self.hypotheses, steps):
            return None
        kind = "counterexample" if failure.initial else "counterexample to induction"
        kept = () if failure.initial else as_initially(source, instance, steps, failure.claim.reads())
        trace = Trace(kind, source.name, described(instance), failure.claim.name, steps, kept)
        return Counterexample(failure, instance, trace)

    def _with_quorums(self, model: z3.ModelRef) -> Instance:
        """The instance with the members that Z3 gave to each quorum."""
        chosen: dict[str, tuple[tuple[int, ...], ...]] = {}
        for type in self.quorums:
            elements = list(enumerate(self.universe.elements(type.member)))
            chosen[type.name] = tuple(
                tuple(i for i, e in elements if z3.is_true(model.eval(self.universe.member(e, q, type), True)))
                for q in self.universe.elements(type)
            )
        assert self.universe.instance is not None
        return replace(self.universe.instance, quorums=chosen)


def confirmed(
    spec: ir.Spec, instance: Instance, failure: Obligation, hypotheses: Sequence[ir.Property], steps: Sequence[Step]
) -> bool:
    """Does the interpreter agree: the hypotheses hold at first, the step is one, and then the claim fails?"""
    only = replace(spec, actions=tuple(action for action in spec.actions if action.name == failure.action.name))
    interpreter = Interpreter(only, instance)
    property, last = failure.claim.property, steps[-1]
    assert property is not None
    try:
        if failure.initial:
            return interpreter.begins(last) and not interpreter.holds(property, last.state)
        before = steps[0].state
        if not all(interpreter.holds(entry, before) for entry in hypotheses):
            return False
        after = (before, last.state) if property.kind == "step invariant" else (last.state,)
        return last in interpreter.steps(before)[0] and not interpreter.holds(property, *after)
    except UserError:
        return False


def as_initially(
    spec: ir.Spec, instance: Instance, steps: Sequence[Step], read: Collection[str]
) -> tuple[str, ...]:
    """The variables of the first state that matter least: see `Trace`.  `read` are those that the property reads."""
    try:
        starts = [step.state for step in Interpreter(spec, instance).initial()]
    except UserError:
        return ()
    states = [step.state for step in steps]
    first = dict(states[0].items())
    steady = [
        name for name, value in first.items()
        if name not in read and all(state[name] == value for state in states[1:])
    ]
    nearest = max(([name for name in steady if start[name] == first[name]] for start in starts), key=len, default=[])
    return tuple(nearest)


def described(instance: Instance, *, quorums: bool = True) -> str:
    """The sizes of an instance in words, with the members of its quorums unless they are open."""
    def sets(name: str, families: Sequence[Sequence[int]]) -> str:
        return f"{name}: " + " ".join("{" + ",".join(str(member + 1) for member in family) + "}" for family in families)
    sorts = [f"{name}={len(labels)}" for name, labels in instance.labels.items()]
    families = instance.quorums.items() if quorums else ()
    return ", ".join([*sorts, *(sets(name, members) for name, members in families)])

