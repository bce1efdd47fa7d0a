from checker import Sort, Spec, action, init


class Server(Sort):
    """A process."""


class Cluster(Spec):
    leader: Server | None
    elections: int

    @init
    def start(self) -> None:
        self.leader = None
        self.elections = 0

    @action
    def elect(self, s: Server) -> None:
        self.leader = s
        self.elections = s
