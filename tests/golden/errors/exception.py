from checker import Spec, action, init


class Counter(Spec):
    count: int

    @init
    def start(self) -> None:
        self.count = 0

    @action
    def grow(self) -> None:
        if self.count > 3:
            raise ValueError(self.count)
        self.count += 1
