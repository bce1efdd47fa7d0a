from checker import Bag, BagBound, Model, Record, Sort, Spec, init


class Server(Sort):
    """A process."""


class Parcel(Record):
    content: Bag[Server]


class Cluster(Spec):
    net: Bag[Parcel]

    @init
    def start(self) -> None:
        self.net = Bag()


huge = Model(Cluster, sizes={Server: 9}, bounds={"net": BagBound(2), "Parcel.content": BagBound(9, copies=9)})
