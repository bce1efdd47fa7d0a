from checker import Spec, init, step_invariant


class Counter(Spec):
    count: int

    @init
    def start(self) -> None:
        self.count = 0

    @step_invariant
    def grows(self) -> bool:
        return self.count >= 0
