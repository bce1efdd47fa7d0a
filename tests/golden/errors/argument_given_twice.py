from checker import Spec, init, invariant


class Counter(Spec):
    count: int

    @init
    def start(self) -> None:
        self.count = 0

    @invariant
    def small(self) -> bool:
        return self.within(3, limit=4)

    def within(self, limit: int) -> bool:
        return self.count <= limit
