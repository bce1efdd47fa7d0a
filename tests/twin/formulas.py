"""Random formulas and numbers, written twice: what `Writer` needs besides."""

from __future__ import annotations

from collections.abc import Callable

from twin.expressions import Known, Writer
from twin.kinds import (
    BOOL, INT, Bag, Bool, Code, Int, Kind, Map, Maybe, Quorum, Seq, Set, Tuple, Union, both, computed, each, listed,
)

COLLECTIONS = (Set, Seq, Bag, Quorum)


class FullWriter(Writer):
    """Writes everything."""

    # --- formulas -------------------------------------------------------------------------------------------------

    def truth(self) -> Code:
        if self.depth <= 0:
            return self.simple()
        inner = self.deeper
        forms: list[Callable[[], Code]] = [
            lambda: both("({} and {})", inner.truth(), inner.truth()),
            lambda: both("({} or {})", inner.truth(), inner.truth()),
            lambda: both("(not {})", inner.truth()),
            lambda: each("implies({}, {})", "(not {} or {})", inner.truth(), inner.truth()),
            self.quantified, self.equality, self.equality, self.order, self.order, self.membership, self.membership,
            self.narrowing, self.narrowing, self.narrowing, self.guarded, self.guarded,
            lambda: inner.value(BOOL),
        ]
        return self.possible(lambda: self.random.choice(forms)(), both("True"))

    def simple(self) -> Code:
        """A formula about one thing that is at hand."""
        entry = self.random.choice(self.at_hand(2))
        match entry.kind:
            case Bool():
                return entry.code
            case Maybe():
                return both("({} is None)", entry.code)
            case Set() | Seq() | Bag():
                return both("(not {})", entry.code)
            case _:
                return both(f"({{}} {self.choice('==', '!=')} {{}})", entry.code, self.sure(entry.kind))

    def quantified(self) -> Code:
        """`all` or `any`, over one or two binders."""
        clause, scope = self.clause()
        word = self.choice("all", "any")
        body = scope.truth()
        if self.chance(15):
            return each(f"{word}({{{{{{}} {{}}}}}})", f"{word}({{}} {{}})", body, clause)
        return both(f"{word}({{}} {{}})", body, clause)

    def clause(self) -> tuple[Code, Writer]:
        """One or two `for`s, each perhaps with an `if`.

        In Python a name that any of them gives is local to the whole, but for what the first one runs over.
        """
        first = self.fresh()
        names = [first, self.fresh(first)] if self.chance(25) else [first]
        scope: Writer = self.deeper
        parts: list[Code] = []
        for position, name in enumerate(names):
            domain, item, ordered = scope.domain()
            if position == 0:
                scope = scope.hiding(*names)
            scope = scope if ordered else scope.careful()
            target, known = self._target(name, names, item)
            scope = scope.binding(*known)
            parts.append(both("for {} in {}", target, domain))
            if self.chance(25):
                parts.append(both("if {}", scope.truth()))
        return Code(" ".join(part.spec for part in parts), " ".join(part.plain for part in parts)), scope

    def _target(self, name: Code, names: list[Code], item: Kind) -> tuple[Code, list[Known]]:
        """A name, or for a tuple sometimes a name for each part."""
        if not isinstance(item, Tuple) or self.chance(40):
            return name, [Known(name, item)]
        targets = [name]
        for _ in item.items[1:]:
            targets.append(self.fresh(*names, *targets, hides=False))
        known = [Known(target, kind) for target, kind in zip(targets, item.items, strict=True)]
        return both(self.choice("{}", "({})"), listed(targets)), known

    def domain(self) -> tuple[Code, Kind, bool]:
        """What a binder can run over, the kind of its items, and whether these come in one order."""
        world = self.world
        choices: list[tuple[Code, Kind, bool]] = [
            (self.every(kind), kind, True) for kind in (world.node, world.ballot, world.mode, world.quorum)
        ]
        small = both("{} % 4", self.deeper.number())
        choices.append((both("range({})", small), INT, True))
        choices.append((both("range({}, {})", self.deeper.number(), both("3")), INT, True))
        for part in self.at_hand(1):
            match part.kind:
                case Seq(item=item):
                    choices += [(part.code, item, True)] * 2
                case Set(item=item) | Bag(item=item) | Quorum(member=item):
                    choices += [(part.code, item, False)] * 2
                case Map(key=key, value=value):
                    choices += [
                        (part.code, key, False), (both("{}.values()", part.code), value, False),
                        (both("{}.items()", part.code), Tuple((key, value)), False),
                    ]
                case _:
                    pass
        code, kind, ordered = self.random.choice(choices)
        return code, computed(kind), ordered

    def left(self, kind: Kind) -> Code | None:
        """The left side of a comparison, which gives the right one its type: something whose type is declared."""
        paths = self.paths(kind)
        return self.random.choice(paths).code if paths else None

    def equality(self) -> Code:
        """`==` or `!=`."""
        entry = self.random.choice(self.at_hand(2))
        other = self.sure(entry.kind) if self.chance(50) else self.deeper.value(entry.kind)
        return both(f"({{}} {self.choice('==', '!=')} {{}})", entry.code, other)

    def order(self) -> Code:
        """A comparison, perhaps a chained one, of ints or of an ordered sort; or of sets."""
        inner = self.deeper
        sets = [
            entry for entry in self.at_hand(0) if isinstance(entry.kind, Set) and not isinstance(entry.kind.item, Maybe)
        ]
        if sets and self.chance(20):
            entry = self.random.choice(sets)
            return both(f"({{}} {self.choice('<=', '<', '>=', '>')} {{}})", entry.code, inner.value(entry.kind))
        ints = self.chance(70)

        def side() -> Code:
            if self.chance(50):
                return inner.sure(INT if ints else self.world.ballot)
            return inner.number() if ints else inner.value(self.world.ballot)

        signs = ["<", "<=", ">", ">=", *(["==", "!="] if ints else [])]
        text = f"{{}} {self.random.choice(signs)} {{}}"
        parts = [side(), side()]
        for _ in range(2):
            if self.chance(25):
                text += f" {self.random.choice(signs)} {{}}"
                parts.append(side())
        return both(f"({text})", *parts)

    def membership(self) -> Code:
        """`in` or `not in` a collection, or one that is written out."""
        word = self.choice("in", "not in")
        if self.chance(30):
            entry = self.random.choice(self.at_hand(1))
            if not isinstance(entry.kind, (Map, Bag, Set, Seq)):
                sure = self.careful().deeper  # Python computes all of them
                items = [sure.stored(entry.kind) for _ in range(2)]
                form = self.choice("({}, {})", "{{{}, {}}}", "[{}, {}]")
                return both(f"({{}} {word} {form})", entry.code, *items)
        domain, item, _ = self.domain()
        paths = self.paths(item)
        value = self.random.choice(paths).code if paths else None
        if value is None and (self.literal(item) is None or isinstance(item, (Map, Bag))):
            return self.equality()
        return both(f"({{}} {word} {{}})", value or self.deeper.value(item), domain)

    def narrowing(self) -> Code:
        """A test that shows something, and what uses it."""
        known = [part for part in self.at_hand(1) if isinstance(part.kind, (Maybe, Union))]
        if not known:
            return self.equality()
        entry, inner = self.random.choice(known), self.deeper
        match entry.kind:
            case Maybe(item=item):
                form = self.choice(
                    "({0} is not None and {1})", "({0} is None or {1})", "(not {0} is None and {1})",
                    "(None != {0} and {1})",
                )
                return both(form, entry.code, inner.narrowed(entry, item).truth())
            case Union(members=members):
                member = self.random.choice(members)
                there = inner.narrowed(entry, member).truth()
                return each("(isinstance({0}, {1}) and {2})", "({0}[0] == '{1}' and {2})",
                            entry.code, member.name, there)
            case _:
                raise AssertionError(entry.kind)

    def guarded(self) -> Code:
        """A partial operation behind what makes it possible."""
        inner = self.deeper
        sequences = [entry for entry in self.at_hand(1) if isinstance(entry.kind, Seq)]
        if sequences and self.chance(60):
            entry = self.random.choice(sequences)
            assert isinstance(entry.kind, Seq)
            index = inner.careful().number()
            guard, item = self.choice(
                (both("len({}) > 0", entry.code), both(f"{{}}[{self.choice('0', '-1')}]", entry.code)),
                (both("{}", entry.code), both(f"{{}}[{self.choice('0', '-1')}]", entry.code)),
                (both("0 <= {} < len({})", index, entry.code), each("{}[{}]", "at({}, {})", entry.code, index)),
                (both("{} in range(len({}))", index, entry.code), each("{}[{}]", "at({}, {})", entry.code, index)),
                (both("len({}) > 1", entry.code), each("{0}[len({0}) - 2]", "at({0}, len({0}) - 2)", entry.code)),
            )
            test = inner.knowing(Known(item, entry.kind.item)).truth()
            if self.chance(30):
                return each("implies({}, {})", "(not ({}) or {})", guard, test)
            return both(self.choice("({0} and {1})", "(not ({0}) or {1})", "({1} if {0} else False)"), guard, test)
        divisor = inner.careful().number()
        quotient = Known(both(f"({{}} {self.choice('//', '%')} ({{}}))", inner.number(), divisor), INT)
        test = inner.knowing(quotient).order()
        return both(self.choice("(({0}) != 0 and {1})", "(({0}) == 0 or {1})"), divisor, test)

    # --- numbers --------------------------------------------------------------------------------------------------

    def number(self) -> Code:
        if self.depth <= 0:
            paths = [entry.code for entry in self.paths(INT)]
            return self.random.choice([*paths, *map(both, ("0", "1", "2", "-1"))])
        inner = self.deeper
        divisor = inner.number() if self.risky and self.chance(30) else both(self.choice("2", "-2", "3", "-3"))
        forms: list[Callable[[], Code]] = [
            lambda: both(f"({{}} {self.choice('+', '-', '*')} {{}})", inner.number(), inner.number()),
            lambda: both(f"({{}} {self.choice('//', '%')} {{}})", inner.number(), divisor),
            lambda: both("-{}", inner.number()),
            lambda: both(f"{self.choice('min', 'max')}({{}}, {{}})", inner.number(), inner.number()),
            lambda: both(f"{self.choice('min', 'max')}({{}}, {{}}, {{}})", inner.number(), inner.number(), both("1")),
            lambda: self.extremum(INT), self.total, self.size, self.size,
            lambda: self.random.choice([entry.code for entry in self.paths(INT)] or [both("1")]),
        ]
        return both("({})", self.possible(lambda: self.random.choice(forms)(), both("1")))

    def extremum(self, kind: Kind) -> Code:
        """`min` or `max` over something.  Python computes the default in any case, so nothing may fail there."""
        word = self.choice("min", "max")
        default = self.careful().deeper.value(kind)
        collections = [
            entry.code for entry in self.at_hand(0)
            if isinstance(entry.kind, (Set, Seq, Bag)) and computed(entry.kind.item) == computed(kind)
        ]
        if collections and self.chance(40):
            return both(f"{word}({{}}, default={{}})", self.random.choice(collections), default)
        clause, scope = self.clause()
        body = scope.number() if isinstance(kind, Int) else scope.value(kind)
        if self.risky and self.chance(30):
            return both(f"{word}({{}} {{}})", body, clause)
        return both(f"{word}(({{}} {{}}), default={{}})", body, clause, default)

    def total(self) -> Code:
        """A sum of ints, or of how often something is true."""
        clause, scope = self.clause()
        body = scope.truth() if self.chance(30) else scope.number()
        return both(self.choice("sum({} {})", "sum({{{} {}}})", "sum([{} {}])"), body, clause)

    def size(self) -> Code:
        """How many there are of something."""
        found = [part for part in self.at_hand(1) if isinstance(part.kind, (*COLLECTIONS, Map))]
        if not found or self.chance(25):
            clause, scope = self.clause()
            kind = self.choice(BOOL, INT, self.world.node, self.world.mode)
            body = scope.value(kind) if scope.paths(kind) or scope.literal(kind) else both("1")
            return both(self.choice("len([{} {}])", "len({{{} {}}})"), body, clause)
        entry = self.random.choice(found)
        if isinstance(entry.kind, Bag):
            item = self.deeper.careful().value(entry.kind.item)
            if self.chance(50):
                return each("{}.count({})", "{}.get({}, 0)", entry.code, item)
            return each("len({})", "sum({}.values())", entry.code)
        return both("len({})", entry.code)


