from checker import Seq, Sort, Spec, init


class Server(Sort):
    """A process."""


class Cluster(Spec):
    order: Seq[Server]

    @init
    def start(self) -> None:
        self.order = Seq({s for s in Server})
