from checker import Map, Sort, Spec, init, invariant


class Server(Sort):
    """A process."""


class Value(Sort):
    """A proposal."""


class Cluster(Spec):
    chosen: Map[Server, Value]

    @init
    def start(self, v: Value) -> None:
        self.chosen = Map({s: v for s in Server})

    @invariant
    def same(self) -> bool:
        return all(self.chosen[s] == s for s in Server)
