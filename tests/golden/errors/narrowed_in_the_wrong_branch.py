from checker import Record, Sort, Spec, action, init, require


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

    @action
    def forget(self) -> None:
        if self.last is not None:
            self.last = None
        else:
            require(self.last.granted)
