from checker import Spec, action, init


class Counter(Spec):
    count: int

    @init
    def start(self) -> None:
        self.count = 0

    @action
    def grow(self) -> None:
        self.count = 1
        self.count = 2
