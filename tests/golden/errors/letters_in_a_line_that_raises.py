from checker import Spec, init

größe = {"ä": 1}; weite = größe["ö"]  # noqa: E702


class Counter(Spec):
    count: int

    @init
    def start(self) -> None:
        self.count = 0
