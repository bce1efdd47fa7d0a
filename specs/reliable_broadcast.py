"""Reliable broadcast among nodes some of which lie, after Bracha, "Asynchronous Byzantine Agreement Protocols" (1987).

One node, the sender, tells all others a value.  Though it may tell different nodes different values, and others may lie
about what they heard, nodes that are correct deliver the same value or none.  Messages are never lost from `sent`, only
perhaps never read, and a faulty node may have said one thing to one node and another thing to another.
"""

from checker import Map, Quorum, Record, Set, Sort, Spec, action, axiom, implies, init, invariant, require, witness


class Node(Sort):
    """A process, which is correct or faulty."""


class Value(Sort):
    """What is broadcast."""


class Most(Quorum[Node]):
    """So many nodes that any two such sets share a correct one: `2 * f + 1` of `3 * f + 1`, where `f` are faulty."""


class Some(Quorum[Node], intersects=()):
    """So many nodes that one of them is correct: `f + 1`."""


class Initial(Record):
    """The sender's word: the value is `value`."""
    value: Value


class Echo(Record):
    """`node` has heard `value` from the sender."""
    node: Node
    value: Value


class Ready(Record):
    """`node` knows that no correct node will deliver anything but `value`."""
    node: Node
    value: Value


class ReliableBroadcast(Spec):
    """Correct nodes deliver one value, though others lie."""

    faulty: Set[Node]                       # never changes, and nobody knows it
    sender: Node                            # never changes
    sent: Set[Initial | Echo | Ready]
    delivered: Map[Node, Value | None]

    @init
    def start(self, faulty: Set[Node], sender: Node) -> None:
        self.faulty = faulty
        self.sender = sender
        self.sent = Set()
        self.delivered = Map({n: None for n in Node})

    @axiom
    def most_share_a_correct_node(self) -> bool:
        """Few enough nodes are faulty."""
        return all(any(n in q and n in r and n not in self.faulty for n in Node) for q in Most for r in Most)

    @axiom
    def some_have_a_correct_node(self) -> bool:
        """Fewer nodes are faulty than it takes to be some."""
        return all(any(n in q and n not in self.faulty for n in Node) for q in Some)

    @action(lane="sender")
    def broadcast(self, v: Value) -> None:
        """The sender tells its value, a faulty one perhaps several."""
        require(self.sender in self.faulty or not any(Initial(w) in self.sent for w in Value))
        self.sent.add(Initial(v))

    @action
    def echo(self, n: Node, v: Value) -> None:
        """A node says what it heard from the sender first."""
        require(Initial(v) in self.sent, not any(Echo(n, w) in self.sent for w in Value))
        self.sent.add(Echo(n, v))

    @action
    def get_ready(self, n: Node, v: Value, q: Most) -> None:
        """Most nodes have heard the same, so no other value can be heard by most."""
        require(not self.is_ready(n), all(Echo(p, v) in self.sent for p in q))
        self.sent.add(Ready(n, v))

    @action
    def join_ready(self, n: Node, v: Value, q: Some) -> None:
        """Some nodes are ready, so a correct one is, and `n` need not have heard of `v` itself."""
        require(not self.is_ready(n), all(Ready(p, v) in self.sent for p in q))
        self.sent.add(Ready(n, v))

    @action
    def deliver(self, n: Node, v: Value, q: Most) -> None:
        """Most nodes are ready, so all correct ones will come to be."""
        require(self.delivered[n] is None, all(Ready(p, v) in self.sent for p in q))
        self.delivered[n] = v

    @action
    def lie(self, n: Node, m: Echo | Ready) -> None:
        """A faulty node says what it likes, but cannot speak for others."""
        require(n in self.faulty, m.node == n)
        self.sent.add(m)

    @invariant
    def agreement(self) -> bool:
        """No two correct nodes deliver different values."""
        return all(
            self.delivered[n] is None or self.delivered[p] is None or self.delivered[n] == self.delivered[p]
            for n in Node for p in Node if n not in self.faulty and p not in self.faulty)

    @invariant
    def ready_for_one(self) -> bool:
        """Correct nodes are ready for the same value.

        So where one of them delivers it, enough are ready for it to make all others ready, and these deliver it too.
        """
        return all(
            implies(Ready(n, v) in self.sent and Ready(p, w) in self.sent, v == w)
            for n in Node for p in Node for v in Value for w in Value
            if n not in self.faulty and p not in self.faulty)

    @invariant
    def validity(self) -> bool:
        """What correct nodes deliver from a correct sender is what it told."""
        return all(
            implies(self.delivered[n] == v and n not in self.faulty, Initial(v) in self.sent)
            for n in Node for v in Value if self.sender not in self.faulty)

    @witness
    def delivers(self) -> bool:
        """A node delivers a value though the sender, which is faulty, told another one too."""
        return self.sender in self.faulty and any(
            n not in self.faulty and self.delivered[n] == v and Initial(w) in self.sent and v != w
            for n in Node for v in Value for w in Value)

    def is_ready(self, n: Node) -> bool:
        """`n` is ready for a value."""
        return any(Ready(n, v) in self.sent for v in Value)
