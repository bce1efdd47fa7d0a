from checker import Map, Sort, Spec, init


class Server(Sort):
    """A process."""


class Cluster(Spec):
    up: "Map[Server]"

    @init
    def start(self) -> None:
        self.up = Map({s: True for s in Server})
