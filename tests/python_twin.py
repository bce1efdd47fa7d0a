"""A spec run by Python itself: what the language is read from is ordinary Python, so both must agree.

`SPEC` is how a spec begins, `TWIN` gives the same names a meaning in Python.  A spec for this is made of enumerations,
records and numbers; Python cannot run over a `Sort`.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from types import ModuleType
from typing import Any

from checker.core.values import EnumValue, FrozenBag, FrozenMap, RecordValue, Sequence, State
from checker.frontend.load import load_spec

SPEC = """
from __future__ import annotations
from enum import Enum, auto
from checker import Bag, Map, Record, Seq, Set, Spec, action, implies, init, invariant, require
"""

TWIN = """
from __future__ import annotations
from enum import Enum, auto
from python_twin import Bag, Record, Spec, action, implies, init, invariant, require
Map, Set, Seq = dict, set, list
"""


class Disabled(Exception):
    """A `require` does not hold."""


class Record:
    """A record is a frozen data class."""

    def __init_subclass__(cls) -> None:
        dataclass(frozen=True)(cls)


class Bag:
    """A multiset, whose iteration gives each different item once."""

    def __init__(self, items: Iterable[Any] = ()) -> None:
        self.counts = Counter(items)

    def __contains__(self, item: object) -> bool:
        return self.counts[item] > 0

    def __iter__(self) -> Iterator[Any]:
        return iter(+self.counts)

    def __len__(self) -> int:
        return self.counts.total()

    def __ior__(self, items: Iterable[Any]) -> Bag:
        self.counts.update(items)
        return self

    def add(self, item: object) -> None:
        self.counts[item] += 1

    def discard(self, item: object) -> None:
        self.counts[item] = max(0, self.counts[item] - 1)

    remove = discard

    def count(self, item: object) -> int:
        return self.counts[item]


class Spec:
    """Its variables are attributes."""


def unchanged(function: Any) -> Any:
    return function


init = action = invariant = unchanged


def require(*conditions: object) -> None:
    if not all(conditions):
        raise Disabled


def implies(left: object, right: object) -> bool:
    return not left or bool(right)


def twin(text: str) -> ModuleType:
    """The module that Python makes of the spec `text`."""
    module = ModuleType("twin of a spec")
    sys.modules[module.__name__] = module  # where data classes look for their own module
    exec(compile(TWIN + text, module.__name__, "exec"), vars(module))
    return module


def spec_class(text: str, folder: Path, name: str) -> type[Any]:
    """The spec class `name` of the file that `text` makes."""
    file = folder / "a_spec.py"
    file.write_text(SPEC + text, encoding="utf-8")
    return load_spec(f"{file}:{name}")


def plain(value: Any) -> Any:
    """A value of the language, or of the twin, in one form."""
    match value:
        case EnumValue(name=name) | Enum(name=name):
            return name
        case RecordValue(record=record, values=values):
            return (record, *map(plain, values))
        case FrozenMap(items=items):
            return {plain(key): plain(item) for key, item in items}
        case dict():
            return {plain(key): plain(item) for key, item in value.items()}
        case FrozenBag(items=items):
            return Counter({plain(item): count for item, count in items})
        case Bag():
            return Counter({plain(item): count for item, count in (+value.counts).items()})
        case Sequence() | list():
            return [plain(item) for item in value]
        case frozenset() | set():
            return {plain(item) for item in value}
        case tuple():
            return tuple(map(plain, value))
        case Record():
            return (type(value).__name__, *(plain(getattr(value, name)) for name in value.__match_args__))
        case _:
            return value


def plain_state(state: State | object) -> dict[str, Any]:
    """The variables with their values."""
    items = state.items() if isinstance(state, State) else vars(state).items()
    return {name: plain(value) for name, value in items}
