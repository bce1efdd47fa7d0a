from checker import Model, Quorum, Set, Sort, Spec, init, invariant


class Server(Sort):
    """A process."""


class Majority(Quorum[Server]):
    """A set of servers."""


class Cluster(Spec):
    up: Set[Server]

    @init
    def start(self) -> None:
        self.up = Set()

    @invariant
    def enough(self) -> bool:
        return not any(all(s in self.up for s in q) for q in Majority)


small = Model(Cluster, sizes={Server: 3}, quorums={Majority: [[]]})
