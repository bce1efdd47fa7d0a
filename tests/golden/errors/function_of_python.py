import random

from checker import Spec, init


class Counter(Spec):
    count: int

    @init
    def start(self) -> None:
        self.count = random.randint(0, 3)
