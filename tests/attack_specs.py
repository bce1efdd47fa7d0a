"""Specs with a false claim that a careless proof would believe, each with sizes of which one shows that it is false."""

from collections.abc import Mapping
from typing import Annotated, Any

from checker import Bag, Bounded, Map, Ordered, Sort, Spec, action, init, invariant, require


class Node(Sort): ...


class Value(Sort): ...


class Int(Sort):
    """Called as a sort of Z3."""


class Array(Sort):
    """Called as a constructor of Z3's sorts."""


Count = Annotated[int, Bounded("count")]

BOUNDS: dict[str, Any] = {"count": (-4, 6)}


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


ATTACKS: Mapping[type[Spec], Mapping[type[Sort] | type[Ordered], int]] = {
    TwoSorts: {Node: 1, Value: 2},
    PairsForOnes: {Node: 2, Value: 1},
    OneSortForAnother: {Node: 1, Value: 2},
    NotBothMarked: {Node: 2, Value: 1},
    CalledLikeZ3: {Int: 1, Array: 1},
    BagOfWhatIsComputed: {},
}
