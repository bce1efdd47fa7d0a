from checker import Set, Sort, Spec, action, init


class Server(Sort):
    """A process."""


class Cluster(Spec):
    up: Set[Server]

    @init
    def start(self) -> None:
        self.up = Set()

    @action
    def stop(self) -> None:
        nobody = Set()
        self.up = nobody
