from __future__ import annotations

from checker import Record, Set, Spec, init


class Tree(Record):
    depth: int
    child: Tree | None


class Forest(Spec):
    trees: Set[Tree]

    @init
    def start(self) -> None:
        self.trees = Set()
