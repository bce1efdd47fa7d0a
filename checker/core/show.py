"""Values as text.  The same on every run: the items of a set are in order."""

from __future__ import annotations

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
            return "{" + ", ".join(show(item) + copies(count) for item, count in items) + "}"
        case Sequence():
            return "[" + ", ".join(map(show, value)) + "]"
        case tuple():
            return "(" + ", ".join(map(show, value)) + ("," if len(value) == 1 else "") + ")"


def copies(count: int) -> str:
    """How often an item of a bag is in it, where that is more than once."""
    return f" ×{count}" if count > 1 else ""
