"""Single-decree Paxos, after Lamport's "The Part-Time Parliament" (1998) and "Paxos Made Simple" (2001).

Step for step Lamport's `Paxos.tla`: messages are never lost from `sent`, only perhaps never read, so a lost, late or
repeated message needs no action of its own.  A ballot has no leader process: `prepare` and `propose` may happen at any
time for any ballot, which allows all that leaders could do.
"""

from checker import Map, Ordered, Quorum, Record, Set, Sort, Spec, action, implies, init, invariant, require, witness


class Acceptor(Sort):
    """A process that votes."""


class Value(Sort):
    """What is to be agreed on."""


class Ballot(Ordered):
    """A numbered attempt to get a value chosen."""


class Majority(Quorum[Acceptor]):
    """A set of acceptors; any two of them share a member."""


class Vote(Record):
    """A vote for `value` in `ballot`."""
    ballot: Ballot
    value: Value


class Prepare(Record):
    """Phase 1a: may ballot `ballot` begin?"""
    ballot: Ballot


class Promise(Record):
    """Phase 1b: `acceptor` joins `ballot`, and says how it last voted."""
    acceptor: Acceptor
    ballot: Ballot
    last: Vote | None


class Propose(Record):
    """Phase 2a: vote for `value` in `ballot`!"""
    ballot: Ballot
    value: Value


class Accepted(Record):
    """Phase 2b: `acceptor` has voted for `value` in `ballot`."""
    acceptor: Acceptor
    ballot: Ballot
    value: Value


class Paxos(Spec):
    """Acceptors agree on one value, whatever is lost or late."""

    promised: Map[Acceptor, Ballot | None]
    voted: Map[Acceptor, Vote | None]
    sent: Set[Prepare | Promise | Propose | Accepted]

    @init
    def start(self) -> None:
        self.promised = Map({a: None for a in Acceptor})
        self.voted = Map({a: None for a in Acceptor})
        self.sent = Set()

    @action
    def prepare(self, b: Ballot) -> None:
        """Phase 1a: ballot `b` begins."""
        self.sent.add(Prepare(b))

    @action
    def promise(self, a: Acceptor, b: Ballot) -> None:
        """Phase 1b: `a` joins a ballot above all it has joined, and will not vote below it any more."""
        require(Prepare(b) in self.sent, self.below(a, b))
        self.promised[a] = b
        self.sent.add(Promise(a, b, self.voted[a]))

    @action
    def propose(self, b: Ballot, v: Value, q: Majority) -> None:
        """Phase 2a: a quorum's promises leave `v` the only choice, or a free one."""
        require(not any(Propose(b, w) in self.sent for w in Value))
        require(all(any(m.acceptor == a for m in self.promises(b)) for a in q))
        votes = {m.last for m in self.promises(b) if m.acceptor in q and m.last is not None}
        require(self.allows(v, votes))
        self.sent.add(Propose(b, v))

    @action
    def accept(self, a: Acceptor, b: Ballot, v: Value) -> None:
        """Phase 2b: `a` votes, unless it has joined a higher ballot."""
        require(Propose(b, v) in self.sent, self.promised[a] == b or self.below(a, b))
        self.promised[a] = b
        self.voted[a] = Vote(b, v)
        self.sent.add(Accepted(a, b, v))

    @invariant
    def agreement(self) -> bool:
        """At most one value is ever chosen."""
        return all(implies(self.chosen(v) and self.chosen(w), v == w) for v in Value for w in Value)

    @invariant
    def only_choice(self) -> bool:
        """A value chosen in a ballot is the only one that a higher ballot proposes ("Paxos Made Simple", P2b)."""
        return all(
            implies(b < m.ballot and self.chosen_in(b, v), m.value == v)
            for m in self.sent if isinstance(m, Propose) for b in Ballot for v in Value)

    @invariant
    def validity(self) -> bool:
        """Only what was proposed is voted for, so only what was proposed is chosen."""
        return all(Propose(m.ballot, m.value) in self.sent for m in self.sent if isinstance(m, Accepted))

    @witness
    def decides(self) -> bool:
        """A value is chosen."""
        return any(self.chosen(v) for v in Value)

    def chosen_in(self, b: Ballot, v: Value) -> bool:
        """A quorum has voted for `v` in ballot `b`."""
        return any(all(Accepted(a, b, v) in self.sent for a in q) for q in Majority)

    def chosen(self, v: Value) -> bool:
        """A quorum has voted for `v` in one ballot."""
        return any(self.chosen_in(b, v) for b in Ballot)

    def allows(self, v: Value, votes: set[Vote]) -> bool:
        """A quorum's last votes are no obstacle to `v`: there are none, or the one of the highest ballot is for `v`."""
        return not votes or any(x.value == v and all(y.ballot <= x.ballot for y in votes) for x in votes)

    def below(self, a: Acceptor, b: Ballot) -> bool:
        """All that `a` has joined is below `b`."""
        joined = self.promised[a]
        return joined is None or joined < b

    def promises(self, b: Ballot) -> set[Promise]:
        """The promises made to ballot `b`."""
        return {m for m in self.sent if isinstance(m, Promise) and m.ballot == b}
