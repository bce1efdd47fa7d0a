"""A whole random spec: its text, its model, and the plain Python program that enumerates the same states."""

from __future__ import annotations

import textwrap
from collections.abc import Collection
from dataclasses import dataclass, replace
from random import Random

from twin.expressions import SELF, Helper, Impossible, Known, Writer
from twin.formulas import FullWriter
from twin.kinds import (
    BOOL, INT, SMALL, Bag, Code, Int, Kind, Map, Maybe, Quorum, Seq, Set, Union, both, each, inside_of,
)
from twin.names import Names, same_to_python
from twin.statements import Body, Procedure, block, cases, matchable, require, under, variable
from twin.world import parameter_kinds, some_world, variable_kinds


@dataclass(frozen=True)
class Twins:
    """Both texts.  `spec` is a file with the model `model`."""

    spec: str
    plain: str


HEADER = """\
from enum import Enum, auto
from typing import Annotated, Self

from checker import (
    Bag, BagBound, Bounded, Map, Model, Ordered, Quorum, Record, Seq, Set, Sort, Spec, action, constraint, implies,
    init, invariant, require, step_invariant, witness,
)
"""


def write(random: Random, words: Collection[str]) -> Twins:
    """A random spec whose names are among `words`."""
    while True:
        try:
            return _SpecWriter(random, Names(random, words)).twins()
        except Impossible:
            continue


AFTER = Code("after", "t")


class _SpecWriter:
    def __init__(self, random: Random, names: Names) -> None:
        self.random = random
        self.names = names
        self.world = some_world(random, names)
        self.counts = {"v": 0, "h": 0, "do": 0, "act": 0, "p": 0, "start": 0, "f": 0}
        self.spec: list[str] = []
        self.plain: list[str] = []
        self.helpers: tuple[Helper, ...] = ()
        self.procedures: tuple[Procedure, ...] = ()
        self.methods: dict[str, list[str]] = {}
        self.risky = random.randrange(100) < 15
        self.deadlock = random.randrange(10) == 0

    # --- the parts of the class -----------------------------------------------------------------------------------

    def name(self, stem: str, top: bool = False) -> Code:
        """A name for something of the spec."""
        self.counts[stem] += 1
        return Code(self.names.top() if top else self.names.attribute(), f"{stem}{self.counts[stem]}")

    def twins(self) -> Twins:
        random = self.random
        kinds = [SMALL, *random.sample(variable_kinds(self.world), random.randrange(2, 5))]
        random.shuffle(kinds)
        self.class_name = self.names.top()
        self.variables = {self.name("v"): kind for kind in kinds}
        self.constants = [Known(Code(f"self.{word}", value), kind) for word, value, kind in self._constants()]
        functions = [self._function() for _ in range(random.randrange(2))]
        for _ in range(random.randrange(3)):
            self._helper()
        for _ in range(random.randrange(2)):
            self._procedure()
        for _ in range(random.choice((1, 1, 2))):
            self._initial()
        for _ in range(random.randrange(2, 5)):
            self._action()
        self._everything_there()
        for kind, count in (("invariant", 2), ("step_invariant", 1), ("witness", 2), ("constraint", 1)):
            for _ in range(random.randrange(count + 1)):
                if kind != "constraint" or random.randrange(2):
                    self._property(kind)
        return Twins(self._spec_text(functions), self._plain_text(functions))

    def _constants(self) -> list[tuple[str, str, Kind]]:
        self.constant_lines: list[str] = []
        found: list[tuple[str, str, Kind]] = []
        for _ in range(self.random.randrange(3)):
            word = self.names.attribute()
            value, kind = self.random.choice((("0", INT), ("2", INT), ("-1", INT), ("True", BOOL), ("False", BOOL)))
            self.constant_lines.append(f"{word} = {value}")
            found.append((word, f"({value})", kind))
        return found

    def writer(self, *known: Known, state: bool = True, depth: int = 3) -> Writer:
        """A writer that knows the constants, and the state."""
        if state:
            known = (*(Known(variable(name, SELF), kind) for name, kind in self.variables.items()), *known)
        helpers = self.helpers if state else tuple(helper for helper in self.helpers if not helper.of_state)
        known = (*known, *self.constants)
        return FullWriter(self.random, self.world, self.names, known, helpers, depth, risky=self.risky)

    def _parameters(self, kinds: Collection[Kind]) -> tuple[Known, ...]:
        found: list[Known] = []
        for index, kind in enumerate(kinds):
            found.append(Known(Code(self.names.local([other.code.spec for other in found]), f"a{index}"), kind))
        return tuple(found)

    def _head(
        self, name: Code, parameters: Collection[Known], result: str, first: str = "self", plain: str = "s"
    ) -> Code:
        spec = ", ".join([first] * bool(first) + [
            f"{known.code.spec}: {self.world.annotation(known.kind)}" for known in parameters])
        ours = ", ".join([plain] * bool(plain) + [known.code.plain for known in parameters])
        return Code(f"def {name.spec}({spec}) -> {result}:", f"def {name.plain}({ours}):")

    def _add(self, method: Code, decorator: str = "") -> None:
        self.spec.append(f"@{decorator}\n{method.spec}" if decorator else method.spec)
        self.plain.append(method.plain)

    def _function(self) -> Code:
        """A function of the module."""
        name, result = self.name("f", top=True), self.random.choice((INT, BOOL, self.world.mode))
        parameters = self._parameters(self.random.sample([BOOL, INT, self.world.mode, self.world.node], 2))
        writer = replace(self.writer(*parameters, state=False, depth=2), known=parameters, risky=False)
        head = self._head(name, parameters, self.world.annotation(result, bounded=False), "", "")
        self.helpers += (Helper(name, tuple(known.kind for known in parameters), result, of_state=False),)
        return under(head, self._value_body(writer, result))

    def _helper(self) -> None:
        """A method with a value."""
        name = self.name("h")
        kinds = [kind for kind in parameter_kinds(self.world) if not isinstance(kind, Quorum)]
        parameters = self._parameters(self.random.sample(kinds, self.random.randrange(3)))
        possible = [BOOL, BOOL, INT, self.world.mode, self.world.ballot, *self.variables.values()]
        result = self.random.choice(possible)
        writer = self.writer(*parameters, depth=2)
        if writer.literal(result) is None:
            result = BOOL
        head = self._head(name, parameters, self.world.annotation(result, bounded=False))
        self._add(under(head, self._value_body(writer, result)))
        self.helpers += (Helper(name, tuple(known.kind for known in parameters), result, of_state=True),)

    def _value_body(self, writer: Writer, result: Kind) -> Code:
        """A return, an early one, a local name, or a `match`."""
        def give(inner: Writer) -> Code:
            return both("return {}", inner.possible(lambda: inner.stored(result), inner.sure(result)))

        match self.random.randrange(5):
            case 0:
                return give(writer)
            case 1:
                early = under(both("if {}:", writer.truth()), give(writer))
                return block(early, give(writer))
            case 2:
                sides = [under(both(head, writer.truth()), give(writer)) for head in ("if {}:", "elif {}:")]
                return block(*sides, under(both("else:"), give(writer)))
            case 3:
                made, inner = Body(writer, self.variables).local(writer)
                return block(made, give(inner))
            case _:
                subject = matchable(writer)
                if subject is None:
                    return give(writer)
                parts = [under(both("case {}:", pattern), give(inner)) for pattern, inner in cases(writer, subject)]
                whole = under(both("match {}:", subject.code), block(*parts))
                return block(whole, give(writer)) if not parts[-1].spec.startswith("case _:") else whole

    def _procedure(self) -> None:
        """A method that changes the state."""
        name = self.name("do")
        parameters = self._parameters(self.random.sample([self.world.node, BOOL, self.world.mode, SMALL], 2))
        writer = replace(self.writer(*parameters), strict=False, depth=2)
        statements = Body(writer, self.variables)
        body, _, _ = statements.statements(writer, frozenset(), 1)
        self._add(under(self._head(name, parameters, "None"), body))
        assigns = frozenset(statements.assigned)
        self.procedures += (Procedure(name, tuple(known.kind for known in parameters), assigns),)

    def _initial(self) -> None:
        name, random = self.name("start"), self.random
        kinds = random.sample(parameter_kinds(self.world), random.randrange(2))
        parameters = self._parameters([self.world.node, *kinds])
        writer = replace(self.writer(*parameters, state=False, depth=2), risky=False)
        parts = [require(both("({} or {})", writer.truth(), writer.truth()))] if random.randrange(6) == 0 else []
        for variable_name, kind in self.variables.items():
            plain = isinstance(kind, (Seq, Bag, Map)) or random.randrange(2)
            sure = writer.sure(kind)
            value = sure if plain else writer.possible(lambda: writer.stored(kind), sure)  # noqa: B023
            target = variable(variable_name, SELF)
            parts.append(both("{} = {}", target, value))
        self._add(under(self._head(name, parameters, "None"), block(*parts)), "init")
        self._declare("init", name, parameters)

    def _declare(self, kind: str, name: Code, parameters: Collection[Known] = ()) -> None:
        domains = "".join(f"{self.world.values(known.kind)!r}, " for known in parameters)
        word = ascii(same_to_python(name.spec))
        self.methods.setdefault(kind, []).append(f"Method({word}, {name.plain}, ({domains}))")

    def _action(self) -> None:
        name, random = self.name("act"), self.random
        kinds = random.sample(parameter_kinds(self.world), random.randrange(2))
        parameters = self._parameters([self.world.node, *kinds] if random.randrange(5) else kinds)
        writer = replace(self.writer(*parameters), strict=False)
        guards: list[Code] = []
        for _ in range(random.choice((0, 0, 1, 1, 2))):
            if len(parameters) < 3 and random.randrange(3):
                known, conditions = self._drawn(writer)
                parameters, writer = (*parameters, known), writer.binding(known)
                guards += conditions
            else:
                guards.append(both("({} or {})", writer.truth(), writer.truth()))
        body, _, _ = Body(writer, self.variables, self.procedures).statements(writer, frozenset(), 2)
        whole = block(*self._requires(guards), body)
        self._add(under(self._head(name, parameters, "None"), whole), "action")
        self._declare("action", name, parameters)

    def _requires(self, conditions: list[Code]) -> list[Code]:
        """The conditions in one `require`, in several, or joined by `and`."""
        match self.random.randrange(3) if len(conditions) > 1 else 0:
            case 0:
                return [require(condition) for condition in conditions]
            case 1:
                return [require(*conditions)]
            case _:
                return [require(both(" and ".join(["({})"] * len(conditions)), *conditions))]

    def _drawn(self, writer: Writer) -> tuple[Known, list[Code]]:
        """A further parameter that is drawn from a part of the state, and the conditions that say so."""
        name = writer.fresh(hides=False)
        found: list[tuple[Kind, list[Code]]] = []
        for part in writer.at_hand(1):
            match part.kind:
                case Set(item=item) | Bag(item=item) | Seq(item=item) if self._finite(item):
                    found.append((item, [both("{} in {}", name, part.code)]))
                case Quorum(member=item):
                    found.append((item, [both("{} in {}", name, part.code)]))
                case Maybe(item=Set(item=item)) if self._finite(item):
                    found.append((item, [both("{} is not None", part.code), both("{} in {}", name, part.code)]))
                case Seq(item=Set(item=item)):
                    guard = self.random.choice((both("len({}) > 0", part.code), both("{}", part.code)))
                    found.append((item, [guard, both("{} in {}[-1]", name, part.code)]))
                case Int():
                    number = both("{} in range(6 // {})", name, part.code)
                    found.append((INT, [both("{} != 0", part.code), number]))
                case _:
                    pass
        found.append((INT, [both("{} in range({} % 4)", name, writer.deeper.number())]))
        kind, conditions = self.random.choice(found)
        if isinstance(kind, Union) and self.random.randrange(2):
            kind = self.random.choice(kind.members)
        if self.random.randrange(4) == 0:
            conditions.insert(0, writer.truth())
        return Known(name, kind), conditions

    def _finite(self, kind: Kind) -> bool:
        return not isinstance(kind, (Set, Seq, Bag, Map)) and kind != INT

    def _everything_there(self) -> None:
        """An invariant that is true, so that a model always has all sizes."""
        name, world = self.name("p"), self.world
        first, second = Code(self.names.local(), "q"), Code(self.names.local(), "b")
        body = each(
            "return all(len({0}) > 0 for {0} in {1}) and all({2}.first() <= {3} for {3} in {2})",
            "return True", first, world.quorum.name, world.ballot.name, second,
        )
        self._add(under(self._head(name, (), "bool"), body), "invariant")
        self._declare("invariant", name)

    def _property(self, kind: str) -> None:
        name, random = self.name("p"), self.random
        writer = self.writer()
        if kind == "step_invariant":
            writer = writer.knowing(*(Known(variable(word, AFTER), what) for word, what in self.variables.items()))
        node = Known(writer.fresh(hides=False), self.world.node)
        inner = writer.binding(node)
        inner = inner if self.risky else inner.careful()
        parts = [inner.truth() for _ in range(random.randrange(2, 6))]
        whole = both(" and ".join(["{}"] * len(parts)), *parts)
        if kind in ("invariant", "step_invariant") and random.randrange(10):
            whole = both("not ({})", whole)
        if kind == "constraint":
            whole = both(" or ".join(["{}"] * len(parts)), *parts)
        quantifier = "any" if kind == "witness" else "all"
        body = both(f"return {quantifier}(({{}}) for {{}} in {{}})", whole, node.code, writer.every(self.world.node))
        after = kind == "step_invariant"
        head = self._head(name, (), "bool", "self, after: Self" if after else "self", "s, t" if after else "s")
        self._add(under(head, body), kind)
        self._declare(kind, name)

    # --- the texts ------------------------------------------------------------------------------------------------

    def _spec_text(self, functions: list[Code]) -> str:
        world, random = self.world, self.random
        lines = [HEADER, f'{world.small} = Annotated[int, Bounded("{world.bounds["small"]}")]', ""]
        lines += [f"class {world.node.name.spec}(Sort): ...", f"class {world.ballot.name.spec}(Ordered): ..."]
        lines += [f"class {world.quorum.name.spec}(Quorum[{world.node.name.spec}]): ..."]
        lines += [f"class {world.mode.name.spec}(Enum):", *(f"    {word.spec} = auto()" for word in world.mode.members)]
        for record in world.records:
            lines.append(f"class {record.name.spec}(Record):")
            lines += [f"    {name.spec}: {world.annotation(kind)}" for name, kind in record.fields]
        lines += [function.spec for function in functions]
        inside = [*self.constant_lines]
        inside += [f"{name.spec}: {world.annotation(kind)}" for name, kind in self.variables.items()]
        inside += random.sample(self.spec, len(self.spec))
        lines += ["", f"class {self.class_name}(Spec):", textwrap.indent("\n\n".join(inside), "    ")]
        return "\n".join([*lines, "", self._model_text()])

    def _model_text(self) -> str:
        world = self.world
        bounds = {
            Int: (world.bounds["small"], f"({world.low}, {world.high})"),
            Seq: (world.bounds["length"], str(world.length)),
            Bag: (world.bounds["bag"], f"BagBound({world.distinct}, {world.copies})"),
        }
        used = {type(part) for kind in self.variables.values() for part in inside_of(kind)}
        arguments = [
            f"sizes={{{world.node.name.spec}: {world.sizes['A']}, {world.ballot.name.spec}: {world.sizes['B']}}}",
            f"bounds={{{', '.join(f'{name!r}: {value}' for kind, (name, value) in bounds.items() if kind in used)}}}",
        ]
        arguments.append(f"quorums={{{world.quorum.name.spec}: {len(world.sets[0])}}}")
        arguments += ["deadlock=True"] if self.deadlock else []
        return f"the_model = Model({self.class_name}, {', '.join(arguments)})\n"

    def _plain_text(self, functions: list[Code]) -> str:
        world = self.world
        lines = ["from twin.plain import *", ""]
        for kind in (world.node, world.ballot, world.mode, world.quorum):
            lines.append(f"EVERY_{kind.name.plain} = {world.values(kind)!r}")
        for record in world.records:
            fields = ", ".join(f"f{index}" for index in range(len(record.fields)))
            name = record.name.plain
            lines.append(f"def {name}({fields}): return stored(('{name}', {fields}), {world.shape(record)})")
        lines += [*(function.plain for function in functions), *self.plain, "PROGRAM = Program("]
        shapes = (f'"{name.plain}": {world.shape(kind)}' for name, kind in self.variables.items())
        lines.append(f"    shapes={{{', '.join(shapes)}}},")
        plural = {kind: f"{kind}s" for kind in ("init", "action", "invariant", "step_invariant", "constraint")}
        for kind, word in {**plural, "witness": "witnesses"}.items():
            lines.append(f"    {word}=[{', '.join(self.methods.get(kind, []))}],")
        return "\n".join([*lines, f"    deadlock={self.deadlock},", ")", ""])
