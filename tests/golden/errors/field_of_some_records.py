from checker import Record, Set, Sort, Spec, init, invariant


class Server(Sort):
    """A process."""


class Ask(Record):
    source: Server


class Reply(Record):
    source: Server
    granted: bool


class Election(Spec):
    net: Set[Ask | Reply]

    @init
    def start(self) -> None:
        self.net = Set()

    @invariant
    def all_granted(self) -> bool:
        return all(m.granted for m in self.net)
