from checker import Sort, Spec, init


class Server(Sort):
    """A process."""


class Cluster(Spec):
    turn: Server

    @init
    def start(self) -> None:
        self.turn = Server.first()
