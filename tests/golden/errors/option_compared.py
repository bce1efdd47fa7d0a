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
    def promise(self, a: Server, b: Ballot) -> None:
        require(self.promised[a] < b)
        self.promised[a] = b
