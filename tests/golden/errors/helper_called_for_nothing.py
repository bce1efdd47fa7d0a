from checker import Set, Sort, Spec, action, init


class Server(Sort):
    """A process."""


class Cluster(Spec):
    up: Set[Server]

    @init
    def start(self) -> None:
        self.up = Set()

    @action
    def boot(self, s: Server) -> None:
        self.is_down(s)
        self.up.add(s)

    def is_down(self, s: Server) -> bool:
        return s not in self.up
