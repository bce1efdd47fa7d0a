from checker import Sort, Spec, init
from checker.specs import paxos


class Value(Sort):
    """Another one than that of Paxos."""


class Register(Spec):
    mine: Value
    theirs: paxos.Value

    @init
    def start(self, v: Value, w: paxos.Value) -> None:
        self.mine = v
        self.theirs = w
