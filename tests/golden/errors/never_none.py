from __future__ import annotations

from checker import Model, Ordered, Seq, Set, Sort, Spec, action, init, require


class Node(Sort):
    pass


class Ballot(Ordered):
    pass


class Wrong(Spec):
    at: Ballot
    up: Set[Node]
    log: Seq[Node]

    @init
    def start(self) -> None:
        self.at = Ballot.first()
        self.up = Set()
        self.log = Seq()

    @action
    def step(self, n: Node) -> None:
        require(n not in self.up)
        require(self.at is not None)


model = Model(Wrong, sizes={Node: 2, Ballot: 2}, bounds={"log": 2})
