"""A scenario with a mistake."""

from checker import Model, Spec, action, init, invariant


class Choice(Spec):
    value: int

    @init
    def start(self) -> None:
        self.value = 0

    @action
    def choose(self, value: int) -> None:
        self.value = value

    @invariant
    def small(self) -> bool:
        return self.value < 2


choice = Model(Choice, bounds={"value": (0, 2), "choose.value": (1, 2)})
scenario = {"choose": 1}
