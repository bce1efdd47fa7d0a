"""Leader election in a ring, after Chang and Roberts (1979).

Every node sends its name round the ring.  A node hands on the names above its own and swallows those below, so the name
that comes back to its owner is the greatest of all.  Messages are never lost from `sent`, only perhaps never read: a
lost, late or repeated one needs no action of its own.
"""

from checker import Map, Ordered, Record, Set, Spec, action, axiom, init, invariant, require, witness


class Node(Ordered):
    """A process.  Their order is that of the ring: after each comes the next one, and after the last one the first."""


class Name(Ordered):
    """What the nodes are told apart by.  Names are spread over the ring without any order."""


class Candidacy(Record):
    """Node `at` is told that the node with this name would lead."""
    at: Node
    name: Name


class RingElection(Spec):
    """Nodes in a ring, of which each knows the next one only, elect a leader."""

    name: Map[Node, Name]           # never changes
    sent: Set[Candidacy]
    leaders: Set[Node]

    @init
    def start(self, name: Map[Node, Name]) -> None:
        self.name = name
        self.sent = Set()
        self.leaders = Set()

    @axiom
    def names_differ(self) -> bool:
        """No two nodes have the same name."""
        return all(n == p for n in Node for p in Node if self.name[n] == self.name[p])

    @action
    def stand(self, n: Node, next: Node) -> None:
        """`n` would like to lead, and tells the next node so."""
        require(self.is_next(n, next))
        self.sent.add(Candidacy(next, self.name[n]))

    @action
    def hand_on(self, m: Candidacy, next: Node) -> None:
        """A name above that of the node which it comes to goes on."""
        require(m in self.sent, m.name > self.name[m.at], self.is_next(m.at, next))
        self.sent.add(Candidacy(next, m.name))

    @action
    def win(self, m: Candidacy) -> None:
        """A name that has come round the whole ring is that of the leader."""
        require(m in self.sent, m.name == self.name[m.at])
        self.leaders.add(m.at)

    @invariant
    def one_leader(self) -> bool:
        """At most one node is the leader."""
        return all(n == p for n in self.leaders for p in self.leaders)

    @invariant
    def greatest_leads(self) -> bool:
        """Only the node with the greatest name becomes the leader."""
        return all(self.name[p] <= self.name[n] for n in self.leaders for p in Node)

    @witness
    def elects(self) -> bool:
        """There is a leader, and it is not the last node of the order."""
        return any(n in self.leaders and n < p for n in Node for p in Node)

    def is_next(self, n: Node, p: Node) -> bool:
        """After `n` comes `p`: no other node is between."""
        return not any(self.between(n, q, p) for q in Node) and (n != p or all(q == n for q in Node))

    def between(self, n: Node, q: Node, p: Node) -> bool:
        """On the way round from `n` to `p`, one passes `q`; the way from `n` to itself is the whole ring."""
        return n < q < p if n < p else n < q or q < p
