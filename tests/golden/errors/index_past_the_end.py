from checker import Model, Seq, Spec, action, init, require


class Log(Spec):
    entries: Seq[bool]

    @init
    def start(self) -> None:
        self.entries = Seq()

    @action
    def enter(self) -> None:
        require(len(self.entries) < 2)
        self.entries.append(True)

    @action
    def read(self) -> None:
        require(self.entries[1])
        self.entries = Seq()


two = Model(Log, bounds={"entries": 2})
