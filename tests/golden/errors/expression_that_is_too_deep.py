from checker import Spec, init, invariant


class Counter(Spec):
    a: int

    @init
    def start(self) -> None:
        self.a = 0

    @invariant
    def fine(self) -> bool:
        return (
            self.a + self.a + self.a + self.a + self.a + self.a + self.a + self.a + self.a + self.a + self.a + self.a + self.a
            + self.a + self.a + self.a + self.a + self.a + self.a + self.a + self.a + self.a + self.a + self.a + self.a + self.a
            + self.a + self.a + self.a + self.a + self.a + self.a + self.a + self.a + self.a + self.a + self.a + self.a + self.a
            + self.a + self.a + self.a + self.a + self.a + self.a + self.a + self.a + self.a + self.a + self.a + self.a + self.a
            + self.a + self.a + self.a + self.a + self.a + self.a + self.a + self.a + self.a + self.a + self.a + self.a + self.a
            + self.a + self.a + self.a + self.a + self.a + self.a + self.a + self.a + self.a + self.a + self.a + self.a + self.a
            + self.a + self.a + self.a + self.a + self.a + self.a + self.a + self.a + self.a + self.a + self.a + self.a + self.a
            + self.a + self.a + self.a + self.a + self.a + self.a + self.a + self.a + self.a + self.a + self.a + self.a + self.a
            + self.a + self.a + self.a + self.a + self.a + self.a + self.a + self.a + self.a + self.a + self.a + self.a + self.a >= 0
        )
