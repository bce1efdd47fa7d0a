from checker import Spec, action, init


class Counter(Spec):
    count: int

    @init
    def start(self) -> None:
        self.count = 0

    @action
    def grow(self) -> None:
        amount = 1
        if self.count > 3:
            amount = 2
        self.count += amount
