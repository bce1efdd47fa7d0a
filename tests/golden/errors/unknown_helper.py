from checker import Spec, init, invariant


class Counter(Spec):
    count: int

    @init
    def start(self) -> None:
        self.count = 0

    @invariant
    def small(self) -> bool:
        return self.withn(3)

    def within(self, limit: int) -> bool:
        return self.count <= limit
