from checker import Spec, action, init


class Counter(Spec):
    count: int
    fast: bool

    @init
    def start(self) -> None:
        self.count = 0
        self.fast = False

    @action
    def grow(self) -> None:
        if self.fast:
            self.count += 2
        self.count = 1
