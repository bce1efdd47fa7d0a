"""Which atoms of a template are true in a state: a mask for each way to choose its variables, by generated code."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from checker.core import ir
from checker.core.errors import UserError
from checker.core.instance import Instance
from checker.core.language import Spec
from checker.core.structs import struct
from checker.core.types import SortType
from checker.core.values import RecordValue, State, Value
from checker.engines.infer.atoms import Atom
from checker.engines.infer.template import MOST_OF_A_KIND, Kind, Template
from checker.engines.interpreter.evaluate import items
from checker.engines.kernels import compile_kernels
from checker.engines.layout import Layout
from checker.frontend.elaborate import elaborate
from checker.frontend.written import with_methods


@struct
class Vocabulary:
    """A template with its atoms, of which no two are the same; `formulas` are over `names`, as if these were variables
    of the state."""

    template: Template
    atoms: tuple[Atom, ...]
    formulas: tuple[ir.Expr, ...]
    names: tuple[str, ...]


def vocabulary(
    cls: type[Spec], constants: Mapping[str, bool | int], spec: ir.Spec, kinds: Sequence[Kind], template: Template,
    atoms: Sequence[Atom],
) -> Vocabulary:
    """The atoms of the template that the front end can read, each once."""
    used = [entry.kind for entry in template.bound]
    names = tuple(_opened_name(spec, kinds, kind, used[:place].count(kind)) for place, kind in enumerate(used))
    found: dict[ir.Expr, Atom] = {}
    for atom, formula in _read(cls, constants, template, list(atoms)):
        body, binders = (formula.body, formula.binders) if template.bound else (formula, ())
        put = {binder.name: name for binder, name in zip(binders, names, strict=True)}
        found.setdefault(_opened(body, put), atom)
    return Vocabulary(template, tuple(found.values()), tuple(found), names)


def _unused(name: str, taken: set[str]) -> str:
    return name if name not in taken else _unused(name + "_", taken)


def _read(
    cls: type[Spec], constants: Mapping[str, bool | int], template: Template, atoms: list[Atom]
) -> Iterator[tuple[Atom, ir.ForAll]]:
    """The atoms that can be read, as they are quantified over the template."""
    quantified = " ".join(entry.text for entry in template.bound)
    while atoms:
        said = [f"all({atom.text} {quantified})" if quantified else atom.text for atom in atoms]
        heads = [f"    @lemma\n    def inferred_atom_{number}(self) -> bool:" for number in range(len(said))]
        lines = [f"{head}\n        return {each}\n" for head, each in zip(heads, said, strict=True)]
        try:
            spec = elaborate(with_methods(cls, "".join(lines)), constants)
        except UserError as error:
            if error.span is None or not error.span.file.startswith("<methods"):
                raise
            del atoms[(error.span.line - 3) // 3]  # each has three lines, after two of the class
            continue
        formulas = {entry.name: entry.formula for entry in spec.properties}
        for number, atom in enumerate(atoms):
            formula = formulas[f"inferred_atom_{number}"]
            if not template.bound or isinstance(formula, ir.ForAll) and len(formula.binders) == len(template.bound):
                yield atom, formula  # type: ignore[misc]
        return


def _opened(node: ir.Expr, put: Mapping[str, str]) -> ir.Expr:
    """The formula with variables of the state for bound ones."""
    if isinstance(node, ir.Local):
        return ir.Variable(name=put[node.name], type=node.type, span=node.span) if node.name in put else node
    return ir.transform(node, lambda child: _opened(child, put))


class Space:
    """The states of one instance as ints in which there is a place for every variable that a template can bind, so that
    all templates share them."""

    def __init__(self, spec: ir.Spec, kinds: Sequence[Kind], instance: Instance) -> None:
        self.instance = instance
        self.variables = (*spec.variables, *opened(spec, kinds))
        self.layout = Layout(self.variables, instance)
        self.names = tuple(entry.name for entry in self.variables)
        self.first = tuple(next(instance.domain(entry.type)) for entry in opened(spec, kinds))
        self.ranges = {sort.name: list(instance.domain(sort)) for sort in spec.sorts if isinstance(sort, SortType)}
        self._nothing: tuple[Value, ...] | None = None
        self._packed: dict[State, int] = {}
        self._shifts: dict[tuple[str, Value], int] = {}

    def packed(self, state: State) -> int:
        """The state, where each bound variable has its first value."""
        if state not in self._packed:
            self._nothing = state.values
            self._packed[state] = self.layout.pack(State(self.names, (*state.values, *self.first)))
        return self._packed[state]

    def shift(self, name: str, value: Value) -> int:
        """What is different in a state where a bound variable has another value than its first."""
        key = name, value
        if key not in self._shifts:
            assert self._nothing is not None
            whole = dict(zip(self.names, (*self._nothing, *self.first), strict=True))
            before = self.layout.pack(State(self.names, tuple(whole.values())))
            after = self.layout.pack(State(self.names, tuple({**whole, name: value}.values())))
            self._shifts[key] = before ^ after
        return self._shifts[key]


class Table:
    """The atoms of a vocabulary in the states of one instance."""

    def __init__(self, spec: ir.Spec, space: Space, words: Vocabulary) -> None:
        self.space = space
        self.words = words
        source = replace(spec, variables=space.variables, actions=(), initial=(), properties=(), axioms=())
        properties = [
            ir.Property(kind="antecedent", name=f"a{number}", doc="", formula=formula, span=formula.span)
            for number, formula in enumerate(words.formulas)
        ]
        lowered = ir.LoweredSpec(source=source, initial=(), actions=())
        system = compile_kernels(lowered, properties, space.instance, space.layout)
        self.reached: Callable[[int, int], int] = system.reached
        self.all = (1 << len(properties)) - 1

    def masks(self, state: State) -> set[int]:
        """For each choice of the variables, which atoms are true: bit `i` stands for atom `i`."""
        packed, reached, every = self.space.packed(state), self.reached, self.all
        found: set[int] = set()
        for shifts in itertools.product(*self._shifts(state)):
            here = packed
            for shift in shifts:
                here ^= shift
            found.add(reached(here, every))
        return found

    def _shifts(self, state: State) -> list[list[int]]:
        """For each variable, what its values make different."""
        found: list[list[int]] = []
        for name, entry in zip(self.words.names, self.words.template.bound, strict=True):
            record = entry.kind.record
            if record is None:
                values = self.space.ranges[str(entry.kind.type)]
            else:
                inside = items(state[entry.kind.collection.removeprefix("self.")])
                values = [each for each in inside if isinstance(each, RecordValue) and each.record == record.name]
            found.append([self.space.shift(name, value) for value in values])
        return found


def opened(spec: ir.Spec, kinds: Sequence[Kind]) -> list[ir.StateVariable]:
    """A variable of the state for each variable that a template can bind."""
    return [
        ir.StateVariable(name=_opened_name(spec, kinds, kind, number), type=kind.type, ghost=False, span=spec.span)
        for kind in kinds for number in range(MOST_OF_A_KIND)
    ]


def _opened_name(spec: ir.Spec, kinds: Sequence[Kind], kind: Kind, number: int) -> str:
    """The name in the state of the variable with this number of a kind."""
    taken = {entry.name for entry in spec.variables}
    return _unused(f"bound_{kinds.index(kind)}_{number}", taken)
