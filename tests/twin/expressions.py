"""Random well-typed expressions of any kind, written twice."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from random import Random
from typing import TypeVar

from twin.kinds import (
    Bag, Bool, Code, Element, Int, Kind, Map, Maybe, Member, Quorum, Record, Seq, Set, Tuple, Union,
    both, computed, each, listed, same,
)
from twin.names import Names, same_to_python
from twin.world import World

T = TypeVar("T")


class Impossible(Exception):
    """Nothing of this kind can be written here: of a sort, say, no element is known."""


SELF = Code("self", "s")
"""The state that a method is about."""


@dataclass(frozen=True)
class Helper:
    """A method with a value, or a function of the module; `of_state`: plain Python gives it the state first."""

    name: Code
    parameters: tuple[Kind, ...]
    result: Kind
    of_state: bool


@dataclass(frozen=True)
class Known:
    """Something that expressions may use."""

    code: Code
    kind: Kind

    @property
    def is_local(self) -> bool:
        """Is it a local name?"""
        return self.code.spec.isidentifier()


@dataclass(frozen=True)
class Writer:
    """Writes expressions over what is `known`.  `depth` bounds how deep they nest.

    `risky`: partial operations stand without guards too.  `strict`: nothing may leave the model's bounds (in a
    property that would be an error).  `state` is the state that helpers are called on.
    """

    random: Random
    world: World
    names: Names
    known: tuple[Known, ...] = ()
    helpers: tuple[Helper, ...] = ()
    depth: int = 3
    risky: bool = False
    strict: bool = True
    state: Code = SELF
    facts: tuple[Known, ...] = ()
    """What tests have shown: of which narrower kind something is."""
    counter: list[int] = field(default_factory=lambda: [0])

    # --- what is at hand ------------------------------------------------------------------------------------------

    def knowing(self, *more: Known) -> Writer:
        """The writer that knows more."""
        return replace(self, known=(*self.known, *more))

    def hiding(self, *names: Code) -> Writer:
        """The writer to whom these names do not mean any more what they meant."""
        hidden = {same_to_python(name.spec) for name in names}

        def seen(entries: tuple[Known, ...]) -> tuple[Known, ...]:
            return tuple(entry for entry in entries if not names_in(entry.code.spec) & hidden)

        return replace(self, known=seen(self.known), facts=seen(self.facts))

    def binding(self, *more: Known) -> Writer:
        """The writer that knows these new local names, and nothing that they hide."""
        return self.hiding(*(entry.code for entry in more)).knowing(*more)

    def narrowed(self, old: Known, kind: Kind) -> Writer:
        """The writer that knows one thing to be of a narrower kind."""
        return replace(self, facts=(*self.facts, replace(old, kind=kind)))

    def forgetting(self, code: Code) -> Writer:
        """The writer that knows no more of what is in this place than what is declared."""
        return replace(self, facts=tuple(fact for fact in self.facts if code.plain not in fact.code.plain))

    @property
    def deeper(self) -> Writer:
        """The writer of what stands inside."""
        return replace(self, depth=self.depth - 1)

    def careful(self) -> Writer:
        """The writer of what is not always evaluated in one order: there nothing may fail."""
        return replace(self, risky=False, strict=True)

    def chance(self, percent: int) -> bool:
        """True that often."""
        return self.random.randrange(100) < percent

    def choice(self, *options: T) -> T:
        """One of them."""
        return self.random.choice(options)

    def fresh(self, *others: Code, hides: bool = True) -> Code:
        """A new local name, unlike the `others`.  Where that is allowed it may hide one that is known."""
        self.counter[0] += 1
        taken = [entry.code.spec for entry in self.known if entry.is_local]
        avoided = [other.spec for other in others]
        if hides and self.chance(25) and (possible := [word for word in taken if word not in avoided]):
            return Code(self.random.choice(possible), f"x{self.counter[0]}")
        return Code(self.names.local([*taken, *avoided]), f"x{self.counter[0]}")

    def paths(self, kind: Kind) -> list[Known]:
        """Everything of this kind among what is known, and in its parts."""
        return [part for part in self.at_hand(2) if same(part.kind, kind)]

    def at_hand(self, depth: int) -> list[Known]:
        """All that is known, and its parts so many levels down."""
        return [part for entry in self.known for part in self._parts(entry, depth)]

    def _parts(self, whole: Known, depth: int) -> list[Known]:
        for fact in self.facts:
            if fact.code == whole.code:
                whole = fact
        found = [whole]
        inside: list[tuple[Code, Kind]] = []
        match whole.kind if depth else None:
            case Record() | Union():
                inside = self._fields(whole)
            case Tuple(items=items):
                inside = [(both(f"{{}}[{index}]", whole.code), item) for index, item in enumerate(items)]
            case Map(key=key, value=value):
                keys = [entry.code for entry in self.known if same(entry.kind, key)]
                place = self.random.choice(keys) if keys and self.chance(70) else self.literal(key)
                inside = [(both("{}[{}]", whole.code, place), value)] if place else []
            case Seq(item=item) if self.risky and self.chance(30):
                inside = [(both(f"{{}}[{self.choice('0', '-1', '1')}]", whole.code), item)]
            case _:
                pass
        for code, kind in inside:
            found += self._parts(Known(code, kind), depth - 1)
        return found

    @staticmethod
    def _fields(whole: Known) -> list[tuple[Code, Kind]]:
        """The fields of a record, or those that all records of a union have."""
        assert isinstance(whole.kind, (Record, Union))
        members = whole.kind.members if isinstance(whole.kind, Union) else (whole.kind,)
        found: list[tuple[Code, Kind]] = []
        for name, kind in members[0].fields:
            if all((name, kind) in member.fields for member in members):
                places = {member.name.plain: member.fields.index((name, kind)) + 1 for member in members}
                place = f"{places}[{whole.code.plain}[0]]" if len(places) > 1 else f"{places[members[0].name.plain]}"
                found.append((Code(f"{whole.code.spec}.{name.spec}", f"{whole.code.plain}[{place}]"), kind))
        return found

    # --- values ---------------------------------------------------------------------------------------------------

    def value(self, kind: Kind) -> Code:
        """An expression of this kind."""
        candidates = self.paths(kind)
        if self.depth <= 0:
            found = self.random.choice(candidates).code if candidates and self.chance(70) else None
            return found or self.sure(kind)
        roll = self.random.randrange(10)
        if candidates and roll < 4:
            return self.random.choice(candidates).code
        if roll == 4 and not isinstance(kind, (Bag, Map)):
            return self.conditional(kind)
        if roll == 5:
            called = self.call(kind)
            if called:
                return called
        return self.built(kind)

    def sure(self, kind: Kind) -> Code:
        """A literal, or what is known of a kind that has none."""
        literal = self.literal(kind)
        if literal is None:
            raise Impossible
        return literal

    def possible(self, write: Callable[[], Code], otherwise: Code) -> Code:
        """What `write` gives, which may choose something else the next time; at last `otherwise`."""
        for _ in range(4):
            try:
                return write()
            except Impossible:
                continue
        return otherwise

    def call(self, kind: Kind) -> Code | None:
        """A call of a helper with such a result."""
        fitting = [helper for helper in self.helpers if same(helper.result, kind)]
        if not fitting:
            return None
        helper = self.random.choice(fitting)
        arguments = listed([self.deeper.stored(parameter) for parameter in helper.parameters])
        if not helper.of_state:
            return both("{}({})", helper.name, arguments)
        return each("{0}.{1}({2})", "{1}({0}, {2})", self.state, helper.name, arguments)

    def conditional(self, kind: Kind) -> Code:
        """`a if condition else b`; sometimes with a test that makes the first side possible."""
        inner = self.deeper
        sequences = [entry for entry in self.at_hand(0) if isinstance(entry.kind, Seq) and same(entry.kind.item, kind)]
        options = [entry for entry in self.at_hand(0) if isinstance(entry.kind, Maybe)]
        if sequences and self.chance(60):
            entry = self.random.choice(sequences)
            test = self.choice("len({0}) > 0", "{0}", "len({0}) != 0", "not len({0}) < 1")
            return both(f"({{0}}[{self.choice('0', '-1')}] if {test} else {{1}})", entry.code, inner.value(kind))
        if options and self.chance(50):
            entry = self.random.choice(options)
            assert isinstance(entry.kind, Maybe)
            there = inner.narrowed(entry, entry.kind.item).value(kind)
            test = self.choice("({1} if {0} is not None else {2})", "({2} if {0} is None else {1})")
            return both(test, entry.code, there, inner.value(kind))
        return both("({} if {} else {})", inner.value(kind), inner.truth(), inner.value(kind))

    def stored(self, kind: Kind) -> Code:
        """An expression whose value has room in a variable, as a rule."""
        if not isinstance(kind, Int):
            return self.value(kind)
        paths = [entry for entry in self.at_hand(2) if entry.kind == kind]
        roll = self.random.randrange(10)
        if paths and roll < 4:
            return self.random.choice(paths).code
        if roll == 4 and not self.strict:
            return both("{} + 1", self.random.choice(paths).code if paths else self.sure(kind))
        if roll == 5 and self.risky and not self.strict:
            return self.number()
        if roll < 8 and self.depth > 0:
            low, high, inner = self.world.low, self.world.high, self.deeper.number()
            return self.choice(
                both(f"max(min({{}}, {high}), {low})", inner),
                both(f"min(max({{}}, {low}), {high}, {high + 1})", inner),
                both(f"{{}} % {high + 1}", inner), both(f"-({{}} % {1 - low})", inner),
            )
        return self.sure(kind)

    def literal(self, kind: Kind) -> Code | None:
        """A small expression that has a value, or nothing where only a name would do."""
        match kind:
            case Bool():
                text = self.choice("True", "False")
            case Int():
                text = str(self.random.randint(self.world.low, self.world.high))
            case Element(name=name, ordered=True):
                return each("{}.first()", "0", name)
            case Member(name=name, members=members):
                member = self.random.choice(members)
                return Code(f"{name.spec}.{member.spec}", repr(member.plain))
            case Element() | Quorum():
                known = [entry.code for entry in self.at_hand(0) if entry.kind == kind]
                return self.random.choice(known) if known else None
            case Record(name=name, fields=fields):
                parts = [self.literal(part) for _, part in fields]
                return both("{}({})", name, listed([part for part in parts if part])) if all(parts) else None
            case Union(members=members):
                return self.literal(self.random.choice(members))
            case Maybe(item=item):
                return (self.literal(item) if self.chance(40) else None) or both("None")
            case Tuple(items=items):
                parts = [self.literal(part) for part in items]
                return both("({},)", listed([part for part in parts if part])) if all(parts) else None
            case Map():
                return self.map_of(kind, lambda writer: writer.sure(kind.value))
            case Set() | Seq() | Bag():
                empty = {Set: "frozenset()", Seq: "()", Bag: "{}"}[type(kind)]
                return Code(f"{self.world.annotation(computed(kind), bounded=False)}()", empty)
        return both(text)

    def map_of(self, kind: Map, write: Callable[[Writer], Code]) -> Code:
        """`Map({k: ... for k in Sort})`, of tuples too."""
        parts = kind.key.items if isinstance(kind.key, Tuple) else (kind.key,)
        names: list[Code] = []
        writer = self.deeper
        for part in parts:
            names.append(writer.fresh(*names))
            writer = writer.binding(Known(names[-1], part))
        key = both("({})" if len(names) > 1 else "{}", listed(names))
        clauses = [both("for {} in {}", name, self.every(part)) for name, part in zip(names, parts, strict=True)]
        whole = Code(" ".join(clause.spec for clause in clauses), " ".join(clause.plain for clause in clauses))
        return each("Map({{{0}: {1} {2}}})", "{{{0}: {1} {2}}}", key, write(writer), whole)

    @staticmethod
    def every(kind: Kind) -> Code:
        """The class of a finite kind, as what a `for` runs over."""
        assert isinstance(kind, (Element, Member, Quorum))
        return Code(kind.name.spec, f"EVERY_{kind.name.plain}")

    def built(self, kind: Kind) -> Code:
        """An expression with an operation of its own."""
        inner = self.deeper
        match kind:
            case Bool():
                return self.truth()
            case Int():
                return self.number()
            case Element(name=name, ordered=True):
                if not self.strict and self.chance(40):
                    size = self.world.sizes[name.plain]
                    return each("{}.next", f"following({{}}, {size})", inner.value(kind))
                return self.extremum(kind)
            case Record(name=name, fields=fields):
                arguments = [inner.stored(part) for _, part in fields]
                if self.chance(40):  # in plain Python by position: the names are the spec's affair
                    by_name = [
                        Code(f"{word.spec}={value.spec}", value.plain)
                        for (word, _), value in zip(fields, arguments, strict=True)
                    ]
                    return both("{}({})", name, listed(by_name))
                return both("{}({})", name, listed(arguments))
            case Union(members=members):
                return inner.value(self.random.choice(members))
            case Maybe(item=item):
                return inner.stored(item) if self.chance(70) else both("None")
            case Tuple(items=items):
                return both("({},)", listed([inner.stored(part) for part in items]))
            case Map():
                return self.map_of(kind, lambda writer: writer.stored(kind.value))
            case Set(item=item):
                return self.set_of(item)
            case Seq(item=item):
                return self.sequence(kind, item)
            case Bag(item=item):
                items = listed([inner.stored(item) for _ in range(self.random.randrange(3))])
                return each(f"{self.world.annotation(kind, bounded=False)}([{{}}])", "bag([{}])", items)
            case Element() | Quorum() | Member():
                return self.sure(kind)

    def set_of(self, item: Kind) -> Code:
        """A set: written out, by comprehension, or by an operation."""
        inner, kind = self.deeper, self.world.annotation(computed(Set(item)), bounded=False)
        sets = self.paths(Set(item))
        match self.random.randrange(5):
            case 0:
                items = listed([inner.stored(item) for _ in range(self.random.randrange(1, 3))])
                return each(f"{kind}([{{}}])", "frozenset([{}])", items)
            case 1:
                clause, scope = self.clause()
                return each("{{{} {}}}", "frozenset({{{} {}}})", scope.stored(item), clause)
            case 2 if sets:
                left, right = self.random.choice(sets).code, inner.value(Set(item))
                return both(f"({{}} {self.choice('|', '&', '-')} {{}})", left, right)
            case 3 if sets and not isinstance(item, Set):
                name, entry = self.fresh(), self.random.choice(sets)
                scope = inner.careful().binding(Known(name, item))
                return each("{{{0} for {0} in {1} if {2}}}", "frozenset({{{0} for {0} in {1} if {2}}})",
                            name, entry.code, scope.truth())
            case _:
                return each("{{{}}}", "frozenset({{{}}})", inner.stored(item))

    def sequence(self, kind: Seq, item: Kind) -> Code:
        """A sequence: written out, joined, or a slice."""
        inner = self.deeper
        whole = [entry.code for entry in self.paths(kind)]
        roll = self.random.randrange(4)
        if roll == 0 or not whole:
            items = [inner.stored(item) for _ in range(self.random.randrange(3))]
            plain = f"({''.join(value.plain + ', ' for value in items)})"
            return Code(f"{self.world.annotation(kind, bounded=False)}([{listed(items).spec}])", plain)
        if roll == 1:
            return both("({} + {})", self.random.choice(whole), inner.value(kind))
        return self.slice(self.random.choice(whole))

    def slice(self, whole: Code) -> Code:
        """A part of a sequence, by bounds that are written or computed."""
        if self.chance(40):
            return both(f"{{}}[{self.choice('1:', ':-1', '-1:', ':1', '-2:', '1:-1', ':', '5:')}]", whole)
        ends = [
            both("max(0, {})", self.deeper.number()), both("len({}) // 2", whole), both("len({})", whole),
            both("max(len({}) - 1, 0)", whole),
        ]
        if self.risky:
            ends.append(self.deeper.number())
        first, last = self.random.choice(ends), self.random.choice(ends)
        return self.choice(
            each("{0}[{1}:{2}]", "part({0}, {1}, {2})", whole, first, last),
            each("{0}[:{2}]", "part({0}, 0, {2})", whole, first, last),
            each("{0}[{1}:]", "part({0}, {1}, len({0}))", whole, first, last),
        )

    # --- what `formulas` adds -------------------------------------------------------------------------------------

    def truth(self) -> Code:
        """A formula."""
        raise NotImplementedError

    def number(self) -> Code:
        """An int, of any size."""
        raise NotImplementedError

    def extremum(self, kind: Kind) -> Code:
        """`min` or `max`, with a default."""
        raise NotImplementedError

    def clause(self) -> tuple[Code, Writer]:
        """`for x in ... if ...`, and the writer that knows `x`."""
        raise NotImplementedError


@cache
def names_in(text: str) -> frozenset[str]:
    """The names that an expression mentions."""
    return frozenset(node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name))

