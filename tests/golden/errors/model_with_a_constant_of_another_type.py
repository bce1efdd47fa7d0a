from checker import Model, Spec, init


class Counter(Spec):
    count: int
    limit = 3

    @init
    def start(self) -> None:
        self.count = self.limit


small = Model(Counter, bounds={"count": (0, 3)}, constants={"limit": True})
