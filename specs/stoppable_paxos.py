"""Stoppable Paxos, after Malkhi, Lamport and Zhou, "Stoppable Paxos" (2008).

Multi-Paxos in which one command stops the log: where it is chosen, nothing is ever chosen in a later slot, so that
another configuration can go on from there.  All slots are still decided side by side.  So a quorum may report a vote
for the stop command and a vote in a later slot.  At most one of the two can be chosen, the one of the higher ballot,
for that ballot knew of the other one; the one of the lower ballot is void.
"""

from checker import Map, Set, action, implies, init, invariant, require, witness
from checker.specs.multi_paxos import MultiPaxos, Propose, Slot
from checker.specs.paxos import Ballot, Majority, Value, Vote


class StoppablePaxos(MultiPaxos):
    """Acceptors agree on one value a slot, and on nothing after a stop."""

    stop: Value
    later: Map[Slot, Set[Slot]]

    @init
    def start(self, stop: Value, later: Map[Slot, Set[Slot]]) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        require(all((s in later[t]) == (s != t and t not in later[s]) for s in Slot for t in Slot))
        require(all(later[t] <= later[s] for s in Slot for t in later[s]))
        super().start()
        self.stop = stop
        self.later = later

    @action
    def propose(self, b: Ballot, s: Slot, v: Value, q: Majority) -> None:
        """Phase 2a: a quorum's promises leave `v` the only choice in `s`, or a free one, and no stop is in the way."""
        require(not any(Propose(b, s, w) in self.sent for w in Value))
        require(all(any(m.acceptor == a for m in self.promises(b)) for a in q))
        require(self.admits(b, s, v, q))
        require(all(implies(s in self.later[t], self.goes_on_after(b, t, q)) for t in Slot))
        require(implies(v == self.stop, all(self.is_clear(b, t, q) for t in self.later[s])))
        self.sent.add(Propose(b, s, v))

    @invariant
    def nothing_after_stop(self) -> bool:
        """Where the stop command is chosen, nothing is chosen in a later slot."""
        return all(
            not (self.chosen(s, self.stop) and self.chosen(t, v))
            for s in Slot for t in self.later[s] for v in Value)

    @witness
    def stops(self) -> bool:
        """The stop command is chosen, and another one before it."""
        return any(
            self.chosen(t, self.stop) and self.chosen(s, v)
            for s in Slot for t in self.later[s] for v in Value if v != self.stop)

    def admits(self, b: Ballot, s: Slot, v: Value, q: Majority) -> bool:
        """As far as the quorum reports, nothing but `v` can be chosen in `s` below `b`."""
        return self.is_silent(b, s, q) or any(
            self.is_last(b, s, q, Vote(c, w)) and (v == w or self.is_void(b, s, q, Vote(c, w)))
            for c in Ballot for w in Value)

    def goes_on_after(self, b: Ballot, s: Slot, q: Majority) -> bool:
        """Ballot `b` does not stop in `s`, and as far as the quorum reports no lower ballot can."""
        return Propose(b, s, self.stop) not in self.sent and (self.is_silent(b, s, q) or any(
            self.is_last(b, s, q, Vote(c, w)) and (w != self.stop or self.is_void(b, s, q, Vote(c, w)))
            for c in Ballot for w in Value))

    def is_clear(self, b: Ballot, s: Slot, q: Majority) -> bool:
        """Ballot `b` proposes nothing in `s`, and as far as the quorum reports nothing can be chosen there below."""
        return not any(Propose(b, s, w) in self.sent for w in Value) and (self.is_silent(b, s, q) or any(
            self.is_last(b, s, q, Vote(c, w)) and self.is_void(b, s, q, Vote(c, w))
            for c in Ballot for w in Value))

    def is_silent(self, b: Ballot, s: Slot, q: Majority) -> bool:
        """The quorum reports no vote in slot `s` to ballot `b`."""
        return all(x is None for x in self.reported(b, s, q))

    def is_last(self, b: Ballot, s: Slot, q: Majority, vote: Vote) -> bool:
        """Of all votes in slot `s` that the quorum reports to ballot `b`, this one is of the highest ballot."""
        votes = self.reported(b, s, q)
        return vote in votes and all(x is None or x.ballot <= vote.ballot for x in votes)

    def is_void(self, b: Ballot, s: Slot, q: Majority, vote: Vote) -> bool:
        """A vote in another slot is of a higher ballot, and of the two the one in the earlier slot is for stop."""
        return any(
            vote.ballot < c and Vote(c, w) in self.reported(b, t, q)
            and (vote.value == self.stop and t in self.later[s] or w == self.stop and s in self.later[t])
            for t in Slot for c in Ballot for w in Value)
