from checker import Spec, init, invariant


class Counter(Spec):
    count: int

    @init
    def start(self) -> None:
        self.count = 0

    @invariant
    def small(self) -> bool:
        return all(n < 3 for n in self.count)
