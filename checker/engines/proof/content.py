"""What a part of a spec says, as a digest: without places and comments, and with what it declares of its types."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from typing import cast


class Contents:
    """Digests of parts of the representation, each part looked at once.

    Two parts have the same digest where they are equal; what does not count for that, as the place in a file, does not
    count here.
    """

    def __init__(self) -> None:
        self._known: dict[int, tuple[object, bytes]] = {}
        """With the part itself, so that its number stays its own."""

    def of(self, part: object) -> bytes:
        """The digest of a struct, of a name or number, or of a sequence of such parts."""
        match part:
            case None | bool() | int() | str() | bytes():
                return hashlib.sha256(f"{type(part).__name__} {part!r}".encode()).digest()
            case tuple() | list():
                parts = cast("Sequence[object]", part)
                return hashlib.sha256(b"".join([b"sequence", *map(self.of, parts)])).digest()
            case _:
                known = self._known.get(id(part))
                if known is None:
                    kind, names = _compared(part.__class__)
                    digests = [self.of(kind), *(self.of(getattr(part, name)) for name in names)]
                    known = self._known[id(part)] = (part, hashlib.sha256(b"".join([b"struct", *digests])).digest())
                return known[1]


@cache
def _compared(kind: type[object]) -> tuple[str, tuple[str, ...]]:
    """The name of a struct, and those of its fields that count."""
    assert is_dataclass(kind), f"a {kind} has no content"
    return kind.__name__, tuple(entry.name for entry in fields(kind) if entry.compare)
