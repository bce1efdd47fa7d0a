"""A spec over a graph that is fixed, with and without the axiom that an edge goes both ways."""

from __future__ import annotations

from checker import Set, Sort, Spec, action, axiom, init, invariant, require


class Node(Sort):
    pass


class Directed(Spec):
    """Nodes are chosen none of whose neighbours is: safe only where an edge goes both ways."""

    edge: Set[tuple[Node, Node]]
    chosen: Set[Node]

    @init
    def start(self, edge: Set[tuple[Node, Node]]) -> None:
        self.edge = edge
        self.chosen = Set()

    @action
    def choose(self, m: Node) -> None:
        require(not any((m, n) in self.edge for n in self.chosen), (m, m) not in self.edge)
        self.chosen.add(m)

    @invariant
    def independent(self) -> bool:
        return not any((m, n) in self.edge for m in self.chosen for n in self.chosen)


class Undirected(Directed):
    """The parameters of the action and of the axiom have the same names."""

    @axiom
    def both_ways(self) -> bool:
        return all((n, m) in self.edge for (m, n) in self.edge)
