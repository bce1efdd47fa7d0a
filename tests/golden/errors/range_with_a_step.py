from checker import Spec, init, invariant


class Counter(Spec):
    count: int

    @init
    def start(self) -> None:
        self.count = 0

    @invariant
    def even(self) -> bool:
        return any(n == self.count for n in range(0, 10, 2))
