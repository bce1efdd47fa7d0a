from checker import Set, Sort, Spec, init, invariant


class Sérver(Sort):
    """Ein Prozeß."""


class Gruppe(Spec):
    wächter: Set[Sérver]

    @init
    def start(self) -> None:
        self.wächter = Set()

    @invariant
    def genügend(self) -> bool:
        return all(größe is not None and größe in self.wachter for größe in self.wächter)
