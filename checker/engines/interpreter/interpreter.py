"""The interpreter: what a spec does, step by step, with nothing clever about it.

It runs the typed form, statement by statement as it was written, and the lowered form.  It is the meaning of a spec:
the fast engines are tested against it, and every trace is replayed by it before a person sees it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import assert_never

from checker.core import ir
from checker.core.errors import Note, Span, UserError
from checker.core.instance import Instance
from checker.core.structs import struct
from checker.core.trace import Label, Step
from checker.core.values import State, Value
from checker.engines.interpreter.bounds import OutOfBounds, check_bounds
from checker.engines.interpreter.evaluate import Environment, evaluate, items, truth

__all__ = [
    "Interpreter", "NotEnabled", "OutOfBounds", "domain_values", "label_of", "parameter_choices", "run_statements",
]


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
        def outside(label: Label, reason: OutOfBounds) -> None:
            raise UserError(
                "R007", f"an initial state leaves the model's bounds: {reason.message}", reason.span,
                help="widen the bounds of the model", notes=(Note(f"in `{label}`"),),
            ) from reason

        env = Environment(self.instance, {})
        return [step for action in self.spec.initial for step in self._taken(action, env, outside)]

    def begins(self, step: Step) -> bool:
        """Is it one of the initial states, reached like that?  Only the choice of its label is tried, however many
        there are.  Raises `UserError` R001..R005."""
        action = next(action for action in self.spec.initial if action.name == step.label.action)
        env = Environment(self.instance, {})
        try:
            for parameter, (name, value) in zip(action.parameters, step.label.arguments, strict=True):
                if isinstance(parameter.domain, ir.AllOf) and not parameter.guards:
                    check_bounds(value, parameter.type, self.instance, parameter.span)
                elif value not in domain_values(parameter, env):
                    return False
                env = env.bind(name, value)
            return self.perform(action, env) == step.state
        except (NotEnabled, OutOfBounds):
            return False

    def steps(self, state: State) -> tuple[list[Step], Counter[str]]:
        """The successors of `state`, action by action and in the order of their arguments, repetitions included;
        and how many steps of each action the model's bounds cut off.

        Raises `UserError` R001..R005, with a note that says in which step.
        """
        cut: Counter[str] = Counter()

        def outside(label: Label, reason: OutOfBounds) -> None:
            cut[label.action] += 1

        return list(self._steps(state, outside)), cut

    def each_step(self, state: State) -> Iterator[Step]:
        """The same successors, each when it is asked for."""
        return self._steps(state, lambda label, reason: None)

    def _steps(self, state: State, outside: Callable[[Label, OutOfBounds], None]) -> Iterator[Step]:
        env = self.environment(state)
        for action in self.spec.actions:
            yield from self._taken(action, env, outside)

    def _taken(
        self, action: ir.Action | ir.LoweredAction, env: Environment, outside: Callable[[Label, OutOfBounds], None]
    ) -> Iterator[Step]:
        """The steps of an action, in the order of their arguments; `outside` hears of those that leave the bounds."""
        for inner in parameter_choices(action, env, outside):
            label = label_of(action, inner)
            try:
                yield Step(label, self.perform(action, inner))
            except NotEnabled:
                continue
            except OutOfBounds as reason:
                outside(label, reason)
            except UserError as error:
                error.notes += (Note(f"in {'the step ' if env.variables else ''}`{label}`"),)
                raise

    def successor(self, state: State, label: Label) -> State | None:
        """The state to which the labelled step leads from `state`; None where it is not enabled, or cut.

        Raises `UserError` R001..R005.
        """
        action = next(action for action in self.spec.actions if action.name == label.action)
        env = self.environment(state)
        try:
            for parameter, (name, value) in zip(action.parameters, label.arguments, strict=True):
                if value not in domain_values(parameter, env):
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


def parameter_choices(
    action: ir.Action | ir.LoweredAction,
    env: Environment,
    outside: Callable[[Label, OutOfBounds], None],
    bound: int = 0,
) -> Iterator[Environment]:
    """An environment for each choice of the parameters, the first `bound` of which have a value in `env`.  Where what
    a parameter is drawn from leaves the model's bounds, `outside` hears of it, with the earlier arguments.

    Raises `UserError` R001..R005.
    """
    if bound == len(action.parameters):
        yield env
        return
    parameter = action.parameters[bound]
    try:
        values = domain_values(parameter, env)
    except NotEnabled:
        return
    except OutOfBounds as reason:
        outside(label_of(action, env), reason)
        return
    except UserError as error:
        error.notes += (Note(f"where `{parameter.name}` is chosen for the step `{label_of(action, env)}`"),)
        raise
    for value in values:
        yield from parameter_choices(action, env.bind(parameter.name, value), outside, bound + 1)


def domain_values(parameter: ir.Parameter, env: Environment) -> list[Value]:
    """The values that a parameter has, for those of the earlier ones in `env`; a sequence offers each of its different
    items once.  Raises `NotEnabled` at the first of its guards that is false."""
    for guard in parameter.guards:
        if not truth(guard, env):
            raise NotEnabled(ir.Require(condition=guard, span=guard.span), env)
    given = env.instance.given(parameter.gives)
    return list(dict.fromkeys(items(evaluate(parameter.domain, env)))) if given is None else given


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


def label_of(action: ir.Action | ir.LoweredAction, env: Environment) -> Label:
    """The step of `action` with the arguments in `env`: of those parameters that have one."""
    names = [parameter.name for parameter in action.parameters if parameter.name in env.names]
    return Label(action.name, tuple((name, env.names[name]) for name in names))
