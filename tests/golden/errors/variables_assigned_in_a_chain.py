from checker import Spec, init


class Pair(Spec):
    left: int
    right: int

    @init
    def start(self) -> None:
        self.left = self.right = 0
