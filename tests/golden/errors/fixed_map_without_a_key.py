from checker import Map, Model, Sort, Spec, action, init


class Node(Sort):
    pass


class Ring(Spec):
    right: Map[Node, Node]
    at: Node

    @init
    def start(self, right: Map[Node, Node], n: Node) -> None:
        self.right = right
        self.at = n

    @action
    def go(self) -> None:
        self.at = self.right[self.at]


small = Model(Ring, sizes={Node: 3}, fixed={"right": {"n1": "n2", "n2": "n1"}})
