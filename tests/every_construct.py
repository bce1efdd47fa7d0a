"""A spec that uses every construct of the language; its sense is only that it uses them."""

from enum import Enum, auto
from typing import Annotated, Self

from checker import (
    Bag, BagBound, Bounded, Ghost, Map, Model, Ordered, Quorum, Record, Seq, Set, Sort, Spec, action, constraint,
    implies, init, invariant, lemma, require, step_invariant, witness,
)

LIMIT = 3
Index = Annotated[int, Bounded("index")]


class Node(Sort):
    """A process."""


class Round(Ordered):
    """A stretch of time."""


class Majority(Quorum[Node]):
    """More than half."""


class Color(Enum):
    RED = auto()
    GREEN = auto()


class Ask(Record):
    source: Node
    round: Round
    known: Index | None


class Reply(Record):
    source: Node
    color: Color
    pair: tuple[Node, bool]


class Stop(Record):
    source: Node


Message = Ask | Reply | Stop


def twice(n: int) -> int:
    """A function of the module."""
    return n + n


class Everything(Spec):
    fast = True
    step = 1

    round: Map[Node, Round]
    last: Map[Node, Ask | None]
    color: Map[Color, Index]
    pairs: Map[tuple[Node, Node], bool]
    net: Bag[Message]
    seen: Set[Message]
    log: Seq[Node]
    leader: Node | None
    flag: bool
    history: Ghost[Set[Node]]
    steps: Ghost[Annotated[int, Bounded("steps")]]

    @init
    def start(self, n: Node) -> None:
        self.round = Map({m: Round.first() for m in Node})
        self.last = Map({m: None for m in Node})
        self.color = Map({Color.RED: 0, Color.GREEN: 1})
        self.pairs = Map({(a, b): a == b for a in Node for b in Node})
        self.net = Bag([Stop(n)])
        self.seen = Set()
        self.log = Seq([n])
        self.leader = None
        self.flag = False
        self.history = Set[Node]()
        self.steps = 0

    @action
    def ask(self, n: Node, known: Index | None) -> None:
        require(self.fast, self.leader is None or self.leader != n)
        self.round[n] = self.round[n].next
        message = Ask(n, round=self.round[n], known=known)
        self.last[n] = message
        self.net.add(message)
        self.seen |= {message}
        self.note(n)

    @action
    def hear(self, m: Message) -> None:
        require(m in self.net)
        match m:
            case Ask(source=n, known=None):
                self.leader = n
            case Ask(n, r, known) if r > Round.first() and known is not None:
                self.color[Color.RED] = max(self.color[Color.RED], min(known, LIMIT, twice(1)))
            case Reply(color=Color.GREEN as c, pair=(n, True)):
                self.color[c] += self.step
                self.log.append(n)
            case Reply() | Stop():
                self.flag = not self.flag
            case _:
                return
        self.net.remove(m)
        self.note(m.source)

    @action
    def reply(self, n: Node, q: Majority) -> None:
        require(all(a in q for a in q) and len(q) > 0, n in q)
        if self.last[n] is None:
            return
        elif len(self.log) > 1 and self.log[-1] == n:
            self.log = self.log[:-1] + Seq([n])
        else:
            self.net |= {Reply(n, Color.GREEN, (n, self.flag)), Stop(n)}
        self.seen.discard(Stop(n))
        self.seen -= {m for m in self.seen if isinstance(m, (Ask, Reply))}

    def note(self, n: Node) -> None:
        """Writes the ghosts."""
        if n not in self.history:
            self.history.add(n)
            self.steps += 1

    @invariant
    def colors(self) -> bool:
        return sum(self.color.values()) >= 0 and all(v >= 0 for _, v in self.color.items()) and 0 <= self.step < 5

    @invariant
    def asked(self) -> bool:
        return all(implies(self.round_of(m) is not None, isinstance(m, Ask)) for m in self.seen)

    @invariant
    def counts(self) -> bool:
        few = len([m for m in self.net if not isinstance(m, Stop)]) <= 9
        return few and self.net.count(self.any_stop()) >= 0 if self.flag else len(self.seen) >= 0

    @lemma
    def noted(self) -> bool:
        return len(self.history) >= self.steps or self.steps % 2 == 0 or self.steps // 2 != -self.steps * 2 - 1

    @step_invariant
    def rounds_grow(self, after: Self) -> bool:
        return all(self.grows(after, n) for n in Node)

    @witness
    def led(self) -> bool:
        return self.leader is not None and self.highest() >= self.round[self.leader]

    @constraint
    def small(self) -> bool:
        return len(self.log) <= 2 and self.seen <= self.seen | set(self.net) and not self.seen < Set()

    def grows(self, after: Self, n: Node, strictly: bool = False) -> bool:
        before, now = self.round[n], after.round[n]
        return before < now if strictly else before <= now

    def highest(self) -> Round:
        return max((self.round[n] for n in Node), default=Round.first())

    def any_stop(self) -> Message:
        node = self.log[0]
        return Stop(node)

    def round_of(self, m: Message) -> Round | None:
        match m:
            case Ask(round=r):
                return r
            case Reply() | Stop():
                return None


small = Model(
    Everything,
    sizes={Node: 2, Round: 2},
    bounds={"index": (0, 3), "steps": (0, 9), "net": BagBound(2), "log": 2},
)
