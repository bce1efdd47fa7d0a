from checker import Ghost, Set, Sort, Spec, action, axiom, init


class Node(Sort):
    pass


class Ring(Spec):
    faulty: Ghost[Set[Node]]
    count: int

    @init
    def start(self, faulty: Set[Node]) -> None:
        self.faulty = faulty
        self.count = 0

    @axiom
    def few_are_faulty(self) -> bool:
        return len(self.faulty) < 2

    @action
    def grow(self) -> None:
        self.count += 1
