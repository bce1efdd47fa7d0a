from checker import Model, Set, Sort, Spec, action, axiom, init, invariant


class Node(Sort):
    pass


class Ring(Spec):
    faulty: Set[Node]
    crashed: Set[Node]

    @init
    def start(self, faulty: Set[Node]) -> None:
        self.faulty = faulty
        self.crashed = Set()

    @axiom
    def few_are_faulty(self) -> bool:
        return len(self.faulty) < 2

    @action
    def crash(self, n: Node) -> None:
        self.crashed |= self.faulty

    @invariant
    def only_the_faulty_crash(self) -> bool:
        return self.crashed <= self.faulty


small = Model(Ring, sizes={Node: 3}, check=["few_are_faulty"])
