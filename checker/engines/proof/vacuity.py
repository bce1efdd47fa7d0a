"""What a proof says nothing about: actions that no state with the lemmas enables, assumptions that none of them meets.

Everything is true of steps that are never taken.  For each action, and for each assumption of a lemma or an invariant,
a state is looked for in small instances that satisfies the lemmas and is a case of it; the interpreter has to agree.
Where there is none, it is tried to prove that there cannot be one.  Both with little effort: what remains is not known.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Literal, TypeAlias

from checker.core import ir
from checker.core.errors import UserError
from checker.core.instance import Instance
from checker.core.structs import struct
from checker.core.types import BOOL
from checker.core.values import State
from checker.engines.interpreter.interpreter import Interpreter
from checker.engines.interpreter.wording import source_text
from checker.engines.proof.obligations import Claim, Question, Result
from checker.engines.proof.smt.instances import growing_instances
from checker.engines.proof.smt.ladder import BRIEF, Ladder
from checker.engines.vacuity import antecedents

if TYPE_CHECKING:
    from checker.engines.proof.cti import Search

Possibility: TypeAlias = Literal["possible", "impossible", "not known"]

MOST_FOR_AXIOMS = 40
"""Instances in which an initial state is looked for that satisfies the axioms."""

FEW, MORE = 6, 14
"""Instances that are tried before and after it is tried to prove that there is nothing to find."""


@struct
class Case:
    """An action, or what a property assumes."""

    subject: ir.LoweredAction | ir.Property

    def among(self, search: Search) -> Iterator[tuple[Instance, State]]:
        """States of it that satisfy the hypotheses, as Z3 sees them, in the instance that is searched."""
        if isinstance(self.subject, ir.Property):
            return search.states_with(self.subject.formula)
        return search.states_before(self.subject)

    def agrees(self, spec: ir.Spec, instance: Instance, state: State) -> bool:
        """Does the interpreter find the state to be one?"""
        if isinstance(self.subject, ir.Property):
            return Interpreter(spec, instance).holds(self.subject, state)
        actions = tuple(action for action in spec.actions if action.name == self.subject.name)
        return bool(Interpreter(replace(spec, actions=actions), instance).steps(state)[0])

    def excluded(self, hypotheses: Sequence[ir.Property]) -> Question:
        """That there is none."""
        if not isinstance(self.subject, ir.Property):
            return Question(None, self.subject, hypotheses)
        formula = self.subject.formula
        never = replace(self.subject, formula=ir.Not(operand=formula, type=BOOL, span=formula.span))
        return Question(Claim(never.name, never), None, hypotheses)

    @property
    def words(self) -> str:
        """A clause with a verb."""
        if isinstance(self.subject, ir.Property):
            formula = self.subject.formula
            owner = self.subject.name.partition(" of ")[2]
            return f"is a case of what `{owner}` assumes, `{source_text(formula)}` ({formula.span})"
        return f"enables `{self.subject.name}`"


def cases(spec: ir.LoweredSpec, claimed: Iterable[ir.Property]) -> list[Case]:
    """What should be possible."""
    assumed = [Case(antecedent) for entry in claimed for antecedent in antecedents(entry)]
    return [*map(Case, spec.actions), *assumed]


def possibilities(
    spec: ir.LoweredSpec, naturals: Sequence[str], every: Sequence[Case], hypotheses: Sequence[ir.Property],
    ask: Callable[[Question, Ladder], Result], until: float,
) -> list[Possibility]:
    """Of each case, whether it is possible."""
    instances = growing_instances(spec.source, naturals)
    search = partial(_without_possible, spec, naturals, hypotheses=hypotheses, until=until)
    left = search(every, itertools.islice(instances, FEW))
    impossible = [case for case in left if ask(case.excluded(hypotheses), BRIEF).answer == "proved"]
    left = [case for case in left if case not in impossible]
    left = search(left, itertools.islice(instances, MORE))
    return [
        "impossible" if case in impossible else "not known" if case in left else "possible" for case in every
    ]


def vacuity(every: Sequence[Case], found: Sequence[Possibility]) -> Iterator[str]:
    """Notes on what is impossible, and on what is not known; a note that all is possible otherwise."""
    for case, possibility in zip(every, found, strict=True):
        if possibility == "impossible":
            yield f"vacuous: no state that satisfies the lemmas {case.words}, which is proved"
    for case, possibility in zip(every, found, strict=True):
        if possibility == "not known":
            yield f"not known: whether a state that satisfies the lemmas {case.words}"
    if every and all(possibility == "possible" for possibility in found):
        yield "every action, and all that the lemmas assume, is possible where they hold: small instances show it"


def beginning(spec: ir.LoweredSpec, naturals: Sequence[str], until: float) -> str:
    """The sizes of a small instance in which the axioms are true in an initial state; empty where none is found."""
    instances = itertools.islice(growing_instances(spec.source, naturals), MOST_FOR_AXIOMS)
    found = next((instance for instance in instances if _begins(spec, naturals, instance, until)), None)
    return ", ".join(f"{name}={len(labels)}" for name, labels in found.labels.items()) if found else ""


def axioms_assumed(axioms: Sequence[ir.Property], sizes: str) -> str:
    """A note on axioms, and whether an instance is known, by its sizes, in which they are true."""
    assumed = f"assumed for every size, not proved: {', '.join(f'`{axiom.name}`' for axiom in axioms)}"
    if sizes:
        return f"{assumed}; true in an initial state with {sizes}"
    return f"{assumed}; no instance was found in which they are true: a contradiction among them proves anything"


def _begins(spec: ir.LoweredSpec, naturals: Sequence[str], instance: Instance, until: float) -> bool:
    """Is there an initial state in the instance?"""
    from checker.engines.proof.cti import Search  # here, since this loads Z3

    search = Search(spec, instance, (), naturals, until)
    try:
        steps = filter(None, map(search.first_step, spec.initial))
        return any(Interpreter(spec.source, found).begins(step) for found, step in steps)
    except UserError:
        return False


def _without_possible(
    spec: ir.LoweredSpec, naturals: Sequence[str], every: Sequence[Case], instances: Iterable[Instance],
    hypotheses: Sequence[ir.Property], until: float,
) -> list[Case]:
    """Those for which there is no state in the instances."""
    from checker.engines.proof.cti import Search  # here, since this loads Z3

    left = list(every)
    for instance in instances:
        if not left or time.monotonic() > until:
            break
        search = Search(spec, instance, hypotheses, naturals, until)
        pending, left = left, list[Case]()
        while pending:
            case, *pending = pending
            states = case.among(search)
            found = next((state for state in states if _is_case(spec.source, case, state, hypotheses)), None)
            if found is None:
                left.append(case)
            else:  # a state of one case is often one of others
                pending = [other for other in pending if not _is_case(spec.source, other, found)]
    return left


def _is_case(
    spec: ir.Spec, case: Case, found: tuple[Instance, State], hypotheses: Sequence[ir.Property] = ()
) -> bool:
    """Does the interpreter find the state to be one, and to satisfy the hypotheses?"""
    try:
        holds = all(Interpreter(spec, found[0]).holds(entry, found[1]) for entry in hypotheses)
        return holds and case.agrees(spec, *found)
    except UserError:
        return False
