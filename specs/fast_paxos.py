"""Fast Paxos, after Lamport, "Fast Paxos" (2006).

In a fast ballot that is free to choose any value, acceptors do not wait for a proposal: each votes for the first value
that it hears of, which saves a round trip.  Different acceptors can vote for different values then.  So that a higher
ballot can still tell which value may have been chosen, fast quorums are larger: any two of them and a majority share an
acceptor.
"""

from checker import Quorum, Set, action, init, invariant, require, witness
from checker.specs.paxos import Accepted, Acceptor, Ballot, Majority, Paxos, Promise, Propose, Value, Vote


class Fast(Quorum[Acceptor], intersects=()):
    """Enough acceptors to choose a value in a fast ballot."""


class FastPaxos(Paxos):
    """Paxos in which acceptors may vote without a proposal in some ballots."""

    fast: Set[Ballot]
    opened: Set[Ballot]

    @init
    def start(self, fast: Set[Ballot]) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        require(self.fast_quorums_meet())
        super().start()
        self.fast = fast
        self.opened = Set()

    @action
    def open(self, b: Ballot, q: Majority) -> None:
        """Phase 2a of a fast ballot in which every value is a free choice: vote for whatever you hear of first!"""
        require(b in self.fast, self.is_undecided(b), self.has_joined(q, b))
        require(all(m.last is None for m in self.promises(b) if m.acceptor in q))
        self.opened.add(b)

    @action
    def propose(self, b: Ballot, v: Value, q: Majority) -> None:
        """Phase 2a: a quorum's promises leave `v` the only choice, or a free one."""
        require(self.is_undecided(b), self.has_joined(q, b))
        require(self.allows_in(b, v, q))
        self.sent.add(Propose(b, v))

    @action
    def accept_any(self, a: Acceptor, b: Ballot, v: Value) -> None:
        """Phase 2b of an open ballot: `a` votes for what it heard of first, unless it has joined a higher ballot."""
        require(b in self.opened, self.promised[a] == b or self.below(a, b))
        require(not any(Accepted(a, b, w) in self.sent for w in Value))
        self.promised[a] = b
        self.voted[a] = Vote(b, v)
        self.sent.add(Accepted(a, b, v))

    @invariant
    def validity(self) -> bool:
        """Only what was proposed is voted for, except in an open ballot."""
        return all(
            m.ballot in self.opened or Propose(m.ballot, m.value) in self.sent
            for m in self.sent if isinstance(m, Accepted))

    @witness
    def decides_fast(self) -> bool:
        """A value is chosen in an open ballot."""
        return any(b in self.opened and self.chosen_in(b, v) for b in Ballot for v in Value)

    @witness
    def collides(self) -> bool:
        """Acceptors have voted for different values in one ballot, and a higher one has made its choice."""
        return any(
            v != w and Accepted(a, b, v) in self.sent and Accepted(c, b, w) in self.sent
            and any(isinstance(m, Propose) and b < m.ballot for m in self.sent)
            for a in Acceptor for c in Acceptor for b in Ballot for v in Value for w in Value)

    def chosen_in(self, b: Ballot, v: Value) -> bool:
        """A quorum has voted for `v` in ballot `b`, a fast one if the ballot is."""
        if b in self.fast:
            return any(all(Accepted(a, b, v) in self.sent for a in f) for f in Fast)
        return any(all(Accepted(a, b, v) in self.sent for a in q) for q in Majority)

    def fast_quorums_meet(self) -> bool:
        """A majority and two fast quorums share an acceptor: what the protocol assumes."""
        return all(any(a in q and a in f and a in g for a in Acceptor) for q in Majority for f in Fast for g in Fast)

    def is_undecided(self, b: Ballot) -> bool:
        """Ballot `b` has neither proposed a value nor left it to the acceptors."""
        return b not in self.opened and not any(Propose(b, w) in self.sent for w in Value)

    def has_joined(self, q: Majority, b: Ballot) -> bool:
        """The whole quorum has joined ballot `b`."""
        return all(any(m.acceptor == a for m in self.promises(b)) for a in q)

    def allows_in(self, b: Ballot, v: Value, q: Majority) -> bool:
        """A quorum's promises to `b` report no votes; or in the highest ballot of which they report some, `v` may have
        been chosen, or nothing can have been and `v` was voted for."""
        votes = {m.last for m in self.promises(b) if m.acceptor in q}
        return all(x is None for x in votes) or any(
            Vote(c, v) in votes and all(x is None or x.ballot <= c for x in votes)
            and (self.may_win(b, v, q, c) or not any(self.may_win(b, w, q, c) for w in Value))
            for c in Ballot)

    def may_win(self, b: Ballot, v: Value, q: Majority, c: Ballot) -> bool:
        """As far as a quorum's promises to `b` tell, a fast quorum may have chosen `v` in ballot `c`."""
        return any(all(Promise(a, b, Vote(c, v)) in self.sent for a in f if a in q) for f in Fast)
