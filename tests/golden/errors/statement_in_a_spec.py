from checker import Spec, init


class Counter(Spec):
    count: int

    for n in range(3):
        print(n)

    @init
    def start(self) -> None:
        self.count = 0
