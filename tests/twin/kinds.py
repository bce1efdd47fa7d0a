"""The types of random specs, and texts that are written twice: `spec` in the language, `plain` in plain Python."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Code:
    """The same expression or name in both texts."""

    spec: str
    plain: str


def both(template: str, *parts: Code) -> Code:
    """What both texts write in the same way: `both("({} + {})", a, b)`."""
    return each(template, template, *parts)


def each(spec: str, plain: str, *parts: Code) -> Code:
    """What they write in two ways."""
    return Code(spec.format(*(part.spec for part in parts)), plain.format(*(part.plain for part in parts)))


def listed(parts: list[Code]) -> Code:
    """The parts, between commas."""
    return Code(", ".join(part.spec for part in parts), ", ".join(part.plain for part in parts))


@dataclass(frozen=True)
class Bool:
    """`bool`."""


@dataclass(frozen=True)
class Int:
    """`int`; stored ones are `bounded`, computed ones are not."""

    bounded: bool = True


@dataclass(frozen=True)
class Element:
    """A sort."""

    name: Code
    ordered: bool = False


@dataclass(frozen=True)
class Member:
    """An enumeration."""

    name: Code
    members: tuple[Code, ...]


@dataclass(frozen=True)
class Quorum:
    """A family of quorums."""

    name: Code
    member: Element


@dataclass(frozen=True)
class Record:
    """A record."""

    name: Code
    fields: tuple[tuple[Code, Kind], ...]


@dataclass(frozen=True)
class Union:
    """One of several records."""

    members: tuple[Record, ...]


@dataclass(frozen=True)
class Maybe:
    """`T | None`."""

    item: Kind


@dataclass(frozen=True)
class Tuple:
    """`tuple[A, B]`."""

    items: tuple[Kind, ...]


@dataclass(frozen=True)
class Map:
    """`Map[K, V]`."""

    key: Kind
    value: Kind


@dataclass(frozen=True)
class Set:
    """`Set[T]`."""

    item: Kind


@dataclass(frozen=True)
class Seq:
    """`Seq[T]`."""

    item: Kind


@dataclass(frozen=True)
class Bag:
    """`Bag[T]`."""

    item: Kind


Kind = Bool | Int | Element | Member | Quorum | Record | Union | Maybe | Tuple | Map | Set | Seq | Bag

BOOL, SMALL, INT = Bool(), Int(), Int(bounded=False)


def computed(kind: Kind) -> Kind:
    """The kind without its bounds: what an expression has."""
    match kind:
        case Int():
            return INT
        case Maybe(item=item) | Set(item=item) | Seq(item=item) | Bag(item=item):
            return type(kind)(computed(item))
        case Tuple(items=items):
            return Tuple(tuple(map(computed, items)))
        case Map(key=key, value=value):
            return Map(key, computed(value))
        case _:
            return kind


def same(left: Kind, right: Kind) -> bool:
    """Equal up to bounds."""
    return computed(left) == computed(right)


def inside_of(kind: Kind) -> Iterator[Kind]:
    """The kind and all its parts."""
    yield kind
    match kind:
        case Maybe(item=item) | Set(item=item) | Seq(item=item) | Bag(item=item):
            yield from inside_of(item)
        case Tuple(items=parts) | Union(members=parts):
            for part in parts:
                yield from inside_of(part)
        case Record(fields=fields):
            for _, part in fields:
                yield from inside_of(part)
        case Map(value=value):
            yield from inside_of(value)
        case _:
            return
