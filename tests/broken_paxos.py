"""Kin of Paxos, each broken in one place, with the lemmas of the right one."""

from checker import Map, action, require
from checker.specs.fast_paxos_proof import FastPaxosProof
from checker.specs.multi_paxos import Promise, Slot
from checker.specs.multi_paxos_proof import MultiPaxosProof
from checker.specs.paxos import Accepted, Acceptor, Ballot, Majority, Prepare, Value, Vote
from checker.specs.stoppable_paxos_proof import StoppablePaxosProof
from checker.specs.vertical_paxos_proof import VerticalPaxosProof


class Willful(MultiPaxosProof):
    """A ballot proposes what it likes, whatever its promises report."""

    def allows(self, v: Value, votes: set[Vote | None]) -> bool:
        return True


class Silent(MultiPaxosProof):
    """Promises report no votes."""

    @action
    def promise(self, a: Acceptor, b: Ballot) -> None:
        require(Prepare(b) in self.sent, self.below(a, b))
        self.promised[a] = b
        self.sent.add(Promise(a, b, Map({s: None for s in Slot})))


class Unasking(VerticalPaxosProof):
    """A ballot does not ask the lower ones."""

    def did_not_choose(self, b: Ballot, c: Ballot) -> bool:
        return True


class Obedient(VerticalPaxosProof):
    """Acceptors go back to lower ballots."""

    def may_join(self, a: Acceptor, b: Ballot) -> bool:
        return True


class Unstoppable(StoppablePaxosProof):
    """A ballot goes on after a slot in which a lower one may stop."""

    def goes_on_after(self, b: Ballot, s: Slot, q: Majority) -> bool:
        return True


class Unclear(StoppablePaxosProof):
    """A ballot stops though a later slot may have been chosen."""

    def is_clear(self, b: Ballot, s: Slot, q: Majority) -> bool:
        return True


class Fickle(FastPaxosProof):
    """Acceptors vote for every value that they hear of in an open ballot."""

    @action
    def accept_any(self, a: Acceptor, b: Ballot, v: Value) -> None:
        require(b in self.opened, self.promised[a] == b or self.below(a, b))
        self.promised[a] = b
        self.voted[a] = Vote(b, v)
        self.sent.add(Accepted(a, b, v))
