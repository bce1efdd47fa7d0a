from checker import Model, Spec, init


class Counter(Spec):
    count: int

    @init
    def start(self) -> None:
        self.count = 9


three = Model(Counter, bounds={"count": (0, 3)})
