from __future__ import annotations

from checker import Set, Sort, Spec, action, init


class Node(Sort):
    pass


class Wrong(Spec):
    up: Set[Node]

    @init
    def start(this) -> None:
        this.up = Set()

    @action
    def step(this, self: Node) -> None:
        this.up.add(self)
