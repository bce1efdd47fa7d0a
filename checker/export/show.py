"""Values as text: in full, and in brief for pictures.  The same on every run: the items of a set are in order."""

from __future__ import annotations

from collections.abc import Collection

from checker.core.trace import Label
from checker.core.values import (
    Element, EnumValue, FrozenBag, FrozenMap, QuorumValue, RecordValue, Sequence, Value, in_order,
)


def show(value: Value) -> str:
    """The value in full, much as a spec would write it: `{a1: None, a2: Vote(ballot=b1, value=v1)}`."""
    match value:
        case None | bool() | int() | EnumValue() | Element() | QuorumValue():
            return repr(value)
        case RecordValue(record=record, names=names, values=values):
            fields = (f"{name}={show(field)}" for name, field in zip(names, values, strict=True))
            return f"{record}({', '.join(fields)})"
        case frozenset():
            return "{" + ", ".join(map(show, in_order(value))) + "}"
        case FrozenMap(items=items):
            return "{" + ", ".join(f"{show(key)}: {show(item)}" for key, item in items) + "}"
        case FrozenBag(items=items):
            return "{" + ", ".join(show(item) + _copies(count) for item, count in items) + "}"
        case Sequence():
            return "[" + ", ".join(map(show, value)) + "]"
        case tuple():
            return "(" + ", ".join(map(show, value)) + ("," if len(value) == 1 else "") + ")"


def _copies(count: int) -> str:
    return f" ×{count}" if count > 1 else ""


def show_label(label: Label) -> str:
    """`accept(a=a1, b=b2, v=v1)`: an action with all of its arguments."""
    return f"{label.action}({', '.join(f'{name}={show(value)}' for name, value in label.arguments)})"


def brief(value: Value, known: Collection[Element | None] = ()) -> str:
    """The value in few words: `Promise(b1, last=Vote(b1, v1))`.

    Elements and members of an enumeration say by themselves what they are, so their fields are not named; fields that
    are None are left out, and so are elements in `known`, which the picture shows already.
    """
    match value:
        case RecordValue(record=record, names=names, values=values):
            fields = zip(names, values, strict=True)
            parts = [_brief_field(name, field) for name, field in fields if field is not None and field not in known]
            return f"{record}({', '.join(parts)})" if parts else record
        case frozenset():
            return "{" + ", ".join(map(brief, in_order(value))) + "}"
        case FrozenMap(items=items):
            return "{" + ", ".join(f"{brief(key)}: {brief(item)}" for key, item in items) + "}"
        case FrozenBag(items=items):
            return "{" + ", ".join(brief(item) + _copies(count) for item, count in items) + "}"
        case Sequence():
            return "[" + ", ".join(map(brief, value)) + "]"
        case _:
            return show(value)


def _brief_field(name: str, value: Value) -> str:
    match value:
        case Element() | EnumValue():
            return repr(value)
        case bool():
            return name if value else f"not {name}"
        case _:
            return f"{name}={brief(value)}"
