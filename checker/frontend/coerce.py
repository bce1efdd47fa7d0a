"""Where a value of one type may stand for another: `T` for `T | None`, a record for a union, a smaller union."""

from __future__ import annotations

import ast

from checker.core import ir
from checker.core.errors import Note, UserError
from checker.core.types import (
    BagType,
    BoolType,
    IntType,
    OptionType,
    RecordType,
    SeqType,
    SetType,
    SortType,
    Type,
    UnionType,
    erase_bounds,
)
from checker.frontend.scope import Scope


def same(left: Type, right: Type) -> bool:
    """Are the two interchangeable in an expression?"""
    return erase_bounds(left) == erase_bounds(right)


def fits(found: Type, expected: Type) -> bool:
    """Can a value of type `found` stand where `expected` is wanted?"""
    if same(found, expected):
        return True
    match expected:
        case OptionType(item=item):
            return fits(found.item if isinstance(found, OptionType) else found, item)
        case UnionType(members=members):
            return all(record in members for record in records_of(found)) and bool(records_of(found))
        case SetType(item=item):
            return isinstance(found, SetType) and fits(found.item, item)
        case _:
            return False


def records_of(type: Type) -> tuple[RecordType, ...]:
    """The records that a value of this type can be."""
    if isinstance(type, RecordType):
        return (type,)
    return type.members if isinstance(type, UnionType) else ()


def coerce(value: ir.Expr, expected: Type, scope: Scope, node: ast.AST, because: Note | None = None) -> ir.Expr:
    """`value` as one of type `expected`; a `UserError` S030 at `node` where that cannot be."""
    if same(value.type, expected):
        return value
    if not fits(value.type, expected):
        raise UserError(
            "S030",
            f"expected {expected}, found {value.type}",
            scope.span(node),
            help=_help(value.type, expected),
            notes=(because,) if because else (),
        )
    return _convert(value, expected, scope)


def _convert(value: ir.Expr, expected: Type, scope: Scope) -> ir.Expr:
    """`value`, known to fit, as one of type `expected`."""
    if same(value.type, expected):
        return value
    span = value.span
    match expected:
        case OptionType(item=item) if isinstance(value.type, OptionType):
            inside = _convert(ir.Unwrap(operand=value, type=value.type.item, span=span), item, scope)
            return ir.If(
                condition=ir.IsNothing(operand=value, type=BoolType(), span=span),
                then=ir.Nothing(type=expected, span=span),
                otherwise=ir.Some(operand=inside, type=expected, span=span),
                type=expected,
                span=span,
            )
        case OptionType(item=item):
            return ir.Some(operand=_convert(value, item, scope), type=expected, span=span)
        case UnionType():
            return ir.Widen(operand=value, type=expected, span=span)
        case SetType(item=item):
            assert isinstance(value.type, SetType)
            name = scope.context.fresh("item")
            local = ir.Local(name=name, type=value.type.item, span=span)
            return ir.Comprehension(
                binders=(ir.Binder(name=name, type=value.type.item, domain=value),),
                body=_convert(local, item, scope),
                type=expected,
                span=span,
            )
        case _:
            raise AssertionError(f"{value.type} does not fit {expected}")


def join(left: Type, right: Type) -> Type | None:
    """The narrowest type that both fit, be it the union of their records; None where there is none."""
    if fits(right, left):
        return left
    if fits(left, right):
        return right
    if isinstance(left, SetType) and isinstance(right, SetType):
        item = join(left.item, right.item)
        return None if item is None else SetType(item)
    if records_of(left) and records_of(right):
        return UnionType(tuple(dict.fromkeys((*records_of(left), *records_of(right)))))
    return None


def unify(
    left: ir.Expr, right: ir.Expr, scope: Scope, node: ast.AST, what: str, *, united: bool = False
) -> tuple[ir.Expr, ir.Expr]:
    """Both with one type, the wider of the two, or where they are `united` the union of their records; a `UserError`
    S031 at `node` where there is no such type."""
    if fits(right.type, left.type):
        return left, _convert(right, left.type, scope)
    if fits(left.type, right.type):
        return _convert(left, right.type, scope), right
    common = join(left.type, right.type) if united else None
    if common is not None:
        return _convert(left, common, scope), _convert(right, common, scope)
    raise UserError(
        "S031",
        f"{what} have different types: {left.type} and {right.type}",
        scope.span(node),
        help=_help(right.type, left.type) or _help(left.type, right.type) or "both must be of one type",
        notes=(Note(f"this one is {left.type}", left.span), Note(f"this one is {right.type}", right.span)),
    )


def _help(found: Type, expected: Type) -> str | None:
    match found, expected:
        case OptionType(item=item), _ if fits(item, expected):
            return "it may be None here: test it first, `x is not None and ...`"
        case UnionType(members=members), RecordType() if expected in members:
            return f"it may be another record here: test it first, `isinstance(m, {expected})`"
        case IntType(), SortType(ordered=True):
            return f"elements of {expected} are not numbers: use `{expected}.first()` and `.next`"
        case SetType(), SeqType():
            return "a set has no order: build the sequence step by step, with `.append`"
        case (SeqType(item=item) | BagType(item=item)), SetType() if fits(item, expected.item):
            return "`Set(...)` makes a set of its items"
        case _, SetType(item=item) if fits(found, item):
            return "a set of this one item is written `{x}`"
        case _:
            return None
