from checker import Bag, BagBound, Model, Record, Seq, Sort, Spec, init


class Server(Sort):
    """A process."""


class Ask(Record):
    source: Server
    log: Seq[Server]


class Cluster(Spec):
    net: Bag[Ask]

    @init
    def start(self) -> None:
        self.net = Bag()


huge = Model(Cluster, sizes={Server: 5}, bounds={"net": BagBound(2), "Ask.log": 40})
