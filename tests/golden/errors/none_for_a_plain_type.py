from checker import Sort, Spec, init


class Server(Sort):
    """A process."""


class Cluster(Spec):
    leader: Server

    @init
    def start(self) -> None:
        self.leader = None
