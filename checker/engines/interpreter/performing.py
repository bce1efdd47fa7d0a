"""The meaning of an action whose parameters are chosen: a function from what names stand for to the state after it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias, assert_never, cast

from checker.core import ir
from checker.core.errors import Span
from checker.core.values import State
from checker.engines.interpreter.bounds import checks
from checker.engines.interpreter.scope import Environment, Meanings

Effect: TypeAlias = Callable[[Environment], None]
"""Changes what names stand for."""


class NotEnabled(Exception):
    """A `require` does not hold.  `statement` is that one, and `environment` what its names stood for."""

    def __init__(self, statement: ir.Require, environment: Environment) -> None:
        self.statement = statement
        self.environment = environment


def performed(
    action: ir.Action | ir.LoweredAction, source: ir.Spec, meanings: Meanings
) -> Callable[[Environment], State]:
    """The function changes what it is given.  It raises `NotEnabled` at the first `require` that does not hold,
    `OutOfBounds` where a variable gets a value that the model has no room for, and `UserError` R001..R005."""
    effect = _lowered(action, meanings) if isinstance(action, ir.LoweredAction) else _sequence(action.body, meanings)
    places = _places(action)
    found = [(entry.name, checks(entry.type, meanings.instance)) for entry in source.variables]
    stored = [(name, check, places[name]) for name, check in found if check and name in places]
    variables = tuple(name for name, _ in found)

    def perform(env: Environment) -> State:
        effect(env)
        for name, check, place in stored:
            check(env.variables[name], place)
        return State(variables, tuple([env.variables[name] for name in variables]))

    return perform


def _lowered(action: ir.LoweredAction, meanings: Meanings) -> Effect:
    """Guards and bindings in order, then all updates at once."""
    before = _sequence(action.steps, meanings)
    updates = [(name, meanings.of(value)) for name, value in action.updates]

    def effect(env: Environment) -> None:
        before(env)
        env.variables.update([(name, value(env)) for name, value in updates])

    return effect


def _sequence(body: Iterable[ir.Statement], meanings: Meanings) -> Effect:
    effects = [_effect(statement, meanings) for statement in body]

    def sequence(env: Environment) -> None:
        for effect in effects:
            effect(env)

    return sequence


def _effect(statement: ir.Statement, meanings: Meanings) -> Effect:
    match statement:
        case ir.Require(condition=condition):
            return _require(statement, cast("Callable[[Environment], bool]", meanings.of(condition)))
        case ir.Assign(variable=variable, value=value):
            assigned = meanings.of(value)
            return lambda env: env.variables.update({variable: assigned(env)})
        case ir.Bind(name=name, value=value):
            bound = meanings.of(value)
            return lambda env: env.names.update({name: bound(env)})
        case ir.Branch(condition=condition, then=then, otherwise=otherwise):
            test, one, other = meanings.of(condition), _sequence(then, meanings), _sequence(otherwise, meanings)
            return lambda env: one(env) if test(env) else other(env)
        case _:
            assert_never(statement)


def _require(statement: ir.Require, condition: Callable[[Environment], bool]) -> Effect:
    def require(env: Environment) -> None:
        if not condition(env):
            raise NotEnabled(statement, env)

    return require


def _places(action: ir.Action | ir.LoweredAction) -> dict[str, Span]:
    """Where `action` stores each variable that it may change (the last place, where there are several)."""
    if isinstance(action, ir.LoweredAction):
        return {name: value.span for name, value in action.updates}
    return {statement.variable: statement.span for statement in ir.assignments(action.body)}
