from checker import Seq, Spec, init


class Log(Spec):
    entries: Seq[int]

    @init
    def start(self) -> None:
        self.entries = []
