"""A whole state as rows of entries, each marked with what the last step did to it; for tables in graphs and pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias

from checker.core import ir
from checker.core.show import copies as copies_text
from checker.core.show import show
from checker.core.structs import struct
from checker.core.values import FrozenBag, FrozenMap, State, Value, in_order
from checker.export.brief import brief
from checker.export.changes import Added, Change, Key, Removed, changes

Mark: TypeAlias = Literal["same", "changed", "added", "removed"]


@struct
class Entry:
    """A part of a variable's value, in brief and whole."""

    text: str
    mark: Mark
    whole: str


@struct
class Row:
    """A variable.  `collection`: its entries are the items of a set or bag.  `read`: the property at stake reads it."""

    variable: str
    entries: tuple[Entry, ...]
    collection: bool
    read: bool

    @property
    def changed(self) -> bool:
        """Did the last step change anything in it?"""
        return any(entry.mark != "same" for entry in self.entries)


def rows(before: State | None, state: State, read: frozenset[str] = frozenset()) -> tuple[Row, ...]:
    """The variables of `state`, marked with what is different from `before`; without it, with no marks."""
    different = changes(before, state) if before is not None else ()
    found: list[Row] = []
    for name, value in state.items():
        here = [change for change in different if change.place.variable == name]
        entries = tuple(_entries(value, here))
        found.append(Row(name, entries, isinstance(value, frozenset | FrozenBag), name in read))
    return tuple(found)


def variables_read(spec: ir.Spec, name: str | None) -> frozenset[str]:
    """The variables that the formula of a property reads; none for anything else."""
    formulas = [entry.formula for entry in spec.properties if entry.name == name]
    return frozenset(node.name for formula in formulas for node in ir.walk(formula) if isinstance(node, ir.Variable))


def _entries(value: Value, different: list[Change]) -> Iterator[Entry]:
    match value:
        case FrozenMap(items=items):
            touched = {change.place.path[0] for change in different}
            for key, item in items:
                mark = "changed" if Key(key) in touched else "same"
                yield Entry(f"{brief(key)}: {brief(item)}", mark, f"{show(key)}: {show(item)}")
        case frozenset():
            yield from _items({item: 1 for item in in_order(value)}, different)
        case FrozenBag(items=items):
            yield from _items(dict(items), different)
        case _:
            yield Entry(brief(value), "changed" if different else "same", show(value))


def _items(held: dict[Value, int], different: list[Change]) -> Iterator[Entry]:
    added = {change.item for change in different if isinstance(change, Added)}
    for item, copies in held.items():
        yield _item(item, copies, "added" if item in added else "same")
    for change in different:
        if isinstance(change, Removed):
            yield _item(change.item, change.copies, "removed")


def _item(item: Value, copies: int, mark: Mark) -> Entry:
    return Entry(brief(item) + copies_text(copies), mark, show(item) + copies_text(copies))
