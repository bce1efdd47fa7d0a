"""Paxos whose acceptors vote in a ballot below the one they have joined."""

from checker import Model, Violated, action, require
from checker.specs.paxos import Accepted, Acceptor, Ballot, Paxos, Propose, Value, Vote


class ObedientPaxos(Paxos):
    """An acceptor votes for whatever is proposed to it, however old the ballot."""

    @action
    def accept(self, a: Acceptor, b: Ballot, v: Value) -> None:
        """Phase 2b without `self.promised[a] == b or self.below(a, b)`."""
        require(Propose(b, v) in self.sent)
        self.promised[a] = b
        self.voted[a] = Vote(b, v)
        self.sent.add(Accepted(a, b, v))


BREAKS = "promise_is_kept"

model = Model(
    ObedientPaxos,
    sizes={Acceptor: 3, Value: 2, Ballot: 2},
    check=("agreement",),
    expect=Violated("agreement", length=13),
)
