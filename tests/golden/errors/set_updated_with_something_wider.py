from checker import Record, Set, Spec, action, init


class Ask(Record):
    number: int


class Reply(Record):
    number: int


class Talk(Spec):
    net: Set[Ask | Reply]
    asked: Set[Ask]

    @init
    def start(self) -> None:
        self.net = Set()
        self.asked = Set()

    @action
    def hear(self) -> None:
        self.asked.update(self.net)
