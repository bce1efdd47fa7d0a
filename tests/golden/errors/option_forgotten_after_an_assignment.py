from checker import Map, Ordered, Sort, Spec, action, init, require


class Server(Sort):
    """A process."""


class Ballot(Ordered):
    """A numbered attempt."""


class Paxos(Spec):
    promised: Map[Server, Ballot | None]

    @init
    def start(self) -> None:
        self.promised = Map({s: None for s in Server})

    @action
    def swap(self, a: Server, c: Server) -> None:
        require(self.promised[a] is not None)
        self.promised[c] = None
        require(self.promised[a] > Ballot.first())
