from checker import Spec, init, invariant


class Counter(Spec):
    count: int

    @init
    def start(self) -> None:
        self.count = 0

    @invariant
    def fine(self) -> bool:
        return self.below()

    def below(self, limit: int) -> bool:
        return self.count < limit
