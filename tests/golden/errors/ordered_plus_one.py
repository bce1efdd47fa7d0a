from checker import Ordered, Spec, action, init


class Ballot(Ordered):
    """A numbered attempt."""


class Paxos(Spec):
    highest: Ballot

    @init
    def start(self) -> None:
        self.highest = Ballot.first()

    @action
    def prepare(self) -> None:
        self.highest = self.highest + 1
