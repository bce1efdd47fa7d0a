from checker import Model, Spec, action, init


class Counter(Spec):
    count: int

    @init
    def start(self) -> None:
        self.count = 0


class FastCounter(Counter):
    @action
    def grow(self) -> None:
        super().grow()


two = Model(FastCounter, bounds={"count": (0, 2)})
