"""Paxos that proposes the value of the lowest vote in its promises, in place of the highest."""

from checker import Holds, Model, Violated
from checker.specs.paxos import Acceptor, Ballot, Paxos, Value, Vote


class LowestVotePaxos(Paxos):
    """A ballot takes up the oldest vote that it hears of."""

    def allows(self, v: Value, votes: set[Vote]) -> bool:
        """`x.ballot <= y.ballot` in place of `y.ballot <= x.ballot`."""
        return not votes or any(x.value == v and all(x.ballot <= y.ballot for y in votes) for x in votes)


BREAKS = "safe_at"

model = Model(
    LowestVotePaxos,
    sizes={Acceptor: 3, Value: 2, Ballot: 3},
    check=("agreement",),
    expect=Violated("agreement", length=18),
)
two_ballots = Model(
    LowestVotePaxos,
    sizes={Acceptor: 3, Value: 2, Ballot: 2},
    expect=Holds(states=3_921, depth=17, orbits=443),
)
