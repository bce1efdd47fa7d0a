from checker import Record, Spec, init, invariant


class Ask(Record):
    number: int


class Talk(Spec):
    last: Ask | None

    @init
    def start(self) -> None:
        self.last = None

    @invariant
    def fine(self) -> bool:
        match self.last:
            case Ask(nummer=n):
                return n >= 0
            case None:
                return True
