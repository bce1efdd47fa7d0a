from checker import Spec, init, invariant, require


class Counter(Spec):
    count: int

    @init
    def start(self) -> None:
        self.count = 0

    @invariant
    def small(self) -> bool:
        require(self.count < 3)
        return True
