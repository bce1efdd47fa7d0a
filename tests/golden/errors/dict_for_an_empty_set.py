from checker import Model, Set, Sort, Spec, action, init


class Server(Sort):
    """A process."""


class Cluster(Spec):
    seen: Set[Server]
    count: int

    @init
    def start(self) -> None:
        self.seen = {}
        self.count = 0

    @action
    def grow(self, s: Server) -> None:
        self.seen.add(s)


model = Model(Cluster, sizes={Server: 2}, bounds={"count": (0, 3)})
