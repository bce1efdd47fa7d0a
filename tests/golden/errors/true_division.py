from checker import Spec, action, init


class Counter(Spec):
    count: int

    @init
    def start(self) -> None:
        self.count = 8

    @action
    def halve(self) -> None:
        self.count = self.count / 2
