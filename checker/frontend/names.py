"""Names and literals: what a word stands for."""

from __future__ import annotations

import ast
import difflib
from dataclasses import replace
from enum import Enum
from typing import Any

from checker.core import ir, language
from checker.core.errors import Note, Span, UserError
from checker.core.types import (
    BOOL,
    INT,
    OptionType,
    Type,
)
from checker.frontend.annotations import enum_type
from checker.frontend.scope import MISSING, Scope


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


def is_none(node: ast.expr) -> bool:
    """Is this the word `None`?"""
    return isinstance(node, ast.Constant) and node.value is None


def name(node: ast.Name, scope: Scope) -> ir.Expr:
    span = scope.span(node)
    if node.id in scope.names:
        return scope.narrowed(replace(scope.names[node.id], span=span))
    if node.id in scope.states:
        raise UserError(
            "S042", f"`{node.id}` is the whole state and no value", span, help=f"name a variable: `{node.id}.x`"
        )
    value = scope.python_object(node)
    if value is not MISSING:
        return of_object(value, node.id, span)
    raise unknown(node, scope)


def unknown(node: ast.Name, scope: Scope) -> UserError:
    """The error for a name that stands for nothing here."""
    message, span = f"unknown name `{node.id}`", scope.span(node)
    known = {
        word: word
        for word, value in scope.source.namespace.items()
        if isinstance(value, (bool, int, type, Enum)) and not word.startswith("_")
    }
    known |= {word: word for word in ("all", "any", "sum", "min", "max", "len", "isinstance", "implies")}
    for state in scope.states:
        members = (*scope.context.variables, *scope.context.constants, *scope.context.methods)
        known |= {word: f"{state}.{word}" for word in members}
    known |= {word: word for word in scope.names if word.isidentifier()}
    place = _bound_elsewhere(node, scope)
    if node.id not in known and place is not None:
        return UserError(
            "S021",
            message,
            span,
            help="a name that is bound in a branch or in a comprehension is not known outside of it; bind it before, "
            "with `x = a if condition else b` where it depends",
            notes=(Note(f"`{node.id}` is bound here", place),),
        )
    close = difflib.get_close_matches(node.id, sorted(known), n=1)
    nothing = "it is no parameter, no local name, and no name of this file"
    return UserError("S021", message, span, help=f"did you mean `{known[close[0]]}`?" if close else nothing)


def _bound_elsewhere(node: ast.Name, scope: Scope) -> Span | None:
    """Where the same method gives something this name, if it does."""
    for method in scope.source.node.body:
        if isinstance(method, ast.FunctionDef) and method.lineno <= node.lineno <= (method.end_lineno or method.lineno):
            for part in ast.walk(method):
                if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store) and part.id == node.id:
                    return scope.span(part)
    return None


def use_of_class(value: type, name: str) -> str:
    """What a class is for in a spec."""
    if issubclass(value, (language.Sort, Enum)):
        return f"`for x in {name}` runs over its elements"
    if issubclass(value, language.Record):
        return f"`{name}(...)` makes one, `isinstance(m, {name})` asks whether `m` is one"
    return f"`{name}` stands in annotations, and makes a value where it is called: `{name}(...)`"


def of_object(value: Any, name: str, span: Span) -> ir.Expr:
    """A global constant of Python as a literal."""
    if isinstance(value, bool):
        return ir.Boolean(value=value, type=BOOL, span=span)
    if isinstance(value, int):
        return ir.Integer(value=value, type=INT, span=span)
    if isinstance(value, Enum):
        return ir.EnumMember(name=value.name, type=enum_type(type(value)), span=span)
    if isinstance(value, type):
        raise UserError("S043", f"`{name}` is a class and no value", span, help=use_of_class(value, name))
    raise UserError(
        "S044",
        f"`{name}` cannot be used in a spec: it is of Python's type {type(value).__name__}",
        span,
        help="global names may be sorts, records, enumerations, bools and ints",
    )
