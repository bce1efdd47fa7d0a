from checker import Spec, action, init


class Counter(Spec):
    count: int
    limit = 3

    @init
    def start(self) -> None:
        self.count = 0

    @action
    def grow(self) -> None:
        self.limit += 1
