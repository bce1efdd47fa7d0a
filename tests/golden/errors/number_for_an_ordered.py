from checker import Ordered, Spec, init


class Ballot(Ordered):
    """A numbered attempt."""


class Paxos(Spec):
    highest: Ballot

    @init
    def start(self) -> None:
        self.highest = 0
