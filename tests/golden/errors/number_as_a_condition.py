from checker import Spec, action, init, require


class Counter(Spec):
    count: int

    @init
    def start(self) -> None:
        self.count = 0

    @action
    def reset(self) -> None:
        require(self.count)
        self.count = 0
