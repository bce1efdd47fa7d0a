from checker import Spec, action, init, require


class Counter(Spec):
    count: int

    @init
    def start(self) -> None:
        self.count = 0

    @action
    def grow(self) -> None:
        self.count = 1
        if self.count < 0:
            require(False)
        self.count = 2
