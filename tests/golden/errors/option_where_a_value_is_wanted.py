from checker import Set, Sort, Spec, action, init


class Server(Sort):
    """A process."""


class Cluster(Spec):
    leader: Server | None
    seen: Set[Server]

    @init
    def start(self) -> None:
        self.leader = None
        self.seen = Set()

    @action
    def see(self) -> None:
        self.seen.add(self.leader)
