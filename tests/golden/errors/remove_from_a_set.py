from checker import Set, Sort, Spec, action, init


class Server(Sort):
    """A process."""


class Cluster(Spec):
    up: Set[Server]

    @init
    def start(self, s: Server) -> None:
        self.up = Set({s})

    @action
    def stop(self, s: Server) -> None:
        self.up.remove(s)
