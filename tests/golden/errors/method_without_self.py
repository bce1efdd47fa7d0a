from checker import Spec, init


class Counter(Spec):
    count: int

    @init
    def start() -> None:
        self.count = 0
