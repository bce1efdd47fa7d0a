from checker import Spec, init, invariant, witness


class Counter(Spec):
    count: int

    @init
    def start(self) -> None:
        self.count = 0

    @invariant
    @witness
    def small(self) -> bool:
        return self.count < 3
