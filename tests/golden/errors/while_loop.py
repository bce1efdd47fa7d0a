from checker import Spec, action, init


class Counter(Spec):
    count: int

    @init
    def start(self) -> None:
        self.count = 0

    @action
    def fill(self) -> None:
        while self.count < 3:
            self.count += 1
