"""The names in generated code: constants and tables of the whole program, and what one function reads of the state.

There are three kinds, told apart by how they begin, so that no name of a spec can meet one of another kind:

- `_` and then a letter or a digit: a local name, called after something in the spec.
- `T_`: a constant or a table, called after what it is for.
- All others are ours or Python's own.  Functions for what a spec names are numbered: `step_0`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Generator, Hashable
from contextlib import contextmanager
from typing import Any
from unicodedata import normalize

from checker.core.types import BagType, MapType, OptionType, SeqType, SetType, SortType, TupleType, Type, UnionType
from checker.engines.kernels.formula import BitField
from checker.engines.kernels.runtime import FUNCTIONS
from checker.engines.layout import Layout, MapShape, Shape
from checker.engines.plain import Outside, Plain, Table
from checker.engines.system import SpecError

STATE, AFTER, ADD = "s", "after", "add"
"""The packed state, its successor, and the function that takes one more successor."""

INLINE = 72
"""The longest constant, in characters, that is written where it is used."""


_TOKEN = re.compile(r"'[^'\n]*'|#.*|\b_\w+")
"""A piece of text, a comment, or a local name."""


def identifier(name: str) -> str:
    """What of a name of the spec can stand within a name in generated code, where Python finds it unchanged."""
    if name.isascii() and name.isidentifier():
        return name
    return "".join(c if c.isalnum() and f"_{c}".isidentifier() else "_" for c in normalize("NFKC", name))


def comment(text: str) -> str:
    """A comment on one line, whatever stands in `text`."""
    return "# " + "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def type_name(type: Type) -> str:
    """A part of a name that says which type it is about; a long union is called after its first record."""
    match type:
        case UnionType(members=(first, *_)):
            return f"{first}_or_other"
        case OptionType(item=item):
            return f"{type_name(item)}_or_None"
        case SetType(item=item):
            return f"Set_{type_name(item)}"
        case BagType(item=item):
            return f"Bag_{type_name(item)}"
        case SeqType(item=item):
            return f"Seq_{type_name(item)}"
        case MapType(key=key, value=value):
            return f"Map_{type_name(key)}_{type_name(value)}"
        case TupleType(items=items):
            return "_".join(("tuple", *map(type_name, items)))
        case _:
            return str(type)


class Program:
    """Constants and tables by name; `meanings` says of each what it is, for the head of the source."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {**FUNCTIONS, "Outside": Outside, "SpecError": SpecError}
        self.meanings: dict[str, str] = {}
        self.every_value: dict[Type, dict[int, Plain]] = {}
        """Of small types: the plain value for every content of their field."""
        self._known: dict[Hashable, str] = {}

    def define(self, key: Hashable, hint: str, value: Callable[[], Any], meaning: str) -> str:
        """The name for `key`; its value is made, and named after `hint`, when it is first asked for."""
        found = self._known.get(key)
        if found is None:
            found = base = f"T_{identifier(hint)}"
            number = 2
            while found in self.values:
                found, number = f"{base}_{number}", number + 1
            self._known[key] = found
            self.values[found] = value()
            self.meanings[found] = meaning
        return found

    def constant(self, value: Plain, hint: str) -> str:
        """A Python expression for a plain value: written out where it is short."""
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value) if abs(value) < 1 << 16 else hex(value)
        written = repr(value)
        if len(written) <= INLINE and "frozenset" not in written:
            return written
        return self.define(("constant", value), hint, lambda: value, written if len(written) < 400 else "...")

    def table(self, purpose: str, type: Type, function: Callable[[Plain], Any], meaning: str) -> str:
        """A function of plain values that remembers its results."""
        return self.define((purpose, type), f"{purpose}_{type_name(type)}", lambda: Table(function), meaning)


class Scope:
    """One generated function: the parts of the state that it reads, and names for what it computes."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.reads: dict[str, str] = {}
        self._names: dict[tuple[str, str], str] = {}
        self._locals: set[str] = set()
        self._ever: set[str] = set()

    def fresh(self, hint: str) -> str:
        """A name for a value that nothing else around has."""
        name = self._unused(hint, self._locals | self.reads.keys())
        self._locals.add(name)
        self._ever.add(name)
        return name

    @contextmanager
    def block(self) -> Generator[None, None, None]:
        """The names that are made inside can be used again after it."""
        before = set(self._locals)
        yield
        self._locals = before

    def _unused(self, hint: str, taken: Collection[str]) -> str:
        base = name = "_" + (identifier(hint).strip("_") or "value")
        number = 2
        while name in taken:
            name, number = f"{base}_{number}", number + 1
        return name

    def read(self, field: BitField, wrap: str = "{}") -> str:
        """A name for the content of `field`, or for `wrap` of it; what it stands for is written at the head of the
        function, or in its place where it is needed once."""
        text = wrap.format(field.text)
        key = (field.source, text)
        if key not in self._names:
            label = self.describe(field)
            hint = label if field.source == STATE else f"{field.source}_{label}"
            name = self._names[key] = self._unused(hint, self._ever | self.reads.keys())
            self.reads[name] = text
        return self._names[key]

    def describe(self, field: BitField) -> str:
        """The variable, and the key in it, that a field of the state belongs to."""
        for place in self.layout.places:
            inside = field.position - place.position
            if 0 <= inside < place.shape.width and field.width:
                return "_".join((place.name, *self._slot(place.shape, inside, field.width)))
        return "nothing"

    def _slot(self, shape: Shape, inside: int, width: int) -> list[str]:
        if not isinstance(shape, MapShape) or width > shape.item.width or shape.stride == 0:
            return []
        index = min(inside // shape.stride, shape.count - 1)
        key = shape.type.key
        label = self.layout.instance.labels[key.name][index] if isinstance(key, SortType) else str(index)
        return [label, *self._slot(shape.item, inside - index * shape.stride, width)]

    def finish(self, lines: list[str]) -> list[str]:
        """The body with the reads that it needs: at its head those that are used twice, the others in place."""
        body = "\n".join(lines)
        uses = Counter(_TOKEN.findall(body))
        in_place: dict[str, str] = {}
        head: list[str] = []
        for name, text in self.reads.items():
            if uses[name] >= 2 or (uses[name] == 1 and " for " in body):
                head.append(f"    {name} = {text}")
            elif uses[name] == 1:
                in_place[name] = _closed(text)
        if in_place:
            body = _TOKEN.sub(lambda found: in_place.get(found[0], found[0]), body)
        return [*head, *body.split("\n")]


def _closed(text: str) -> str:
    return f"({text})" if " " in text else text


def operand(text: str) -> str:
    """`text` so that it can stand next to an operator."""
    depth, quoted = 0, False
    for character in text:
        if character == "'":
            quoted = not quoted
        elif quoted:
            continue
        elif character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
        elif character == " " and depth == 0:
            return f"({text})"
    return text
