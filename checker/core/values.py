"""Values of the specification language, as plain immutable Python objects.

    bool, int, tuple    bool, int, tuple          T | None     None or the value
    Enum                EnumValue                 Set[T]       frozenset
    Sort, Ordered       Element                   Seq[T]       Sequence (a tuple)
    Quorum              QuorumValue               Bag[T]       FrozenBag
    Record              RecordValue               Map[K, V]    FrozenMap

They are hashable and compare by what they contain.  `sort_key` is a total order on the values of one type, so that
nothing that is shown or explored depends on the order of a Python set.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias, Union

from checker.core.errors import did_you_mean


@dataclass(frozen=True, slots=True)
class EnumValue:
    """A member of an enumeration; `index` is its position."""

    enum: str
    index: int
    name: str = field(compare=False)

    def __repr__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Element:
    """An element of a sort; `label` is only how it is shown."""

    sort: str
    index: int
    label: str = field(compare=False)

    def __repr__(self) -> str:
        return self.label


@dataclass(frozen=True, slots=True)
class QuorumValue:
    """The `index`-th set of the family `quorum`."""

    quorum: str
    index: int
    members: tuple[Element, ...] = field(compare=False)

    def __repr__(self) -> str:
        return "{" + ", ".join(map(repr, self.members)) + "}"


@dataclass(frozen=True, slots=True)
class RecordValue:
    """A record of the type named `record`; the fields can be read as attributes."""

    record: str
    names: tuple[str, ...] = field(compare=False)
    values: tuple[Value, ...]

    def __getattr__(self, name: str) -> Any:
        if name in self.names:
            return self.values[self.names.index(name)]
        raise AttributeError(f"{self.record} has no field {name}")

    def __repr__(self) -> str:
        inside = ", ".join(f"{name}={value!r}" for name, value in zip(self.names, self.values, strict=True))
        return f"{self.record}({inside})"


class Sequence(tuple["Value", ...]):
    """A sequence.  A tuple of its own kind, so that it is shown as one."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "[" + ", ".join(map(repr, self)) + "]"


@dataclass(frozen=True, slots=True)
class FrozenMap:
    """A total function; `items` holds a pair for every key, in the order of the keys."""

    items: tuple[tuple[Value, Value], ...]

    def __getitem__(self, key: Value) -> Value:
        for other, value in self.items:
            if other is key or other == key:
                return value
        raise KeyError(key)

    def replace(self, key: Value, value: Value) -> FrozenMap:
        """The same map with another value at `key`."""
        return FrozenMap(tuple((other, value if other == key else old) for other, old in self.items))

    def __repr__(self) -> str:
        return "{" + ", ".join(f"{key!r}: {value!r}" for key, value in self.items) + "}"


@dataclass(frozen=True, slots=True)
class FrozenBag:
    """A multiset; `items` holds each different item once with its copies (at least 1), in `sort_key` order."""

    items: tuple[tuple[Value, int], ...] = ()

    @staticmethod
    def of(values: Iterable[Value]) -> FrozenBag:
        """The bag of these values, each as often as it comes."""
        counts: dict[Value, int] = {}
        for value in values:
            counts[value] = counts.get(value, 0) + 1
        return FrozenBag(tuple(sorted(counts.items(), key=lambda entry: sort_key(entry[0]))))

    def count(self, value: Value) -> int:
        """The number of copies of `value`."""
        return next((count for item, count in self.items if item == value), 0)

    def change(self, value: Value, difference: int) -> FrozenBag:
        """The bag with `difference` more copies of `value`; never less than none."""
        counts = dict(self.items)
        counts[value] = counts.get(value, 0) + difference
        kept = [(item, count) for item, count in counts.items() if count > 0]
        return FrozenBag(tuple(sorted(kept, key=lambda entry: sort_key(entry[0]))))

    def __iter__(self) -> Iterator[Value]:
        """The different items."""
        return (item for item, _ in self.items)

    def __contains__(self, value: Value) -> bool:
        return self.count(value) > 0

    def __len__(self) -> int:
        """The number of items with all copies."""
        return sum(count for _, count in self.items)

    def __repr__(self) -> str:
        return "Bag(" + ", ".join(f"{item!r}" + (f" x{n}" if n > 1 else "") for item, n in self.items) + ")"


Value: TypeAlias = Union[
    bool, int, None, EnumValue, Element, QuorumValue, RecordValue, tuple["Value", ...], frozenset["Value"],
    Sequence, FrozenBag, FrozenMap,
]


def sort_key(value: Value) -> tuple[Any, ...]:
    """A key that orders the values of one type: None first, then by position, field by field."""
    match value:
        case None:
            return (0,)
        case bool() | int():
            return (1, value)
        case EnumValue(index=index) | Element(index=index) | QuorumValue(index=index):
            return (1, index)
        case RecordValue(record=record, values=values):
            return (1, record, *map(sort_key, values))
        case frozenset():
            return (1, len(value), *sorted(map(sort_key, value)))
        case FrozenMap(items=items):
            return (1, *((sort_key(key), sort_key(item)) for key, item in items))
        case FrozenBag(items=items):
            return (1, len(items), *((sort_key(item), count) for item, count in items))
        case tuple():
            return (1, len(value), *map(sort_key, value))


def in_order(values: Iterable[Value]) -> list[Value]:
    """The values in the order of `sort_key`."""
    return sorted(values, key=sort_key)


@dataclass(frozen=True, slots=True)
class State:
    """A value for every state variable, in the order of the spec."""

    names: tuple[str, ...] = field(compare=False)
    values: tuple[Value, ...]

    def __getitem__(self, name: str) -> Value:
        try:
            return self.values[self.names.index(name)]
        except ValueError:
            hint = did_you_mean(name, self.names) or f"there are {', '.join(self.names)}"
            raise KeyError(f"there is no variable `{name}`: {hint}") from None

    def items(self) -> Iterator[tuple[str, Value]]:
        """The variables with their values."""
        return zip(self.names, self.values, strict=True)

    def __repr__(self) -> str:
        return "\n".join(f"{name} = {value!r}" for name, value in self.items())
