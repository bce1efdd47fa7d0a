from checker import Spec, init


class Counter(Spec):
    count: float

    @init
    def start(self) -> None:
        self.count = 0
