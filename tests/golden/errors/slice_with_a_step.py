from checker import Seq, Spec, action, init


class Log(Spec):
    entries: Seq[int]

    @init
    def start(self) -> None:
        self.entries = Seq()

    @action
    def thin(self) -> None:
        self.entries = self.entries[::2]
