"""Plain values and the bounds of a model: a check that they are inside, and a value to stand where there is none."""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from checker.core.types import (
    BagType, BoolType, EnumType, IntType, MapType, OptionType, QuorumType, RecordType, SeqType, SetType, SortType,
    TupleType, Type, UnionType,
)
from checker.engines.plain import Outside, Plain, PlainValues, check_bag, check_int, member_of


def checked_value(plain: PlainValues, type: Type, value: Plain) -> Plain:
    """The value itself.  Raises `Outside` and `SpecError` where `bounds.check_bounds` raises its errors."""
    match type:
        case BoolType() | EnumType() | SortType() | QuorumType():
            pass
        case IntType():
            allowed = plain.instance.range_of(type)
            if allowed is not None:
                check_int(value, *allowed)
        case OptionType(item=item):
            if value is not None:
                checked_value(plain, item, value)
        case RecordType(fields=fields):
            _check_parts(plain, [field for _, field in fields], value[1:])
        case UnionType():
            checked_value(plain, member_of(type, value[0]), value)
        case TupleType(items=items):
            _check_parts(plain, items, value)
        case MapType(value=inside):
            _check_parts(plain, [inside] * len(value), value)
        case SetType(item=item):
            members = plain.members(item, value)
            _check_parts(plain, [item] * len(members), members)
        case SeqType(item=item, bound=bound):
            if len(value) > plain.instance.lengths.get(bound or "", len(value)):
                raise Outside
            _check_parts(plain, [item] * len(value), value)
        case BagType(item=item, bound=bound):
            if bound in plain.instance.bags:
                check_bag(value, *plain.bag_bound(type))
            _check_parts(plain, [item] * len(value), [part for part, _ in value])
        case _:
            assert_never(type)
    return value


def _check_parts(plain: PlainValues, types: Iterable[Type], parts: Iterable[Plain]) -> None:
    for type, part in zip(types, parts, strict=True):
        checked_value(plain, type, part)


def some_value(plain: PlainValues, type: Type) -> Plain:
    """A value of the type, for a name that is not bound: nothing looks at it, but the code around it must run."""
    match type:
        case BoolType():
            return False
        case IntType() | EnumType() | SortType() | QuorumType():
            return 0
        case OptionType():
            return None
        case RecordType(name=name, fields=fields):
            return (name, *(some_value(plain, field) for _, field in fields))
        case UnionType(members=members):
            return some_value(plain, members[0])
        case TupleType(items=items):
            return tuple(some_value(plain, item) for item in items)
        case MapType(key=key, value=value):
            return (some_value(plain, value),) * plain.size(key)
        case SetType(item=item):
            return plain.set_of(item, ())
        case BagType() | SeqType():
            return ()
        case _:
            assert_never(type)
