from checker import Spec, init, invariant


class Counter(Spec):
    count: int

    @init
    def start(self) -> None:
        self.count = 0

    @invariant
    def fine(self) -> bool:
        match self.count:
            case {"a": 1}:
                return True
            case _:
                return False
