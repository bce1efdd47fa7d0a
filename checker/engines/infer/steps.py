"""Steps of one instance that Z3 finds: from a state in which some claims hold to one in which one of them does not."""
# pyright: basic
from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from functools import cached_property

import z3

from checker.core import ir
from checker.core.instance import Instance
from checker.core.structs import struct
from checker.core.values import State
from checker.engines.proof.smt.actions import SymbolicStep, symbolic_step
from checker.engines.proof.smt.answers import answer
from checker.engines.proof.smt.columns import variable
from checker.engines.proof.smt.concrete import Reader
from checker.engines.proof.smt.logic import Leaf, Symbol, as_term, conjunction, negation
from checker.engines.proof.smt.terms import Term
from checker.engines.proof.smt.translate import Translator
from checker.engines.proof.smt.universe import Universe
from checker.engines.proof.smt.values import well_typed
from checker.engines.proof.smt.weight import smallest, weights

EFFORT = 4_000_000
"""Of Z3, for one question: about a second."""
SMALLER = 12
"""So many times a smaller step is asked for."""


@struct
class Found:
    """A step: all claims hold before it, and those that `fail` do not hold after it."""

    before: State
    after: State
    action: str
    fail: tuple[str, ...]


class Steps:
    """The steps of one instance, whose quorums are given.  Claims are known by their names."""

    def __init__(self, spec: ir.LoweredSpec, instance: Instance, naturals: Sequence[str], until: float) -> None:
        self.spec = spec
        self.instance = instance
        self.until = until
        self.universe = Universe(instance)
        self.types = {entry.name: entry.type for entry in spec.source.variables}
        self.state = {name: variable(self.universe, name, type) for name, type in self.types.items()}
        self.solver = z3.Solver(ctx=self.universe.context)
        self.solver.set(random_seed=0)
        self._assert(conjunction(well_typed(self.universe, self.state[n], type) for n, type in self.types.items()))
        for name in naturals:
            self._assert(well_typed(self.universe, self.state[name], self.types[name], only_ints=True))
        for axiom in spec.source.axioms:
            self._assert(self._holds(axiom.formula, self.state, None))
        self._steps: dict[str, SymbolicStep] = {}
        self._before: dict[str, Symbol] = {}
        self._after: dict[tuple[str, str], Leaf] = {}

    def _assert(self, leaf: Leaf) -> None:
        self.solver.add(as_term(leaf, self.universe.context))

    def _holds(self, formula: ir.Expr, state: Mapping[str, Term], after: Mapping[str, Term] | None) -> Leaf:
        translator = Translator(self.universe, state, after)
        found = translator.formula(formula, {})
        return conjunction((found, *translator.defined))

    def find(self, claims: Sequence[ir.Property], action: ir.LoweredAction) -> Found | None:
        """A small step of the action after which some of the claims, which all hold before, do not hold."""
        step = self._step(action)
        if step.guard is False:
            return None
        changed = {name for name, _ in action.updates}
        failing = [
            (claim, negation(self._claim_after(claim, action, step))) for claim in claims if _may_break(claim, changed)
        ]
        failing = [(claim, leaf) for claim, leaf in failing if leaf is not False]
        if not failing:
            return None
        self.solver.push()
        self._assert(self._taken[action.name])
        terms = [as_term(leaf, self.universe.context) for _, leaf in failing]
        self.solver.add(z3.Or(*terms, self.universe.context))
        for claim in claims:
            if claim.kind != "step invariant":
                self.solver.add(self._claim_before(claim))
        model = self._smallest()
        found = None
        if model is not None:
            pairs = zip(failing, terms, strict=True)
            fail = [claim.name for (claim, _), term in pairs if z3.is_true(model.eval(term, model_completion=True))]
            found = Found(self._read(model, self.state), self._read(model, step.after), action.name, tuple(fail))
        self.solver.pop()
        return found

    @cached_property
    def _taken(self) -> dict[str, Leaf]:
        """That an action takes a step within the instance."""
        found: dict[str, Leaf] = {}
        for action in self.spec.actions:
            step = self._step(action)
            stored = [well_typed(self.universe, step.after[name], type) for name, type in self.types.items()]
            found[action.name] = conjunction((step.guard, step.defined, *stored))
        return found

    def _step(self, action: ir.LoweredAction) -> SymbolicStep:
        if action.name not in self._steps:
            self._steps[action.name] = symbolic_step(self.universe, action, self.state)
        return self._steps[action.name]

    def _claim_before(self, claim: ir.Property) -> Symbol:
        if claim.name not in self._before:
            self._before[claim.name] = as_term(self._holds(claim.formula, self.state, None), self.universe.context)
        return self._before[claim.name]

    def _claim_after(self, claim: ir.Property, action: ir.LoweredAction, step: SymbolicStep) -> Leaf:
        key = (claim.name, action.name)
        if key not in self._after:
            of_step = claim.kind == "step invariant"
            self._after[key] = (
                self._holds(claim.formula, self.state, step.after) if of_step
                else self._holds(claim.formula, step.after, None)
            )
        return self._after[key]

    def _smallest(self) -> z3.ModelRef | None:
        """A model in which little has happened."""
        facts = [fact for name, type in self.types.items() for fact in weights(self.universe, self.state[name], type)]
        return smallest(self.solver, self._model, facts, SMALLER)

    def _model(self) -> z3.ModelRef | None:
        left = self.until - time.monotonic()
        if left <= 0:
            return None
        self.solver.set(timeout=max(1, int(1000 * left)), rlimit=EFFORT)
        return self.solver.model() if answer(self.solver) == z3.sat else None

    def _read(self, model: z3.ModelRef, terms: Mapping[str, Term]) -> State:
        reader = Reader(self.universe, model, self.instance)
        return State(tuple(self.types), tuple(reader.value(terms[name], type) for name, type in self.types.items()))


def _may_break(claim: ir.Property, changed: set[str]) -> bool:
    """Can a step that changes these variables break the claim?"""
    reads = {part.name for part in ir.walk(claim.formula) if isinstance(part, ir.Variable)}
    return claim.kind == "step invariant" or bool(reads & changed)
