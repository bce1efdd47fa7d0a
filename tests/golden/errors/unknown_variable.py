from checker import Map, Ordered, Sort, Spec, action, init


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
        self.promissed[a] = b
