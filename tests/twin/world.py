"""The types that a random spec declares, and the sizes of its model."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from random import Random

from twin.kinds import (
    BOOL, SMALL, Bag, Bool, Code, Element, Int, Kind, Map, Maybe, Member, Quorum, Record, Seq, Set, Tuple, Union,
)
from twin.names import Names


@dataclass(frozen=True)
class World:
    """The types of one spec, and the sizes of its model.  `sizes` has the elements of each sort, `sets` the quorums."""

    node: Element
    ballot: Element
    mode: Member
    quorum: Quorum
    records: tuple[Record, ...]
    sizes: dict[str, int]
    sets: tuple[tuple[int, ...], ...]
    low: int
    high: int
    length: int
    distinct: int
    copies: int
    small: str
    bounds: dict[str, str]
    """What the model calls the bounds of `small`, `length` and `bag`."""

    @property
    def message(self) -> Union:
        """The union of the first records."""
        return Union(self.records[:2])

    def annotation(self, kind: Kind, bounded: bool = True) -> str:
        """The type as the spec writes it."""
        match kind:
            case Bool():
                return "bool"
            case Int():
                return self.small if bounded and kind.bounded else "int"
            case Element() | Member() | Quorum() | Record():
                return kind.name.spec
            case Union(members=members):
                return " | ".join(member.name.spec for member in members)
            case Maybe(item=item):
                return f"{self.annotation(item, bounded)} | None"
            case Tuple(items=items):
                return f"tuple[{', '.join(self.annotation(item, bounded) for item in items)}]"
            case Map(key=key, value=value):
                return f"Map[{self.annotation(key)}, {self.annotation(value, bounded)}]"
            case Set(item=item):
                return f"Set[{self.annotation(item, bounded)}]"
            case Seq(item=item) | Bag(item=item):
                text = f"{type(kind).__name__}[{self.annotation(item, bounded)}]"
                name = self.bounds["length" if isinstance(kind, Seq) else "bag"]
                return f'Annotated[{text}, Bounded("{name}")]' if bounded else text

    def shape(self, kind: Kind) -> str:
        """What `plain.stored` is to know of it."""
        match kind:
            case Int():
                return f'("int", {self.low}, {self.high})'
            case Maybe(item=item):
                return f'("maybe", {self.shape(item)})'
            case Record() | Union():
                members = kind.members if isinstance(kind, Union) else (kind,)
                inside = (
                    f'"{member.name.plain}": {self._shapes([part for _, part in member.fields])}' for member in members
                )
                return f'("record", {{{", ".join(inside)}}})'
            case Tuple(items=items):
                return f'("tuple", {self._shapes(list(items))})'
            case Map(value=value):
                return f'("map", {self.shape(value)})'
            case Set(item=item):
                return f'("set", {self.shape(item)})'
            case Seq(item=item):
                return f'("seq", {self.length}, {self.shape(item)})'
            case Bag(item=item):
                return f'("bag", {self.distinct}, {self.copies}, {self.shape(item)})'
            case _:
                return '("any",)'

    def _shapes(self, kinds: list[Kind]) -> str:
        return f"[{', '.join(map(self.shape, kinds))}]"

    def values(self, kind: Kind) -> list[object]:
        """Every value of the kind, as plain Python has them.  Of an unbounded int: more than any domain asks for."""
        match kind:
            case Bool():
                return [False, True]
            case Int(bounded=bounded):
                return list(range(self.low, self.high + 1) if bounded else range(-15, 16))
            case Element(name=name):
                return list(range(self.sizes[name.plain]))
            case Member(members=members):
                return [member.plain for member in members]
            case Quorum():
                return [frozenset(members) for members in self.sets]
            case Record(name=name, fields=fields):
                inside = itertools.product(*(self.values(part) for _, part in fields))
                return [(name.plain, *values) for values in inside]
            case Union(members=members):
                return [value for member in members for value in self.values(member)]
            case Maybe(item=item):
                return [None, *self.values(item)]
            case Tuple(items=items):
                return list(itertools.product(*map(self.values, items)))
            case Set(item=item):
                items_, sizes = self.values(item), range(len(self.values(item)) + 1)
                return [frozenset(some) for size in sizes for some in itertools.combinations(items_, size)]
            case Seq(item=item):
                lengths = range(self.length + 1)
                return [some for length in lengths for some in itertools.product(self.values(item), repeat=length)]
            case _:
                raise ValueError(kind)


def some_world(random: Random, names: Names) -> World:
    """Two sorts, an enumeration, a family of quorums and three records, with sizes and bounds."""
    node, ballot = Element(Code(names.top(), "A")), Element(Code(names.top(), "B"), ordered=True)
    members = tuple(Code(word, f"M{index}") for index, word in enumerate(names.inside(random.randrange(2, 4))))
    mode = Member(Code(names.top(), "M"), members)
    nodes, ballots = random.choice((1, 2, 2, 3)), random.choice((2, 3))
    sets = tuple(itertools.combinations(range(nodes), random.randint(nodes // 2 + 1, nodes)))
    return World(
        node=node, ballot=ballot, mode=mode, quorum=Quorum(Code(names.top(), "Q"), node),
        records=_records(random, names, (node, ballot, mode)), sizes={"A": nodes, "B": ballots}, sets=sets,
        low=random.choice((0, 0, 0, -1)), high=random.randrange(1, 4), length=random.randrange(1, 4),
        distinct=random.randrange(1, 3), copies=random.randrange(1, 3), small=names.top(),
        bounds={word: f"{word}_{random.choice(('s', 'x', 'n'))}" for word in ("small", "length", "bag")},
    )


def _records(random: Random, names: Names, finite: tuple[Element, Element, Member]) -> tuple[Record, ...]:
    """Two messages that share a field, and a record that can hold one."""
    node, ballot, mode = finite
    shared, *words = names.inside(7)
    kinds = [*finite, BOOL, SMALL, Maybe(ballot), Maybe(node), Maybe(SMALL), Tuple((mode, BOOL))]

    def record(plain: str, *fields: tuple[str, Kind]) -> Record:
        order = random.sample(fields, len(fields))
        return Record(Code(names.top(), plain), tuple((Code(word, word), kind) for word, kind in order))

    first = record("R0", (shared, node), (words[0], random.choice(kinds)))
    more: list[tuple[str, Kind]] = [(words[1], random.choice(kinds)), (words[2], SMALL)]
    second = record("R1", (shared, node), *more[: random.randrange(3)])
    nested = random.choice((Maybe(first), Union((first, second))))
    third = record("R2", (words[3], nested), (words[4], random.choice(kinds)))
    return first, second, third


def variable_kinds(world: World) -> list[Kind]:
    """What a variable can be."""
    node, ballot, mode, message = world.node, world.ballot, world.mode, world.message
    first, _, third = world.records
    return [
        BOOL, mode, node, ballot, first, message, third, Maybe(node), Maybe(ballot), Maybe(first), Maybe(message),
        Maybe(SMALL), Tuple((node, SMALL)), Tuple((mode, BOOL, Maybe(ballot))), Map(node, BOOL), Map(node, SMALL),
        Map(node, mode), Map(node, Maybe(ballot)), Map(node, Map(node, BOOL)), Map(mode, Set(node)),
        Map(Tuple((node, mode)), BOOL), Map(Tuple((node, node)), SMALL), Map(ballot, Maybe(first)),
        Map(node, Seq(mode)), Map(node, Seq(Set(node))), Map(node, Maybe(message)), Map(node, Bag(mode)),
        Set(node), Set(message), Set(first), Set(third), Set(Tuple((node, BOOL))), Set(Set(node)), Set(Maybe(mode)),
        Set(SMALL), Maybe(Set(node)), Maybe(Set(message)), Bag(message), Bag(node), Bag(first),
        Bag(Tuple((node, SMALL))),
        Seq(node), Seq(SMALL), Seq(message), Seq(Maybe(ballot)), Seq(Set(node)), Seq(Tuple((mode, SMALL))),
    ]


def parameter_kinds(world: World) -> list[Kind]:
    """What a parameter can be without a domain of its own."""
    return [
        world.node, world.node, world.node, world.ballot, world.mode, world.quorum, BOOL, SMALL, world.records[0],
        world.message, Maybe(world.node), Maybe(world.records[0]), Tuple((world.node, BOOL)), Set(world.mode),
    ]
