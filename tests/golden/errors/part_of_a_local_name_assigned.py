from checker import Map, Sort, Spec, action, init


class Server(Sort):
    """A process."""


class Cluster(Spec):
    load: Map[Server, int]

    @init
    def start(self) -> None:
        self.load = Map({s: 0 for s in Server})

    @action
    def work(self, s: Server) -> None:
        load = self.load
        load[s] = 1
