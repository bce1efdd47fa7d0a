from checker import Map, Sort, Spec, action, init


class Server(Sort):
    """A process."""


class Cluster(Spec):
    up: Map[Server, bool]

    @init
    def start(self) -> None:
        self.up = Map({s: True for s in Server})

    @action
    def stop(self, t: Server) -> None:
        self.up = Map({s: False for s in Server if s != t})
