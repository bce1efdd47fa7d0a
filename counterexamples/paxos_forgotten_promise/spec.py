"""Paxos whose acceptors forget what they have promised."""

from checker import Model, Violated, action, require
from checker.specs.paxos import Acceptor, Ballot, Paxos, Prepare, Promise, Value


class ForgetfulPaxos(Paxos):
    """An acceptor answers phase 1, and does not write down that it has joined the ballot."""

    @action
    def promise(self, a: Acceptor, b: Ballot) -> None:
        """Phase 1b without `self.promised[a] = b`."""
        require(Prepare(b) in self.sent, self.below(a, b))
        self.sent.add(Promise(a, b, self.voted[a]))


BREAKS = "promise_is_kept"

model = Model(
    ForgetfulPaxos,
    sizes={Acceptor: 3, Value: 2, Ballot: 2},
    check=("agreement",),
    expect=Violated("agreement", length=13),
)
