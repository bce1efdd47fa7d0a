from checker import Model, Quorum, Set, Sort, Spec, init


class Server(Sort):
    """A process."""


class Majority(Quorum[Server]):
    """Not part of the spec."""


class Cluster(Spec):
    up: Set[Server]

    @init
    def start(self) -> None:
        self.up = Set()


small = Model(Cluster, sizes={Server: 2}, quorums={Majority: 2})
