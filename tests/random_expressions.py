"""Random well-typed expressions, as source text in the language of specs.

Everything is drawn from one `random.Random`, which Hypothesis provides and shrinks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from random import Random

from checker.core.types import (
    BOOL, BagType, BoolType, EnumType, IntType, MapType, OptionType, QuorumType, RecordType, SeqType, SetType, SortType,
    TupleType, Type, UnionType, erase_bounds,
)

NODE = SortType("Node")
ROUND = SortType("Round", ordered=True)
PAIR = QuorumType("Pair", NODE, ("Pair",))
MODE = EnumType("Mode", ("IDLE", "BUSY", "DONE"))
SMALL = IntType("small")
PING = RecordType("Ping", (("node", NODE), ("round", ROUND)))
PONG = RecordType("Pong", (("node", NODE), ("count", SMALL)))
MEMO = RecordType("Memo", (("mode", MODE), ("last", OptionType(PING)), ("flag", BOOL)))
MESSAGE = UnionType((PING, PONG))

SCALARS: tuple[Type, ...] = (BOOL, SMALL, MODE, NODE, ROUND, PING, MESSAGE, OptionType(NODE), OptionType(PING))
FINITE: tuple[Type, ...] = (BOOL, MODE, NODE, ROUND, PING, MESSAGE, SMALL, PAIR, OptionType(NODE), OptionType(MESSAGE))
"""Types of parameters: every value of them is tried."""
VARIABLES: tuple[Type, ...] = (
    *SCALARS,
    IntType(),
    MEMO,
    OptionType(MESSAGE),
    OptionType(ROUND),
    TupleType((NODE, SMALL)),
    MapType(NODE, BOOL),
    MapType(NODE, OptionType(ROUND)),
    MapType(NODE, MapType(NODE, SMALL)),
    MapType(MODE, SetType(NODE)),
    MapType(NODE, SeqType(MODE, "length")),
    MapType(ROUND, MEMO),
    SetType(NODE),
    SetType(MESSAGE),
    SetType(TupleType((NODE, BOOL))),
    SetType(SetType(NODE)),
    SetType(OptionType(MODE)),
    BagType(MESSAGE, "bag"),
    BagType(NODE, "bag"),
    SeqType(NODE, "length"),
    SeqType(PONG, "length"),
    SeqType(OptionType(ROUND), "length"),
)


def annotation(type: Type) -> str:
    """The type as a spec writes it."""
    match type:
        case IntType(bound="small"):
            return "Small"
        case SeqType(item=item, bound="length"):
            return f'Annotated[Seq[{annotation(item)}], Bounded("length")]'
        case BagType(item=item, bound="bag"):
            return f'Annotated[Bag[{annotation(item)}], Bounded("bag")]'
        case OptionType(item=item):
            return f"{annotation(item)} | None"
        case MapType(key=key, value=value):
            return f"Map[{annotation(key)}, {annotation(value)}]"
        case SetType(item=item) | SeqType(item=item) | BagType(item=item):
            return f"{type.__class__.__name__.removesuffix('Type')}[{annotation(item)}]"
        case TupleType(items=items):
            return f"tuple[{', '.join(map(annotation, items))}]"
        case _:
            return str(type)


def same(left: Type, right: Type) -> bool:
    """Equal up to the names of bounds."""
    return erase_bounds(left) == erase_bounds(right)


@dataclass(frozen=True)
class Helper:
    """A method that expressions may call."""

    name: str
    parameters: tuple[Type, ...]
    result: Type


@dataclass(frozen=True)
class Writer:
    """Writes expressions over `names`: pairs of a text and its type.  `depth` bounds how deep they nest."""

    random: Random
    names: tuple[tuple[str, Type], ...]
    helpers: tuple[Helper, ...] = ()
    depth: int = 3
    counter: list[int] = field(default_factory=lambda: [0])

    def knowing(self, *names: tuple[str, Type]) -> Writer:
        """The writer that may use these names too."""
        return replace(self, names=(*self.names, *names))

    def without(self, name: str) -> Writer:
        """The writer that may not use this name."""
        return replace(self, names=tuple(entry for entry in self.names if entry[0] != name))

    @property
    def deeper(self) -> Writer:
        """The writer of what stands inside."""
        return replace(self, depth=self.depth - 1)

    def fresh(self, stem: str) -> str:
        """A name that is used nowhere else."""
        self.counter[0] += 1
        return f"{stem}{self.counter[0]}"

    def chance(self, percent: int) -> bool:
        """True that often."""
        return self.random.randrange(100) < percent

    def some(self, type: Type, least: int, most: int) -> str:
        """Expressions of this type, between commas: at least `least`, and fewer than `most`."""
        return ", ".join(self.value(type) for _ in range(self.random.randrange(least, most)))

    # --- any type -------------------------------------------------------------------------------------------------

    def value(self, type: Type) -> str:
        """An expression of this type."""
        candidates = self.paths(type)
        if self.depth <= 0:
            return self.random.choice(candidates) if candidates and self.chance(70) else self.literal(type)
        roll = self.random.randrange(10)
        if candidates and roll < 4:
            return self.random.choice(candidates)
        if roll == 4:
            return self.conditional(type)
        if roll == 5:
            calls = [helper for helper in self.helpers if same(helper.result, type)]
            if calls:
                helper = self.random.choice(calls)
                return f"self.{helper.name}({', '.join(map(self.deeper.value, helper.parameters))})"
        return self.built(type)

    def conditional(self, type: Type) -> str:
        """`a if condition else b`; sometimes a test for None that narrows."""
        inner = self.deeper
        items = [name for name, known in self.names if isinstance(known, SeqType) and same(known.item, type)]
        if items and self.chance(50):
            name = self.random.choice(items)
            return f"({name}[{self.random.choice(('0', '-1'))}] if len({name}) > 0 else {inner.value(type)})"
        options = [(name, known) for name, known in self.names if isinstance(known, OptionType)]
        if options and self.chance(50):
            name, known = self.random.choice(options)
            there = inner.without(name).knowing((name, known.item))
            return f"({there.value(type)} if {name} is not None else {inner.value(type)})"
        return f"({inner.value(type)} if {inner.truth()} else {inner.value(type)})"

    def paths(self, type: Type) -> list[str]:
        """Names of this type, and parts of names."""
        found: list[str] = []
        for name, known in self.names:
            found += [text for text, part in self._parts(name, known, 2) if same(part, type)]
        return found

    def _parts(self, text: str, type: Type, depth: int) -> list[tuple[str, Type]]:
        found: list[tuple[str, Type]] = [(text, type)]
        if depth == 0:
            return found
        match type:
            case RecordType(fields=fields):
                for name, part in fields:
                    found += self._parts(f"{text}.{name}", part, depth - 1)
            case UnionType():
                found.append((f"{text}.node", NODE))
            case TupleType(items=items):
                for index, part in enumerate(items):
                    found += self._parts(f"{text}[{index}]", part, depth - 1)
            case MapType(key=key, value=value):
                keys = [name for name, known in self.names if same(known, key)] or [self.literal(key)]
                found += self._parts(f"{text}[{self.random.choice(keys)}]", value, depth - 1)
            case SeqType(item=item) if self.chance(30):
                place = self.random.choice(("0", "-1", f"len({text}) - 1"))
                found += self._parts(f"{text}[{place}]", item, depth - 1)
            case _:
                pass
        return found

    # --- literals and constructors --------------------------------------------------------------------------------

    def literal(self, type: Type) -> str:
        """A small expression.  A sort has no literals: there one of the names that are known is taken."""
        match type:
            case BoolType():
                return self.random.choice(("True", "False"))
            case IntType():
                return self.random.choice(("0", "1", "2"))
            case EnumType(name=name, members=members):
                return f"{name}.{self.random.choice(members)}"
            case SortType(ordered=True, name=name):
                return f"{name}.first()"
            case SortType() | QuorumType():
                return self._name_of(type)
            case RecordType(name=name, fields=fields):
                return f"{name}({', '.join(self.literal(part) for _, part in fields)})"
            case UnionType(members=members):
                return self.literal(self.random.choice(members))
            case OptionType(item=item):
                return "None" if self.chance(60) or not self._writable(item) else self.literal(item)
            case TupleType(items=items):
                return f"({', '.join(map(self.literal, items))},)"
            case MapType(key=key, value=value):
                name = self.fresh("k")
                return f"Map({{{name}: {self.knowing((name, key)).literal(value)} for {name} in {key}}})"
            case SetType() | BagType() | SeqType():
                return f"{annotation(erase_bounds(type))}()"

    def _name_of(self, type: Type) -> str:
        """A name of a sort, of which the language has no literal: every writer knows one."""
        return self.random.choice([name for name, known in self.names if known == type])

    def _writable(self, type: Type) -> bool:
        return any(known == NODE for _, known in self.names) or type not in (NODE, PING, PONG, MESSAGE)

    def built(self, type: Type) -> str:
        """An expression of this type with an operation of its own."""
        inner = self.deeper
        match type:
            case BoolType():
                return self.truth()
            case IntType():
                return self.number()
            case SortType(ordered=True):
                return self.random.choice([f"{inner.value(type)}.next" if self.chance(30) else inner.value(type),
                                           self.extremum(type)])
            case RecordType(name=name, fields=fields):
                arguments = [inner.value(part) for _, part in fields]
                if self.chance(40):
                    arguments = [f"{word}={text}" for (word, _), text in zip(fields, arguments, strict=True)]
                return f"{name}({', '.join(arguments)})"
            case UnionType(members=members):
                return inner.value(self.random.choice(members))
            case OptionType(item=item):
                return inner.value(item) if self.chance(70) else "None"
            case TupleType(items=items):
                return f"({', '.join(map(inner.value, items))},)"
            case MapType(key=key, value=value):
                name = self.fresh("k")
                return f"Map({{{name}: {inner.knowing((name, key)).value(value)} for {name} in {key}}})"
            case SetType(item=item):
                return self.set_of(item)
            case SeqType(item=item):
                return self.sequence(type, item)
            case BagType(item=item):
                return f"Bag[{annotation(item)}]([{inner.some(item, 0, 3)}])"
            case EnumType() | SortType() | QuorumType():
                return self.literal(type)

    def set_of(self, item: Type) -> str:
        """A set: written out, by comprehension, or by an operation."""
        inner, kind = self.deeper, annotation(erase_bounds(SetType(item)))
        roll = self.random.randrange(4)
        if roll == 0:
            return f"{kind}([{inner.some(item, 1, 3)}])"
        if roll == 1:
            clause, scope = self.clause()
            return f"{{{scope.value(item)} {clause}}}"
        if roll == 2:
            return f"({inner.value(SetType(item))} {self.random.choice('|&-')} {inner.value(SetType(item))})"
        return f"{{{inner.value(item)}}}"

    def sequence(self, type: SeqType, item: Type) -> str:
        """A sequence: written out, joined, or a slice."""
        inner, roll = self.deeper, self.random.randrange(4)
        if roll == 0:
            return f"Seq[{annotation(item)}]([{inner.some(item, 0, 3)}])"
        if roll == 1:
            return f"({inner.value(type)} + {inner.value(type)})"
        whole = self.paths(type)
        if not whole:
            return self.literal(type)
        ends = [f"max(0, {inner.number()})" for _ in range(2)]
        cut = self.random.choice(("1:", ":-1", f":{ends[0]}", f"{ends[0]}:{ends[1]}", "-1:"))
        return f"{self.random.choice(whole)}[{cut}]"

    # --- formulas -------------------------------------------------------------------------------------------------

    def truth(self) -> str:
        """A formula."""
        if self.depth <= 0:
            return self.random.choice([*self.paths(BOOL), self.random.choice(("True", "False"))])
        inner = self.deeper
        forms: list[Callable[[], str]] = [
            lambda: f"({inner.truth()} and {inner.truth()})",
            lambda: f"({inner.truth()} or {inner.truth()})",
            lambda: f"(not {inner.truth()})",
            lambda: f"implies({inner.truth()}, {inner.truth()})",
            self.quantified,
            self.quantified,
            self.equality,
            self.equality,
            self.order,
            self.membership,
            self.membership,
            self.narrowing,
            self.narrowing,
            lambda: inner.value(BOOL),
        ]
        return self.random.choice(forms)()

    def quantified(self) -> str:
        """`all` or `any`, over one or two binders."""
        clause, scope = self.clause()
        if self.chance(30):
            more, scope = scope.clause()
            clause = f"{clause} {more}"
        return f"{self.random.choice(('all', 'any'))}({scope.truth()} {clause})"

    def clause(self) -> tuple[str, Writer]:
        """`for x in ... if ...`, and the writer that knows `x`."""
        name = self.fresh("x")
        domain, item = self.domain()
        scope = self.deeper.knowing((name, item))
        condition = f" if {scope.truth()}" if self.chance(30) else ""
        return f"for {name} in {domain}{condition}", scope

    def domain(self) -> tuple[str, Type]:
        """What a binder can run over, and the type of its items."""
        choices: list[tuple[str, Type]] = [("Node", NODE), ("Round", ROUND), ("Mode", MODE), ("Pair", PAIR)]
        choices.append((f"range({self.deeper.number()})", IntType()))
        for name, known in self.names:
            match known:
                case SetType(item=item) | BagType(item=item) | SeqType(item=item) | QuorumType(member=item):
                    choices += [(name, item)] * 2
                case MapType(key=key, value=SetType(item=item) | SeqType(item=item)):
                    keys = [word for word, other in self.names if other == key]
                    choices += [(f"{name}[{self.random.choice(keys)}]", item)] * 2 if keys else []
                case _:
                    pass
        return self.random.choice(choices)

    def equality(self) -> str:
        """`==` or `!=` of two values of any type that is at hand."""
        type = self.random.choice([known for _, known in self.names] + list(SCALARS))
        return f"({self._side(type)} {self.random.choice(('==', '!='))} {self.deeper.value(type)})"

    def _side(self, type: Type) -> str:
        """The left side of a comparison; it gives the right side its type, so it is a name."""
        candidates = self.paths(type)
        return self.random.choice(candidates) if candidates else f"self.same_{_word(type)}({self.deeper.value(type)})"

    def order(self) -> str:
        """A comparison, perhaps a chained one, of ints or rounds; or of sets."""
        inner, roll = self.deeper, self.random.randrange(4)
        # a set of options can be written `{None}`, which has no type on the left side
        sets = [known for _, known in self.names if isinstance(known, SetType)]
        kind = self.random.choice(sets) if sets else None
        if roll == 0 and kind is not None and not isinstance(kind.item, OptionType):
            return f"({self._side(kind)} {self.random.choice(('<=', '<', '>='))} {inner.value(kind)})"
        write: Callable[[], str] = inner.number if roll < 3 else lambda: inner.value(ROUND)
        signs = [self.random.choice(("<", "<=", ">", ">=")) for _ in range(2)]
        chain = f" {signs[1]} {write()}" if self.chance(25) else ""
        return f"({write()} {signs[0]} {write()}{chain})"

    def membership(self) -> str:
        """`in` or `not in` a collection, or a tuple."""
        word = self.random.choice(("in", "not in"))
        if self.chance(25):
            return f"({self.deeper.value(MODE)} {word} (Mode.IDLE, {self.deeper.value(MODE)}))"
        domain, item = self.domain()
        if item == PAIR and not self.paths(PAIR):
            domain, item = "Node", NODE
        return f"({self.deeper.value(item)} {word} {domain})"

    def narrowing(self) -> str:
        """A test that shows something, and what uses it."""
        known = [entry for entry in self.names if isinstance(entry[1], (OptionType, UnionType, SetType, SeqType))]
        if not known:
            return self.equality()
        name, type = self.random.choice(known)
        rest = self.deeper.without(name)
        match type:
            case OptionType(item=item):
                there = rest.knowing((name, item)).truth()
                return self.random.choice((f"({name} is not None and {there})", f"({name} is None or {there})"))
            case UnionType(members=members):
                member = self.random.choice(members)
                return f"(isinstance({name}, {member.name}) and {rest.knowing((name, member)).truth()})"
            case _:
                return self.random.choice((f"(not {name})", f"(len({name}) > {self.deeper.number()})"))

    # --- numbers --------------------------------------------------------------------------------------------------

    def number(self) -> str:
        """An int."""
        if self.depth <= 0:
            return self.random.choice([*self.paths(SMALL), "0", "1", "2"])
        inner = self.deeper
        forms: list[Callable[[], str]] = [
            lambda: f"({inner.number()} {self.random.choice('+-*')} {inner.number()})",
            lambda: f"({inner.number()} // {self.random.choice(('2', '-2', inner.number()))})",
            lambda: f"({inner.number()} % {self.random.choice(('2', '-3', inner.number()))})",
            lambda: f"{self.random.choice(('min', 'max'))}({inner.number()}, {inner.number()})",
            lambda: self.extremum(IntType()),
            self.total,
            self.size,
            self.size,
            lambda: self.random.choice([*self.paths(SMALL), "1"]),
        ]
        return self.random.choice(forms)()

    def extremum(self, type: Type) -> str:
        """`min` or `max` over a generator; rarely without a default."""
        clause, scope = self.clause()
        default = "" if self.chance(15) else f", default={self.deeper.value(type)}"
        body = scope.value(type)
        return f"{self.random.choice(('min', 'max'))}(({body} {clause}){default})"

    def total(self) -> str:
        """A sum."""
        clause, scope = self.clause()
        return f"sum({scope.number()} {clause})"

    def size(self) -> str:
        """The length of a collection, or a count in a bag."""
        collections = (SetType, BagType, SeqType, QuorumType)
        found = [(name, known) for name, known in self.names if isinstance(known, collections)]
        if not found:
            return "1"
        name, type = self.random.choice(found)
        if isinstance(type, BagType) and self.chance(50):
            return f"{name}.count({self.deeper.value(type.item)})"
        return f"len({name})"


def _word(type: Type) -> str:
    """The type as part of a name."""
    return "".join(character if character.isalnum() else "_" for character in str(type))


def same_helpers() -> str:
    """Methods that give back what they are given: they give an expression its declared type."""
    lines: list[str] = []
    for type in dict.fromkeys(erase_bounds(type) for type in (*VARIABLES, *FINITE)):
        written = annotation(type)
        lines += [f"    def same_{_word(type)}(self, given: {written}) -> {written}:", "        return given", ""]
    return "\n".join(lines)
