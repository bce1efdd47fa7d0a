"""A spec without a mistake, and without anything to show."""

from checker import Model, Spec, action, init


class Switch(Spec):
    on: bool

    @init
    def start(self) -> None:
        self.on = False

    @action
    def press(self) -> None:
        self.on = not self.on


switch = Model(Switch)
