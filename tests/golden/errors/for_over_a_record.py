from checker import Record, Set, Spec, init, invariant


class Vote(Record):
    """A vote."""

    granted: bool


class Ballots(Spec):
    votes: Set[Vote]

    @init
    def start(self) -> None:
        self.votes = Set()

    @invariant
    def granted(self) -> bool:
        return all(v.granted for v in Vote)
