from checker import Spec, action, init


class Counter(Spec):
    last: int | None

    @init
    def start(self) -> None:
        self.last = None

    @action
    def grow(self) -> None:
        self.last = self.last + 1
