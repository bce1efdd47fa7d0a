"""The value of an expression, for what its names stand for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from checker.core import ir
from checker.core.instance import Instance
from checker.core.values import Value
from checker.engines.interpreter.meaning import meaning
from checker.engines.interpreter.scope import Environment, Meanings, items


def meanings(instance: Instance) -> Meanings:
    """The meanings of expressions at an instance."""
    return Meanings(instance, meaning)


def evaluate(node: ir.Expr, env: Environment) -> Value:
    """The value of `node`.  Raises `UserError` R001..R005 for an error of the spec, and `OutOfBounds`."""
    return env.meanings.of(node)(env)


def truth(node: ir.Expr, env: Environment) -> bool:
    """The value of a formula."""
    return cast("bool", evaluate(node, env))


def bindings(binders: tuple[ir.Binder, ...], env: Environment) -> Iterator[Environment]:
    """An environment for each way to choose values for the binders, in order."""
    if not binders:
        yield env
        return
    first, *rest = binders
    for value in items(evaluate(first.domain, env)):
        inner = env.bind(first.name, value)
        if first.condition is None or truth(first.condition, inner):
            yield from bindings(tuple(rest), inner)
