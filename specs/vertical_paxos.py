"""Vertical Paxos I, after Lamport, Malkhi and Zhou, "Vertical Paxos and Primary-Backup Replication" (2009).

Each ballot has a configuration of its own, which a master gives it: the acceptors that vote in it.  So acceptors can
be replaced from one ballot to the next.  All of them have to vote for a value to be chosen, and so any one of them can
tell what was not: f + 1 acceptors survive f failures, as the master gives the next ballot others.  A ballot asks one
acceptor of each lower ballot, from the top down to one that is complete: what is below that does not matter any more.
"""

from checker import Map, Quorum, Record, Set, Spec, action, implies, init, invariant, require, witness
from checker.specs.paxos import Accepted, Acceptor, Ballot, Prepare, Propose, Value


class Configuration(Quorum[Acceptor], intersects=()):
    """The acceptors of a ballot; two configurations may have none in common."""


class Complete(Record):
    """Nothing but `value` can be chosen below `ballot`; it is chosen in `ballot`, or is None."""
    ballot: Ballot
    value: Value | None


class Assignment(Record):
    """What the master tells a ballot: its configuration, and the highest complete ballot that it has heard of."""
    configuration: Configuration
    complete: Complete


class Promise(Record):
    """Phase 1b: `acceptor` joins `ballot`, and says what it voted for in the lower ballot `asked`."""
    acceptor: Acceptor
    ballot: Ballot
    asked: Ballot
    vote: Value | None


class VerticalPaxos(Spec):
    """Acceptors that are replaced agree on one value."""

    assigned: Map[Ballot, Assignment | None]
    complete: Complete
    promised: Map[Acceptor, Ballot | None]
    voted: Map[Acceptor, Map[Ballot, Value | None]]
    sent: Set[Prepare | Promise | Propose | Accepted | Complete]

    @init
    def start(self) -> None:
        self.assigned = Map({b: None for b in Ballot})
        self.complete = Complete(Ballot.first(), None)
        self.promised = Map({a: None for a in Acceptor})
        self.voted = Map({a: Map({b: None for b in Ballot}) for a in Acceptor})
        self.sent = Set()

    @action(lane="master")
    def assign(self, b: Ballot, c: Configuration) -> None:
        """The master gives ballot `b` its configuration."""
        require(self.assigned[b] is None, self.complete.ballot <= b)
        self.assigned[b] = Assignment(c, self.complete)

    @action(lane="master")
    def learn(self, m: Complete) -> None:
        """The master learns of a higher ballot that is complete."""
        require(m in self.sent, self.complete.ballot < m.ballot)
        self.complete = m

    @action
    def prepare(self, b: Ballot) -> None:
        """Phase 1a: ballot `b` begins."""
        require(self.assigned[b] is not None)
        self.sent.add(Prepare(b))

    @action
    def promise(self, a: Acceptor, b: Ballot, c: Ballot) -> None:
        """Phase 1b: `a` joins ballot `b`, unless it has joined a higher one, and tells of its vote in ballot `c`."""
        require(Prepare(b) in self.sent, c < b, self.may_join(a, b))
        self.promised[a] = b
        self.sent.add(Promise(a, b, c, self.voted[a][c]))

    @action
    def propose_any(self, b: Ballot, v: Value, c: Configuration, m: Complete) -> None:
        """Phase 2a: nothing was chosen below `b`, so any value will do, and `b` is complete."""
        require(self.assigned[b] == Assignment(c, m), not any(Propose(b, w) in self.sent for w in Value))
        require(all(implies(m.ballot <= d, self.did_not_choose(b, d)) for d in Ballot if d < b))
        self.sent |= {Propose(b, v), Complete(b, None)}

    @action
    def propose_again(self, b: Ballot, v: Value, c: Ballot) -> None:
        """Phase 2a: of all that may be chosen below `b`, the highest ballot is `c`, and `v` was voted for there."""
        require(self.assigned[b] is not None, not any(Propose(b, w) in self.sent for w in Value))
        require(any(self.belongs(a, c) and Promise(a, b, c, v) in self.sent for a in Acceptor))
        require(all(implies(c < d, self.did_not_choose(b, d)) for d in Ballot if d < b))
        self.sent.add(Propose(b, v))

    @action
    def accept(self, a: Acceptor, b: Ballot, v: Value) -> None:
        """Phase 2b: `a` votes, unless it has joined a higher ballot."""
        require(Propose(b, v) in self.sent, self.belongs(a, b), self.may_join(a, b))
        self.promised[a] = b
        self.voted[a][b] = v
        self.sent.add(Accepted(a, b, v))

    @action
    def finish(self, b: Ballot, v: Value) -> None:
        """A value is chosen in `b`, so no lower ballot matters any more."""
        require(self.chosen_in(b, v))
        self.sent.add(Complete(b, v))

    @invariant
    def agreement(self) -> bool:
        """At most one value is ever chosen, whichever configurations choose."""
        return all(implies(self.chosen(v) and self.chosen(w), v == w) for v in Value for w in Value)

    @witness
    def moves_on(self) -> bool:
        """A value is chosen in two ballots whose configurations have no acceptor in common."""
        return any(
            b < c and self.chosen_in(b, v) and self.chosen_in(c, v)
            and not any(self.belongs(a, b) and self.belongs(a, c) for a in Acceptor)
            for b in Ballot for c in Ballot for v in Value)

    def votes_in(self, c: Configuration, b: Ballot) -> bool:
        """The acceptors of ballot `b` are those of `c`."""
        assignment = self.assigned[b]
        return assignment is not None and assignment.configuration == c

    def belongs(self, a: Acceptor, b: Ballot) -> bool:
        """`a` is in the configuration of ballot `b`."""
        assignment = self.assigned[b]
        return assignment is not None and a in assignment.configuration

    def chosen_in(self, b: Ballot, v: Value) -> bool:
        """The whole configuration of ballot `b` has voted for `v`."""
        return any(self.votes_in(c, b) and all(Accepted(a, b, v) in self.sent for a in c) for c in Configuration)

    def chosen(self, v: Value) -> bool:
        """The whole configuration of one ballot has voted for `v`."""
        return any(self.chosen_in(b, v) for b in Ballot)

    def did_not_choose(self, b: Ballot, c: Ballot) -> bool:
        """A member of the configuration of ballot `c` has promised `b` not to vote in `c` any more, and never did."""
        return any(self.belongs(a, c) and Promise(a, b, c, None) in self.sent for a in Acceptor)

    def may_join(self, a: Acceptor, b: Ballot) -> bool:
        """`a` has joined no ballot above `b`."""
        joined = self.promised[a]
        return joined is None or joined <= b
