"""Where a value meets the bounds of a model: when it is stored in a variable, and when it goes into a record."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from checker.core.errors import Span, UserError
from checker.core.instance import Instance
from checker.core.types import (
    BagType, BoolType, EnumType, IntType, MapType, OptionType, QuorumType, RecordType, SeqType, SetType, SortType,
    TupleType, Type, UnionType,
)
from checker.core.values import Value, in_order


Check: TypeAlias = Callable[[Any, Span], None]
"""Raises an error about the place where a value is not within the bounds."""


class OutOfBounds(Exception):
    """The value exists, but the model has no room for it: the step is cut.  Not an error of the spec."""

    def __init__(self, message: str, span: Span) -> None:
        super().__init__(message)
        self.message = message
        self.span = span


def check_bounds(value: Value, type: Type, instance: Instance, span: Span) -> None:
    """Raises `OutOfBounds` where `value`, of type `type`, is larger than the model allows, and `UserError` R005 where
    an int in it is smaller.  A container is looked at before its items, and these in order."""
    check = checks(type, instance)
    if check is not None:
        check(value, span)


def checks(type: Type, instance: Instance) -> Check | None:
    """The same for any value of the type; None where the model has room for all of them."""
    match type:
        case BoolType() | EnumType() | SortType() | QuorumType():
            return None
        case IntType():
            return _int_checks(type, instance)
        case OptionType(item=item):
            inside = checks(item, instance)
            return inside and _present(inside)
        case RecordType(fields=fields):
            parts = _components([field for _, field in fields], instance)
            return parts and (lambda record, span: parts(record.values, span))
        case UnionType(members=members):
            return _of_union({member.name: checks(member, instance) for member in members})
        case TupleType(items=items):
            return _components(items, instance)
        case MapType(key=key, value=value):
            pair = _components([key, value], instance)
            return pair and _each(pair, lambda map: map.items)
        case SetType(item=item):
            inside = checks(item, instance)
            return inside and _each(inside, in_order)
        case SeqType(item=item):
            return _both(_length_checks(type, instance), checks(item, instance))
        case BagType(item=item):
            return _both(_bag_checks(type, instance), checks(item, instance))


def _int_checks(type: IntType, instance: Instance) -> Check | None:
    allowed = instance.range_of(type)
    if allowed is None:
        return None
    low, high = allowed

    def check(value: Any, span: Span) -> None:
        if value < low:
            raise UserError(
                "R005", f"{value} is below the range {low}..{high} of `{type.bound}`", span,
                help=f"guard the step with a `require`, or give `{type.bound}` a lower least value in the model",
            )
        if value > high:
            raise OutOfBounds(f"{value} is above the range {low}..{high} of `{type.bound}`", span)

    return check


def _length_checks(type: SeqType, instance: Instance) -> Check | None:
    longest = None if type.bound is None else instance.lengths.get(type.bound)
    if longest is None:
        return None

    def check(value: Any, span: Span) -> None:
        if len(value) > longest:
            raise OutOfBounds(f"{len(value)} items are more than the length {longest} of `{type.bound}`", span)

    return check


def _bag_checks(type: BagType, instance: Instance) -> Check | None:
    limit = None if type.bound is None else instance.bags.get(type.bound)
    if limit is None:
        return None

    def check(value: Any, span: Span) -> None:
        if len(value.items) > limit.distinct:
            raise OutOfBounds(
                f"{len(value.items)} different items are more than the {limit.distinct} of `{type.bound}`", span
            )
        if any(copies > limit.copies for _, copies in value.items):
            raise OutOfBounds(f"an item has more copies than the {limit.copies} of `{type.bound}`", span)

    return check


# --- of containers ------------------------------------------------------------------------------------------------


def _present(inside: Check) -> Check:
    def check(value: Any, span: Span) -> None:
        if value is not None:
            inside(value, span)

    return check


def _of_union(members: dict[str, Check | None]) -> Check | None:
    def check(record: Any, span: Span) -> None:
        inside = members[record.record]
        if inside is not None:
            inside(record, span)

    return check if any(members.values()) else None


def _components(types: Iterable[Type], instance: Instance) -> Check | None:
    parts = [(place, inside) for place, type in enumerate(types) if (inside := checks(type, instance))]

    def check(components: Any, span: Span) -> None:
        for place, inside in parts:
            inside(components[place], span)

    return check if parts else None


def _each(inside: Check, items: Callable[[Any], Iterable[Any]]) -> Check:
    def check(collection: Any, span: Span) -> None:
        for value in items(collection):
            inside(value, span)

    return check


def _both(whole: Check | None, inside: Check | None) -> Check | None:
    """What is asked of a container, and then of each of its items in order."""
    each = inside and _each(inside, iter)
    if whole is None or each is None:
        return whole or each

    def check(container: Any, span: Span) -> None:
        whole(container, span)
        each(container, span)

    return check
