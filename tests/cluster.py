"""A small cluster, whose variants the tests of the front end are about."""

from __future__ import annotations

import linecache
from enum import Enum, auto
from pathlib import Path

import pytest

from checker import (
    Map, Ordered, Quorum, Record, Seq, Set, Sort, Spec, init, implies, action, invariant, require,
)
from checker.core import ir
from checker.core.errors import UserError
from checker.core.verify import verify
from checker.frontend.elaborate import elaborate
from checker.frontend.load import load_spec

__all__ = [
    "Ask", "Cluster", "Majority", "Reply", "Role", "Server", "Stop", "Term",
    "action", "implies", "invariant", "require",
]


class Server(Sort):
    """A process."""


class Term(Ordered):
    """A stretch of time."""


class Majority(Quorum[Server]):
    """More than half."""


class Role(Enum):
    FOLLOWER = auto()
    LEADER = auto()


class Ask(Record):
    source: Server
    term: Term | None


class Reply(Record):
    source: Server
    granted: bool


class Stop(Record):
    term: Term


class Cluster(Spec):
    """What the specs below have in common."""

    leader: Server | None
    term: Map[Server, Term | None]
    role: Role
    net: Set[Ask | Reply | Stop]
    log: Seq[int]

    @init
    def start(self) -> None:
        self.leader = None
        self.term = Map({s: None for s in Server})
        self.role = Role.FOLLOWER
        self.net = Set()
        self.log = Seq()

    def count(self, limit: int = 3) -> int:
        """How many entries, at most `limit`."""
        return min(len(self.log), limit)

    def has(self, s: Server) -> bool:
        return any(t == s for t in Server)

    def swap(self, s: Server) -> None:
        """Changes the term of `s`."""
        self.term[s] = Term.first() if self.term[s] is None else None

    def three_times(self, n: int) -> bool:
        return n + n + n > n

    def is_ask(self, m: Ask | Reply | Stop) -> bool:
        """Every kind of message ends it."""
        if isinstance(m, Ask):
            return True
        elif isinstance(m, (Reply, Stop)):
            return False


def verified(cls: type[Spec], **constants: bool | int) -> ir.Spec:
    """The typed IR of a class, which is legal."""
    spec = elaborate(cls, constants)
    verify(spec)
    return spec


def mistake(cls: type[Spec]) -> UserError:
    """The mistake that a class has."""
    with pytest.raises(UserError) as caught:
        elaborate(cls)
    return caught.value


def written(tmp_path: Path, body: str, *, marked: str = "@invariant\n    def formula(self) -> bool:") -> type[Spec]:
    """A variant of `Cluster` with one more method, from a file."""
    lines = "\n".join(f"        {line}" for line in body.splitlines())
    text = f"from cluster import *\n\n\nclass Variant(Cluster):\n    {marked}\n{lines}\n"
    file = tmp_path / "variant.py"
    file.write_text(text, encoding="utf-8")
    return load_spec(f"{file}:Variant")


def words(span_of: ir.Expr) -> str:
    """The text at the place of an expression."""
    span = span_of.span
    return linecache.getline(span.file, span.line)[span.column : span.end_column]
