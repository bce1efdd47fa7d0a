from checker import Spec, action, init, require


class Counter(Spec):
    count: int

    @init
    def start(self) -> None:
        self.count = 0

    @action
    def grow(self) -> None:
        ready = require(self.count < 3)
        self.count += 1 if ready else 0
