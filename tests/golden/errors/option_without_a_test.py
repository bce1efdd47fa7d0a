from checker import Record, Sort, Spec, init, invariant


class Server(Sort):
    """A process."""


class Vote(Record):
    voter: Server
    granted: bool


class Election(Spec):
    last: Vote | None

    @init
    def start(self) -> None:
        self.last = None

    @invariant
    def granted(self) -> bool:
        return self.last.granted
