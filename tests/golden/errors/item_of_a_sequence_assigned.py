from checker import Seq, Spec, action, init


class Log(Spec):
    entries: Seq[int]

    @init
    def start(self) -> None:
        self.entries = Seq([0])

    @action
    def change(self) -> None:
        self.entries[0] = 1
