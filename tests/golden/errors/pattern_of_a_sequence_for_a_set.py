from checker import Set, Sort, Spec, action, init


class Server(Sort):
    """A process."""


class Cluster(Spec):
    up: Set[Server]
    leader: Server | None

    @init
    def start(self) -> None:
        self.up = Set()
        self.leader = None

    @action
    def elect(self) -> None:
        match self.up:
            case [s]:
                self.leader = s
            case _:
                self.leader = None
