"""A spec that uses every operation, the rare ones too, on states of which random ones are drawn."""

from enum import Enum, auto
from typing import Annotated, Self

from checker import (
    Bag, Bounded, Map, Ordered, Quorum, Record, Seq, Set, Sort, Spec, action, implies, init, invariant, require,
    step_invariant,
)

Number = Annotated[int, Bounded("number")]


class Node(Sort): ...


class Round(Ordered): ...


class Most(Quorum[Node]): ...


class Mode(Enum):
    OFF = auto()
    ON = auto()


class Ask(Record):
    node: Node
    round: Round | None


class Note(Record):
    mode: Mode | None
    round: Round | None
    on: bool


class Tell(Record):
    node: Node
    numbers: Annotated[Seq[Number], Bounded("length")]


class Everything(Spec):
    """Properties that a random state satisfies about half of the time."""

    a: Number
    b: Number
    mode: Mode
    pair: tuple[Node, Number]
    round: Map[Node, Round | None]
    groups: Map[Mode, Set[Node]]
    seen: Set[Ask | Tell]
    notes: Set[Note]
    families: Set[Set[Node]]
    net: Annotated[Bag[Ask | Tell], Bounded("bag")]
    row: Annotated[Seq[Number], Bounded("length")]
    walk: Annotated[Seq[Node], Bounded("length")]

    @init
    def start(self, n: Node) -> None:
        self.a = 0
        self.b = 0
        self.mode = Mode.OFF
        self.pair = (n, 0)
        self.round = Map({m: None for m in Node})
        self.groups = Map({m: Set[Node]() for m in Mode})
        self.seen = Set()
        self.notes = Set()
        self.families = Set()
        self.net = Bag()
        self.row = Seq[Number]()
        self.walk = Seq[Node]()

    # --- numbers ---

    @invariant
    def quotients(self) -> bool:
        return any(self.a // d == self.b for d in range(-3, 0)) or (self.a - 4) // 3 == self.b

    @invariant
    def remainders(self) -> bool:
        return any(self.a % d == self.b for d in range(-3, 0)) or (self.a - 4) % 3 == self.b

    @invariant
    def sums(self) -> bool:
        return sum(n * 2 for n in self.row if n > self.a) <= self.b + sum(1 for m in self.net if m.node in self.walk)

    @invariant
    def extrema(self) -> bool:
        return max((n for n in self.row), default=self.b) - min((n - 1 for n in self.row if n != 0), default=2) > self.a

    @invariant
    def last_round(self) -> bool:
        rounds = {self.round[n] for n in Node}
        known = {r for r in rounds if r is not None}
        return max((r for r in known), default=Round.first()) == Round.first() or self.a == 1

    # --- sets ---

    @invariant
    def sizes(self) -> bool:
        return len(self.seen) - len(self.families) + len({(n, n in self.groups[self.mode]) for n in self.walk}) > self.a

    @invariant
    def computed_items(self) -> bool:
        return len({n // 2 for n in self.row}) + sum(n for n in {7 if m.node in self.walk else 5 for m in self.net}) > 7

    @invariant
    def algebra(self) -> bool:
        on, off = self.groups[Mode.ON], self.groups[Mode.OFF]
        return (on | off) - (on & off) <= {n for n in Node if n in self.walk} or on == off

    @invariant
    def sets_of_sets(self) -> bool:
        return {n for n in Node if self.round[n] is None} in self.families or self.groups[self.mode] in self.families

    @invariant
    def images(self) -> bool:
        return {(m.node, m.node in self.walk) for m in self.seen} == {(n, True) for n in self.groups[self.mode]}

    @invariant
    def built(self) -> bool:
        return all(Ask(n, self.round[n]) in self.seen | {Ask(self.pair[0], None)} for n in self.groups[self.mode])

    @invariant
    def noted(self) -> bool:
        return any(Note(self.mode, self.round[n], n in self.walk) in self.notes for n in Node) or any(
            Note(None, x.round, not x.on) in self.notes for x in self.notes if x.mode is not None)

    @invariant
    def quorums(self) -> bool:
        return any(all(self.round[n] is not None for n in q) and len(q) > self.a for q in Most)

    # --- bags ---

    @invariant
    def copies(self) -> bool:
        return all(self.net.count(m) <= self.a for m in self.net) and len(self.net) > self.b

    @invariant
    def letters(self) -> bool:
        return any(isinstance(m, Tell) and m.numbers == self.row[:1] for m in self.net)

    # --- sequences ---

    @invariant
    def slices(self) -> bool:
        return self.row[1:] + self.row[:1] == self.row[self.a:] + Seq[Number]([self.b])

    @invariant
    def ends(self) -> bool:
        return implies(0 <= self.a < len(self.row), self.row[0] + self.row[-1] > self.row[self.a])

    @invariant
    def prefix(self) -> bool:
        return all(self.walk[:i] + self.walk[i:] == self.walk for i in range(4)) and self.pair[0] in self.walk

    @step_invariant
    def changes(self, after: Self) -> bool:
        return after.a + len(after.net) > self.b + len(self.net) or after.groups == self.groups

    # --- steps ---

    @action
    def post_all(self, n: Node) -> None:
        self.net |= {Ask(m, self.round[m]) for m in self.groups[self.mode]}
        self.net.add(Ask(n, None))

    @action
    def take(self, m: Ask | Tell) -> None:
        require(m in self.net)
        self.net.remove(m)
        self.net.discard(Ask(m.node, None))
        self.seen.add(m)

    @action
    def hear(self, m: Tell) -> None:
        require(m in self.net, len(m.numbers) > 0)
        self.row = m.numbers
        self.notes = {Note(None, x.round, x.on) for x in self.notes if x.mode != self.mode}

    @action
    def divide(self, d: Number) -> None:
        require(d > 1)
        self.a = self.a * self.b % d
        self.b = (self.b + self.a) // d

    @action
    def turn(self, q: Most) -> None:
        for_all = {n for n in q if self.round[n] is None}
        self.groups[self.mode] -= for_all
        self.families.add(for_all)
        self.mode = Mode.ON if self.mode == Mode.OFF else Mode.OFF
        self.groups[self.mode] |= for_all

    @action
    def climb(self, n: Node) -> None:
        here = self.round[n]
        self.round[n] = Round.first() if here is None else here.next

    @action
    def shift(self, n: Node, x: Number) -> None:
        self.row = self.row[1:]
        self.row.append(x)
        self.walk = Seq[Node]([n]) + self.walk[:1]
        self.pair = (self.walk[0], self.row[-1])

    @action
    def branch(self, n: Node, f: Set[Node]) -> None:
        if n in f:
            require(self.a > 0)
            low = min(self.a, self.b)
            self.groups = Map({m: f if m == self.mode else Set({n}) for m in Mode})
            self.row = Seq[Number]([low, low])
        else:
            self.net = Bag([Ask(n, Round.first()), Ask(n, None), Ask(n, None)])

    @action
    def tell(self, n: Node) -> None:
        self.net.add(Tell(n, self.row))
        self.seen.discard(Tell(n, self.row))
