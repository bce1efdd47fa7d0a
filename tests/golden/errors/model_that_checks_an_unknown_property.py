from checker import Model, Spec, init, invariant


class Counter(Spec):
    count: int

    @init
    def start(self) -> None:
        self.count = 0

    @invariant
    def small(self) -> bool:
        return self.count < 3


two = Model(Counter, bounds={"count": (0, 3)}, check=("smal",))
