from __future__ import annotations

from checker import Set, Sort, Spec, init


class Node(Sort):
    """A process."""

    LEADER = 1


class Wrong(Spec):
    up: Set[Node]

    @init
    def start(self) -> None:
        self.up = Set()
