from checker import Model, Spec, init


class Zähler(Spec):
    stand: int

    @init
    def anfang(self) -> None:
        self.stand = 0


größe = Model(Zähler, bounds={"stände": (0, 3), "stand": (0, 3)})
