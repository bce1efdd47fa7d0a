"""Names and literals: what a word stands for."""

from __future__ import annotations

import ast
from enum import Enum
from typing import Any

from checker.core import ir
from checker.core.errors import Span, UserError, did_you_mean
from checker.core.types import (
    BOOL,
    INT,
    EnumType,
    OptionType,
    Type,
)
from checker.frontend.scope import Scope


def constant(node: ast.Constant, scope: Scope, expected: Type | None) -> ir.Expr:
    span = scope.span(node)
    match node.value:
        case bool() as value:
            return ir.Boolean(value=value, type=BOOL, span=span)
        case int() as value:
            return ir.Integer(value=value, type=INT, span=span)
        case None:
            if not isinstance(expected, OptionType):
                found = f"None cannot be of type {expected}" if expected else "None has no type here"
                raise UserError("S032", found, span, help="declare the place where it goes as `T | None`")
            return ir.Nothing(type=expected, span=span)
        case str():
            raise UserError("S041", "strings are not part of the language", span, help="use an Enum")
        case _:
            raise UserError("S041", f"`{node.value!r}` is not part of the language", span, help="numbers are ints")


def name(node: ast.Name, scope: Scope) -> ir.Expr:
    span = scope.span(node)
    if node.id in scope.names:
        return scope.narrowed(scope.names[node.id])
    if node.id in scope.states:
        raise UserError(
            "S042", f"`{node.id}` is the whole state and no value", span, help=f"name a variable: `{node.id}.x`"
        )
    if node.id in scope.source.namespace:
        return of_object(scope.lookup(node.id), node.id, span)
    known = {*scope.names, *scope.context.variables, *scope.context.methods}
    if node.id in scope.context.variables or node.id in scope.context.methods:
        raise UserError("S021", f"unknown name `{node.id}`", span, help=f"did you mean `self.{node.id}`?")
    raise UserError(
        "S021", f"unknown name `{node.id}`", span, help=did_you_mean(node.id, known | set(scope.source.namespace))
    )


def of_object(value: Any, name: str, span: Span) -> ir.Expr:
    """A global constant of Python as a literal."""
    if isinstance(value, bool):
        return ir.Boolean(value=value, type=BOOL, span=span)
    if isinstance(value, int):
        return ir.Integer(value=value, type=INT, span=span)
    if isinstance(value, Enum):
        members = tuple(type(value).__members__)
        return ir.EnumMember(name=value.name, type=EnumType(type(value).__name__, members), span=span)
    if isinstance(value, type):
        raise UserError(
            "S043", f"`{name}` is a class and no value", span, help=f"`for x in {name}` runs over its elements"
        )
    raise UserError(
        "S044",
        f"`{name}` cannot be used in a spec: it is of Python's type {type(value).__name__}",
        span,
        help="global names may be sorts, records, enumerations, bools and ints",
    )
