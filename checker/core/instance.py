"""An instance: the finite sizes that a model gives to a spec, resolved to names.

It is what the engines know of a model.  It answers which values a type has, in a fixed order.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from checker.core.given import whole_number
from checker.core.types import (
    BagType, BoolType, EnumType, IntType, MapType, OptionType, QuorumType, RecordType, SeqType, SetType, SortType,
    TupleType, Type, UnionType,
)
from checker.core.values import Element, EnumValue, FrozenBag, FrozenMap, QuorumValue, RecordValue, Sequence, Value


@dataclass(frozen=True, slots=True)
class BagBound:
    """A bag holds at most `distinct` different items, and at most `copies` of each."""

    distinct: int
    copies: int = 1

    def __post_init__(self) -> None:
        """Numbers of numpy and the like are as good as Python's own; what is no number a model will say."""
        for name in ("distinct", "copies"):
            number = whole_number(getattr(self, name))
            if number is not None:
                object.__setattr__(self, name, number)


@dataclass(frozen=True, slots=True)
class Instance:
    """The sizes of one model.

    `labels`: a sort's name -> how its elements are shown, in order (an ordered sort: ascending).
    `quorums`: a quorum's name -> its sets, each the ascending positions of its members.
    `ranges`, `lengths`, `bags`: the name of a bound -> the least and greatest int, the greatest length, a bag's size.
    `fixed`: the one value of a variable that no action assigns, where the model gives it.
    """

    labels: Mapping[str, tuple[str, ...]]
    quorums: Mapping[str, tuple[tuple[int, ...], ...]]
    ranges: Mapping[str, tuple[int, int]]
    lengths: Mapping[str, int]
    bags: Mapping[str, BagBound]
    fixed: Mapping[str, Value] = field(default_factory=dict[str, "Value"])

    def element(self, sort: str, index: int) -> Element:
        """The element of a sort at a position."""
        return Element(sort, index, self.labels[sort][index])

    def elements(self, sort: str) -> tuple[Element, ...]:
        """The elements of a sort, in order."""
        return tuple(self.element(sort, index) for index in range(len(self.labels[sort])))

    def quorum_values(self, quorum: QuorumType) -> tuple[QuorumValue, ...]:
        """The sets of a family of quorums, in order."""
        elements = self.elements(quorum.member.name)
        return tuple(
            QuorumValue(quorum.name, index, tuple(elements[member] for member in members))
            for index, members in enumerate(self.quorums[quorum.name])
        )

    def range_of(self, type: IntType) -> tuple[int, int] | None:
        """The least and the greatest value of a declared int; None for a computed one."""
        return None if type.bound is None else self.ranges.get(type.bound)

    def given(self, variables: Collection[str]) -> list[Value] | None:
        """The values that all of the variables may have by what is fixed; None where nothing is."""
        values = dict.fromkeys(self.fixed[name] for name in variables if name in self.fixed)
        return None if not values else list(values) if len(values) == 1 else []

    def cardinality(self, type: Type) -> int:
        """How many values the type has in this instance.  Raises `KeyError` for a type without bounds."""
        match type:
            case BoolType():
                return 2
            case IntType(bound=bound):
                low, high = self.ranges[bound or "int"]
                return high - low + 1
            case EnumType(members=members):
                return len(members)
            case SortType(name=name):
                return len(self.labels[name])
            case QuorumType(name=name):
                return len(self.quorums[name])
            case RecordType(fields=fields):
                return math.prod(self.cardinality(field) for _, field in fields)
            case UnionType(members=members):
                return sum(map(self.cardinality, members))
            case OptionType(item=item):
                return 1 + self.cardinality(item)
            case TupleType(items=items):
                return math.prod(map(self.cardinality, items))
            case MapType(key=key, value=value):
                return self.cardinality(value) ** self.cardinality(key)
            case SetType(item=item):
                return int(2 ** self.cardinality(item))
            case SeqType(item=item, bound=bound):
                return sum(self.cardinality(item) ** length for length in range(self.lengths[bound or "seq"] + 1))
            case BagType(item=item, bound=bound):
                limit = self.bags[bound or "bag"]
                kinds = self.cardinality(item)
                return sum(math.comb(kinds, n) * limit.copies**n for n in range(min(limit.distinct, kinds) + 1))

    def domain(self, type: Type) -> Iterator[Value]:
        """Every value of the type, in a fixed order.  Raises `KeyError` for a type without bounds."""
        match type:
            case BoolType():
                yield from (False, True)
            case IntType(bound=bound):
                low, high = self.ranges[bound or "int"]
                yield from range(low, high + 1)
            case EnumType(name=name, members=members):
                yield from (EnumValue(name, index, member) for index, member in enumerate(members))
            case SortType(name=name):
                yield from self.elements(name)
            case QuorumType():
                yield from self.quorum_values(type)
            case RecordType(name=name, fields=fields):
                names = tuple(field for field, _ in fields)
                for values in itertools.product(*(tuple(self.domain(field)) for _, field in fields)):
                    yield RecordValue(name, names, values)
            case UnionType(members=members):
                for member in members:
                    yield from self.domain(member)
            case OptionType(item=item):
                yield None
                yield from self.domain(item)
            case TupleType(items=items):
                yield from itertools.product(*(tuple(self.domain(item)) for item in items))
            case MapType(key=key, value=value):
                keys = tuple(self.domain(key))
                for values in itertools.product(tuple(self.domain(value)), repeat=len(keys)):
                    yield FrozenMap(tuple(zip(keys, values, strict=True)))
            case SetType(item=item):
                members = tuple(self.domain(item))
                for size in range(len(members) + 1):
                    yield from map(frozenset, itertools.combinations(members, size))
            case SeqType(item=item, bound=bound):
                members = tuple(self.domain(item))
                for length in range(self.lengths[bound or "seq"] + 1):
                    yield from map(Sequence, itertools.product(members, repeat=length))
            case BagType(item=item, bound=bound):
                yield from self._bags(tuple(self.domain(item)), self.bags[bound or "bag"])

    @staticmethod
    def _bags(members: tuple[Value, ...], limit: BagBound) -> Iterator[Value]:
        for size in range(min(limit.distinct, len(members)) + 1):
            for chosen in itertools.combinations(members, size):
                for counts in itertools.product(range(1, limit.copies + 1), repeat=size):
                    yield FrozenBag.of(
                        item for item, count in zip(chosen, counts, strict=True) for _ in range(count)
                    )


def prefixes_of(sorts: Collection[str]) -> dict[str, str]:
    """For each sort, by name, the shortest beginning of its name that no other one shares, in lower case: the elements
    are shown as a1, a2, a3."""
    words = {name: name.lower() for name in sorts}
    found: dict[str, str] = {}
    for name, word in words.items():
        others = [other for key, other in words.items() if key != name]
        lengths = range(1, len(word) + 1)
        shared = [n for n in lengths if any(other.startswith(word[:n]) for other in others)]
        found[name] = word[: max(shared, default=0) + 1]
    return found
