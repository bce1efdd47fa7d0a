from checker import Model, Spec, init


class Counter(Spec):
    count: int

    @init
    def start(self) -> None:
        self.count = 0

    def limit(self) -> int:
        return 3


class LimitedCounter(Counter):
    limit: int


small = Model(LimitedCounter, bounds={"count": (0, 1)})
