from __future__ import annotations

from checker import Model, Set, Sort, Spec, action, init


class Node(Sort):
    pass


class Wrong(Spec):
    up: Set[Node]
    count: int

    @init
    def start(self) -> None:
        self.up = Set()
        self.count = 0

    @action
    def rise(self) -> None:
        count += 1


model = Model(Wrong, sizes={Node: 2})
