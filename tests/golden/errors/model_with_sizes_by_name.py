from checker import Model, Set, Sort, Spec, init


class Server(Sort):
    """A process."""


class Cluster(Spec):
    up: Set[Server]

    @init
    def start(self) -> None:
        self.up = Set()


small = Model(Cluster, sizes={"Server": 2})
