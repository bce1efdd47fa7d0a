"""Random statements, patterns and the bodies of helpers, written twice.  A block is a `Code` of several lines."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, replace

from twin.expressions import Impossible, Known, Writer
from twin.kinds import (
    Bag, Bool, Code, Element, Int, Kind, Map, Maybe, Member, Record, Seq, Set, Tuple, Union, both, computed, each,
    listed,
)


def block(*parts: Code) -> Code:
    """The parts, one below the other; `pass` where there are none."""
    lines = [part for part in parts if part.spec]
    if not lines:
        return both("pass")
    return Code("\n".join(part.spec for part in lines), "\n".join(part.plain for part in lines))


def under(head: Code, body: Code) -> Code:
    """The body, indented below its head."""
    return Code(*(f"{top}\n{textwrap.indent(rest, '    ')}" for top, rest in
                  ((head.spec, body.spec), (head.plain, body.plain))))


@dataclass(frozen=True)
class Procedure:
    """A helper that changes the state, and the variables that it may assign."""

    name: Code
    parameters: tuple[Kind, ...]
    assigns: frozenset[Code]


@dataclass(frozen=True)
class Place:
    """A variable or a part of it.  `prefix` and `suffix` are around the new value in plain Python."""

    code: Code
    kind: Kind
    prefix: str
    suffix: str = ""

    def at(self, key: Code, kind: Kind) -> Place:
        """The part of a map at a key."""
        part = both("{}[{}]", self.code, key)
        return Place(part, kind, f"{self.prefix}{{**{self.code.plain}, {key.plain}: ", f"}}{self.suffix}")

    def becomes(self, value: Code) -> Code:
        """The assignment."""
        return Code(f"{self.code.spec} = {value.spec}", f"{self.prefix}{value.plain}{self.suffix}")

    def changes(self, spec: str, plain: str, value: Code) -> Code:
        """A change in place: how the spec writes it, and the new value in plain Python."""
        return Code(
            spec.format(self.code.spec, value.spec),
            f"{self.prefix}{plain.format(self.code.plain, value.plain)}{self.suffix}",
        )


def variable(name: Code, state: Code) -> Code:
    """A variable of a state."""
    return Code(f"{state.spec}.{name.spec}", f'{state.plain}["{name.plain}"]')


class Body:
    """The statements of one method that changes the state."""

    def __init__(self, writer: Writer, variables: dict[Code, Kind], procedures: tuple[Procedure, ...] = ()) -> None:
        self.random = writer.random
        self.chance = writer.chance
        self.choice = writer.choice
        self.variables = variables
        self.procedures = procedures
        self.state = writer.state
        self.assigned: set[Code] = set()
        """What is assigned on any path."""

    def statements(self, writer: Writer, written: frozenset[Code], depth: int) -> tuple[Code, Writer, frozenset[Code]]:
        """Some statements, the writer after them, and what is written by then."""
        parts: list[Code] = []
        for _ in range(self.random.randrange(1, 4)):
            try:
                made, writer, written = self.statement(writer, written, depth)
            except Impossible:
                continue
            parts.append(made)
        return block(*parts), writer, written

    def statement(self, writer: Writer, written: frozenset[Code], depth: int) -> tuple[Code, Writer, frozenset[Code]]:
        """One statement, and what `statements` gives besides."""
        match self.random.randrange(18):
            case 0 | 1 if depth:
                return self.branch(writer, written, depth)
            case 2 if depth:
                return self.match(writer, written, depth)
            case 3 if depth:
                inside, _, _ = self.statements(writer, written, 0)
                body = block(*([inside] if self.chance(60) else []), both("return"))
                return under(both("if {}:", writer.truth()), body), writer, written
            case 4:
                return *self.local(writer), written
            case 5:
                return *self.guard(writer), written
            case 6 if self.procedures and (found := self.call(writer, written)):
                made, assigned = found
                return made, self.forgetting(writer, assigned), written | assigned
            case _:
                made, changed = self.change(writer, written)
                return made, self.forgetting(writer, frozenset([changed])), written | {changed}

    def forgetting(self, writer: Writer, names: frozenset[Code]) -> Writer:
        """The writer that knows no more of these variables than what is declared."""
        for name in names:
            writer = writer.forgetting(variable(name, self.state))
        return writer

    def local(self, writer: Writer) -> tuple[Code, Writer]:
        """A new local name: of a part of the state, or of something computed; a tuple is sometimes taken apart."""
        entry = self.random.choice(writer.at_hand(1))
        if isinstance(entry.kind, Tuple) and self.chance(60):
            names: list[Code] = []
            for _ in entry.kind.items:
                names.append(writer.fresh(*names, hides=False))
            known = [Known(name, kind) for name, kind in zip(names, entry.kind.items, strict=True)]
            return both("{} = {}", listed(names), entry.code), writer.binding(*known)
        name = writer.fresh(hides=False)
        value = entry.code if self.chance(50) else writer.stored(entry.kind)
        head = "{}: " + writer.world.annotation(computed(entry.kind), bounded=False) + " = {}"
        return each(head, "{} = {}", name, value), writer.binding(Known(name, entry.kind))

    def guard(self, writer: Writer) -> tuple[Code, Writer]:
        """A `require`, perhaps one that shows that something is not None."""
        options = [entry for entry in writer.at_hand(0) if isinstance(entry.kind, Maybe)]
        if options and self.chance(50):
            entry = self.random.choice(options)
            assert isinstance(entry.kind, Maybe)
            made = each("require({} is not None)", "need({} is not None)", entry.code)
            return made, writer.narrowed(entry, entry.kind.item)
        return require(both("({} or {})", writer.truth(), writer.deeper.truth())), writer

    def branch(self, writer: Writer, written: frozenset[Code], depth: int) -> tuple[Code, Writer, frozenset[Code]]:
        """`if`, perhaps with `elif` and `else`."""
        heads = [both("if {}:", writer.truth())]
        if self.chance(30):
            heads.append(both("elif {}:", writer.truth()))
        if self.chance(60):
            heads.append(both("else:"))
        parts: list[Code] = []
        after = written
        for head in heads:
            body, _, inside = self.statements(writer, written, depth - 1)
            parts.append(under(head, body))
            after |= inside
        return block(*parts), self.forgetting(writer, after), after

    def match(self, writer: Writer, written: frozenset[Code], depth: int) -> tuple[Code, Writer, frozenset[Code]]:
        """A `match` of something with a structure."""
        subject = matchable(writer)
        if subject is None:
            return self.branch(writer, written, depth)
        parts: list[Code] = []
        after = written
        for pattern, inner in cases(writer, subject):
            body, _, inside = self.statements(inner, written, depth - 1)
            parts.append(under(both("case {}:", pattern), body))
            after |= inside
        return under(both("match {}:", subject.code), block(*parts)), self.forgetting(writer, after), after

    def call(self, writer: Writer, written: frozenset[Code]) -> tuple[Code, frozenset[Code]] | None:
        """A call of a procedure that assigns nothing that is assigned already."""
        possible = [procedure for procedure in self.procedures if not procedure.assigns & written]
        if not possible:
            return None
        procedure = self.random.choice(possible)
        arguments = listed([writer.deeper.stored(kind) for kind in procedure.parameters])
        made = each("{0}.{1}({2})", "{1}({0}, {2})", self.state, procedure.name, arguments)
        return made, procedure.assigns

    def change(self, writer: Writer, written: frozenset[Code]) -> tuple[Code, Code]:
        """A change of a variable; one that was written on this path before is read by it."""
        name = self.random.choice(list(self.variables))
        self.assigned.add(name)
        code = variable(name, self.state)
        place = Place(code, self.variables[name], f"{code.plain} = ")
        writer = replace(writer, depth=max(1, writer.depth - 1))
        if name in written or self.chance(70):
            return self.update(writer, place), name
        return place.becomes(self.another(writer, place.kind)), name

    def another(self, writer: Writer, kind: Kind) -> Code:
        """A value that a variable may not have yet: a literal or a parameter, or what is computed."""
        known = [entry.code for entry in writer.at_hand(1) if entry.kind == kind and entry.code.spec.isidentifier()]
        if known and self.chance(40):
            return self.random.choice(known)
        return writer.sure(kind) if self.chance(30) else writer.stored(kind)

    def update(self, writer: Writer, place: Place) -> Code:
        """A change that depends on what was there."""
        match place.kind:
            case Map(key=key, value=value):
                part = place.at(writer.value(key) if writer.literal(key) is not None else writer.sure(key), value)
                return self.update(writer, part) if self.chance(50) else part.becomes(self.another(writer, value))
            case Set(item=item) if self.chance(60):
                return self.choice(
                    place.changes("{}.add({})", "{} | {{{}}}", self.another(writer, item)),
                    place.changes("{}.discard({})", "{} - {{{}}}", writer.stored(item)),
                )
            case Set():
                sign = self.choice("|", "&", "-")
                return place.changes(f"{{}} {sign}= {{}}", f"{{}} {sign} {{}}", writer.value(place.kind))
            case Bag(item=item) if self.chance(80):
                added, taken, less = (
                    place.changes(f"{{}}.{word}({{}})", f"{plain}({{}}, {{}})", writer.stored(item))
                    for word, plain in (("add", "added"), ("remove", "removed"), ("discard", "discarded"))
                )
                return self.choice(added, added, less, taken if writer.risky else added)
            case Bag(item=item):
                return place.changes("{} |= {}", "added({}, *{})", writer.value(Set(item)))
            case Seq(item=item):
                return self.choice(
                    place.changes("{}.append({})", "({0} + ({1},))", self.another(writer, item)),
                    place.changes("{} += {}", "({} + {})", writer.value(place.kind)),
                    place.becomes(writer.slice(place.code)),
                )
            case Int():
                low, high = writer.world.low, writer.world.high
                number = writer.deeper.number() if writer.risky else both("1")
                return self.choice(
                    place.changes("{} += {}", "{} + {}", number),
                    place.changes("{} -= {}", "{} - {}", number) if writer.risky else
                    place.becomes(both(f"({{0}} - 1 if {{0}} > {low} else {high})", place.code)),
                    place.changes("{} %= {}", "{} % {}", both(str(high + 1))),
                    place.changes("{} //= {}", "{} // {}", both("2")),
                    place.changes("{} *= {}", "{} * {}", self.choice(both("2"), both(str(max(low, 0))))),
                )
            case Bool() if self.chance(60):
                return place.becomes(both("not {}", place.code))
            case Element(ordered=True) if self.chance(50):
                return place.becomes(each("{}.next", f"following({{}}, {writer.world.sizes['B']})", place.code))
            case _:
                form = self.choice("({0} if {1} else {2})", "({2} if {1} else {0})")
                return place.becomes(both(form, place.code, writer.truth(), self.another(writer, place.kind)))


def require(*conditions: Code) -> Code:
    """One `require`; in plain Python each condition is asked for only where the ones before hold."""
    needs = "\n".join(f"need({condition.plain})" for condition in conditions)
    return Code(f"require({', '.join(condition.spec for condition in conditions)})", needs)


# --- patterns -----------------------------------------------------------------------------------------------------


def matchable(writer: Writer) -> Known | None:
    """Something that a `match` can look into."""
    kinds = (Union, Record, Maybe, Member, Tuple, Seq, Int)
    found = [part for part in writer.at_hand(1) if isinstance(part.kind, kinds)]
    return writer.random.choice(found) if found else None


def cases(writer: Writer, subject: Known) -> list[tuple[Code, Writer]]:
    """Patterns with the writers that know what they give names to; the last one may take everything."""
    found: list[tuple[Code, Writer]] = []
    for _ in range(writer.random.randrange(1, 4)):
        pattern, known = refutable(writer, subject.kind, 2)
        inner = writer.binding(*known)
        if writer.chance(20):
            pattern = both("{} if {}", pattern, replace(inner, depth=1).truth())
        found.append((pattern, inner))
    if writer.chance(60):
        found.append((both("_"), writer))
    return found


def refutable(writer: Writer, kind: Kind, depth: int) -> tuple[Code, list[Known]]:
    """A pattern that does not take everything, as far as Python can see."""
    pattern, known = _structured(writer, kind, depth, [])
    if writer.chance(15) and "|" not in pattern.spec:
        name = writer.fresh(*(entry.code for entry in known), hides=False)
        return both("{} as {}", pattern, name), [*known, Known(name, kind)]
    return pattern, known


def _pattern(writer: Writer, kind: Kind, depth: int, taken: list[Code]) -> tuple[Code, list[Known]]:
    if depth and writer.chance(50) and isinstance(kind, (Record, Union, Maybe, Member, Tuple, Int, Bool)):
        return _structured(writer, kind, depth, taken)
    if writer.chance(40):
        return both("_"), []
    name = writer.fresh(*taken, hides=False)
    taken.append(name)
    return name, [Known(name, kind)]


def _structured(writer: Writer, kind: Kind, depth: int, taken: list[Code]) -> tuple[Code, list[Known]]:
    random = writer.random
    match kind:
        case Union(members=members):
            if writer.chance(15):
                return each("{}() | {}()", "('{}', *_) | ('{}', *_)", members[0].name, members[-1].name), []
            return _structured(writer, random.choice(members), depth, taken)
        case Record():
            return _record_pattern(writer, kind, depth, taken)
        case Maybe(item=item):
            if isinstance(item, (Record, Union, Member, Tuple, Int)) and depth and writer.chance(60):
                return _structured(writer, item, depth - 1, taken)
            return both("None"), []
        case Member(name=name, members=members):
            some = random.sample(members, random.randrange(1, len(members)))
            return Code(" | ".join(f"{name.spec}.{member.spec}" for member in some),
                        " | ".join(repr(member.plain) for member in some)), []
        case Bool():
            return both(writer.choice("True", "False")), []
        case Int():
            return both(writer.choice("0", "1", "2", "-1", "0 | 1", "1 | 2")), []
        case Tuple(items=items):
            parts = [_pattern(writer, item, depth - 1, taken) for item in items]
            return both("({},)", listed([part for part, _ in parts])), [name for _, names in parts for name in names]
        case Seq(item=item):
            parts = [_pattern(writer, item, depth - 1, taken) for _ in range(random.randrange(3))]
            inside = listed([part for part, _ in parts])
            return both("[{}]", inside), [name for _, names in parts for name in names]
        case _:
            raise AssertionError(kind)


def _record_pattern(writer: Writer, kind: Record, depth: int, taken: list[Code]) -> tuple[Code, list[Known]]:
    """A record: some fields by position, then some by name."""
    places = [_pattern(writer, part, depth - 1, taken) for _, part in kind.fields]
    first = writer.random.randrange(len(places) + 1)
    inside = [pattern.spec for pattern, _ in places[:first]]
    inside += [
        f"{name.spec}={pattern.spec}"
        for (name, _), (pattern, _) in zip(kind.fields[first:], places[first:], strict=True) if pattern.spec != "_"
    ]
    plain = ", ".join(["'" + kind.name.plain + "'", *(pattern.plain for pattern, _ in places)])
    return Code(f"{kind.name.spec}({', '.join(inside)})", f"({plain})"), [name for _, names in places for name in names]
