from checker import Record, Set, Spec, action, init, require


class Ask(Record):
    number: int


class Reply(Record):
    number: int


class Other(Record):
    number: int


class Talk(Spec):
    net: Set[Ask | Reply]

    @init
    def start(self) -> None:
        self.net = Set()

    @action
    def hear(self, m: Ask | Reply) -> None:
        require(m in self.net)
        match m:
            case Other():
                self.net.discard(m)
            case _:
                pass
