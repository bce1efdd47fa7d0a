from checker import Model, Spec, init


class Counter(Spec):
    count: int

    @init
    def start(self) -> None:
        self.count = 0


small = Model(Counter, bounds={"count": (3, 0)})
