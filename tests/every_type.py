"""A spec whose parameters and variables are of every type of the language, alone and inside of each other."""

from enum import Enum, auto
from typing import Annotated

from checker import (
    Bag, BagBound, Bounded, Ghost, Map, Model, Ordered, Quorum, Record, Seq, Set, Sort, Spec, action, init, invariant,
    require, step_invariant, witness,
)

Small = Annotated[int, Bounded("small")]


class Node(Sort): ...


class Term(Ordered): ...


class Half(Quorum[Node]): ...


class Mode(Enum):
    IDLE = auto()
    BUSY = auto()


class Here(Record):
    x: Node


class There(Record):
    y: Node
    at: Here


class Nowhere(Record): ...


class Deep(Record):
    z: tuple[Node, There | None]
    where: Here | There


Place = Here | There


class Types(Spec):
    flag: Map[Node, bool]
    count: Map[Node, Small]
    term: Map[Node, Term | None]
    place: Map[Node, Place | None]
    nested: Map[Node, Map[Mode, Map[Node, Small]]]
    pairs: Map[tuple[Node, Term], Mode]
    friends: Map[Node, Set[Node]]
    inbox: Map[Node, Bag[Place | Nowhere]]
    logs: Map[Node, Seq[tuple[Term, Place]]]
    net: Set[Here | There | Nowhere | Deep]
    bag: Bag[Place]
    deep: Deep | None
    both: tuple[Node, tuple[Mode, Small]]
    quorum: Map[Half, bool]
    leader: Node | None
    sets: Set[Set[Node]]
    heard: Ghost[Map[Node, Small]]
    first: Ghost[Node | None]

    @init
    def start(self, n: Node) -> None:
        self.flag = Map({m: False for m in Node})
        self.count = Map({m: 0 for m in Node})
        self.term = Map({m: None for m in Node})
        self.place = Map({m: None for m in Node})
        self.nested = Map({m: Map({k: Map({o: 0 for o in Node}) for k in Mode}) for m in Node})
        self.pairs = Map({(m, t): Mode.IDLE for m in Node for t in Term})
        self.friends = Map({m: Set() for m in Node})
        self.inbox = Map({m: Bag() for m in Node})
        self.logs = Map({m: Seq() for m in Node})
        self.net = Set({Here(n), There(n, Here(n)), Nowhere(), Deep((n, None), Here(n))})
        self.bag = Bag([Here(n)])
        self.deep = None
        self.both = (n, (Mode.IDLE, 0))
        self.quorum = Map({q: False for q in Half})
        self.leader = None
        self.sets = Set()
        self.heard = Map({m: 0 for m in Node})
        self.first = None

    @action
    def union(self, m: Here | There) -> None:
        match m:
            case Here(x=a):
                self.flag[a] = True
            case There(y=b):
                self.count[b] = 1

    @action
    def union_inside(self, m: Here | There | Nowhere | Deep) -> None:
        require(m in self.net)
        match m:
            case Deep(z=(a, There(y=b)), where=Here(x=c)):
                self.flag[a] = self.flag[b] and self.flag[c]
            case Deep(z=(a, None), where=w):
                self.place[a] = w
            case There(y=a, at=Here(x=b)):
                self.friends[a].add(b)
            case Here(x=a):
                self.inbox[a].add(m)
            case _:
                self.leader = None

    @action
    def tested(self, m: Here | There | Nowhere) -> None:
        require(isinstance(m, Nowhere) or (isinstance(m, Here) and self.flag[m.x]) or isinstance(m, There))
        place = m.x if isinstance(m, Here) else m.y if isinstance(m, There) else None
        if place is not None:
            self.term[place] = Term.first()

    @action
    def option(self, p: Here | There | None, n: Node | None) -> None:
        if p is not None and isinstance(p, There):
            self.place[p.at.x] = p
        elif n is not None:
            self.place[n] = p

    @action
    def pair(self, p: tuple[Node, Mode], q: tuple[Term, tuple[Node, bool]]) -> None:
        n, mode = p
        self.nested[n][mode][q[1][0]] = 1
        self.pairs[n, q[0]] = mode

    @action
    def many(self, s: Set[Node], b: Bag[Here], q: Seq[Mode]) -> None:
        require(len(s) > 0, len(q) <= 1)
        self.sets.add(s)
        self.bag |= {p for p in b if len(b) > 0}

    @action
    def maps(self, f: Map[Node, Mode], g: Map[Node, bool]) -> None:
        require(all(f[n] == Mode.IDLE or g[n] for n in Node))
        self.flag = g

    @action
    def majority(self, q: Half, k: Small, e: Mode, t: bool) -> None:
        require(t)
        self.quorum[q] = True
        self.both = (self.both[0], (e, k))

    @action
    def told(self, n: Node, d: Deep) -> None:
        self.deep = d
        self.heard[n] = 1
        self.heard = Map({m: self.heard[self.first] if self.first is not None else 0 for m in Node})
        self.first = n
        self.leader = d.where.x if isinstance(d.where, Here) else d.where.y
        self.logs[n].append((Term.first(), d.where))

    @invariant
    def quiet(self) -> bool:
        return not any(self.flag[n] and self.count[n] > 0 for n in Node)

    @invariant
    def nowhere(self) -> bool:
        return all(self.far(m) for m in self.net) and self.deep is None

    @step_invariant
    def grows(self, after: "Types") -> bool:
        return all(self.count[n] <= after.count[n] for n in Node)

    @witness
    def met(self) -> bool:
        return any(len(self.friends[n]) > 0 and self.leader == n for n in Node)

    def far(self, m: Here | There | Nowhere | Deep) -> bool:
        match m:
            case Here(x=n):
                return not self.flag[n]
            case There(y=n):
                return not self.flag[n]
            case Deep(where=There(at=Here(x=n))):
                return not self.flag[n]
            case _:
                return True


small = Model(
    Types,
    sizes={Node: 2, Term: 2},
    bounds={
        "small": (0, 1), "inbox": BagBound(1, 1), "logs": 1, "bag": BagBound(1, 1),
        "many.b": BagBound(1, 1), "many.q": 1,
    },
)
