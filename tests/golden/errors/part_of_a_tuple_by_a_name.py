from checker import Spec, init, invariant


class Pairs(Spec):
    pair: tuple[int, bool]
    which: int

    @init
    def start(self) -> None:
        self.pair = (0, False)
        self.which = 0

    @invariant
    def fine(self) -> bool:
        return self.pair[self.which] == 0
