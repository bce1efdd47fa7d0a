from checker import Set, Sort, Spec, action, init, require


class Server(Sort):
    """A process."""


class Cluster(Spec):
    up: Set[Server]

    @init
    def start(self) -> None:
        self.up = Set()

    @action
    def boot(self, s: Server) -> None:
        require(self.up.add(s))
