"""What differs between two states: down to the entry of a map, the item of a set, the field of a record.

Text, graphs and pages all show these, so that they agree on what a step changed.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from typing import TypeAlias, Union

from checker.core.show import copies as copies_text
from checker.core.show import show
from checker.core.structs import struct
from checker.core.values import FrozenBag, FrozenMap, RecordValue, Sequence, State, Value, in_order


@struct
class Key:
    """One step into a map."""

    value: Value

    def __str__(self) -> str:
        return f"[{show(self.value)}]"


@struct
class FieldName:
    """One step into a record."""

    name: str

    def __str__(self) -> str:
        return f".{self.name}"


@struct
class Place:
    """A variable, or a part of one: `log[s1]`, `leader.term`."""

    variable: str
    path: tuple[Key | FieldName, ...] = ()

    def into(self, part: Key | FieldName) -> Place:
        """The place inside of this one."""
        return Place(self.variable, (*self.path, part))

    def __str__(self) -> str:
        return self.variable + "".join(map(str, self.path))


@struct
class Assigned:
    """The place has another value."""

    place: Place
    old: Value
    new: Value


@struct
class Added:
    """The set or bag at the place has `copies` more of the item."""

    place: Place
    item: Value
    copies: int = 1


@struct
class Removed:
    """The set or bag at the place has `copies` less of the item."""

    place: Place
    item: Value
    copies: int = 1


@struct
class Appended:
    """The sequence at the place, otherwise unchanged, has more items at its end."""

    place: Place
    items: Sequence


Change: TypeAlias = Union[Assigned, Added, Removed, Appended]


def describe(change: Change, render: Callable[[Value], str] = show, place: str | None = None) -> str:
    """One line: `promised[a1]: None → b1`, `sent + Prepare(ballot=b1)`.

    `render` writes the values; `place` is another way to write where the change is.
    """
    where = str(change.place) if place is None else place
    match change:
        case Assigned(old=old, new=new):
            return f"{where}: {render(old)} → {render(new)}"
        case Added(item=item, copies=copies):
            return f"{where} + {render(item)}" + copies_text(copies)
        case Removed(item=item, copies=copies):
            return f"{where} − {render(item)}" + copies_text(copies)
        case Appended(items=items):
            return f"{where} ++ {render(items)}"


def changes(before: State, after: State) -> tuple[Change, ...]:
    """Everything that differs, in the order of the variables, then of keys and items; nothing for equal states."""
    return tuple(
        change
        for (name, old), (_, new) in zip(before.items(), after.items(), strict=True)
        for change in value_changes(Place(name), old, new)
    )


def value_changes(place: Place, old: Value, new: Value) -> Iterator[Change]:
    """What differs between two values at `place`."""
    if type(old) is type(new) and old == new:
        return
    match old, new:
        case FrozenMap(items=items), FrozenMap():
            for key, value in items:
                yield from value_changes(place.into(Key(key)), value, new[key])
        case frozenset(), frozenset():
            yield from (Removed(place, item) for item in in_order(old - new))
            yield from (Added(place, item) for item in in_order(new - old))
        case FrozenBag(), FrozenBag():
            yield from _bag_changes(place, old, new)
        case RecordValue(), RecordValue() if _share_a_field(old, new):
            for name, left, right in zip(old.names, old.values, new.values, strict=True):
                yield from value_changes(place.into(FieldName(name)), left, right)
        case Sequence(), Sequence() if new[: len(old)] == tuple(old):
            yield Appended(place, Sequence(new[len(old) :]))
        case _:
            yield Assigned(place, old, new)


def _share_a_field(old: RecordValue, new: RecordValue) -> bool:
    """Else the record is another one as a whole, and is shown so."""
    return old.record == new.record and any(map(operator.eq, old.values, new.values))


def _bag_changes(place: Place, old: FrozenBag, new: FrozenBag) -> Iterator[Change]:
    for item, copies in old.items:
        if new.count(item) < copies:
            yield Removed(place, item, copies - new.count(item))
    for item, copies in new.items:
        if old.count(item) < copies:
            yield Added(place, item, copies - old.count(item))
