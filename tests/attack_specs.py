"""Specs with a false claim that a careless proof would believe, each with sizes of which one shows that it is false."""

from collections.abc import Mapping
from typing import Annotated, Any, Self

from checker import (
    Bag, Bounded, Map, Ordered, Quorum, Record, Seq, Set, Sort, Spec, action, init, invariant, lemma, require,
    step_invariant, witness,
)


class Node(Sort): ...


class Value(Sort): ...


class Level(Ordered): ...


class Majority(Quorum[Node]): ...


class Ballot(Record):
    level: Level
    value: Value


class Int(Sort):
    """Called as a sort of Z3."""


class Array(Sort):
    """Called as a constructor of Z3's sorts."""


Count = Annotated[int, Bounded("count")]

BOUNDS: dict[str, Any] = {"count": (-4, 6), "log": 3}


class Marking(Spec):
    """Marks nodes."""

    marked: Map[Node, bool]
    value: Value

    @init
    def start(self, v: Value) -> None:
        self.marked = Map({n: False for n in Node})
        self.value = v

    @action
    def mark(self, n: Node) -> None:
        self.marked[n] = True


class TwoSorts(Marking):
    """Two sorts are as large as each other."""

    @invariant
    def claim(self) -> bool:
        return sum(1 for _ in Node) == sum(1 for _ in Value)


class PairsForOnes(Marking):
    """There are as many pairs as first elements of pairs."""

    @invariant
    def claim(self) -> bool:
        return sum(1 for n in Node if self.marked[n]) == sum(1 for n in Node for _ in Node if self.marked[n])


class OneSortForAnother(Marking):
    """What is counted for each element of one sort is counted as often for another one."""

    @invariant
    def claim(self) -> bool:
        marked = any(self.marked[n] for n in Node)
        return sum(1 for _ in Node if marked) == sum(1 for _ in Value if marked)


class NotBothMarked(Marking):
    """There is no more than one node."""

    @invariant
    def claim(self) -> bool:
        return len({n for n in Node if self.marked[n]}) <= 1


class CalledLikeZ3(Spec):
    """Its variables and sorts have names that mean something to Z3."""

    true: bool
    xor: bool
    distinct: Count
    select: Map[Int, bool]
    store: Map[Array, Count]

    @init
    def start(self) -> None:
        self.true = False
        self.xor = False
        self.distinct = 0
        self.select = Map({n: False for n in Int})
        self.store = Map({n: 0 for n in Array})

    @action
    def go(self, n: Int, m: Array) -> None:
        require(self.distinct < 2)
        self.true = True
        self.xor = not self.xor
        self.distinct += 1
        self.select[n] = True
        self.store[m] = self.distinct

    @invariant
    def claim(self) -> bool:
        return not self.true and not self.xor

    @invariant
    def counts(self) -> bool:
        return self.distinct <= 2


class BagOfWhatIsComputed(Spec):
    """Counts copies of ints that have no range, being computed."""

    count: Count

    @init
    def start(self) -> None:
        self.count = 1

    @action
    def double(self) -> None:
        require(self.count < 3)
        self.count *= 2

    @invariant
    def claim(self) -> bool:
        return len(Bag([self.count * self.count, 1])) == len({self.count * self.count, 1}) + 1


class Counting(Spec):
    """Counts to two."""

    count: Count

    @init
    def start(self) -> None:
        self.count = 0

    @action
    def rise(self) -> None:
        require(self.count < 2)
        self.count += 1


class InCircles(Counting):
    """Each lemma says the same and names the next one as what it follows from."""

    @lemma(uses=("second",))
    def first(self) -> bool:
        return self.count <= 1

    @lemma(uses=("claim",))
    def second(self) -> bool:
        return self.count < 2

    @invariant(uses=("first",))
    def claim(self) -> bool:
        return not self.count > 1


class InCirclesOfSteps(Counting):
    """The same for a step of the action."""

    @lemma(uses={"rise": ("claim",)})
    def first(self) -> bool:
        return self.count <= 1

    @invariant(uses={"rise": ("first",)})
    def claim(self) -> bool:
        return not self.count > 1


class BothNaturals(Spec):
    """Each of two ints is at least 0 as long as the other one is above 0, and nothing says that it is."""

    left: Count
    right: Count
    is_below: bool

    @init
    def start(self) -> None:
        self.left = 0
        self.right = 0
        self.is_below = False

    @action
    def move_left(self) -> None:
        require(self.right >= -1)
        self.left = self.right
        self.is_below = self.left < 0

    @action
    def move_right(self) -> None:
        require(self.left >= 0)
        self.right = self.left - 1

    @invariant
    def claim(self) -> bool:
        return not self.is_below


class Rounding(Spec):
    """Division and remainder of what is below 0, and by it."""

    count: Count
    odd: bool

    @init
    def start(self) -> None:
        self.count = 0
        self.odd = False

    @action
    def fall(self) -> None:
        require(self.count > -3)
        self.count -= 1

    @action
    def divide(self) -> None:
        require(self.count != 0)
        require(2 // self.count == -1, 2 % self.count == -1, (-1) % self.count == -1)
        self.odd = True

    @invariant
    def claim(self) -> bool:
        return not self.odd


class MapsInASet(Spec):
    """Two maps are equal where they differ only beyond the ends of an order."""

    maps: Set[Map[Level, bool]]
    found: bool

    @init
    def start(self) -> None:
        self.maps = {Map({b: b == Level.first() for b in Level})}
        self.found = False

    @action
    def find(self) -> None:
        require(Map({b: not (b > Level.first()) for b in Level}) in self.maps)
        self.found = True

    @invariant
    def claim(self) -> bool:
        return not self.found


class OneQuorum(Marking):
    """There is one quorum, or all of them are everyone."""

    @invariant
    def claim(self) -> bool:
        return all(p == q for p in Majority for q in Majority)


class OneLevel(Marking):
    """An order has more than one element, and another one above each."""

    level: Level

    @init
    def start(self, v: Value) -> None:
        super().start(v)
        self.level = Level.first()

    @action
    def up(self) -> None:
        self.level = self.level.next

    @invariant
    def claim(self) -> bool:
        return any(self.level < b for b in Level)


class Ties(Spec):
    """One ballot has the greatest level."""

    ballots: Set[Ballot]

    @init
    def start(self) -> None:
        self.ballots = Set()

    @action
    def cast(self, b: Ballot) -> None:
        self.ballots.add(b)

    @invariant
    def claim(self) -> bool:
        return sum(1 for b in self.ballots if b.level == max(c.level for c in self.ballots)) <= 1


class Listing(Spec):
    """What is listed twice is there once."""

    log: Annotated[Seq[Node], Bounded("log")]

    @init
    def start(self) -> None:
        self.log = Seq()

    @action
    def enter(self, n: Node) -> None:
        require(len(self.log) < 3)
        self.log.append(n)

    @invariant
    def claim(self) -> bool:
        return sum(1 for _ in self.log) == len(Set(self.log))


class Growing(Marking):
    """Each step marks something, also one that marks what is marked."""

    @step_invariant
    def claim(self, after: Self) -> bool:
        return any(after.marked[n] and not self.marked[n] for n in Node)


class Shadowed(Listing):
    """An index that is tested, and another one of the same name that is used: an error."""

    @action
    def look(self, i: Count, n: Node) -> None:
        require(0 <= i < len(self.log), any(self.log[i] == n for i in range(1, 3)))
        self.log = Seq()

    @invariant
    def claim(self) -> bool:
        return len(self.log) <= 3


class WitnessIsAnError(Counting):
    """Nothing but a witness is an error, which no claim rests on."""

    @invariant
    def claim(self) -> bool:
        return self.count <= 2

    @witness
    def whole(self) -> bool:
        return 2 // self.count == 1


ATTACKS: Mapping[type[Spec], Mapping[type[Sort] | type[Ordered], int]] = {
    TwoSorts: {Node: 1, Value: 2},
    PairsForOnes: {Node: 2, Value: 1},
    OneSortForAnother: {Node: 1, Value: 2},
    NotBothMarked: {Node: 2, Value: 1},
    CalledLikeZ3: {Int: 1, Array: 1},
    BagOfWhatIsComputed: {},
    InCircles: {},
    InCirclesOfSteps: {},
    BothNaturals: {},
    Rounding: {},
    MapsInASet: {Level: 2},
    OneQuorum: {Node: 3, Value: 1},
    OneLevel: {Node: 1, Value: 1, Level: 2},
    Ties: {Level: 1, Value: 2},
    Listing: {Node: 1},
    Growing: {Node: 1, Value: 1},
}
