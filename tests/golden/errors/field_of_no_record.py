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
    def from_someone(self) -> bool:
        return all(m.sorce == m.source for m in self.net)
