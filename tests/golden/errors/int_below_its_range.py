from checker import Model, Spec, action, init


class Counter(Spec):
    count: int

    @init
    def start(self) -> None:
        self.count = 1

    @action
    def shrink(self) -> None:
        self.count -= 1


two = Model(Counter, bounds={"count": (0, 2)})
