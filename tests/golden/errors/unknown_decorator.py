from functools import cache

from checker import Spec, init


class Counter(Spec):
    count: int

    @init
    def start(self) -> None:
        self.count = 0

    @cache
    def small(self) -> bool:
        return self.count < 3
