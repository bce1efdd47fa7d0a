"""Paxos that proposes any value, whatever the promises say."""

from checker import Model, Violated
from checker.specs.paxos import Acceptor, Ballot, Paxos, Value, Vote


class HeedlessPaxos(Paxos):
    """A ballot gathers its promises, and does not look at the votes in them."""

    def allows(self, v: Value, votes: set[Vote]) -> bool:
        """Every value is taken for a free choice."""
        return True


BREAKS = "safe_at"

model = Model(
    HeedlessPaxos,
    sizes={Acceptor: 3, Value: 2, Ballot: 2},
    check=("agreement",),
    expect=Violated("agreement", length=13),
)
