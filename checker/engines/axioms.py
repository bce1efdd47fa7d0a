"""What the axioms of a spec say of one model: which are false there, and how many initial states they leave."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from checker.core import ir
from checker.core.errors import UserError
from checker.core.instance import Instance
from checker.core.model import Model
from checker.engines.interpreter.evaluate import meanings, truth
from checker.engines.interpreter.scope import Environment
from checker.engines.kernels import compile_kernels
from checker.engines.prepare import Prepared, prepare
from checker.engines.system import SpecError
from checker.frontend.lint import disjoint_quorums
from checker.frontend.lower import lower

MOST_CHOICES = 10_000
"""Ways to begin, without the axioms, that are tried for the sake of a note or of a reason."""


def false_axioms(spec: ir.Spec, instance: Instance) -> list[ir.Property]:
    """The axioms about sorts, quorums and constants alone that are false in the instance."""
    return [
        axiom for axiom in spec.axioms
        if not any(isinstance(part, ir.Variable) for part in ir.walk(axiom.formula))
        and not truth(axiom.formula, Environment(meanings(instance), {}))
    ]


def without_initial_state(prepared: Prepared) -> str:
    """Why there is none: the axioms exclude all, as far as there are any."""
    spec, instance = prepared.spec, prepared.instance
    false = false_axioms(spec, instance)
    if false:
        verb = "is" if len(false) == 1 else "are"
        return f"{listed(false)} {verb} false for the sizes, quorums and constants of this model"
    if not spec.axioms or ways_to_begin(spec, instance) > MOST_CHOICES:
        return f"nothing that an `@init` can choose satisfies {listed(spec.axioms)}" if spec.axioms else ""
    last = next((last for last in range(len(spec.axioms)) if not _beginnings(prepared, last + 1)), None)
    if last is None or not _beginnings(prepared, 0):
        return ""
    others = " and the axioms before it" if last else ""
    return f"nothing that an `@init` can choose satisfies {listed(spec.axioms[last : last + 1])}{others}"


def broken_assumptions(model: Model | None) -> Iterator[str]:
    """What a proof assumes and the model breaks, so that a proof says nothing of it; nothing where it cannot run."""
    if model is None:
        return
    try:
        prepared = prepare(model, vacuity=False)
        spec, instance = prepared.spec, prepared.instance
        broken = list(disjoint_quorums(spec, instance))
        if spec.axioms and ways_to_begin(spec, instance) <= MOST_CHOICES and not prepared.system.initial():
            broken.append(f"there is no initial state, since {without_initial_state(prepared)}")
    except (UserError, SpecError):
        return
    yield from (f"a proof says nothing of the model with {prepared.parameters.heading}: {entry}" for entry in broken)


def filtered(prepared: Prepared, found: int | None) -> str | None:
    """A clause on what the axioms leave of the initial states; None where there are no axioms.

    `found`: in how many ways a run can begin, None where not all are known."""
    spec = prepared.spec
    if not spec.axioms:
        return None
    said = f"the initial states are those that satisfy {listed(spec.axioms)}"
    if found is None:
        return said
    without_others = all(_is_only_assumed(action) for action in spec.initial)
    return f"{said}: {found:,}" + (f" of {ways_to_begin(spec, prepared.instance):,}" if without_others else "")


def _is_only_assumed(action: ir.Action) -> bool:
    """Is every choice of the parameters a way to begin, but for the axioms?"""
    drawn = any(not isinstance(parameter.domain, ir.AllOf) for parameter in action.parameters)
    guarded = any(
        isinstance(entry, ir.Branch) or (isinstance(entry, ir.Require) and entry.axiom is None) for entry in action.body
    )
    return not drawn and not guarded


def listed(entries: Sequence[ir.Property], kind: str = "axiom") -> str:
    """The axioms, or properties of another kind, by name."""
    return f"the {kind}{'' if len(entries) == 1 else 's'} " + ", ".join(f"`{entry.name}`" for entry in entries)


def _beginnings(prepared: Prepared, axioms: int) -> int:
    """In how many ways a run can begin, with so many of the axioms."""
    spec = prepared.spec
    left: set[str | None] = {axiom.name for axiom in spec.axioms[axioms:]}
    initial = tuple(replace(action, body=_without(action.body, left)) for action in spec.initial)
    alone = replace(spec, initial=initial, actions=())
    return len(compile_kernels(lower(alone), (), prepared.instance, prepared.layout).initial())


def _without(body: Sequence[ir.Statement], axioms: Collection[str | None]) -> tuple[ir.Statement, ...]:
    return tuple(entry for entry in body if not (isinstance(entry, ir.Require) and entry.axiom in axioms))


def ways_to_begin(spec: ir.Spec, instance: Instance) -> int:
    """How many choices of parameters the `@init`s have, with those that axioms exclude, and without what is drawn from
    a collection."""
    return sum(
        math.prod(
            instance.cardinality(parameter.type)
            for parameter in action.parameters
            if isinstance(parameter.domain, ir.AllOf) and instance.given(parameter.gives) is None
        )
        for action in spec.initial
    )
