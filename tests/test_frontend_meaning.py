"""A spec means what Python makes of the same text: formulas are as true, and actions change as much."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest
from python_twin import Disabled, plain_state, spec_class, twin

from checker.core.instance import BagBound
from checker.core.model import Bound, Model
from checker.core.verify import verify
from checker.engines.interpreter.interpreter import Interpreter
from checker.frontend.elaborate import elaborate
from checker.frontend.instantiate import instantiate
from checker.frontend.lower import lower

BASE = '''
class Color(Enum):
    RED = auto()
    GREEN = auto()
    BLUE = auto()

class Ask(Record):
    color: Color
    number: int

class Reply(Record):
    color: Color
    answer: int | None

class Stop(Record):
    pass

def double(n: int, by: int = 2) -> int:
    return n * by

class Base(Spec):
    limit = 3
    fast = True

    count: int
    other: int
    load: Map[Color, int]
    grid: Map[Color, Map[Color, int]]
    last: Map[Color, Ask | None]
    pair: tuple[int, bool]
    up: Set[Color]
    net: Set[Ask | Reply | Stop]
    bag: Bag[int]
    log: Seq[int]
    leader: Color | None
    maybe: int | None

    @init
    def start(self) -> None:
        self.count = 1
        self.other = 5
        self.load = Map({Color.RED: 1, Color.GREEN: 2, Color.BLUE: 2})
        self.grid = Map({c: Map({d: 0 for d in Color}) for c in Color})
        self.last = Map({c: Ask(c, 4) if c != Color.RED else None for c in Color})
        self.pair = (7, True)
        self.up = Set({Color.RED, Color.BLUE})
        self.net = Set([Ask(Color.RED, 1), Reply(Color.BLUE, None), Reply(Color.RED, 3), Stop()])
        self.bag = Bag([1, 1, 2])
        self.log = Seq([3, 1, 2])
        self.leader = Color.GREEN
        self.maybe = 4

    def total(self, least: int = 0) -> int:
        """The sum of the loads that are at least `least`."""
        return sum(n for n in self.load.values() if n >= least)

    def note(self, n: int) -> None:
        """Changes two variables."""
        self.count += n
        if self.count > 3:
            return
        self.other = n

    def move(self, n: int, by: int) -> None:
        self.count = by
        self.other = n + self.count

    def kind(self, m: Ask | Reply | Stop) -> int:
        match m:
            case Ask(number=n):
                return n
            case Reply(c, None) if c == Color.BLUE:
                return 10
            case Reply(answer=a) if a is not None:
                return a
            case Reply() | Stop():
                return 20

    def colored(self, m: Ask | Reply | Stop) -> int:
        match m:
            case Ask() | Reply(answer=None) if m.color == Color.BLUE:
                return 1
            case Reply(answer=3) | Ask(number=1):
                return 2 if m.color == Color.RED else 3
            case Stop() | Reply():
                return 4
            case _:
                return m.number

    def red(self, c: Color | None) -> int:
        match c:
            case Color.RED | Color.GREEN:
                return self.load[c]
            case _:
                return 9

    @staticmethod
    def half(n: int) -> int:
        return n // 2
'''

INTS = ("count", "maybe", "other", "load", "grid", "pair", "Ask.number", "Reply.answer", "log.item", "bag.item")
BOUNDS: dict[str, Bound] = {**dict.fromkeys(INTS, (-99, 99)), "bag": BagBound(9, copies=9), "log": 9}

FORMULAS = [
    "{(1 if c == Color.RED else 2 if c == Color.BLUE else None) for c in Color} == {1, 2, None}",
    "{(1 if c == Color.RED else (None if c == Color.BLUE else 3)) for c in Color} == {1, None, 3}",
    "self.count == 1 and not self.count == 2 or False",
    "1 < self.other <= 5 != 6 and not 1 < self.count < 9",
    "self.other - 7 == -2 and -self.other // 2 == -3 and -7 % 3 == 2 and 7 // -2 == -4 and 3 * -2 + 1 == -5",
    "sum(self.load.values()) == 5 and len(self.load) == len(self.load.values()) == 3",
    "sum(n for c, n in self.load.items() if c != Color.RED) == 4",
    "sum(n for n in (1, 1)) == 2 and sum(n for n in Seq([2, 2])) == 4 and sum({n for n in (3, 3)}) == 3",
    "len([n for n in self.load.values()]) == 3 and len({n for n in self.load.values()}) == 2",
    "sum(n == 2 for n in self.load.values()) == 2",
    "max(self.load.values()) == 2 and min((n for n in self.log if n > 1), default=9) == 2",
    "min((n for n in self.log if n > 8), default=9) == 9 and min(4, 2, 3) == 2",
    "max(2, self.count, self.log[0], 0) == 3 and min(self.log[1], self.log[0]) == 1",
    "2 in self.load.values() and (Color.RED, 1) in self.load.items() and Color.RED in self.load",
    "all(self.grid[c][d] == 0 for c in Color for d in Color) and not any(c in self.up for c in (Color.GREEN,))",
    "self.up == {Color.BLUE, Color.RED} and self.up != Set() and len(self.up | {Color.GREEN}) == 3",
    "self.up & {Color.RED} == {Color.RED} and self.up - {Color.RED} <= self.up and not self.up < self.up",
    "self.up >= Set() and self.up.issubset({c for c in Color}) and self.up.union({Color.GREEN}) > self.up",
    "self.log[0] == 3 and self.log[-1] == 2 and self.log[1:] == Seq([1, 2]) and self.log[:-1] == Seq([3, 1])",
    "self.log[-2:] + Seq([4]) == Seq([1, 2, 4]) and self.log[5:] == Seq() and 1 in self.log and 4 not in self.log",
    "self.log[self.count] == 1 and len(self.log[: self.count]) == 1 and self.log[1:2] != self.log[2:1]",
    "self.pair[0] == 7 and self.pair[1] and self.pair == (7, True) and len(self.pair) == 2",
    "self.bag.count(1) == 2 and len(self.bag) == 3 and sum(n for n in self.bag) == 3 and 2 in self.bag",
    "set(self.log) == {1, 2, 3} and Set(n for n in self.log) == Set([1, 1, 2, 3])",
    "self.leader is not None and self.leader == Color.GREEN and self.leader not in self.up",
    "self.last[Color.RED] is None and all(a is None or a.number == 4 for a in self.last.values())",
    "{a.color for a in self.last.values() if a is not None} == {Color.GREEN, Color.BLUE}",
    "self.leader in (None, Color.GREEN) and self.count in (1, 2) and self.count not in [2, 3] and self.count in {1}",
    "implies(self.count == 2, self.log[0] == 1) and implies(self.count == 1, self.other == 5)",
    "any(isinstance(m, Ask) and m.number == 1 for m in self.net)",
    "len({m for m in self.net if isinstance(m, Stop)}) == 1",
    "all(isinstance(m, (Ask, Reply)) or isinstance(m, Stop) for m in self.net)",
    "{m.color for m in self.net if not isinstance(m, Stop)} == {Color.RED, Color.BLUE}",
    "sum(self.kind(m) for m in self.net) == 1 + 10 + 3 + 20",
    "sum(self.colored(m) for m in self.net) == 2 + 1 + 2 + 4 and self.colored(Ask(Color.RED, 7)) == 7",
    "{m.color for m in self.net if isinstance(m, Ask) or isinstance(m, Reply)} == {Color.RED, Color.BLUE}",
    "all(m.color != Color.GREEN for m in self.net if not (not isinstance(m, Ask) and not isinstance(m, Reply)))",
    "{m for m in self.net if isinstance(m, Ask) or isinstance(m, Reply) and m.answer == 3} <= self.net",
    "any(a.number == 4 for a in self.last.values() if a is not None and a.color == Color.RED or a is not None)",
    "self.red(Color.GREEN) == 2 and self.red(self.leader) == 2 and self.red(None) == 9 and self.red(Color.BLUE) == 9",
    "(self.total() == 5) == (self.total(least=2) == 4) and self.total(3) == 0",
    "double(self.count) + double(by=3, n=2) == 8 and self.half(9) == 4 and Base.half(5) == 2",
    "self.limit == 3 and self.fast and bool(self.fast)",
    "(3 if self.fast else self.log[9]) == 3 and (Ask(Color.RED, 1) if self.fast else Stop()) in self.net",
    "all(a <= b for a in range(3) for b in range(a, 3)) and 2 in range(1, 3) and 3 not in range(3)",
    "any(x + y == 3 and y > 0 for x, y in {(1, 2), (2, 2)}) and all(x for x in Set([True]))",
    "not self.net - self.net and bool(self.up) and (not self.log[3:])",
    "0 < self.count < 2 < self.other and self.count < self.other > 2 and 1 == 1 in (1, 2)",
    "len(range(4, 1)) == 0 and all(False for x in range(5, 2)) and not any(True for x in range(-1))",
    "sum([True, True]) == 2 and sum({1, 1}) == 1 and sum((1, 1)) == 2 and sum(Seq([1, 1])) == 2",
    "all(c == 3 for c in (1, 2) for c in (3,)) and {x for x in (1, 2) for x in (x + 1,)} == {2, 3}",
    "any(all(x == y for x in (y,)) for y in (1, 2)) and sum(1 for c in Color for n in self.log if n > 1) == 6",
    "self.log[:-9] == Seq() and self.log[-9:] == self.log and self.log[-0:] == self.log and self.log[0:-1][-1] == 1",
    "3 - -2 == 5 and -7 // 2 == -4 and -7 % -3 == -1 and 7 % -3 == -2 and -self.other % 3 == 1",
    "(not self.fast == False) and not (self.fast and False) is True and (self.count < 2) == True",
    "{1, 2} - {2} | {3} == {1, 3} and sum(self.bag.count(n) for n in self.bag) == 3 and min(n for n in self.bag) == 1",
    "all(n > 0 for n in self.log) if self.log else False",
]


BODIES = """
# assignment
self.count = self.other + 1

# several conditions
require(self.fast, self.count < 2)
self.count += 1

# not enabled
self.count = 0
require(self.count > 0)

# reads what was written
self.count += 1
self.other = self.count * 2
self.count -= 3

# a local name keeps its value
old = self.count
self.count = self.other
self.other = old

# a local name keeps a part
old = self.load[Color.RED]
self.load[Color.RED] = 9
self.load[Color.BLUE] = old

# a local name is bound anew
x = self.count
x = x + 1
self.count = x
x = 9
self.other = x

# a tuple is taken apart
n, b = self.pair
self.pair = (n + 1, not b)
self.count = n

# early return
if self.count == 1:
    return
self.count = 9

# no early return
if self.count != 1:
    return
self.count = 9

# nested early return
if self.fast:
    if self.count == 1:
        self.other = 3
        return
    self.other = 9
self.count = 2

# late part of a nested return
if self.fast:
    if self.count != 1:
        return
    self.other = 7
self.count += 2

# branches
if self.count > 5:
    self.count = 0
elif self.leader is None:
    self.count = 7
else:
    self.count = 8
self.other = self.count

# require in a branch
if self.fast:
    require(self.count == 2)
self.count = 5

# require in the other branch
if self.fast:
    self.other = 1
else:
    require(False)
self.count = 5

# narrowed by a test
if self.leader is not None:
    self.load[self.leader] += 1
    self.up.add(self.leader)

# narrowed by a require
ask = self.last[Color.BLUE]
require(ask is not None, ask.number == 4)
self.count = ask.number

# narrowed and changed
require(self.maybe is not None)
self.maybe += 1

# narrowed by an early return
if self.leader is None:
    return
self.grid[self.leader][Color.RED] = 4

# map of maps
self.grid[Color.RED][Color.BLUE] += 2
self.grid[Color.BLUE] = self.grid[Color.RED]

# sets
self.up.add(Color.GREEN)
self.up.discard(Color.RED)
self.up.discard(Color.RED)
self.up |= {Color.RED}

# more of sets
self.up -= {Color.RED}
self.up &= {Color.BLUE, Color.GREEN}
self.up.update({Color.RED})

# bags
self.bag.add(2)
self.bag.remove(1)
self.bag.discard(7)
self.bag |= {5, 2}

# sequences
self.log.append(8)
self.log += Seq([9])
self.log = self.log[1:] + Seq([self.log[0]])

# a method with statements
self.note(1)
self.load[Color.RED] = self.count

# a method that ends early
self.note(3)
self.load[Color.RED] = self.other

# an argument keeps its value
self.move(self.count, by=self.other)

# a method that reads
self.count = self.total() + self.total(2)
self.load[Color.RED] = 5
self.other = self.total()

# match on a record
for_red = self.last[Color.BLUE]
match for_red:
    case None:
        self.count = 0
    case Ask(number=4, color=c):
        self.leader = c
    case _:
        self.count = 9

# match on a member
match self.leader:
    case Color.RED | Color.BLUE:
        self.count = 6
    case Color.GREEN as c:
        self.leader = None
        self.up.add(c)
    case _:
        return

# match on a tuple
match self.pair:
    case (n, True) if n > 9:
        self.count = n
    case (7 as n, b):
        self.count = n + 1
    case _:
        require(False)

# match on a sequence
match self.log:
    case [a, b]:
        self.count = a
    case [a, 1, c]:
        self.count = c

# match within a match that cannot fail
match Ask(Color.RED, 7):
    case Ask(number=n):
        match self.leader:
            case Color.RED:
                self.count = 6
            case Color.GREEN if n == 7:
                self.count = n

# a name of a pattern after a comprehension that has it too
match self.pair:
    case (n, b):
        doubled = {n + n for n in self.log}
        self.count = n + len(doubled)

# match on a number
match self.count:
    case 0 | 1:
        self.count += 1
    case _:
        self.count = 0
self.other = 0

# match with an early return
match self.count:
    case 1:
        self.other = 4
        return
    case _:
        pass
self.count = 50

# the subject is looked at once
match self.count:
    case 1:
        self.count = 2
    case 2:
        self.count = 3
"""


def bodies() -> dict[str, str]:
    """The bodies by the titles above them."""
    cases = (case.partition("\n") for case in BODIES.strip().removeprefix("# ").split("\n\n# "))
    return {title: body for title, _, body in cases}


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_formula_is_as_true_as_in_python(formula: str, tmp_path: Path) -> None:
    text = f"{BASE}\n    @invariant\n    def formula(self) -> bool:\n        return {formula}\n"
    other = twin(text).Base()
    other.start()
    assert other.formula() is True, "the formula says something"
    interpreter = interpreter_of(text, tmp_path, lowered=False)
    (step,) = interpreter.initial()
    assert interpreter.holds(interpreter.source.properties[0], step.state)


@pytest.mark.parametrize("lowered", [False, True], ids=["typed", "lowered"])
@pytest.mark.parametrize("body", bodies().values(), ids=bodies())
def test_an_action_changes_what_python_changes(body: str, lowered: bool, tmp_path: Path) -> None:
    text = f"{BASE}\n    @action\n    def act(self) -> None:\n{textwrap.indent(body, ' ' * 8)}\n"
    other = twin(text).Base()
    other.start()
    interpreter = interpreter_of(text, tmp_path, lowered=lowered)
    (first,) = interpreter.initial()
    assert plain_state(first.state) == plain_state(other)
    steps, cut = interpreter.steps(first.state)
    assert not cut
    try:
        other.act()
    except Disabled:
        assert steps == []
    else:
        assert [plain_state(step.state) for step in steps] == [plain_state(other)]


def interpreter_of(text: str, folder: Path, *, lowered: bool) -> Interpreter:
    cls = spec_class(text, folder, "Base")
    spec = elaborate(cls)
    verify(lower(spec))
    return Interpreter(lower(spec) if lowered else spec, instantiate(Model(cls, bounds=BOUNDS), spec))


def test_a_name_that_a_pattern_gives_is_another_one_inside_of_a_comprehension(tmp_path: Path) -> None:
    body = """
match self.count:
    case 1 as x if any(x == 2 for x in range(3)):
        require(any(x == 2 for x in range(3)), all(x > 1 for x in range(x + 1, 3)))
        self.load = Map({x: self.count for x in Color})
"""
    text = f"{BASE}\n    @action\n    def act(self) -> None:\n{textwrap.indent(body, ' ' * 8)}\n"
    other = twin(text).Base()
    other.start()
    other.act()
    interpreter = interpreter_of(text, tmp_path, lowered=True)
    (first,) = interpreter.initial()
    assert [plain_state(step.state) for step in interpreter.steps(first.state)[0]] == [plain_state(other)]
