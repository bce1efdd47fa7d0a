from checker import Set, Sort, Spec, init, invariant


class Server(Sort):
    """A process."""


class Cluster(Spec):
    up: Set[Server]
    down: Set[Server]

    @init
    def start(self) -> None:
        self.up = Set()
        self.down = Set()

    @invariant
    def fine(self) -> bool:
        return len(self.up, self.down) < 3
