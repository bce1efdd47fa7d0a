from checker import Spec, init, invariant


class Counter(Spec):
    count: int

    @init
    def start(self) -> None:
        self.count = 0

    @invariant
    def fine(self) -> bool:
        limit = self.count + 3
        return limit() > 0
