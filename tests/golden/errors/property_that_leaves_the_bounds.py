from checker import Model, Ordered, Spec, action, init, invariant


class Ballot(Ordered):
    """A numbered attempt."""


class Counter(Spec):
    highest: Ballot

    @init
    def start(self) -> None:
        self.highest = Ballot.first()

    @action
    def climb(self) -> None:
        self.highest = self.highest.next

    @invariant
    def more(self) -> bool:
        return self.highest < self.highest.next


three = Model(Counter, sizes={Ballot: 3})
