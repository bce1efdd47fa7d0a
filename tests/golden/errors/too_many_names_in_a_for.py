from checker import Set, Sort, Spec, init, invariant


class Server(Sort):
    """A process."""


class Cluster(Spec):
    edges: Set[tuple[Server, Server]]

    @init
    def start(self) -> None:
        self.edges = Set()

    @invariant
    def loops(self) -> bool:
        return all(a != b for a, b, c in self.edges)
