"""Where a value meets the bounds of a model: when it is stored in a variable, and when it goes into a record."""

from __future__ import annotations

from checker.core.errors import Span, UserError
from checker.core.instance import Instance
from checker.core.types import (
    BagType, BoolType, EnumType, IntType, MapType, OptionType, QuorumType, RecordType, SeqType, SetType, SortType,
    TupleType, Type, UnionType,
)
from checker.core.values import FrozenBag, FrozenMap, RecordValue, Sequence, Value, in_order


class OutOfBounds(Exception):
    """The value exists, but the model has no room for it: the step is cut.  Not an error of the spec."""

    def __init__(self, message: str, span: Span) -> None:
        super().__init__(message)
        self.message = message
        self.span = span


def check_bounds(value: Value, type: Type, instance: Instance, span: Span) -> None:
    """Raises `OutOfBounds` where `value`, of type `type`, is larger than the model allows, and `UserError` R005 where
    an int in it is smaller.  A container is looked at before its items, and these in order."""
    match type:
        case BoolType() | EnumType() | SortType() | QuorumType():
            return
        case IntType():
            assert isinstance(value, int)
            _check_int(value, type, instance, span)
        case OptionType(item=item):
            if value is not None:
                check_bounds(value, item, instance, span)
        case RecordType(fields=fields):
            assert isinstance(value, RecordValue)
            for inside, (_, field_type) in zip(value.values, fields, strict=True):
                check_bounds(inside, field_type, instance, span)
        case UnionType(members=members):
            assert isinstance(value, RecordValue)
            check_bounds(value, next(m for m in members if m.name == value.record), instance, span)
        case TupleType(items=items):
            assert isinstance(value, tuple)
            for inside, item in zip(value, items, strict=True):
                check_bounds(inside, item, instance, span)
        case MapType(key=key, value=value_type):
            assert isinstance(value, FrozenMap)
            for place, inside in value.items:
                check_bounds(place, key, instance, span)
                check_bounds(inside, value_type, instance, span)
        case SetType(item=item):
            assert isinstance(value, frozenset)
            for inside in in_order(value):
                check_bounds(inside, item, instance, span)
        case SeqType():
            assert isinstance(value, Sequence)
            _check_sequence(value, type, instance, span)
        case BagType():
            assert isinstance(value, FrozenBag)
            _check_bag(value, type, instance, span)


def _check_int(value: int, type: IntType, instance: Instance, span: Span) -> None:
    allowed = instance.range_of(type)
    if allowed is None:
        return
    low, high = allowed
    if value < low:
        raise UserError(
            "R005", f"{value} is below the range {low}..{high} of `{type.bound}`", span,
            help=f"guard the step with a `require`, or give `{type.bound}` a lower least value in the model",
        )
    if value > high:
        raise OutOfBounds(f"{value} is above the range {low}..{high} of `{type.bound}`", span)


def _check_sequence(value: Sequence, type: SeqType, instance: Instance, span: Span) -> None:
    longest = None if type.bound is None else instance.lengths.get(type.bound)
    if longest is not None and len(value) > longest:
        raise OutOfBounds(f"{len(value)} items are more than the length {longest} of `{type.bound}`", span)
    for inside in value:
        check_bounds(inside, type.item, instance, span)


def _check_bag(value: FrozenBag, type: BagType, instance: Instance, span: Span) -> None:
    limit = None if type.bound is None else instance.bags.get(type.bound)
    if limit is not None:
        if len(value.items) > limit.distinct:
            raise OutOfBounds(
                f"{len(value.items)} different items are more than the {limit.distinct} of `{type.bound}`", span
            )
        if any(copies > limit.copies for _, copies in value.items):
            raise OutOfBounds(f"an item has more copies than the {limit.copies} of `{type.bound}`", span)
    for inside in value:
        check_bounds(inside, type.item, instance, span)
