from checker import Model, Record, Set, Sort, Spec, init


class Server(Sort):
    """A process."""


class Ask(Record):
    source: Server
    dest: Server
    number: int


class Cluster(Spec):
    sent: Set[Ask]

    @init
    def start(self) -> None:
        self.sent = Set()


huge = Model(Cluster, sizes={Server: 5}, bounds={"Ask.number": (0, 10_000)})
