from checker import Spec, action, init


class Pair(Spec):
    left: int
    right: int

    @init
    def start(self) -> None:
        self.left = 0
        self.right = 1

    @action
    def swap(self) -> None:
        self.left, self.right = self.right, self.left
