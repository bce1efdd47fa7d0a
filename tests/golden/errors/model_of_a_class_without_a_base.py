from __future__ import annotations

from checker import Model, Set, Sort, Spec, init


class Node(Sort):
    pass


class Wrong:
    up: Set[Node]

    @init
    def start(self) -> None:
        self.up = Set()


model = Model(Wrong, sizes={Node: 2})
