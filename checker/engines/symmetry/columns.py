"""Where in a packed state the columns of a local sort are: the bits that say something of one of its elements alone.

A column has *fields*, the same ones for every element: a slot of a map, a bit of a set.  Beside them there are
*codes*: a code that mentions an element is not in its column, but says of this element that it is the one.  Of the
items of a *bag* there are copies, so it says a number.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import assert_never

from checker.core.structs import struct
from checker.core.types import (
    BagType, BoolType, EnumType, IntType, MapType, OptionType, QuorumType, RecordType, SeqType, SetType, SortType,
    TupleType, Type, UnionType,
)
from checker.engines.layout import (
    WORD, BagShape, ChoiceShape, CodeShape, Layout, MapShape, ProductShape, SeqShape, SetShape, Shape,
)
from checker.engines.plain import PlainValues, members_in_order
from checker.engines.symmetry.guards import Guard
from checker.engines.symmetry.local import Block, mentions


@struct
class ColumnField:
    """A field of a column: as wide for every element, and within one word.  `positions`: where it is, for each member.
    """

    width: int
    positions: tuple[int, ...]


@struct
class Mentioned:
    """What a code mentions: the element at this position of its sort.  With the next element it is greater by
    `weight`."""

    element: int
    weight: int

    def renamed(self, code: int, element: int) -> int:
        """The code with another element in place of this one."""
        return code + (element - self.element) * self.weight


@struct
class ColumnCode:
    """A field at `position` that holds the code of a value, an item of a sequence where there is a guard, which says
    whether it is there.  `mentioned` has an entry for each code that mentions an element."""

    position: int
    width: int
    guard: Guard | None
    mentioned: dict[int, Mentioned]


@struct
class ColumnBag:
    """A bag at `position`; `mentioned` has an entry for each code of an item that mentions an element, and `kinds`
    numbers these codes, those that differ in the element alone alike."""

    position: int
    shape: BagShape
    mentioned: dict[int, Mentioned]
    kinds: dict[int, int]

    @property
    def entry_width(self) -> int:
        """The bits of an entry."""
        return self.shape.width - self.shape.start - self.shape.stride * (self.shape.capacity - 1)

    @property
    def mark_width(self) -> int:
        """The bits of a number of copies, which may be 0."""
        return (1 << self.shape.copies_width).bit_length()


class Columns:
    """The columns of the elements of a block, whose sort is local.

    Two columns compare as their fields do, one after the other, and then as the *marks* that the codes and the bags
    make on them: 1 where a code mentions the element, and for each kind of item the number of copies.
    """

    def __init__(self, block: Block, layout: Layout) -> None:
        self.block = block
        self.plain: PlainValues = layout.plain
        self.fields: list[ColumnField] = []
        self.codes: list[ColumnCode] = []
        self.bags: list[ColumnBag] = []
        for place in layout.places:
            self._visit(place.shape, place.position)

    @cached_property
    def member_at(self) -> dict[int, int]:
        """The position of an element in its sort -> its number among the members."""
        return {element: number for number, element in enumerate(self.block.members)}

    @cached_property
    def mark_widths(self) -> list[int]:
        """The bits of each mark: of the codes, then of the kinds of each bag."""
        of_bags = [bag.mark_width for bag in self.bags for _ in range(len(set(bag.kinds.values())))]
        return [1] * len(self.codes) + of_bags

    def _visit(self, shape: Shape, position: int) -> None:
        if shape.width == 0 or not mentions(shape.type, self.block.sort):
            return
        match shape:
            case CodeShape():
                self._add_code(shape, position, None)
            case SeqShape(length_width=width, start=start, item=item, stride=stride, capacity=capacity):
                assert isinstance(item, CodeShape)
                for index in range(capacity):
                    guard = Guard(position, width, index + 1, capacity)
                    self._add_code(item, position + start + index * stride, guard)
            case SetShape(type=type):
                self._add_set(type, position)
            case MapShape(type=type, item=item, count=count, stride=stride):
                if mentions(type.key, self.block.sort):
                    self._add_slots(shape, position)
                else:
                    for index in range(count):
                        self._visit(item, position + index * stride)
            case ProductShape(parts=parts):
                for at, part in parts:
                    self._visit(part, position + at)
            case BagShape(type=type):
                inside = self._inside(type.item)
                kinds: dict[int, int] = {}
                for code, said in inside.items():
                    kinds.setdefault(code - said.element * said.weight, len(kinds))
                by_code = {code: kinds[code - said.element * said.weight] for code, said in inside.items()}
                self.bags.append(ColumnBag(position, shape, inside, by_code))
            case ChoiceShape():
                raise AssertionError("a sort is not local in such a variable")
            case _:
                assert_never(shape)

    def _add_code(self, shape: CodeShape, position: int, guard: Guard | None) -> None:
        self.codes.append(ColumnCode(position, shape.width, guard, self._inside(shape.type)))

    def _inside(self, type: Type) -> dict[int, Mentioned]:
        """The codes of the type that mention a member."""
        found = enumerate(self._mentioned(type))
        return {code: said for code, said in found if said and said.element in self.member_at}

    def _add_slots(self, shape: MapShape, position: int) -> None:
        """The slots of a map: a word for each field of wide ones, and the last one narrower perhaps."""
        for keys in self._by_member(shape.type.key):
            slots = [position + key * shape.stride for key in keys]
            for start in range(0, shape.item.width, WORD):
                width = min(WORD, shape.item.width - start)
                self.fields.append(ColumnField(width, tuple(slot + start for slot in slots)))

    def _add_set(self, type: SetType, position: int) -> None:
        """The bits of a set: those that are neighbours for every element make one field."""
        bits = [tuple(position + code for code in codes) for codes in self._by_member(type.item)]
        start = 0
        for end in range(1, len(bits) + 1):
            if end < len(bits) and all(
                after == before + 1 and after % WORD for before, after in zip(bits[end - 1], bits[end], strict=True)
            ):
                continue
            self.fields.append(ColumnField(end - start, bits[start]))
            start = end

    def _by_member(self, type: Type) -> Iterator[Sequence[int]]:
        """The codes that differ in the member only, in the order of the members."""
        found: dict[int, dict[int, int]] = {}
        for code, said in self._inside(type).items():
            found.setdefault(code - said.element * said.weight, {})[said.element] = code
        for of_element in found.values():
            yield [of_element[element] for element in self.block.members]

    def _mentioned(self, type: Type) -> list[Mentioned | None]:
        """For each value of the type, by code, what it mentions."""
        if not mentions(type, self.block.sort):
            return [None] * self.plain.size(type)
        match type:
            case SortType():
                return [Mentioned(element, 1) for element in range(self.plain.size(type))]
            case OptionType(item=item):
                return [None, *self._mentioned(item)]
            case RecordType(fields=fields):
                return self._in_parts([field for _, field in fields])
            case TupleType(items=items):
                return self._in_parts(items)
            case UnionType():
                return [said for member in members_in_order(type) for said in self._mentioned(member)]
            case MapType() | SetType() | BagType() | SeqType() | QuorumType() | BoolType() | IntType() | EnumType():
                raise AssertionError("there is more than one element in such a value, or none")
            case _:
                assert_never(type)

    def _in_parts(self, types: Sequence[Type]) -> list[Mentioned | None]:
        """One of the parts mentions the sort; the last part counts least."""
        (number,) = (number for number, type in enumerate(types) if mentions(type, self.block.sort))
        before, after = (math.prod(map(self.plain.size, some)) for some in (types[:number], types[number + 1 :]))
        once: list[Mentioned | None] = []
        for said in self._mentioned(types[number]):
            once += [Mentioned(said.element, said.weight * after) if said else None] * after
        return once * before
