"""A spec without a mistake, for mistakes on the command line."""

from checker import Model, Spec, action, init, invariant, witness


class Counter(Spec):
    count: int
    limit = 3

    @init
    def start(self) -> None:
        self.count = 0

    @action
    def grow(self) -> None:
        self.count += 1

    @invariant
    def small(self) -> bool:
        return self.count <= self.limit

    @witness
    def grown(self) -> bool:
        return self.count == 2


two = Model(Counter, bounds={"count": (0, 2)})
