from checker import Sort, Spec, action, init


class Server(Sort):
    """A process."""


class Cluster(Spec):
    turn: Server

    @init
    def start(self, s: Server) -> None:
        self.turn = s

    @action
    def rotate(self) -> None:
        self.turn = self.turn.next
