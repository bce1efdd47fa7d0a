"""Multi-Paxos, after Lamport's "The Part-Time Parliament" (1998) and "Paxos Made Simple" (2001), section 3.

A log of values is agreed on slot by slot.  Each slot is decided by Paxos, but phase 1 is done once for all slots: a
promise tells of every slot how the acceptor last voted there, so a ballot that a quorum has joined needs one round trip
a slot.  As in Paxos nothing is ever lost from `sent`, only perhaps never read, and a ballot has no leader process.
The order of the slots does not matter to safety, so they are not ordered.
"""

from checker import Map, Record, Set, Sort, Spec, action, implies, init, invariant, require, witness
from checker.specs.paxos import Acceptor, Ballot, Majority, Prepare, Value, Vote


class Slot(Sort):
    """A place in the log."""


class Promise(Record):
    """Phase 1b: `acceptor` joins `ballot`, and says how it last voted in each slot."""
    acceptor: Acceptor
    ballot: Ballot
    last: Map[Slot, Vote | None]


class Propose(Record):
    """Phase 2a: vote for `value` in `slot` and `ballot`!"""
    ballot: Ballot
    slot: Slot
    value: Value


class Accepted(Record):
    """Phase 2b: `acceptor` has voted for `value` in `slot` and `ballot`."""
    acceptor: Acceptor
    ballot: Ballot
    slot: Slot
    value: Value


class MultiPaxos(Spec):
    """Acceptors agree on one value a slot, whatever is lost or late."""

    promised: Map[Acceptor, Ballot | None]
    voted: Map[Acceptor, Map[Slot, Vote | None]]
    sent: Set[Prepare | Promise | Propose | Accepted]

    @init
    def start(self) -> None:
        self.promised = Map({a: None for a in Acceptor})
        self.voted = Map({a: Map({s: None for s in Slot}) for a in Acceptor})
        self.sent = Set()

    @action
    def prepare(self, b: Ballot) -> None:
        """Phase 1a: ballot `b` begins, in all slots at once."""
        self.sent.add(Prepare(b))

    @action
    def promise(self, a: Acceptor, b: Ballot) -> None:
        """Phase 1b: `a` joins a ballot above all it has joined, and will not vote below it in any slot any more."""
        require(Prepare(b) in self.sent, self.below(a, b))
        self.promised[a] = b
        self.sent.add(Promise(a, b, self.voted[a]))

    @action
    def propose(self, b: Ballot, s: Slot, v: Value, q: Majority) -> None:
        """Phase 2a: a quorum's promises leave `v` the only choice in `s`, or a free one."""
        require(not any(Propose(b, s, w) in self.sent for w in Value))
        require(all(any(m.acceptor == a for m in self.promises(b)) for a in q))
        require(self.allows(v, self.reported(b, s, q)))
        self.sent.add(Propose(b, s, v))

    @action
    def accept(self, a: Acceptor, b: Ballot, s: Slot, v: Value) -> None:
        """Phase 2b: `a` votes, unless it has joined a higher ballot."""
        require(Propose(b, s, v) in self.sent, self.promised[a] == b or self.below(a, b))
        self.promised[a] = b
        self.voted[a][s] = Vote(b, v)
        self.sent.add(Accepted(a, b, s, v))

    @invariant
    def agreement(self) -> bool:
        """At most one value is ever chosen in a slot."""
        return all(
            implies(self.chosen(s, v) and self.chosen(s, w), v == w) for s in Slot for v in Value for w in Value)

    @witness
    def decides_everywhere(self) -> bool:
        """A value is chosen in every slot."""
        return all(any(self.chosen(s, v) for v in Value) for s in Slot)

    @witness
    def inherits_a_vote(self) -> bool:
        """A ballot takes over what a lower one has proposed, by the votes that were reported to it."""
        return any(
            b < c and all(Propose(x, s, v) in self.sent for x in (b, c))
            for b in Ballot for c in Ballot for s in Slot for v in Value)

    def chosen_in(self, b: Ballot, s: Slot, v: Value) -> bool:
        """A quorum has voted for `v` in slot `s` and ballot `b`."""
        return any(all(Accepted(a, b, s, v) in self.sent for a in q) for q in Majority)

    def chosen(self, s: Slot, v: Value) -> bool:
        """A quorum has voted for `v` in slot `s`, in one ballot."""
        return any(self.chosen_in(b, s, v) for b in Ballot)

    def reported(self, b: Ballot, s: Slot, q: Majority) -> set[Vote | None]:
        """How the members of a quorum last voted in slot `s`, by their promises to `b`."""
        return {m.last[s] for m in self.promises(b) if m.acceptor in q}

    def allows(self, v: Value, votes: set[Vote | None]) -> bool:
        """A quorum's last votes are no obstacle to `v`: there are none, or the one of the highest ballot is for `v`."""
        return all(x is None for x in votes) or any(
            Vote(c, v) in votes and all(x is None or x.ballot <= c for x in votes) for c in Ballot)

    def below(self, a: Acceptor, b: Ballot) -> bool:
        """All that `a` has joined is below `b`."""
        joined = self.promised[a]
        return joined is None or joined < b

    def promises(self, b: Ballot) -> set[Promise]:
        """The promises made to ballot `b`."""
        return {m for m in self.sent if isinstance(m, Promise) and m.ballot == b}
