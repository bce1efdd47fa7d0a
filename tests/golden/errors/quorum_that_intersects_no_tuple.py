from checker import Quorum, Set, Sort, Spec, init, invariant


class Server(Sort):
    """A process."""


class Writers(Quorum[Server]):
    """A set of servers."""


class Readers(Quorum[Server], intersects=[Writers]):
    """A set of servers that meets all writers."""


class Cluster(Spec):
    up: Set[Server]

    @init
    def start(self) -> None:
        self.up = Set()

    @invariant
    def readable(self) -> bool:
        return all(any(s in self.up for s in q) for q in Readers)
