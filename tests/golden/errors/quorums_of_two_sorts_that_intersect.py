from checker import Ordered, Quorum, Spec, action, init


class Node(Ordered):
    pass


class Ballot(Ordered):
    pass


class OfBallots(Quorum[Ballot]):
    pass


class OfNodes(Quorum[Node], intersects=(OfBallots,)):
    pass


class Voting(Spec):
    chosen: OfNodes

    @init
    def start(self, q: OfNodes) -> None:
        self.chosen = q

    @action
    def choose(self, q: OfNodes) -> None:
        self.chosen = q
