from checker import Set, Sort, Spec, init, invariant


class Server(Sort):
    """A process."""


class Cluster(Spec):
    up: Set[Server]

    @init
    def start(self) -> None:
        self.up = Set()

    @invariant
    def few(self) -> bool:
        return sum(s for s in self.up) < 3
