from checker import Sort, Spec, action, init, require


class Server(Sort):
    """A process."""


class Cluster(Spec):
    leader: Server | None

    @init
    def start(self) -> None:
        self.leader = None

    @action
    def elect(self, s: Server) -> None:
        require(all(s <= t for t in Server))
        self.leader = s
