from __future__ import annotations

from checker import Model, Set, Sort, Spec, init


class Node(Sort):
    pass


class Wrong(Spec):
    up: list[Node]

    @init
    def start(self) -> None:
        self.up = Set()


model = Model(Wrong, sizes={Node: 2})
