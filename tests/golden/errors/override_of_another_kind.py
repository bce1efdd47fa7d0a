from checker import Model, Spec, action, init, invariant


class Counter(Spec):
    count: int

    @init
    def start(self) -> None:
        self.count = 0

    @action
    def grow(self) -> None:
        self.count += 1


class GrownCounter(Counter):
    @invariant
    def grow(self) -> bool:
        return self.count >= 0


two = Model(GrownCounter)
