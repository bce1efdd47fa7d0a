from checker import Model, Spec, action, init, invariant


class Counter(Spec):
    count: int

    @init
    def start(self) -> None:
        self.count = 2

    @action
    def shrink(self) -> None:
        self.count -= 1

    @invariant
    def fine(self) -> bool:
        return 2 // self.count < 3


two = Model(Counter, bounds={"count": (0, 2)})
