"""Random small specs, as source text in the language, each with a model that bounds it.

They are well typed by construction, so the front end must accept every one; and between them they have every type and
every construct of the language.  Few of them mean anything.
"""

from __future__ import annotations

import itertools
import linecache
import sys
from dataclasses import dataclass
from random import Random
from types import ModuleType
from typing import Any

from hypothesis import reject
from hypothesis import strategies as st
from random_expressions import (
    BOOL, FINITE, MODE, NODE, PAIR, SMALL, VARIABLES, Helper, Writer, annotation, same_helpers,
)

from checker.core import ir
from checker.core.errors import UserError
from checker.core.instance import BagBound, Instance
from checker.core.model import Model
from checker.core.types import (
    BagType, BoolType, EnumType, IntType, MapType, OptionType, QuorumType, RecordType, SeqType, SetType, SortType,
    TupleType, Type, UnionType, parts,
)
from checker.core.values import FrozenBag, FrozenMap, RecordValue, Sequence, State, Value
from checker.frontend.elaborate import elaborate
from checker.frontend.instantiate import instantiate

HEADER = '''\
from enum import Enum, auto
from typing import Annotated, Self

from checker import (
    Bag, Bounded, Ghost, Map, Ordered, Quorum, Record, Seq, Set, Sort, Spec,
    action, constraint, implies, init, invariant, lemma, require, step_invariant, witness,
)

Small = Annotated[int, Bounded("small")]


class Node(Sort): ...
class Round(Ordered): ...
class Pair(Quorum[Node]): ...


class Mode(Enum):
    IDLE = auto()
    BUSY = auto()
    DONE = auto()


class Ping(Record):
    node: Node
    round: Round


class Pong(Record):
    node: Node
    count: Small


class Memo(Record):
    mode: Mode
    last: Ping | None
    flag: bool


'''


@dataclass(frozen=True)
class RandomSpec:
    """The source of a spec, and the bounds of its model."""

    source: str
    bounds: dict[str, int | tuple[int, int] | BagBound]
    name: str = "Random"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """What Hypothesis shows of a failing example: the part that is written at random."""
        body = self.source[self.source.index(f"class {self.name}(") :]
        printer.text(f"{body[: body.index('    def same_')]}\n# bounds = {self.bounds}\n")


@dataclass(frozen=True)
class Loaded:
    """A random spec after the front end."""

    spec: ir.Spec
    model: Model
    instance: Instance


@st.composite
def random_specs(draw: st.DrawFn) -> RandomSpec:
    """Any spec that the generator can write."""
    return write_spec(draw(st.randoms(use_true_random=False)))


_numbers = itertools.count()


def load(random_spec: RandomSpec) -> Loaded:
    """The spec after the front end, with its instance.  Its source is kept where tracebacks and errors find it.

    Hypothesis is told to try another one where a `require` has shown that what follows can never happen: there the
    generator, which does not follow such facts, may take a record for one of another kind.
    """
    name = f"random_spec_{next(_numbers)}"
    file = f"/random/{name}.py"
    linecache.cache[file] = (len(random_spec.source), None, random_spec.source.splitlines(keepends=True), file)
    module = ModuleType(name)
    module.__file__ = file
    sys.modules[name] = module
    exec(compile(random_spec.source, file, "exec"), module.__dict__)
    cls = module.__dict__[random_spec.name]
    try:
        spec = elaborate(cls)
    except UserError as error:
        if error.code in ("S023", "S031"):
            reject()
        raise
    sizes = {module.__dict__[sort.name]: 2 for sort in spec.sorts if isinstance(sort, SortType)}
    bounds = {name: bound for name, bound in random_spec.bounds.items() if name in _bounds_of(spec)}
    model = Model(cls, sizes=sizes, bounds=bounds)
    return Loaded(spec, model, instantiate(model, spec))


def _bounds_of(spec: ir.Spec) -> set[str]:
    """The names of the bounds that the spec asks for: of variables, and of parameters that run over a whole type."""
    types = [variable.type for variable in spec.variables]
    types += [
        parameter.type for action in (*spec.initial, *spec.actions) for parameter in action.parameters
        if isinstance(parameter.domain, ir.AllOf)
    ]
    return {
        part.bound for type in types for part in parts(type)
        if isinstance(part, (IntType, SeqType, BagType)) and part.bound is not None
    }


# --- writing ------------------------------------------------------------------------------------------------------


def write_spec(random: Random) -> RandomSpec:
    """A spec with two to four variables, one to three actions, and properties of every kind."""
    types = random.sample(VARIABLES, random.randrange(2, 5))
    variables = {f"v{index}": type for index, type in enumerate(types)}
    state = tuple((f"self.{name}", type) for name, type in variables.items())
    helpers: list[Helper] = []
    lines = ["class Random(Spec):", "    limit: int = 2", ""]
    lines += [f"    {name}: {annotation(type)}" for name, type in variables.items()]
    lines += ["    ghost: Ghost[Set[Node]]", "", *_initial(Writer(random, (("n", NODE),), depth=2), variables)]
    methods: list[str] = []
    for index in range(random.randrange(3)):
        helper, body = _helper(Writer(random, state, tuple(helpers), depth=2), f"h{index}")
        helpers.append(helper)
        methods += body
    for index in range(random.randrange(1, 4)):
        lines += _Body(Writer(random, state, tuple(helpers)), variables).action(f"act{index}")
    ghostly = (*state, ("self.ghost", SetType(NODE)))
    for kind in ("invariant", "invariant", "witness", "step_invariant", *random.sample(("lemma", "constraint"), 1)):
        seen = state if kind == "constraint" else ghostly
        lines += _property(Writer(random, seen, tuple(helpers)), kind, f"p{len(lines)}")
    source = HEADER + "\n".join([*lines, *methods, same_helpers()]) + "\n"
    return RandomSpec(source, _bounds(random, variables))


def _bounds(random: Random, variables: dict[str, Type]) -> dict[str, int | tuple[int, int] | BagBound]:
    low = random.choice((0, 0, 0, -1))
    plain = {name: (low, 2) for name, type in variables.items() if type == IntType()}
    bag = BagBound(random.randrange(1, 3), random.randrange(1, 3))
    return {"small": (0, random.randrange(1, 4)), "length": random.randrange(1, 3), "bag": bag, **plain}


def _initial(writer: Writer, variables: dict[str, Type]) -> list[str]:
    values = [f"        self.{name} = {writer.literal(type)}" for name, type in variables.items()]
    return ["    @init", "    def start(self, n: Node) -> None:", *values, "        self.ghost = Set()", ""]


def _property(writer: Writer, kind: str, name: str) -> list[str]:
    after = tuple((text.replace("self.", "after."), type) for text, type in writer.names)
    inner = writer.knowing(("n", NODE), *(after if kind == "step_invariant" else ()))
    parameters = "self, after: Self" if kind == "step_invariant" else "self"
    quantifier = "any" if kind == "witness" else "all"
    return [
        f"    @{kind}", f"    def {name}({parameters}) -> bool:",
        f"        return {quantifier}({inner.truth()} for n in Node)", "",
    ]


def _helper(writer: Writer, name: str) -> tuple[Helper, list[str]]:
    """A method with a value: a return, an early return, a local name, or a `match`."""
    random = writer.random
    types = [NODE, *random.sample([type for type in FINITE if type != PAIR], random.randrange(3))]
    result = random.choice([BOOL, BOOL, SMALL, MODE, *VARIABLES[:6]])
    names = [(f"g{index}", type) for index, type in enumerate(types)]
    writer = writer.knowing(*names)
    parameters = "".join(f", {word}: {annotation(type)}" for word, type in names)
    head = f"    def {name}(self{parameters}) -> {annotation(result)}:"
    match random.randrange(4):
        case 0:
            body = [f"        return {writer.value(result)}"]
        case 1:
            body = [f"        if {writer.truth()}:", f"            return {writer.value(result)}"]
            body += [f"        return {writer.value(result)}"]
        case 2:
            type = random.choice((BOOL, SMALL, MODE, NODE))
            word = writer.fresh("y")
            body = [f"        {word} = {writer.value(type)}"]
            body += [f"        return {writer.knowing((word, type)).value(result)}"]
        case _:
            body = [f"        match {writer.value(MODE)}:"]
            for pattern in ("Mode.IDLE", "Mode.BUSY | Mode.DONE"):
                body += [f"            case {pattern}:", f"                return {writer.value(result)}"]
    return Helper(name, tuple(types), result), [head, *body, ""]


class _Body:
    """The statements of one action.  `written`: the variables that this path has assigned."""

    def __init__(self, writer: Writer, variables: dict[str, Type]) -> None:
        self.writer = writer
        self.random = writer.random
        self.variables = variables

    def action(self, name: str) -> list[str]:
        """The whole method: parameters, guards, changes."""
        types = [NODE, *self.random.sample(FINITE, self.random.randrange(3))]
        names = [(f"a{index}", type) for index, type in enumerate(types)]
        requires: list[str] = []
        for word, type in self._members():
            if self.writer.chance(40):
                local = f"m{len(names)}"
                names.append((local, type))
                requires.append(f"        require({local} in {word})")
        writer = self.writer.knowing(*names)
        for _ in range(self.random.randrange(3)):
            requires.append(f"        require({writer.truth()})")
        parameters = "".join(f", {word}: {annotation(type)}" for word, type in names)
        body, _ = self.statements(writer, set(), 2, "        ")
        return ["    @action", f"    def {name}(self{parameters}) -> None:", *requires, *body, ""]

    def _members(self) -> list[tuple[str, Type]]:
        return [
            (f"self.{name}", type.item) for name, type in self.variables.items()
            if isinstance(type, (SetType, BagType, SeqType)) and type.item in FINITE
        ]

    def statements(self, writer: Writer, written: set[str], depth: int, indent: str) -> tuple[list[str], set[str]]:
        """One to three statements, and what is written after them."""
        lines: list[str] = []
        for _ in range(self.random.randrange(1, 4)):
            roll = self.random.randrange(11)
            if roll < 2 and depth > 0:
                more, written = self.branch(writer, written, depth, indent)
            elif roll == 2:
                more, writer, written = self.remember(writer, written, indent)
            elif roll == 3:
                type = self.random.choice((BOOL, SMALL, MODE, NODE, *self.variables.values()))
                word = writer.fresh("y")
                declared = "" if type in (BOOL, SMALL, MODE, NODE) else f": {annotation(type)}"
                more = [f"{indent}{word}{declared} = {writer.value(type)}"]
                writer = writer.knowing((word, type))
            elif roll == 4:
                more = [f"{indent}require({writer.truth()})"]
            elif roll == 5:
                more = [f"{indent}self.ghost.{self.random.choice(('add', 'discard'))}({writer.value(NODE)})"]
            else:
                more, written = self.change(writer, written, indent)
            lines += more
        return lines, written

    def remember(self, writer: Writer, written: set[str], indent: str) -> tuple[list[str], Writer, set[str]]:
        """A local name for what a variable is, and then a change of this variable."""
        name, type = self.random.choice(list(self.variables.items()))
        word = writer.fresh("y")
        line = f"{indent}{word}: {annotation(type)} = self.{name}"
        writer = writer.knowing((word, type), (word, type))
        change, written = self.change(writer, written, indent, name)
        return [line, *change], writer, written

    def branch(self, writer: Writer, written: set[str], depth: int, indent: str) -> tuple[list[str], set[str]]:
        """`if/elif/else`, or a `match`."""
        inner, heads = indent + "    ", [f"if {writer.truth()}:", f"elif {writer.truth()}:", "else:"]
        if self.writer.chance(30):
            heads = [heads[0]]
        lines: list[str] = []
        if self.writer.chance(30):
            lines = [f"{indent}match {writer.value(MODE)}:"]
            heads, indent, inner = ["case Mode.IDLE:", "case _:"], indent + "    ", inner + "    "
        after = set(written)
        for head in heads:
            body, assigned = self.statements(writer, set(written), depth - 1, inner)
            lines += [indent + head, *body]
            after |= assigned
        return lines, after

    def change(
        self, writer: Writer, written: set[str], indent: str, name: str | None = None
    ) -> tuple[list[str], set[str]]:
        """A change of a variable; one that was written on this path before is read by it."""
        name = name or self.random.choice(list(self.variables))
        type = self.variables[name]
        target = f"self.{name}"
        if name in written or self.writer.chance(60):
            statement = self.update(writer, target, type)
        else:
            statement = f"{target} = {writer.value(type)}"
        return [indent + statement], written | {name}

    def update(self, writer: Writer, target: str, type: Type) -> str:
        """A change that depends on what the variable was."""
        match type:
            case MapType(key=key, value=value):
                place = f"{target}[{writer.value(key)}]"
                return self.update(writer, place, value) if writer.chance(40) else f"{place} = {writer.value(value)}"
            case SetType(item=item) if writer.chance(70):
                return f"{target}.{self.random.choice(('add', 'discard'))}({writer.value(item)})"
            case SetType():
                return f"{target} {self.random.choice(('|=', '&=', '-='))} {writer.value(type)}"
            case BagType(item=item) if writer.chance(80):
                return f"{target}.{self.random.choice(('add', 'add', 'discard', 'remove'))}({writer.value(item)})"
            case BagType(item=item):
                return f"{target} |= {writer.value(SetType(item))}"
            case SeqType(item=item):
                return f"{target}.append({writer.value(item)})" if writer.chance(60) else f"{target} = {target}[1:]"
            case IntType():
                return f"{target} {self.random.choice(('+=', '-='))} {self.random.choice(('1', writer.number()))}"
            case _:
                return f"{target} = {target} if {writer.truth()} else {writer.value(type)}"


# --- states -------------------------------------------------------------------------------------------------------


def random_state(random: Random, spec: ir.Spec, instance: Instance) -> State:
    """Any state within the bounds, reachable or not."""
    values = tuple(random_value(random, variable.type, instance) for variable in spec.variables)
    return State(tuple(variable.name for variable in spec.variables), values)


def random_value(random: Random, type: Type, instance: Instance) -> Value:
    """Any value of the type within the bounds."""

    def inside(part: Type) -> Value:
        return random_value(random, part, instance)

    match type:
        case IntType(bound=bound):
            return random.randint(*instance.ranges[bound or "int"])
        case BoolType() | EnumType() | SortType() | QuorumType():
            return random.choice(list(instance.domain(type)))
        case RecordType(name=name, fields=fields):
            return RecordValue(name, tuple(word for word, _ in fields), tuple(inside(part) for _, part in fields))
        case UnionType(members=members):
            return inside(random.choice(members))
        case OptionType(item=item):
            return inside(item) if random.randrange(3) else None
        case TupleType(items=items):
            return tuple(map(inside, items))
        case MapType(key=key, value=value):
            return FrozenMap(tuple((word, inside(value)) for word in instance.domain(key)))
        case SetType(item=item):
            return frozenset(inside(item) for _ in range(random.randrange(4)))
        case SeqType(item=item, bound=bound):
            return Sequence(inside(item) for _ in range(random.randint(0, instance.lengths[bound or "seq"])))
        case BagType(item=item, bound=bound):
            limit = instance.bags[bound or "bag"]
            kinds = {inside(item): random.randint(1, limit.copies) for _ in range(random.randint(0, limit.distinct))}
            return FrozenBag.of(value for value, count in kinds.items() for _ in range(count))
