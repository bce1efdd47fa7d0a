from checker import Map, Model, Seq, Sort, Spec, init


class Server(Sort):
    """A process."""


class Cluster(Spec):
    log: Map[Server, Seq[Server]]

    @init
    def start(self) -> None:
        self.log = Map({s: Seq() for s in Server})


huge = Model(Cluster, sizes={Server: 200}, bounds={"log": 2000})
