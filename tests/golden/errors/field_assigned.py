from checker import Record, Spec, action, init


class Vote(Record):
    granted: bool


class Ballots(Spec):
    last: Vote

    @init
    def start(self) -> None:
        self.last = Vote(False)

    @action
    def grant(self) -> None:
        self.last.granted = True
