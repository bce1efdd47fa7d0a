"""The interpreter: what a spec does, step by step, with nothing clever about it.

It runs the typed form, statement by statement as it was written, and the lowered form.  It is the meaning of a spec:
the fast engines are tested against it, and every trace is replayed by it before a person sees it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import assert_never

from checker.core import ir
from checker.core.errors import Note, Span, UserError
from checker.core.instance import Instance
from checker.core.structs import struct
from checker.core.trace import Label, Step
from checker.core.values import State, Value
from checker.engines.interpreter.bounds import OutOfBounds, check_bounds
from checker.engines.interpreter.evaluate import Environment, evaluate, items, truth

__all__ = ["Interpreter", "NotEnabled", "OutOfBounds", "parameter_choices", "run_statements"]


class NotEnabled(Exception):
    """A `require` does not hold.  `statement` is that one, and `environment` what its names stood for."""

    def __init__(self, statement: ir.Require, environment: Environment) -> None:
        super().__init__(str(statement.span))
        self.statement = statement
        self.environment = environment


@struct
class Interpreter:
    """A spec at one instance.  `spec` may be typed or lowered."""

    spec: ir.Spec | ir.LoweredSpec
    instance: Instance

    @property
    def source(self) -> ir.Spec:
        """The typed spec, which holds the variables and the properties."""
        return self.spec.source if isinstance(self.spec, ir.LoweredSpec) else self.spec

    def initial(self) -> list[Step]:
        """The initial states, one for each way to choose parameters; the same state may come twice.

        Raises `UserError` R007 for one that the model has no room for, and R001..R005.
        """
        env = Environment(self.instance, {})
        steps: list[Step] = []
        for action in self.spec.initial:
            for inner in parameter_choices(action.parameters, env):
                label = _label(action.parameters, action.name, inner)
                try:
                    steps.append(Step(label, self.perform(action, inner)))
                except NotEnabled:
                    continue
                except OutOfBounds as reason:
                    raise UserError(
                        "R007", f"an initial state leaves the model's bounds: {reason.message}", reason.span,
                        help="widen the bounds of the model", notes=(Note(f"in `{label}`"),),
                    ) from reason
                except UserError as error:
                    error.notes += (Note(f"in `{label}`"),)
                    raise
        return steps

    def steps(self, state: State) -> tuple[list[Step], Counter[str]]:
        """The successors of `state`, action by action and in the order of their arguments, repetitions included;
        and how many steps of each action the model's bounds cut off.

        Raises `UserError` R001..R005, with a note that says in which step.
        """
        found: list[Step] = []
        cut: Counter[str] = Counter()
        for action in self.spec.actions:
            for inner in self._choices(action, state, cut):
                label = _label(action.parameters, action.name, inner)
                try:
                    found.append(Step(label, self.perform(action, inner)))
                except NotEnabled:
                    continue
                except OutOfBounds:
                    cut[action.name] += 1
                except UserError as error:
                    error.notes += (Note(f"in the step `{label}`"),)
                    raise
        return found, cut

    def successor(self, state: State, label: Label) -> State | None:
        """The state to which the labelled step leads from `state`; None where it is not enabled, or cut.

        Raises `UserError` R001..R005.
        """
        action = next(action for action in self.spec.actions if action.name == label.action)
        env = self.environment(state)
        try:
            for parameter, (name, value) in zip(action.parameters, label.arguments, strict=True):
                if value not in items(evaluate(parameter.domain, env)):
                    return None
                env = env.bind(name, value)
            return self.perform(action, env)
        except (NotEnabled, OutOfBounds):
            return None

    def holds(self, property: ir.Property, state: State, after: State | None = None) -> bool:
        """Is `property` true in `state` (for a step invariant: of the step from `state` to `after`)?

        Raises `UserError` R006 where its value depends on what the model has no room for, and R001..R005.
        """
        try:
            return truth(property.formula, self.environment(state, after))
        except OutOfBounds as reason:
            raise UserError(
                "R006", f"`{property.name}` leaves the model's bounds: {reason.message}", reason.span,
                help="bound the quantifier, or test before `.next` or building the record",
            ) from reason

    def environment(self, state: State, after: State | None = None) -> Environment:
        """What names mean in `state`."""
        return Environment(self.instance, dict(state.items()), None if after is None else dict(after.items()))

    def _choices(
        self, action: ir.Action | ir.LoweredAction, state: State, cut: Counter[str]
    ) -> Iterator[Environment]:
        """The parameter choices; a domain that leaves the model's bounds is a cut step."""
        try:
            yield from parameter_choices(action.parameters, self.environment(state))
        except OutOfBounds:
            cut[action.name] += 1

    def perform(self, action: ir.Action | ir.LoweredAction, env: Environment) -> State:
        """The state after `action`, with its parameters bound in `env`.  Raises `NotEnabled` and `OutOfBounds`."""
        match action:
            case ir.Action():
                variables = run_statements(action.body, env).variables
            case ir.LoweredAction():
                variables = _run_lowered(action, env)
            case _:
                assert_never(action)
        declared = self.source.variables
        places = _places(action)
        for variable in declared:
            if variable.name in places:
                check_bounds(variables[variable.name], variable.type, self.instance, places[variable.name])
        return State(tuple(v.name for v in declared), tuple(variables[v.name] for v in declared))


def parameter_choices(parameters: tuple[ir.Parameter, ...], env: Environment) -> Iterator[Environment]:
    """An environment for each choice of the parameters.  A sequence offers each of its different items once."""
    if not parameters:
        yield env
        return
    first = parameters[0]
    for value in dict.fromkeys(items(evaluate(first.domain, env))):
        yield from parameter_choices(parameters[1:], env.bind(first.name, value))


def run_statements(body: tuple[ir.Statement, ...], env: Environment) -> Environment:
    """What names mean after `body`.  Raises `NotEnabled` at the first `require` that does not hold."""
    for statement in body:
        match statement:
            case ir.Require(condition=condition):
                if not truth(condition, env):
                    raise NotEnabled(statement, env)
            case ir.Assign(variable=variable, value=value):
                env = env.assign(variable, evaluate(value, env))
            case ir.Bind(name=name, value=value):
                env = env.bind(name, evaluate(value, env))
            case ir.Branch(condition=condition, then=then, otherwise=otherwise):
                env = run_statements(then if truth(condition, env) else otherwise, env)
            case _:
                assert_never(statement)
    return env


def _run_lowered(action: ir.LoweredAction, env: Environment) -> Mapping[str, Value]:
    """The variables after `action`: guards and bindings in order, then all updates at once."""
    for step in action.steps:
        match step:
            case ir.Require(condition=condition):
                if not truth(condition, env):
                    raise NotEnabled(step, env)
            case ir.Bind(name=name, value=value):
                env = env.bind(name, evaluate(value, env))
            case _:
                assert_never(step)
    return {**env.variables, **{name: evaluate(value, env) for name, value in action.updates}}


def _places(action: ir.Action | ir.LoweredAction) -> dict[str, Span]:
    """Where `action` stores each variable that it may change (the last place, where there are several)."""
    if isinstance(action, ir.LoweredAction):
        return {name: value.span for name, value in action.updates}
    return {statement.variable: statement.span for statement in _assignments(action.body)}


def _assignments(body: tuple[ir.Statement, ...]) -> Iterator[ir.Assign]:
    for statement in body:
        if isinstance(statement, ir.Assign):
            yield statement
        elif isinstance(statement, ir.Branch):
            yield from _assignments((*statement.then, *statement.otherwise))


def _label(parameters: tuple[ir.Parameter, ...], name: str, env: Environment) -> Label:
    return Label(name, tuple((parameter.name, env.names[parameter.name]) for parameter in parameters))
