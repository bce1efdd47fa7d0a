"""Comparisons: equality, order and membership."""

from __future__ import annotations

import ast

from checker.core import ir
from checker.core.errors import Note, UserError, with_article
from checker.core.types import (
    BOOL,
    IntType,
    OptionType,
    SetType,
    SortType,
    Type,
)
from checker.frontend import comprehensions, expressions
from checker.frontend.coerce import coerce, fits, unify
from checker.frontend.names import is_none
from checker.frontend.scope import Scope


def compare(node: ast.Compare, scope: Scope) -> ir.Expr:
    parts: list[ir.Expr] = []
    left = node.left
    for operator, right in zip(node.ops, node.comparators, strict=True):
        part = _comparison(operator, left, right, node, scope)
        parts.append(part)
        scope = scope.knowing(part)
        left = right
    return parts[0] if len(parts) == 1 else ir.And(operands=tuple(parts), type=BOOL, span=scope.span(node))


def _comparison(operator: ast.cmpop, left: ast.expr, right: ast.expr, node: ast.AST, scope: Scope) -> ir.Expr:
    span = scope.span(node)
    match operator:
        case ast.Is() | ast.Eq():
            return _equal(left, right, node, scope)
        case ast.IsNot() | ast.NotEq():
            return ir.Not(operand=_equal(left, right, node, scope), type=BOOL, span=span)
        case ast.In():
            return _contains(left, right, node, scope)
        case ast.NotIn():
            return ir.Not(operand=_contains(left, right, node, scope), type=BOOL, span=span)
        case ast.Lt() | ast.LtE():
            return _less(left, right, isinstance(operator, ast.LtE), node, scope)
        case ast.Gt() | ast.GtE():
            return _less(right, left, isinstance(operator, ast.GtE), node, scope)
        case _:
            raise UserError("S040", "this comparison is not part of the language", span)


def _equal(left: ast.expr, right: ast.expr, node: ast.AST, scope: Scope) -> ir.Expr:
    span = scope.span(node)
    if is_none(left):
        left, right = right, left
    if is_none(right):
        operand = expressions.expression(left, scope)
        if not isinstance(operand.type, OptionType):
            if not isinstance(operand, (ir.Local, ir.Unwrap, ir.Narrow)):  # which a test before may have narrowed
                raise UserError(
                    "S087", f"this is never None: it is {with_article(operand.type)}", scope.span(left),
                    help="declare it as `T | None`, or leave the comparison out",
                )
            return ir.Boolean(value=False, type=BOOL, span=span)
        return ir.IsNothing(operand=operand, type=BOOL, span=span)
    one, other = _both(left, right, scope)
    if not fits(one.type, other.type) and not fits(other.type, one.type):
        one, other = _as_declared(one), _as_declared(other)
    one, other = unify(one, other, scope, node, "the two sides")
    return ir.Equal(left=one, right=other, type=BOOL, span=span)


def _as_declared(value: ir.Expr) -> ir.Expr:
    """The value before a test showed which record it is: to compare it with another one is false, and no mistake."""
    return value.operand if isinstance(value, ir.Narrow) else value


def _both(left: ast.expr, right: ast.expr, scope: Scope) -> tuple[ir.Expr, ir.Expr]:
    """The two sides; one that is written out, and may be empty, takes its type from the other."""
    if _is_written_out(left) and (not _is_written_out(right) or _is_empty(left)):
        other = expressions.expression(right, scope)
        return expressions.expression(left, scope, other.type), other
    one = expressions.expression(left, scope)
    return one, expressions.expression(right, scope, one.type)


def _is_written_out(node: ast.expr) -> bool:
    """Is it `{x, y}`, `Set(...)`, `Map(...)` and the like?"""
    match node:
        case ast.Call(func=ast.Name(id="Set" | "Seq" | "Bag" | "Map" | "set" | "frozenset")) | ast.Set():
            return True
        case _:
            return False


def _is_empty(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and not node.args


def _less(left: ast.expr, right: ast.expr, or_equal: bool, node: ast.AST, scope: Scope) -> ir.Expr:
    one, other = _both(left, right, scope)
    if isinstance(one.type, SetType) and isinstance(other.type, SetType):
        one, other = unify(one, other, scope, node, "the two sides")
        subset = ir.Subset(left=one, right=other, type=BOOL, span=scope.span(node))
        if or_equal:
            return subset
        differ = ir.Not(
            operand=ir.Equal(left=one, right=other, type=BOOL, span=subset.span), type=BOOL, span=subset.span
        )
        return ir.And(operands=(subset, differ), type=BOOL, span=subset.span)
    for side, value in ((left, one), (right, other)):
        if not is_ordered(value.type):
            raise without_order(value.type, side, scope)
    one, other = unify(one, other, scope, node, "the two sides")
    return ir.Less(left=one, right=other, or_equal=or_equal, type=BOOL, span=scope.span(node))


def is_ordered(type: Type) -> bool:
    """Do `<` and `min` make sense?"""
    return isinstance(type, IntType) or (isinstance(type, SortType) and type.ordered)


def without_order(type: Type, node: ast.expr, scope: Scope) -> UserError:
    """The error for a value that should have an order."""
    if isinstance(type, OptionType) and is_ordered(type.item):
        return UserError(
            "S035",
            f"this may be None, which has no order: it is {type}",
            scope.span(node),
            help=f"test it first: `{scope.text(node)} is not None and ...`",
        )
    return UserError(
        "S034",
        f"{type} has no order",
        scope.span(node),
        help="ints and elements of an `Ordered` have one; `<=` of sets means subset",
    )


def _contains(left: ast.expr, right: ast.expr, node: ast.AST, scope: Scope) -> ir.Expr:
    span = scope.span(node)
    if isinstance(right, (ast.Tuple, ast.List, ast.Set)):
        equal = tuple(_equal(left, item, node, scope) for item in right.elts)
        return equal[0] if len(equal) == 1 else ir.Or(operands=equal, type=BOOL, span=span)
    collection = comprehensions.domain(right, scope, "in")
    item = expressions.item_type(collection.type)
    assert item is not None
    value = expressions.expression(left, scope, item)
    value = coerce(value, item, scope, left, Note(f"the collection holds items of type {item}"))
    return ir.Contains(item=value, collection=collection, type=BOOL, span=span)
