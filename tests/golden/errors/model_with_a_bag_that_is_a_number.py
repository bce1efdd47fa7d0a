from checker import Bag, Model, Sort, Spec, init


class Server(Sort):
    """A process."""


class Cluster(Spec):
    net: Bag[Server]

    @init
    def start(self) -> None:
        self.net = Bag()


small = Model(Cluster, sizes={Server: 2}, bounds={"net": 3})
