"""The meaning of `all`, `any`, `sum`, `min`, `max` and comprehensions: what a body is for each way to bind names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import assert_never

from checker.core import ir
from checker.core.errors import UserError
from checker.core.values import Value
from checker.engines.interpreter.scope import Environment, Meaning, Scope, Truth, rank


def quantified(node: ir.Quantified, scope: Scope) -> Meaning:
    """The function of such an expression."""
    match node:
        case ir.ForAll(binders=binders, body=body):
            return _search(binders, body, scope, wanted=False)
        case ir.Exists(binders=binders, body=body):
            return _search(binders, body, scope, wanted=True)
        case ir.Sum(binders=binders, body=body):
            each, inside = _bindings(binders, scope)
            number = inside.number(body)
            return lambda env: sum([number(env) for _ in each(env)])
        case ir.Extremum():
            return _extremum(node, scope)
        case ir.Comprehension(binders=binders, body=body):
            each, inside = _bindings(binders, scope)
            item = inside.value(body)
            return lambda env: frozenset([item(env) for _ in each(env)])
        case _:
            assert_never(node)


def _search(binders: tuple[ir.Binder, ...], body: ir.Expr, scope: Scope, *, wanted: bool) -> Truth:
    """Bindings are tried in order, up to one for which the body is as wanted."""
    each, inside = _bindings(binders, scope)
    formula = inside.truth(body)

    def search(env: Environment) -> bool:
        for _ in each(env):
            if formula(env) is wanted:
                return wanted
        return not wanted

    return search


def _extremum(node: ir.Extremum, scope: Scope) -> Meaning:
    each, inside = _bindings(node.binders, scope)
    body = inside.value(node.body)
    default = None if node.default is None else scope.value(node.default)
    choose = min if node.kind == "min" else max

    def extremum(env: Environment) -> Value:
        values = [body(env) for _ in each(env)]
        if values:
            return choose(values, key=rank)
        if default is not None:
            return default(env)
        raise UserError(
            "R002", f"{node.kind} of nothing", node.span,
            help=f"give it a value for that case: `{node.kind}(..., default=...)`",
        )

    return extremum


def _bindings(binders: tuple[ir.Binder, ...], scope: Scope) -> tuple[Callable[[Environment], Iterator[None]], Scope]:
    """A function that goes through all ways to bind names, in order, and enters each; and the scope inside."""
    first, *others = binders
    domain = scope.items(first.domain)
    key, inside = scope.bind(first.name)
    condition = None if first.condition is None else inside.truth(first.condition)
    rest, innermost = _bindings(tuple(others), inside) if others else (None, inside)

    def each(env: Environment) -> Iterator[None]:
        for value in domain(env):
            env.names[key] = value
            if condition is None or condition(env):
                if rest is None:
                    yield
                else:
                    yield from rest(env)

    return each, innermost
