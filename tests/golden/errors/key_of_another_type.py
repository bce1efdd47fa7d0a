from checker import Map, Sort, Spec, action, init


class Server(Sort):
    """A process."""


class Value(Sort):
    """A proposal."""


class Cluster(Spec):
    up: Map[Server, bool]

    @init
    def start(self) -> None:
        self.up = Map({s: True for s in Server})

    @action
    def stop(self, v: Value) -> None:
        self.up[v] = False
