from __future__ import annotations

from checker import Set, Sort, Spec, action, init, require


class Node(Sort):
    pass


class Wrong(Spec):
    up: Set[Node]

    @init
    def start(self) -> None:
        self.up = Set()

    @action
    def step(n: Node) -> None:
        require(True)
