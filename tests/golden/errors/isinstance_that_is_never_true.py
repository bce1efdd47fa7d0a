from checker import Record, Set, Spec, init, invariant


class Ask(Record):
    number: int


class Reply(Record):
    number: int


class Nothing(Record):
    number: int


class Talk(Spec):
    net: Set[Ask | Reply]

    @init
    def start(self) -> None:
        self.net = Set()

    @invariant
    def fine(self) -> bool:
        return all(isinstance(m, Nothing) for m in self.net)
