from checker import Spec, action, init


def double(n: int) -> int:
    return n * factor


class Counter(Spec):
    count: int

    @init
    def start(self) -> None:
        self.count = 1

    @action
    def grow(self) -> None:
        self.count = double(self.count)
