from checker import Spec, init, invariant, lemma


class Counter(Spec):
    count: int

    @init
    def start(self) -> None:
        self.count = 0

    @lemma
    def at_most_three(self) -> bool:
        return self.count <= 3

    @invariant(uses=("at_most_tree",))
    def small(self) -> bool:
        return self.count < 4
