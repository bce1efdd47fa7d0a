from checker import Spec, init, invariant


class Counter(Spec):
    count: int

    @init
    def start(self) -> None:
        self.count = 0

    @invariant
    def fine(self) -> bool:
        return self.even(self.count)

    def even(self, n: int) -> bool:
        return n == 0 or not self.odd(n - 1)

    def odd(self, n: int) -> bool:
        return n != 0 and self.even(n - 1)
