"""Paths through a finite instance, as terms: so many states, each with every step that can lead to the next.

The steps are all that a search takes, and perhaps some that it does not: those that an evaluation cuts, or finds to be
an error, inside of an `all` or `any`, where it depends on the order in which elements are looked at.  So what no path
does is done by no run; and what a path does is believed only when the interpreter has taken it again.
"""
# pyright: basic
from __future__ import annotations

import itertools
import math
import time
from collections.abc import Iterator, Mapping, Sequence

import z3

from checker.core import ir
from checker.core.definedness import of_action, of_property
from checker.core.instance import Instance
from checker.core.structs import struct
from checker.core.trace import Label, Step
from checker.core.values import State
from checker.engines.proof.smt.actions import SymbolicStep, symbolic_step
from checker.engines.proof.smt.answers import answer
from checker.engines.proof.smt.columns import variable
from checker.engines.proof.smt.concrete import Reader, from_value
from checker.engines.proof.smt.fitting import fits
from checker.engines.proof.smt.logic import Leaf, Symbol, as_term, conjunction, disjunction, implication, negation
from checker.engines.proof.smt.shapes import all_values
from checker.engines.proof.smt.terms import Term
from checker.engines.proof.smt.translate import Translator
from checker.engines.proof.smt.universe import Universe
from checker.engines.proof.smt.values import equal, well_typed

ASSUMED = "assumed"
"""The label of a first state that is reached by no step."""


MOST_ARGUMENTS = 1000
"""An action with more choices of its arguments is not asked whether it has no step."""


class OutOfTime(Exception):
    """There was no answer in the time."""


class TooMany(Exception):
    """The action of this name has too many choices of its arguments to say that none of them is possible."""


@struct
class _Choice:
    """That a state is reached by a step of this action.  `stored`: what is written has room in the model."""

    action: ir.LoweredAction
    selected: Symbol
    step: SymbolicStep
    stored: Leaf


class Paths:
    """Paths of one length, which grows.  Queries go on until the time `until` (of `time.monotonic`)."""

    def __init__(self, spec: ir.LoweredSpec, instance: Instance, until: float) -> None:
        self.spec = spec
        self.instance = instance
        self.until = until
        self.universe = Universe(instance)
        self.types = {entry.name: entry.type for entry in spec.source.variables}
        self.assigned = {name for action in spec.actions for name, _ in action.updates}
        self.states: list[Mapping[str, Term]] = []
        self.choices: list[list[_Choice]] = []
        """How each state is reached; none for a first state that is assumed."""
        self.solver = z3.Solver(ctx=self.universe.context)
        self.solver.set(random_seed=0)

    # --- states and steps -----------------------------------------------------------------------------------------

    def begin(self) -> None:
        """The first state is an initial one."""
        self._reach(self.spec.initial, {})

    def assume(self) -> None:
        """The first state is any that the model has room for, with what holds of what never changes."""
        state = self._new_state()
        self.choices.append([])
        for name, value in self.instance.fixed.items():
            type = self.types[name]
            self.require(equal(self.universe, state[name], from_value(self.universe, value, type), type))
        for axiom in self.spec.source.axioms:
            self.require(self.holds(axiom))

    def extend(self) -> None:
        """One more state, after a step from the last one."""
        self._reach(self.spec.actions, self.states[-1])

    def _new_state(self) -> Mapping[str, Term]:
        number = len(self.states)
        state: dict[str, Term] = {}
        for name, type in self.types.items():
            if number and name not in self.assigned:
                state[name] = self.states[0][name]
            else:
                state[name] = variable(self.universe, f"{number} {name}", type)
                self.require(well_typed(self.universe, state[name], type))
        self.states.append(state)
        return state

    def _reach(self, actions: Sequence[ir.LoweredAction], before: Mapping[str, Term]) -> None:
        after = self._new_state()
        choices = [self._choice(action, before, after) for action in actions]
        self.choices.append(choices)
        self.require(disjunction(choice.selected for choice in choices))

    def _choice(
        self, action: ir.LoweredAction, before: Mapping[str, Term], after: Mapping[str, Term]
    ) -> _Choice:
        step = symbolic_step(self.universe, action, before)
        written = [name for name, _ in action.updates]
        stored = conjunction(fits(self.universe, step.after[name], self.types[name]) for name in written)
        same = conjunction(
            equal(self.universe, after[name], step.after[name], type) for name, type in self.types.items()
            if not before or name in self.assigned
        )
        selected = self.universe.constant(f"step {len(self.states) - 1} is {action.name}", self.universe.truths)
        self.require(implication(selected, conjunction((step.guard, step.certain, stored, same))))
        return _Choice(action, selected, step, stored)

    def require(self, condition: Leaf) -> None:
        """From here on only paths with which this is true are looked at."""
        self.solver.add(as_term(condition, self.universe.context))

    def differ(self) -> None:
        """The last state is none of those before it."""
        last = self.states[-1]
        for state in self.states[:-1]:
            pairs = ((state[name], last[name], type) for name, type in self.types.items() if name in self.assigned)
            self.require(negation(conjunction(equal(self.universe, one, other, type) for one, other, type in pairs)))

    # --- formulas -------------------------------------------------------------------------------------------------

    def holds(self, entry: ir.Property) -> Leaf:
        """A property of the last state, or of the last step."""
        return self._translator(entry).formula(entry.formula, {})

    def _translator(self, entry: ir.Property) -> Translator:
        if entry.kind == "step invariant":
            return Translator(self.universe, self.states[-2], self.states[-1])
        return Translator(self.universe, self.states[-1])

    def some_is_false(self, entries: Sequence[ir.Property]) -> Leaf:
        """Is one of the properties false there?"""
        return disjunction(negation(self.holds(entry)) for entry in entries)

    def some_may_err(self, entries: Sequence[ir.Property]) -> Leaf:
        """May it be an error to ask for one of the properties there?"""
        return disjunction(map(self._may_err, entries))

    def some_step_may_err(self) -> Leaf:
        """May it be an error to look for steps from the last state?"""
        return disjunction(map(self._may_err_in_a_step, self.spec.actions))

    def require_no_error(self, entries: Sequence[ir.Property]) -> None:
        """It is no error to ask for the properties there, nor to look for steps."""
        self.require(negation(self.some_may_err(entries)))
        self.require(negation(self.some_step_may_err()))

    def _may_err(self, entry: ir.Property) -> Leaf:
        translator = self._translator(entry)
        translator.formula(entry.formula, {})
        formula = of_property(entry).formula
        is_defined = True if formula is None else self._translator(entry).formula(formula, {})
        return negation(conjunction((*translator.defined, is_defined)))

    def _may_err_in_a_step(self, action: ir.LoweredAction) -> Leaf:
        state = self.states[-1]
        step = symbolic_step(self.universe, action, state)
        written = [name for name, _ in action.updates]
        not_below = conjunction(fits(self.universe, step.after[n], self.types[n], above=False) for n in written)
        formula = of_action(action).formula
        is_defined = True if formula is None else Translator(self.universe, state).formula(formula, {})
        stores_below = conjunction((step.guard, step.certain, negation(not_below)))
        return disjunction((negation(is_defined), negation(step.records), stores_below))

    def beyond_what_was_listed(self) -> Leaf:
        """Is there a `range` with numbers that no formula until now has looked at?"""
        return negation(conjunction(self.universe.listed))

    def may_lack_room(self) -> bool:
        """May there be an initial state for which the model has no room, or that is an error?  Raises `OutOfTime`."""
        solver = z3.Solver(ctx=self.universe.context)
        wide = [negation(conjunction((c.step.defined, implication(c.step.guard, c.stored)))) for c in self.choices[0]]
        solver.add(as_term(disjunction(wide), self.universe.context))
        return self._answer(solver) == z3.sat

    def is_stuck(self) -> Leaf:
        """Does no action have a step from the last state, for no arguments?  Raises `TooMany`."""
        return conjunction(
            negation(symbolic_step(self.universe, action, self.states[-1], known).guard)
            for action in self.spec.actions for known in self._arguments(action)
        )

    def _arguments(self, action: ir.LoweredAction) -> Iterator[Mapping[str, Term]]:
        types = [parameter.type for parameter in action.parameters]
        try:
            many = math.prod(map(self.instance.cardinality, types))
        except KeyError:  # a computed int has no bounds
            many = MOST_ARGUMENTS + 1
        if many > MOST_ARGUMENTS:
            raise TooMany(action.name)
        for chosen in itertools.product(*(all_values(self.universe, type) for type in types)):
            yield {parameter.name: value for parameter, value in zip(action.parameters, chosen, strict=True)}

    def strictly(self, entries: Sequence[ir.Property]) -> Leaf:
        """No step of the path is an error or cut, and none of these properties an error at its end, whatever the order
        in which elements are looked at."""
        steps = (implication(c.selected, c.step.defined) for choices in self.choices for c in choices)
        return conjunction((*steps, negation(self.some_may_err(entries))))

    # --- answers --------------------------------------------------------------------------------------------------

    def path(self, *conditions: Leaf) -> tuple[Step, ...] | None:
        """A path for which these are true, if there is one.  Raises `OutOfTime`."""
        condition = conjunction(conditions)
        if condition is False:
            return None
        self.solver.push()
        try:
            self.require(condition)
            found = self._answer(self.solver)
            return tuple(self._steps(self.solver.model())) if found == z3.sat else None
        finally:
            self.solver.pop()

    def _answer(self, solver: z3.Solver) -> z3.CheckSatResult:
        left = self.until - time.monotonic()
        if left > 0:
            solver.set(timeout=max(1, int(1000 * left)))
            found = answer(solver)
            if found != z3.unknown:
                return found
        raise OutOfTime

    def _steps(self, model: z3.ModelRef) -> Iterator[Step]:
        reader = Reader(self.universe, model, self.instance)
        for state, choices in zip(self.states, self.choices, strict=True):
            taken = next((choice for choice in choices if z3.is_true(model.eval(choice.selected, True))), None)
            values = tuple(reader.value(state[name], type) for name, type in self.types.items())
            yield Step(_label(reader, taken), State(tuple(self.types), values))


def _label(reader: Reader, taken: _Choice | None) -> Label:
    if taken is None:
        return Label(ASSUMED)
    arguments = [
        (p.name, reader.value(taken.step.arguments[p.name], p.type)) for p in taken.action.parameters
    ]
    return Label(taken.action.name, tuple(arguments))
