from checker import Spec, action, init


class Counter(Spec):
    count: int

    @init
    def start(self) -> None:
        self.count = 0

    @action
    def grow(self) -> None:
        for n in range(3):
            if n > self.count:
                break
        self.count += 1
