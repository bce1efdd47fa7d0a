from checker import Set, Sort, Spec, action, axiom, init


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
    def crashed_are_faulty(self) -> bool:
        return self.crashed <= self.faulty

    @action
    def crash(self, n: Node) -> None:
        self.crashed.add(n)
