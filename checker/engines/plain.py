"""Plain values: the values of a spec as bare ints and tuples, for generated code.

    bool, int            bool, int                 T | None     None or the value
    Enum, Sort, Quorum   position                  Seq[T]       tuple
    Record               (name, *fields)           Map[K, V]    tuple of values, in the order of the keys
    tuple                tuple                     Bag[T]       tuple of (item, copies), items in order
    Set[T]               an int with a bit for each item, by the item's code, where `is_masked`; else frozenset

A record carries its name, so a record, a union that holds it, and an option of that, are the same plain value:
widening and narrowing cost nothing.  The *code* of a value is its position among all values of its type, from 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, TypeAlias, assert_never

from checker.core.instance import Instance
from checker.core.types import (
    BagType, BoolType, EnumType, IntType, MapType, OptionType, QuorumType, RecordType, SeqType, SetType, SortType,
    TupleType, Type, UnionType,
)
from checker.core.values import (
    Element, EnumValue, FrozenBag, FrozenMap, RecordValue, Sequence, Value, in_order,
)
from checker.engines.system import SpecError

Plain: TypeAlias = Any
"""A bool, int, None, tuple or frozenset, as the table above says."""

MASK_LIMIT = 4096
"""The most values of an item type for which a set of them is one int."""

TABLE_LIMIT = 1 << 18
"""Entries after which a table of remembered results starts afresh."""


class Outside(Exception):
    """The model has no room for a value: the step is cut.  (`bounds.OutOfBounds`, without the words.)"""


class Table(dict[Any, Any]):
    """A function that remembers its results, up to `limit` of them: `table[x]`."""

    def __init__(self, function: Callable[[Any], Any], limit: int = TABLE_LIMIT) -> None:
        super().__init__()
        self.function = function
        self.limit = limit

    def __missing__(self, argument: Any) -> Any:
        result = self.function(argument)
        if len(self) >= self.limit:
            self.clear()
        self[argument] = result
        return result


def member_of(union: UnionType, name: str) -> RecordType:
    """The record called `name`."""
    return next(member for member in union.members if member.name == name)


def members_in_order(union: UnionType) -> list[RecordType]:
    """The records of a union in the order in which `sort_key` puts their values: by name."""
    return sorted(union.members, key=lambda member: member.name)


class PlainValues:
    """Plain values and codes for one instance."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self._sizes: dict[Type, int] = {}
        self._values: dict[Type, dict[int, Plain]] = {}
        self._masked: dict[Type, bool] = {}
        self._positions: dict[Type, dict[Plain, int]] = {}
        self._in_order: dict[tuple[Type, tuple[int, ...]], list[tuple[int, Plain]]] = {}

    @cached_property
    def elements(self) -> dict[str, tuple[Element, ...]]:
        """The elements of each sort."""
        return {sort: self.instance.elements(sort) for sort in self.instance.labels}

    def size(self, type: Type) -> int:
        """How many values the type has.  Raises `KeyError` for a type without bounds."""
        found = self._sizes.get(type)
        if found is None:
            found = self._sizes[type] = self.instance.cardinality(type)
        return found

    def is_masked(self, item: Type) -> bool:
        """Is a set of such items one int?  So it is where every item that can be built has a code, a small one."""
        if item not in self._masked:
            self._masked[item] = self.always_inside(item) and self._is_small(item)
        return self._masked[item]

    def _is_small(self, type: Type) -> bool:
        try:
            return self.size(type) <= MASK_LIMIT
        except KeyError:  # a record that no variable holds may have an int without a range
            return False

    def always_inside(self, type: Type) -> bool:
        """Is every value of the type that can be built within the bounds of the model?"""
        match type:
            case BoolType() | EnumType() | SortType() | QuorumType() | RecordType() | UnionType():
                return True
            case OptionType(item=item):
                return self.always_inside(item)
            case TupleType(items=items):
                return all(map(self.always_inside, items))
            case IntType() | MapType() | SetType() | BagType() | SeqType():
                return False

    def all_of(self, type: Type) -> list[Plain]:
        """Every value of the type, in the order in which a binder goes through them."""
        return [self.plain(type, value) for value in in_order(frozenset(self.instance.domain(type)))]

    def keys(self, type: Type) -> list[Plain]:
        """The keys of a map, in order."""
        return [self.plain(type, value) for value in self.instance.domain(type)]

    def plain(self, type: Type, value: Any) -> Plain:
        """The plain form of `value`, which is a value of the type."""
        match type:
            case BoolType() | IntType():
                return value
            case EnumType() | SortType() | QuorumType():
                return value.index
            case OptionType(item=item):
                return None if value is None else self.plain(item, value)
            case RecordType(name=name, fields=fields):
                inner = (self.plain(field, part) for (_, field), part in zip(fields, value.values, strict=True))
                return (name, *inner)
            case UnionType():
                return self.plain(member_of(type, value.record), value)
            case TupleType(items=items):
                return tuple(self.plain(item, part) for item, part in zip(items, value, strict=True))
            case MapType(value=inside):
                return tuple(self.plain(inside, part) for _, part in value.items)
            case SetType(item=item):
                return self.set_of(item, [self.plain(item, part) for part in value])
            case BagType(item=item):
                return tuple((self.plain(item, part), copies) for part, copies in value.items)
            case SeqType(item=item):
                return tuple(self.plain(item, part) for part in value)
            case _:
                assert_never(type)

    def set_of(self, item: Type, members: Iterable[Plain]) -> Plain:
        """The set of these members."""
        if not self.is_masked(item):
            return frozenset(members)
        mask = 0
        for member in members:
            mask |= 1 << self.code(item, member)
        return mask

    def members(self, item: Type, collection: Plain) -> list[Plain]:
        """The members of a set in the order in which a binder goes through them."""
        if isinstance(collection, int):
            found = [self.value(item, code) for code in bits(collection)]
        else:
            found = list(collection)
        return sorted(found, key=self.order(item))

    def core(self, type: Type, plain: Plain) -> Value:
        """The value of which `plain` is the plain form."""
        match type:
            case BoolType() | IntType():
                return plain
            case EnumType() | SortType() | QuorumType():
                return self._named(type, plain)
            case OptionType(item=item):
                return None if plain is None else self.core(item, plain)
            case RecordType(name=name, fields=fields):
                parts = tuple(self.core(field, part) for (_, field), part in zip(fields, plain[1:], strict=True))
                return RecordValue(name, tuple(field for field, _ in fields), parts)
            case UnionType():
                return self.core(member_of(type, plain[0]), plain)
            case TupleType(items=items):
                return tuple(self.core(item, part) for item, part in zip(items, plain, strict=True))
            case MapType(key=key, value=inside):
                keys = self.instance.domain(key)
                return FrozenMap(tuple((k, self.core(inside, part)) for k, part in zip(keys, plain, strict=True)))
            case SetType(item=item):
                return frozenset(self.core(item, part) for part in self.members(item, plain))
            case SeqType(item=item):
                return Sequence(self.core(item, part) for part in plain)
            case BagType(item=item):
                return FrozenBag(tuple((self.core(item, part), copies) for part, copies in plain))
            case _:
                assert_never(type)

    def _named(self, type: EnumType | SortType | QuorumType, position: int) -> Value:
        match type:
            case EnumType(name=name, members=members):
                return EnumValue(name, position, members[position])
            case SortType(name=name):
                return self.elements[name][position]
            case QuorumType():
                return self.instance.quorum_values(type)[position]

    def order(self, type: Type) -> Callable[[Plain], Any]:
        """A key that orders plain values as `sort_key` orders values."""
        match type:
            case BoolType() | IntType() | EnumType() | SortType() | QuorumType():
                return _itself
            case OptionType(item=item):
                inner = self.order(item)
                return lambda plain: () if plain is None else (inner(plain),)
            case RecordType(fields=fields):
                keys = [_itself, *(self.order(field) for _, field in fields)]
                return lambda plain: tuple(key(part) for key, part in zip(keys, plain, strict=True))
            case UnionType(members=members):
                by_name = {member.name: self.order(member) for member in members}
                return lambda plain: by_name[plain[0]](plain)
            case TupleType(items=items):
                keys = [self.order(item) for item in items]
                return lambda plain: tuple(key(part) for key, part in zip(keys, plain, strict=True))
            case MapType(value=inside):
                inner = self.order(inside)
                return lambda plain: tuple(map(inner, plain))
            case SeqType(item=item):
                inner = self.order(item)
                return lambda plain: (len(plain), *map(inner, plain))
            case SetType(item=item):
                inner = self.order(item)
                return lambda plain: _by_size(map(inner, self.members(item, plain)))
            case BagType(item=item):
                inner = self.order(item)
                return lambda plain: (len(plain), *((inner(part), copies) for part, copies in plain))
            case _:
                assert_never(type)

    def code(self, type: Type, plain: Plain) -> int:
        """The position of a value among all values of its type.  Raises `Outside` for one that the model has no room
        for, and `SpecError` for an int below its range."""
        match type:
            case BoolType() | EnumType() | SortType() | QuorumType():
                return int(plain)
            case IntType(bound=bound):
                low, high = self.instance.ranges[bound or "int"]
                return check_int(plain, low, high) - low
            case OptionType(item=item):
                return 0 if plain is None else 1 + self.code(item, plain)
            case RecordType(fields=fields):
                return self._product_code([field for _, field in fields], plain[1:])
            case TupleType(items=items):
                return self._product_code(items, plain)
            case MapType(value=inside):
                return self._product_code([inside] * len(plain), plain)
            case UnionType():
                start = self.member_start(type, plain[0])
                return start + self.code(member_of(type, plain[0]), plain)
            case SetType(item=item):
                if isinstance(plain, int):
                    return plain
                return sum(1 << self.code(item, part) for part in plain)
            case SeqType(item=item, bound=bound):
                if len(plain) > self.instance.lengths[bound or "seq"]:
                    raise Outside
                size = self.size(item)
                return sum(size**n for n in range(len(plain))) + self._product_code([item] * len(plain), plain)
            case BagType():
                return self._bag_code(type, plain)
            case _:
                assert_never(type)

    def member_start(self, union: UnionType, name: str) -> int:
        """The code of the first value of the member `name`."""
        before = (member for member in union.members if member.name < name)
        return sum(map(self.size, before))

    def _product_code(self, types: Iterable[Type], parts: Iterable[Plain]) -> int:
        code = 0
        for type, part in zip(types, parts, strict=True):
            code = code * self.size(type) + self.code(type, part)
        return code

    def _bag_code(self, type: BagType, plain: Plain) -> int:
        check_bag(plain, *self.bag_bound(type))
        for part, _ in plain:
            self.code(type.item, part)
        return self._bag_positions(type)[plain]

    def _bag_positions(self, type: BagType) -> dict[Plain, int]:
        """Bags inside of other collections are numbered one by one; the layout refuses types with too many."""
        if type not in self._positions:
            found = (self.plain(type, value) for value in self.instance.domain(type))
            self._positions[type] = {plain: position for position, plain in enumerate(found)}
        return self._positions[type]

    def bag_bound(self, type: BagType) -> tuple[int, int]:
        """How many different items a bag may hold, and how many copies of each."""
        limit = self.instance.bags[type.bound or "bag"]
        return limit.distinct, limit.copies

    def value(self, type: Type, code: int) -> Plain:
        """The plain value with this code."""
        match type:
            case BoolType():
                return bool(code)
            case EnumType() | SortType() | QuorumType():
                return code
            case IntType(bound=bound):
                return code + self.instance.ranges[bound or "int"][0]
            case OptionType(item=item):
                return None if code == 0 else self.value(item, code - 1)
            case RecordType(name=name, fields=fields):
                return (name, *self._product_values([field for _, field in fields], code))
            case TupleType(items=items):
                return self._product_values(items, code)
            case MapType(key=key, value=inside):
                return self._product_values([inside] * self.size(key), code)
            case UnionType():
                for member in members_in_order(type):
                    if code < self.size(member):
                        return self.value(member, code)
                    code -= self.size(member)
                raise AssertionError("a code beyond the last value")
            case SetType(item=item):
                return code if self.is_masked(item) else frozenset(self.value(item, bit) for bit in bits(code))
            case SeqType(item=item):
                size, length = self.size(item), 0
                while code >= size**length:
                    code, length = code - size**length, length + 1
                return self._product_values([item] * length, code)
            case BagType():
                return next(plain for plain, position in self._bag_positions(type).items() if position == code)
            case _:
                assert_never(type)

    def values(self, type: Type) -> Mapping[int, Plain]:
        """Every value of the type by its code, of a type with few."""
        found = self._values.get(type)
        if found is None:
            found = self._values[type] = {code: self.value(type, code) for code in range(self.size(type))}
        return found

    def in_order(self, type: Type, codes: Iterable[int]) -> list[tuple[int, Plain]]:
        """The codes with their values, in the order of the values.

        Remembered, since each quantifier over a set of the state asks for the same.
        """
        key = type, tuple(codes)
        if key not in self._in_order:
            order = self.order(type)
            pairs = ((code, self.value(type, code)) for code in key[1])
            self._in_order[key] = sorted(pairs, key=lambda pair: order(pair[1]))
        return self._in_order[key]

    def _product_values(self, types: Iterable[Type], code: int) -> tuple[Plain, ...]:
        parts: list[Plain] = []
        for type in reversed(tuple(types)):
            code, part = divmod(code, self.size(type))
            parts.append(self.value(type, part))
        return tuple(reversed(parts))


def _itself(plain: Plain) -> Any:
    return plain


def _by_size(keys: Iterable[Any]) -> tuple[Any, ...]:
    ordered = sorted(keys)
    return (len(ordered), *ordered)


def bits(mask: int) -> Iterator[int]:
    """The positions of the bits that are set, ascending."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest


def check_int(value: int, low: int, high: int) -> int:
    """`value`, which must be in `low`..`high`."""
    if value > high:
        raise Outside
    if value < low:
        raise SpecError
    return value


def check_bag(bag: Plain, distinct: int, copies: int) -> None:
    """Raises `Outside` for a bag with more different items, or more copies of one, than these."""
    if len(bag) > distinct or any(count > copies for _, count in bag):
        raise Outside
