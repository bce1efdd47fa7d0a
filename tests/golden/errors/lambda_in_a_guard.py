from checker import Spec, init, invariant


class Counter(Spec):
    count: int

    @init
    def start(self) -> None:
        self.count = 0

    @invariant
    def small(self) -> bool:
        within = lambda limit: self.count <= limit  # noqa: E731
        return within(3)
