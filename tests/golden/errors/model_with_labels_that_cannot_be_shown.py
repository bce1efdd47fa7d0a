from checker import Model, Set, Sort, Spec, init


class Server(Sort):
    """A process."""


class Cluster(Spec):
    up: Set[Server]

    @init
    def start(self) -> None:
        self.up = Set()


shown = Model(Cluster, sizes={Server: ["a\nb", " "]})
