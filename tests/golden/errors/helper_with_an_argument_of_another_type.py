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
        return self.below(Set({self.up}))

    def below(self, limit: int) -> bool:
        return len(self.up) < limit
