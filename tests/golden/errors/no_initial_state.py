from checker import Spec, action


class Counter(Spec):
    count: int

    @action
    def grow(self) -> None:
        self.count += 1
