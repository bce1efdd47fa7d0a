from checker import Sort, Spec, action, init


class Server(Sort):
    """A process."""


class Cluster(Spec):
    leader: Server

    @init
    def start(self, s: Server) -> None:
        self.leader = s

    @action
    def rotate(self, s: Server) -> None:
        self.leader = min(self.leader, s)
