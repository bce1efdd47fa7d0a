"""Small specs whose states can be counted on paper."""

from enum import Enum, auto
from typing import Annotated, Self

from checker import (
    Bag, Bounded, Map, Ordered, Quorum, Record, Seq, Set, Sort, Spec, action, constraint, implies, init, invariant,
    require, step_invariant, witness,
)


class Cell(Sort):
    """Cells are counted independently of each other."""


class Level(Ordered):
    """How far a cell is."""


class Counters(Spec):
    """Every cell counts up, independently; the last level has no next one."""

    level: Map[Cell, Level]

    @init
    def start(self) -> None:
        self.level = Map({c: Level.first() for c in Cell})

    @action
    def count(self, c: Cell) -> None:
        self.level[c] = self.level[c].next


class Scattered(Spec):
    """As many initial states as there are numbers, and the only step is cut by the bounds."""

    low: int

    @init
    def start(self, n: int) -> None:
        self.low = n

    @action
    def leave(self) -> None:
        self.low = self.low + 1_000_000

    @invariant
    def not_seven(self) -> bool:
        return self.low != 7


class Lamps(Spec):
    """Lamps go out one by one, and stay out: the last state has no bit that is set."""

    lit: Map[Cell, bool]

    @init
    def start(self) -> None:
        self.lit = Map({c: True for c in Cell})

    @action
    def put_out(self, c: Cell) -> None:
        self.lit[c] = False


class Falling(Counters):
    """Says that levels never fall, and lets one fall."""

    @action
    def drop(self, c: Cell) -> None:
        require(Level.first() < self.level[c])
        self.level[c] = Level.first()

    @step_invariant
    def never_falls(self, after: Self) -> bool:
        return all(self.level[c] <= after.level[c] for c in Cell)


class Skipping(Counters):
    """Cells may also go two levels at once."""

    @action
    def skip(self, c: Cell) -> None:
        self.level[c] = self.level[c].next.next


class Token(Spec):
    """Says that nobody else gets the token; handing it to oneself is fine."""

    holder: Cell

    @init
    def start(self, c: Cell) -> None:
        self.holder = c

    @action
    def hand(self, c: Cell) -> None:
        self.holder = c

    @step_invariant
    def stays(self, after: Self) -> bool:
        return self.holder == after.holder


class Watched(Counters):
    """Has something to say about its states."""

    @invariant
    def not_all_moved(self) -> bool:
        return any(self.level[c] == Level.first() for c in Cell)

    @invariant
    def says_nothing(self) -> bool:
        """Its antecedent is never true."""
        return all(implies(self.level[c] < Level.first(), c == d) for c in Cell for d in Cell)

    @invariant
    def says_something(self) -> bool:
        return all(implies(self.level[c] == Level.first(), not Level.first() < self.level[c]) for c in Cell)

    @witness
    def one_moved(self) -> bool:
        return any(Level.first() < self.level[c] for c in Cell)

    @witness
    def below_the_first(self) -> bool:
        return any(self.level[c] < Level.first() for c in Cell)


class Low(Counters):
    """Looks at the first two levels only."""

    @constraint
    def low(self) -> bool:
        return all(self.level[c] <= Level.first().next for c in Cell)


class Outside(Counters):
    """Begins outside of its constraint."""

    @constraint
    def moved(self) -> bool:
        return all(Level.first() < self.level[c] for c in Cell)


class Log(Spec):
    """Reads the second entry as soon as there is a first one."""

    log: Seq[Cell]

    @init
    def start(self) -> None:
        self.log = Seq()

    @action
    def append(self, c: Cell) -> None:
        self.log.append(c)

    @action
    def read(self) -> None:
        require(len(self.log) > 0, self.log[1] == self.log[0])
        self.log = Seq()


class Peeking(Log):
    """Compares the last two entries after a step, even where there is only one."""

    @step_invariant
    def different(self, after: Self) -> bool:
        return after.log[len(after.log) - 2] != after.log[len(after.log) - 1]


class Greeting(Spec):
    """Its witness can be asked about the first state alone."""

    log: Seq[Cell]

    @init
    def start(self) -> None:
        self.log = Seq()

    @action
    def append(self, c: Cell) -> None:
        self.log.append(c)

    @witness
    def empty(self) -> bool:
        return len(self.log) == 0 or self.log[len(self.log)] == self.log[0]


class Dice(Spec):
    """Several initial states, an int with a range, and nothing to do."""

    face: int

    @init
    def throw(self, face: int) -> None:
        self.face = face

    @invariant
    def not_all_ways(self) -> bool:
        return self.face < 6


class Locks(Spec):
    """Two locks, taken in any order: everybody can wait for ever."""

    holds: Map[Cell, Set[Cell]]

    @init
    def start(self) -> None:
        self.holds = Map({c: Set() for c in Cell})

    @action
    def take(self, c: Cell, lock: Cell) -> None:
        require(not any(lock in self.holds[d] for d in Cell), len(self.holds[c]) < 2)
        self.holds[c] |= {lock}

    @action
    def release(self, c: Cell) -> None:
        require(len(self.holds[c]) == 2)
        self.holds[c] = Set()


class Pointers(Spec):
    """Every cell points to some cell, in any way."""

    to: Map[Cell, Cell]

    @init
    def start(self, c: Cell) -> None:
        self.to = Map({d: c for d in Cell})

    @action
    def turn(self, c: Cell, d: Cell) -> None:
        self.to[c] = d


class Graph(Spec):
    """Cells are joined by edges, one after the other."""

    edges: Set[tuple[Cell, Cell]]

    @init
    def start(self) -> None:
        self.edges = Set()

    @action
    def join(self, c: Cell, d: Cell) -> None:
        require(c != d)
        self.edges |= {(c, d), (d, c)}


class Column(Sort):
    """Something else than a cell."""


class Grid(Spec):
    """A table of zeros and ones, with a row for each cell."""

    ones: Set[tuple[Cell, Column]]

    @init
    def start(self) -> None:
        self.ones = Set()

    @action
    def mark(self, c: Cell, d: Column) -> None:
        self.ones.add((c, d))


class Seats(Spec):
    """Every cell is somewhere, alone or with others."""

    at: Map[Cell, Column]

    @init
    def start(self, d: Column) -> None:
        self.at = Map({c: d for c in Cell})

    @action
    def move(self, c: Cell, d: Column) -> None:
        self.at[c] = d


class Families(Spec):
    """Sets of cells are collected."""

    sets: Set[Set[Cell]]

    @init
    def start(self) -> None:
        self.sets = Set()

    @action
    def put(self, s: Set[Cell]) -> None:
        self.sets.add(s)


class Ends(Spec):
    """Ints that begin at the ends of their ranges, with a neighbour that must not change; and steps over the ends."""

    least: int = 0
    most: int = 3
    before: bool
    low: int
    high: int
    behind: bool

    @init
    def start(self) -> None:
        self.before = True
        self.low = self.least
        self.high = self.most
        self.behind = True

    @action
    def exchange(self) -> None:
        low = self.low
        self.low = self.high
        self.high = low

    @action
    def rise(self) -> None:
        self.low += 1

    @action
    def rise_at_the_end(self) -> None:
        require(self.high == self.most)
        self.high += 1

    @invariant
    def inside(self) -> bool:
        return self.least <= self.low and self.low <= self.most and self.least <= self.high and self.high <= self.most

    @invariant
    def untouched(self) -> bool:
        return self.before and self.behind


class Pile(Spec):
    """Puts copies into a bag, one after the other, and says that they are few."""

    few: int = 1
    before: bool
    pile: Bag[Cell]
    behind: bool

    @init
    def start(self) -> None:
        self.before = True
        self.pile = Bag()
        self.behind = True

    @action
    def put(self, c: Cell) -> None:
        self.pile.add(c)

    @invariant
    def are_few(self) -> bool:
        return all(self.pile.count(c) <= self.few for c in Cell)

    @invariant
    def are_few_in_all(self) -> bool:
        return len(self.pile) <= self.few


class Color(Enum):
    RED = auto()
    GREEN = auto()


class Pair(Quorum[Cell]):
    """Sets of cells."""


class Note(Record):
    """Something with elements inside."""

    cell: Cell
    level: Level
    last: Cell | None


class Blank(Record):
    """Nothing to rename."""

    color: Color


class Everything(Spec):
    """A variable of every type; nothing happens."""

    flag: bool
    number: int
    color: Color
    cell: Cell
    chosen: Pair
    maybe: Cell | None
    note: Note | Blank
    both: tuple[Cell, Level]
    by_cell: Map[Cell, Cell | None]
    nested: Map[Cell, Map[Cell, Seq[Note]]]
    by_level: Map[Level, Set[Cell]]
    sent: Set[Note | Blank]
    net: Bag[Note | Blank]
    log: Seq[tuple[Cell, Color]]
    deep: tuple[Seq[Cell], Annotated[Bag[Cell], Bounded("few")]]

    @init
    def start(self, c: Cell, p: Pair) -> None:
        self.flag = False
        self.number = 0
        self.color = Color.RED
        self.cell = c
        self.chosen = p
        self.maybe = None
        self.note = Blank(Color.RED)
        self.both = (c, Level.first())
        self.by_cell = Map({d: None for d in Cell})
        self.nested = Map({d: Map({e: Seq() for e in Cell}) for d in Cell})
        self.by_level = Map({k: Set() for k in Level})
        self.sent = Set()
        self.net = Bag()
        self.log = Seq()
        self.deep = (Seq(), Bag())
