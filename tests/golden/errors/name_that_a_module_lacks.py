from checker import Set, Spec, init
from checker.specs import paxos


class Votes(Spec):
    votes: Set[paxos.Vote]

    @init
    def start(self, b: paxos.Ballot, v: paxos.Value) -> None:
        self.votes = Set({paxos.Vot(b, v)})
