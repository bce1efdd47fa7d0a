"""Flexible Paxos, after Howard, Malkhi and Spiegelman, "Flexible Paxos: Quorum Intersection Revisited" (2016).

Two majorities share a member, but Paxos only needs that a quorum which begins a ballot shares a member with every
quorum which has chosen a value.  Two quorums of one kind may be disjoint.
"""

from checker import Quorum, action, require
from checker.specs.paxos import Accepted, Acceptor, Ballot, Paxos, Propose, Value


class Phase2(Quorum[Acceptor], intersects=()):
    """Enough acceptors to choose a value."""


class Phase1(Quorum[Acceptor], intersects=(Phase2,)):
    """Enough acceptors to begin a ballot."""


class FlexiblePaxos(Paxos):
    """Paxos with one kind of quorum for each phase."""

    @action
    def propose(self, b: Ballot, v: Value, q: Phase1) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Phase 2a: the promises of a phase 1 quorum leave `v` the only choice, or a free one."""
        require(not any(Propose(b, w) in self.sent for w in Value))
        require(all(any(m.acceptor == a for m in self.promises(b)) for a in q))
        votes = {m.last for m in self.promises(b) if m.acceptor in q and m.last is not None}
        require(self.allows(v, votes))
        self.sent.add(Propose(b, v))

    def chosen_in(self, b: Ballot, v: Value) -> bool:
        """A phase 2 quorum has voted for `v` in ballot `b`."""
        return any(all(Accepted(a, b, v) in self.sent for a in q) for q in Phase2)
