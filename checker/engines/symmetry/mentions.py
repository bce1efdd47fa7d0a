"""What a value says of elements, told without their names: from this elements are told apart, whatever they are called.

A *mention* has a label, a number that depends on everything in a value but the names, and says which elements there
are in it, in which roles.  `Map[Acceptor, Vote | None]` at a key is a mention of the acceptor as the key and of the
value in its vote; the ballot is in the label.  When elements are exchanged in a value, they are exchanged in its
mention and nothing else changes.  That is all that is asked of it: where a label says too little, or two labels are
equal by chance, representatives take longer to find and stay the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from typing import assert_never

from checker.core.structs import struct
from checker.core.types import (
    BagType, BoolType, EnumType, IntType, MapType, OptionType, QuorumType, RecordType, SeqType, SetType, SortType,
    TupleType, Type, UnionType, parts,
)
from checker.core.values import FrozenBag
from checker.engines.layout import Layout
from checker.engines.plain import bits, members_in_order
from checker.engines.symmetry.group import SymmetryGroup

TABLE_WORDS = 1 << 14
"""Words that the mentions of all values of a type may take, for them to be kept in a table."""

ODD = 0x9E3779B97F4A7C15
"""2^64 divided by the golden ratio (Knuth, "The Art of Computer Programming", volume 3, section 6.4)."""

MASK = (1 << 64) - 1


def mix(number: int) -> int:
    """A number of 64 bits in which each bit depends on many bits of `number`, of which 64 count."""
    number &= MASK
    number = (number ^ number >> 32) * ODD & MASK
    return number ^ number >> 29


def deeper(role: int, part: int) -> int:
    """The role of what stands in the given part of something with this role."""
    return mix(role + part + 1)


@struct
class Mention:
    """What is said of some elements: `roles` holds pairs of the number of an element and its role."""

    label: int = 0
    roles: tuple[tuple[int, int], ...] = ()

    def __add__(self, other: Mention) -> Mention:
        """Both in one.  That an element is in both is told, too."""
        same = sum(mix(role + more) for element, role in self.roles for again, more in other.roles if element == again)
        return Mention(self.label + other.label + same & MASK, self.roles + other.roles)


NOTHING = Mention()


class Mentions:
    """Mentions of the elements that a group lists in blocks."""

    def __init__(self, group: SymmetryGroup, layout: Layout) -> None:
        self.plain = layout.plain
        self.numbers = {element: number for number, element in enumerate(group.elements)}
        self._sorts = {block.sort for block in group.blocks}

    def tells(self, type: Type) -> bool:
        """Can there be an element in a value of this type?"""
        return any(
            (isinstance(part, SortType) and part.name in self._sorts)
            or (isinstance(part, QuorumType) and part.member.name in self._sorts)
            for part in parts(type)
        )

    def in_value(self, type: Type, code: int, role: int) -> Mention:
        """What the value with this code says, where it stands in a role."""
        if not self.tells(type):
            return Mention(mix(role + code))
        match type:
            case SortType(name=name):
                number = self.numbers.get((name, code))
                return Mention(mix(role + code)) if number is None else Mention(0, ((number, role),))
            case QuorumType(name=name, member=member):
                members = self.plain.instance.quorums[name][code]
                return _joined(self.in_value(member, position, role) for position in members)
            case OptionType(item=item):
                return self.in_value(item, code - 1, deeper(role, 1)) if code else Mention(deeper(role, 0))
            case RecordType(fields=fields):
                return self._in_parts([field for _, field in fields], code, role)
            case TupleType(items=items):
                return self._in_parts(items, code, role)
            case UnionType():
                for number, member in enumerate(members_in_order(type)):
                    if code < self.plain.size(member):
                        return self.in_value(member, code, deeper(role, number))
                    code -= self.plain.size(member)
                raise AssertionError("a code beyond the last value")
            case SeqType(item=item):
                size, length = self.plain.size(item), 0
                while code >= size**length:
                    code, length = code - size**length, length + 1
                return Mention(deeper(role, length)) + self._in_parts([item] * length, code, role)
            case MapType() | SetType() | BagType():
                return self._in_collection(type, code, role) if self.tabulated(type) else NOTHING
            case BoolType() | IntType() | EnumType():
                raise AssertionError("a value without parts holds no element")
            case _:
                assert_never(type)

    def _in_parts(self, types: Iterable[Type], code: int, role: int) -> Mention:
        """The last part counts least."""
        found = NOTHING
        types = list(types)
        for number in reversed(range(len(types))):
            code, part = divmod(code, self.plain.size(types[number]))
            found += self.in_value(types[number], part, deeper(role, number))
        return found

    def _in_collection(self, type: MapType | SetType | BagType, code: int, role: int) -> Mention:
        """What the items say, in any order, all together."""
        match type:
            case SetType(item=item):
                return _joined(self.in_value(item, bit, role) for bit in bits(code))
            case BagType(item=item):
                bag = self.plain.core(type, self.plain.value(type, code))
                assert isinstance(bag, FrozenBag)
                items = ((self.plain.code(item, self.plain.plain(item, value)), copies) for value, copies in bag.items)
                return _joined(self.in_value(item, part, deeper(role, copies)) for part, copies in items)
            case MapType(key=key, value=value):
                found = NOTHING
                for index in reversed(range(self.plain.size(key))):
                    code, part = divmod(code, self.plain.size(value))
                    said = self.in_value(value, part, deeper(role, 0))
                    found += said + self.in_value(key, index, deeper(role, 1) + said.label & MASK)
                return found

    def tabulated(self, type: Type) -> bool:
        """Do the mentions of all values of the type fit into a table?"""
        small = isinstance(type, SortType | QuorumType)
        return small or self.plain.size(type) * (2 + 2 * self.most_roles(type)) <= TABLE_WORDS

    def most_roles(self, type: Type) -> int:
        """How many roles there can be in what a value of the type says."""
        match type:
            case SortType():
                return 1
            case QuorumType(name=name):
                return max(map(len, self.plain.instance.quorums[name]))
            case OptionType(item=item):
                return self.most_roles(item)
            case RecordType(fields=fields):
                return sum(self.most_roles(field) for _, field in fields)
            case TupleType(items=items):
                return sum(map(self.most_roles, items))
            case UnionType(members=members):
                return max(map(self.most_roles, members))
            case SeqType(item=item, bound=bound):
                return self.plain.instance.lengths[bound or "seq"] * self.most_roles(item)
            case SetType(item=item):
                return self.plain.size(item) * self.most_roles(item)
            case MapType(key=key, value=value):
                return self.plain.size(key) * (self.most_roles(key) + self.most_roles(value))
            case BagType(item=item):
                return self.plain.bag_bound(type)[0] * self.most_roles(item)
            case BoolType() | IntType() | EnumType():
                return 0
            case _:
                assert_never(type)


def _joined(mentions: Iterable[Mention]) -> Mention:
    return reduce(Mention.__add__, mentions, NOTHING)
