from checker import Record, Set, Sort, Spec, action, init


class Server(Sort):
    """A process."""


class Vote(Record):
    voter: Server
    granted: bool


class Election(Spec):
    votes: Set[Vote]

    @init
    def start(self) -> None:
        self.votes = Set()

    @action
    def vote(self, s: Server) -> None:
        self.votes.add(Vote(s))
