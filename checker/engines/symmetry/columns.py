"""The columns of a state: what it says of each element, where no part of it is about two of them.

A map keyed by elements, a set of them, and a variable that holds one of them say of each element something that is
about it alone.  All of that, in a fixed order, is the *column* of the element, and to exchange two elements is to
exchange their columns.  So an orbit is a multiset of columns, and its representative has them in order: however many
elements there are, nothing is tried.

A column is an int.  Some of its bits are bits of the state: those of the slot of a map, that of a set.  Others stand
for *names*, codes of values that mention an element, such as the holder of a lock: at most one element has such a bit.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import field
from typing import TypeAlias

from checker.core.structs import struct
from checker.core.types import QuorumType, SortType, Type, parts
from checker.core.values import Element, FrozenBag, FrozenMap, RecordValue, Value
from checker.core.values import Sequence as SequenceValue
from checker.engines.layout import (
    BagShape, ChoiceShape, CodeShape, Layout, MapShape, ProductShape, SeqShape, SetShape, Shape,
)
from checker.engines.plain import Table, bits
from checker.engines.symmetry.guards import Guard, Guards

VALUES_LIMIT = 1 << 14
"""Values of a type that are looked at one by one."""


class NotLocal(Exception):
    """A part of the state is about two elements at once, or is stored in a way that is not followed."""


@struct
class Name:
    """A field with the code of a value.  `meant` maps each code in which an element is mentioned to the number of the
    element and the bit of its column that says so."""

    position: int
    width: int
    guards: Guards
    meant: dict[int, tuple[int, int]]


@struct
class Columns:
    """Where the columns of some elements of a sort are, the `members` by position; where a member stands there is its
    *number*.

    `owners`: for each position of a bit that is part of a column, the number of the element, and the bit of the column.
     `names`: the fields that may mention an element.  `written[bit][element]`: the bits of the state
    that the bit of a column stands for, in the column of this element.
    """

    sort: str
    members: tuple[int, ...]
    owners: dict[int, tuple[int, int]] = field(default_factory=dict[int, tuple[int, int]])
    names: list[Name] = field(default_factory=list[Name])
    written: list[list[int]] = field(default_factory=list[list[int]])


def columns_of(sort: str, members: tuple[int, ...], layout: Layout) -> Columns:
    """The columns of these elements.  Raises `NotLocal` where the state is not made up of such."""
    walk = _Walk(layout, Columns(sort, members))
    for place in layout.places:
        walk.shape(place.shape, place.position, (place.name,), None, ())
    return walk.columns


def compile_sorted(columns: Columns) -> Callable[[int], int]:
    """The function from a packed state to the one that has its columns in order, the greatest first."""
    owners, names = columns.owners, columns.names
    mask = sum(1 << position for position in owners)

    def write(asked: tuple[int, int]) -> int:
        element, column = asked
        return sum(columns.written[bit][element] for bit in bits(column))

    written = Table(write)

    def put_in_order(state: int) -> int:
        found: dict[int, int] = {}
        rest = state
        for position in bits(state & mask):
            element, bit = owners[position]
            found[element] = found.get(element, 0) | 1 << bit
        rest ^= state & mask
        for name in names:
            code = state >> name.position & (1 << name.width) - 1
            meant = name.meant.get(code)
            if meant is not None and all(guard.holds(state) for guard in name.guards):
                element, bit = meant
                found[element] = found.get(element, 0) | 1 << bit
                rest ^= code << name.position
        for element, column in enumerate(sorted(found.values(), reverse=True)):
            rest |= written[element, column]
        return rest

    return put_in_order


Coded: TypeAlias = tuple[int | None, Hashable]
"""Of a value: the number of the element that it mentions, or None, and what it says besides."""


@struct
class _Walk:
    """Goes through the shapes of a layout, and finds the columns.

    `path` says where something stands, in the same words for each element; `element` is the number of the one that
    what is looked at is about.
    """

    layout: Layout
    columns: Columns
    bits: dict[Hashable, int] = field(default_factory=dict[Hashable, int])
    codes: dict[Type, list[Coded]] = field(default_factory=dict[Type, "list[Coded]"])

    def shape(self, shape: Shape, at: int, path: tuple[Hashable, ...], element: int | None, guards: Guards) -> None:
        """Takes what lies at a position into the columns."""
        if not self._mentions(shape.type):
            if element is not None and shape.width:
                self._own(at, shape.width, path, element, guards)
            return
        match shape:
            case CodeShape(type=type, width=width):
                self._name(type, at, width, path, element, guards)
            case SetShape(type=type):
                for code, (mentioned, rest) in enumerate(self._coded(type.item)):
                    about = _one(element, mentioned)
                    if about is not None:
                        self._own(at + code, 1, (*path, rest), about, guards)
            case MapShape(type=type, item=item, stride=stride):
                for index, (mentioned, rest) in enumerate(self._coded(type.key)):
                    self.shape(item, at + index * stride, (*path, rest), _one(element, mentioned), guards)
            case ProductShape(parts=placed):
                for number, (start, part) in enumerate(placed):
                    self.shape(part, at + start, (*path, number), element, guards)
            case SeqShape(length_width=width, start=start, item=item, stride=stride, capacity=capacity):
                if element is not None:
                    self._own(at, width, (*path, "length"), element, guards)
                for index in range(capacity):
                    there = (*guards, Guard(at, width, index + 1, capacity))
                    self.shape(item, at + start + index * stride, (*path, index), element, there)
            case BagShape() | ChoiceShape():
                raise NotLocal

    def _mentions(self, type: Type) -> bool:
        """Can there be an element of the sort in a value of this type?"""
        sort = self.columns.sort
        if any(isinstance(part, QuorumType) and part.member.name == sort for part in parts(type)):
            raise NotLocal
        return any(isinstance(part, SortType) and part.name == sort for part in parts(type))

    def _own(self, at: int, width: int, path: tuple[Hashable, ...], element: int, guards: Guards) -> None:
        """Bits of the state that are bits of the column of an element, whatever they say."""
        if guards:  # what is not there is zero, but of a choice the bits are those of another member then
            raise NotLocal
        for number in range(width):
            bit = self._bit((*path, "bit", number))
            self.columns.owners[at + number] = element, bit
            self.columns.written[bit][element] = 1 << at + number

    def _name(
        self, type: Type, at: int, width: int, path: tuple[Hashable, ...], element: int | None, guards: Guards
    ) -> None:
        """A code that may mention an element."""
        if element is not None:
            raise NotLocal
        meant: dict[int, tuple[int, int]] = {}
        for code, (mentioned, rest) in enumerate(self._coded(type)):
            if mentioned is not None:
                bit = self._bit((*path, "name", rest))
                meant[code] = mentioned, bit
                self.columns.written[bit][mentioned] = code << at
        self.columns.names.append(Name(at, width, guards, meant))

    def _bit(self, path: Hashable) -> int:
        """The number of the bit that stands for this in every column."""
        if path not in self.bits:
            self.bits[path] = len(self.bits)
            self.columns.written.append([0] * len(self.columns.members))
        return self.bits[path]

    def _coded(self, type: Type) -> list[Coded]:
        """What the values of a type say, by code."""
        if type not in self.codes:
            size = self.layout.plain.size(type)
            if not self._mentions(type):
                self.codes[type] = [(None, code) for code in range(size)]
            elif size > VALUES_LIMIT:
                raise NotLocal
            else:
                self.codes[type] = [self._said(type, code) for code in range(size)]
        return self.codes[type]

    def _said(self, type: Type, code: int) -> Coded:
        plain, members = self.layout.plain, self.columns.members
        mentioned: list[int] = []

        def without_names(value: Value) -> Hashable:
            match value:
                case Element(sort=sort, index=index) if sort == self.columns.sort and index in members:
                    mentioned.append(members.index(index))
                    return None, None
                case RecordValue(record=record, values=values):
                    return record, *map(without_names, values)
                case FrozenMap(items=items) | FrozenBag(items=items):
                    return frozenset((without_names(key), without_names(item)) for key, item in items)
                case SequenceValue() | tuple():
                    return tuple(map(without_names, value))
                case frozenset():
                    return frozenset(map(without_names, value))
                case _:
                    return value

        rest = without_names(plain.core(type, plain.value(type, code)))
        if len(mentioned) > 1:
            raise NotLocal
        return (mentioned[0] if mentioned else None), rest


def _one(element: int | None, other: int | None) -> int | None:
    """The element that both are about."""
    if element is not None and other is not None:
        raise NotLocal
    return other if element is None else element
