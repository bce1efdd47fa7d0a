"""A toy consensus: everybody votes once, and what a majority voted for is decided.

The smallest protocol that rests on quorums, as in the examples of Ivy and mypyvy.  It is a toy since it may get stuck:
when votes split so that no value has a majority, nothing is ever decided.  Paxos is what it takes to get beyond that.
"""

from checker import Map, Quorum, Set, Sort, Spec, action, init, invariant, require, witness


class Node(Sort):
    """A process that votes."""


class Value(Sort):
    """What can be voted for."""


class Majority(Quorum[Node]):
    """A set of nodes; any two of them share a member."""


class ToyConsensus(Spec):
    """Nodes agree on a value, or on none."""

    vote: Map[Node, Value | None]
    decided: Set[Value]

    @init
    def start(self) -> None:
        self.vote = Map({n: None for n in Node})
        self.decided = Set()

    @action
    def cast(self, n: Node, v: Value) -> None:
        """`n` votes, once for all."""
        require(self.vote[n] is None)
        self.vote[n] = v

    @action
    def decide(self, v: Value, q: Majority) -> None:
        """A quorum has voted for `v`."""
        require(all(self.vote[n] == v for n in q))
        self.decided.add(v)

    @invariant
    def agreement(self) -> bool:
        """At most one value is decided."""
        return all(v == w for v in self.decided for w in self.decided)

    @witness
    def decides(self) -> bool:
        """A value is decided though another one got a vote too."""
        return any(v in self.decided and any(self.vote[n] not in (None, v) for n in Node) for v in Value)
