from checker import Record, Set, Spec, init, invariant


class Ask(Record):
    number: int


class Reply(Record):
    number: int


class Talk(Spec):
    net: Set[Ask | Reply]

    @init
    def start(self) -> None:
        self.net = Set()

    @invariant
    def fine(self) -> bool:
        return all(self.number(m) >= 0 for m in self.net)

    def number(self, m: Ask | Reply) -> int:
        match m:
            case Ask(number=n):
                return n
