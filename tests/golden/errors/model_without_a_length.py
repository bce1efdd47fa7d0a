from checker import Model, Seq, Sort, Spec, init


class Server(Sort):
    """A process."""


class Cluster(Spec):
    queue: Seq[Server]

    @init
    def start(self) -> None:
        self.queue = Seq()


small = Model(Cluster, sizes={Server: 2})
