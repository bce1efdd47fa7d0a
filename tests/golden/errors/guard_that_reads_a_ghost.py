from checker import Ghost, Set, Sort, Spec, action, init, require


class Server(Sort):
    """A process."""


class Cluster(Spec):
    up: Set[Server]
    history: Ghost[Set[Server]]

    @init
    def start(self) -> None:
        self.up = Set()
        self.history = Set()

    @action
    def boot(self, s: Server) -> None:
        require(s not in self.history)
        self.up.add(s)
        self.history.add(s)
