from checker import Sort, Spec, init, invariant


class Server(Sort):
    """A process."""


class Cluster(Spec):
    leader: Server | None

    @init
    def start(self) -> None:
        self.leader = None

    @invariant
    def fine(self) -> bool:
        return isinstance(self.leader, Server)
