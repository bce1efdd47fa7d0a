from checker import Record, Set, Sort, Spec, init, invariant


class Server(Sort):
    """A process."""


class Vote(Record):
    voter: Server
    candidate: Server


class Election(Spec):
    votes: Set[Vote]

    @init
    def start(self) -> None:
        self.votes = Set()

    @invariant
    def nobody_votes_for_himself(self) -> bool:
        return all(v.voter != v.candiate for v in self.votes)
