from checker import Set, Sort, Spec, init, invariant


class Server(Sort):
    """A process."""


class Cluster(Spec):
    up: Set[Server]

    @init
    def start(self) -> None:
        self.up = Set()

    @invariant
    def fine(self) -> bool:
        return all(self.up)
