from checker import Spec, init


class Counter(Spec):
    count: int

    @init
    def start(self) -> None:
        self.count = 0.5
