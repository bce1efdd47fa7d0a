from checker import Spec, init


class Log(Spec):
    entries: tuple[int, ...]

    @init
    def start(self) -> None:
        self.entries = ()
