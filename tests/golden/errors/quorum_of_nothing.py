from checker import Quorum, Set, Sort, Spec, action, init


class Server(Sort):
    """A process."""


class Majority(Quorum):
    """A set of servers."""


class Cluster(Spec):
    up: Set[Server]

    @init
    def start(self) -> None:
        self.up = Set()

    @action
    def stop(self, q: Majority) -> None:
        self.up -= {s for s in q}
