from checker import Map, Sort, Spec, init, invariant


class Server(Sort):
    """A process."""


class Cluster(Spec):
    load: Map[Server, int]

    @init
    def start(self) -> None:
        self.load = Map({s: 0 for s in Server})

    @invariant
    def idle(self) -> bool:
        return self.load.values() == {0}
