from checker import Map, Set, Sort, Spec, init


class Server(Sort):
    """A process."""


class Cluster(Spec):
    count: Map[Set[Server], int]

    @init
    def start(self) -> None:
        self.count = Map({s: 0 for s in Server})
