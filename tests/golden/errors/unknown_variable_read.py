from checker import Spec, init, invariant


class Counter(Spec):
    count: int

    @init
    def start(self) -> None:
        self.count = 0

    @invariant
    def positive(self) -> bool:
        return self.cuont >= 0
