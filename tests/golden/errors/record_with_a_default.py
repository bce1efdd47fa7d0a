from checker import Record, Set, Spec, init


class Vote(Record):
    ballot: int
    granted: bool = False


class Ballots(Spec):
    votes: Set[Vote]

    @init
    def start(self) -> None:
        self.votes = Set()
