"""Values and labels in few words, for pictures."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from checker.core.show import copies, show
from checker.core.trace import Label
from checker.core.values import (
    Element,
    EnumValue,
    FrozenBag,
    FrozenMap,
    QuorumValue,
    RecordValue,
    Sequence,
    Value,
    in_order,
)


def brief(value: Value, known: Collection[Element | None] = ()) -> str:
    """The value in few words: `Promise(b1, last=Vote(b1, v1))`.

    Elements and members of an enumeration say by themselves what they are, so their fields are not named.  Fields that
    are None are left out, and so are elements in `known`, which the picture shows already, each of them once.
    """
    match value:
        case RecordValue(record=record):
            parts = list(_fields(value, [element for element in known if element is not None]))
            return f"{record}({', '.join(parts)})" if parts else record
        case frozenset():
            return "{" + ", ".join(map(brief, in_order(value))) + "}"
        case FrozenMap(items=items):
            return "{" + ", ".join(f"{brief(key)}: {brief(item)}" for key, item in items) + "}"
        case FrozenBag(items=items):
            return "{" + ", ".join(brief(item) + copies(count) for item, count in items) + "}"
        case Sequence():
            return "[" + ", ".join(map(brief, value)) + "]"
        case _:
            return show(value)


def _fields(record: RecordValue, known: list[Element]) -> Iterator[str]:
    for name, value in zip(record.names, record.values, strict=True):
        if isinstance(value, Element) and value in known:
            known.remove(value)
        elif value is not None:
            yield _field(name, value)


def _field(name: str, value: Value) -> str:
    match value:
        case Element() | EnumValue():
            return repr(value)
        case bool():
            return name if value else f"not {name}"
        case _:
            return f"{name}={brief(value)}"


def brief_label(label: Label, known: Collection[Element | None] = ()) -> str:
    """`accept(b1, v1)`: an action with its arguments, without the elements in `known`, each left out once."""
    left, shown = list(known), list[str]()
    for _, value in label.arguments:
        if isinstance(value, Element) and value in left:
            left.remove(value)
        else:
            shown.append(_argument(value, known))
    return f"{label.action}({', '.join(shown)})" if shown else label.action


def _argument(value: Value, known: Collection[Element | None]) -> str:
    return f"by {brief(value)}" if isinstance(value, QuorumValue) else brief(value, known)
