from checker import Model, Seq, Spec, action, init


class Log(Spec):
    entries: Seq[int]
    greatest: int

    @init
    def start(self) -> None:
        self.entries = Seq()
        self.greatest = 0

    @action
    def read(self) -> None:
        self.greatest = max(n for n in self.entries)


two = Model(Log, bounds={"entries": 2, "entries.item": (0, 3), "greatest": (0, 3)})
