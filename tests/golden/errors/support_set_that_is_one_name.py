from checker import Spec, init, lemma


class Counter(Spec):
    count: int

    @init
    def start(self) -> None:
        self.count = 0

    @lemma(uses="small")
    def small(self) -> bool:
        return self.count < 4
