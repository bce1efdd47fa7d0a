"""Paxos that skips phase 1 for the first ballot.

A ballot's first phase is there to learn of votes in lower ballots, and to stop them.  The first ballot has none below
it, so whoever owns it may propose at once.
"""

from checker import action, require
from checker.specs.paxos import Ballot, Paxos, Propose, Value


class FastStartPaxos(Paxos):
    """Paxos in which the first ballot decides in one round trip."""

    @action
    def propose_at_once(self, v: Value) -> None:
        """Phase 2a of the first ballot, without any promise: every value is a free choice."""
        require(not any(Propose(Ballot.first(), w) in self.sent for w in Value))
        self.sent.add(Propose(Ballot.first(), v))
