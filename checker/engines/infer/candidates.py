"""All candidates of the templates that were tried, and which of them are true in a state of any instance."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence

from checker.core import ir
from checker.core.instance import Instance
from checker.core.structs import struct
from checker.core.values import State
from checker.engines.infer.atoms import atoms_of
from checker.engines.infer.clauses import Clause, weakest_clauses
from checker.engines.infer.sample import Sample
from checker.engines.infer.spoken import phrases_of
from checker.engines.infer.tables import Space, Table, Vocabulary, vocabulary
from checker.engines.infer.template import kinds_of, templates
from checker.engines.infer.wording import formula_text
from checker.frontend.elaborate import elaborate
from checker.frontend.load import Proof
from checker.frontend.written import with_methods

SECONDS_A_TEMPLATE = 5.0


@struct
class Stage:
    """Candidates quantify over up to so many variables, and have up to so many literals."""

    variables: int
    literals: int

    @property
    def words(self) -> str:
        """For a person."""
        return f"up to {self.literals} literals over up to {self.variables} bound variables"


STAGES = (Stage(1, 3), Stage(2, 2), Stage(2, 3), Stage(3, 3), Stage(2, 4))


class Candidates:
    """Those that are left: what a step has refuted is removed."""

    def __init__(self, proof: Proof, spec: ir.Spec, samples: Sequence[Sample]) -> None:
        self.cls = proof.spec
        self.constants = proof.constants
        self.spec = spec
        self.samples = samples
        self.kinds = kinds_of(spec)
        self.phrases = phrases_of(self.cls, spec)
        self.found: dict[str, Clause] = {}
        self.removed: dict[str, Clause] = {}
        self._words: dict[tuple[str, ...], tuple[Vocabulary, set[int]]] = {}
        self._spaces: dict[int, Space] = {}
        self._tables: dict[tuple[int, int], Table] = {}
        self._properties: dict[str, ir.Property] = {}

    def widen(self, stage: Stage, until: float, progress: Callable[[str], None]) -> None:
        """Adds the candidates of a stage, as far as the time allows, and those that were removed: what no candidate
        could support before may be supported now."""
        self.found |= self.removed
        self.removed.clear()
        for size in range(stage.variables + 1):
            for template in templates(self.kinds, size, self._taken):
                if time.monotonic() > until:
                    return
                key = tuple(entry.text for entry in template.bound)
                if key not in self._words:
                    progress(f"candidates {' '.join(key) or 'without a variable'}")
                    atoms = atoms_of(self.spec, template, self.phrases)
                    words = vocabulary(self.cls, self.constants, self.spec, self.kinds, template, atoms)
                    self._words[key] = words, self._rows(words)
                words, rows = self._words[key]
                limit = time.process_time() + min(until - time.monotonic(), SECONDS_A_TEMPLATE)
                for clause in _different(words, weakest_clauses(words, rows, stage.literals, limit)):
                    self.found.setdefault(formula_text(clause), clause)

    @property
    def _taken(self) -> frozenset[str]:
        """Names that mean something in the text of a lemma."""
        return frozenset({"self", *(entry.name for entry in self.spec.variables)})

    def _rows(self, words: Vocabulary) -> set[int]:
        return {
            mask for sample in self.samples for state in sample.states
            for mask in self._masks(words, sample.instance, state)
        }

    def _masks(self, words: Vocabulary, instance: Instance, state: State) -> set[int]:
        key = id(words), id(instance)
        if id(instance) not in self._spaces:
            self._spaces[id(instance)] = Space(self.spec, self.kinds, instance)
        if key not in self._tables:
            self._tables[key] = Table(self.spec, self._spaces[id(instance)], words)
        return self._tables[key].masks(state)

    def false_in(self, state: State, instance: Instance) -> list[str]:
        """The candidates that are false in a state, the plain ones first."""
        masks: dict[int, set[int]] = {}
        found: list[tuple[tuple[int, int, int], str]] = []
        for text, clause in self.found.items():
            words = clause.words
            if id(words) not in masks:
                masks[id(words)] = self._masks(words, instance, state)
            if not clause.is_true(masks[id(words)]):
                found.append((clause.weight, text))
        return [text for _, text in sorted(found)]

    def property(self, text: str) -> ir.Property:
        """The candidate as a lemma, which is called by its text."""
        if text not in self._properties:
            method = f"    @lemma\n    def inferred(self) -> bool:\n        return {text}\n"
            spec = elaborate(with_methods(self.cls, method), self.constants)
            (formula,) = [entry.formula for entry in spec.properties if entry.name == "inferred"]
            self._properties[text] = ir.Property(
                kind="lemma", name=text, doc="", formula=formula, span=formula.span
            )
        return self._properties[text]

    def remove(self, text: str) -> None:
        """It is no invariant, or none that can be shown with the candidates at hand."""
        self.removed[text] = self.found.pop(text)


def _different(words: Vocabulary, clauses: Iterator[Clause]) -> Iterator[Clause]:
    """Of those that differ only in which of two variables of a kind is which, one."""
    renamings = _renamings(words)
    seen: set[tuple[int, int]] = set()
    for clause in clauses:
        key = min((_renamed(clause.wanted, places), _renamed(clause.excluded, places)) for places in renamings)
        if key not in seen:
            seen.add(key)
            yield clause


def _renamings(words: Vocabulary) -> list[list[int]]:
    """For each way to exchange variables, which atom becomes which; only ways that lead from atoms to atoms."""
    places = {atom.text: number for number, atom in enumerate(words.atoms)}
    for number, atom in enumerate(words.atoms):
        one, _, other = atom.core.partition(" == ")
        if other and not atom.guards:
            places.setdefault(f"{other} == {one}", number)
    found: list[list[int]] = []
    for renaming in words.template.renamings():
        pattern = re.compile("|".join(rf"(?<![\w.]){name}\b" for name in renaming) or r"(?!)")
        moved = [
            places.get(pattern.sub(lambda match, renaming=renaming: renaming[match[0]], atom.text))
            for atom in words.atoms
        ]
        if None not in moved:
            found.append([place for place in moved if place is not None])
    return found


def _renamed(mask: int, places: Sequence[int]) -> int:
    return sum(1 << place for number, place in enumerate(places) if mask >> number & 1)


