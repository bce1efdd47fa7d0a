"""Walking over expressions, whatever their class."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from functools import cache
from typing import Any, cast

from checker.core.ir.collections import MakeMap
from checker.core.ir.expressions import (
    Binder, Comprehension, Exists, Expr, Extremum, ForAll, Let, Local, Sum,
)
from checker.core.ir.node import Node


def children(node: Expr) -> Iterator[Expr]:
    """The expressions directly inside `node`, in the order of their evaluation."""
    for name in _names(node.__class__):
        yield from _expressions(getattr(node, name))


@cache
def _names(node: type[Node]) -> tuple[str, ...]:
    """The names of the fields of a class."""
    return tuple(part.name for part in fields(node))


def _expressions(part: object) -> Iterator[Expr]:
    if isinstance(part, Node):
        yield cast("Expr", part)
    elif isinstance(part, Binder):
        yield part.domain
        if part.condition is not None:
            yield part.condition
    elif isinstance(part, tuple):
        for item in cast("tuple[object, ...]", part):
            yield from _expressions(item)


def walk(node: Expr) -> Iterator[Expr]:
    """`node` and every expression inside it, outermost first."""
    yield node
    for child in children(node):
        yield from walk(child)


def transform(node: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """`node` with every direct child replaced by what `change` makes of it; the same object where nothing changes."""
    updates: dict[str, Any] = {}
    for name in _names(node.__class__):
        old = getattr(node, name)
        new = _changed(old, change)
        if new is not old:
            updates[name] = new
    return replace(node, **updates) if updates else node


def _changed(part: Any, change: Callable[[Expr], Expr]) -> Any:
    if isinstance(part, Node):
        return change(cast("Expr", part))
    if isinstance(part, Binder):
        domain = change(part.domain)
        condition = None if part.condition is None else change(part.condition)
        return part if domain is part.domain and condition is part.condition else replace(
            part, domain=domain, condition=condition
        )
    if isinstance(part, tuple):
        old = cast("tuple[Any, ...]", part)
        new = tuple(_changed(item, change) for item in old)
        return old if all(a is b for a, b in zip(old, new, strict=True)) else new
    return part


def free_locals(node: Expr) -> set[str]:
    """The names that `node` takes from outside (bound names are unique, so none is both)."""
    used = {part.name for part in walk(node) if isinstance(part, Local)}
    return used.difference(_bound_names(node))


def numbered(node: Expr) -> Expr:
    """`node` with numbers in place of the names that it binds: what differs in such names only becomes equal."""
    numbers = {name: str(number) for number, name in enumerate(_bound_names(node))}

    def change(part: Expr) -> Expr:
        part = transform(part, change)
        match part:
            case Local(name=name):
                return replace(part, name=numbers.get(name, name))
            case Let(name=name) | MakeMap(name=name):
                return replace(part, name=numbers[name])
            case ForAll() | Exists() | Sum() | Extremum() | Comprehension():
                binders = tuple(replace(binder, name=numbers[binder.name]) for binder in part.binders)
                return replace(part, binders=binders)
            case _:
                return part

    return change(node)


def _bound_names(node: Expr) -> Iterator[str]:
    for part in walk(node):
        match part:
            case Let(name=name) | MakeMap(name=name):
                yield name
            case ForAll() | Exists() | Sum() | Extremum() | Comprehension():
                yield from (binder.name for binder in part.binders)
            case _:
                continue
