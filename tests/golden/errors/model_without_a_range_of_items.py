from checker import Model, Seq, Spec, init


class Log(Spec):
    entries: Seq[int]

    @init
    def start(self) -> None:
        self.entries = Seq()


two = Model(Log, bounds={"entries": 2})
