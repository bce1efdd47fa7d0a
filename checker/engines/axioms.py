"""What the axioms of a spec say of one model: which are false there, and how many initial states they leave."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from checker.core import ir
from checker.core.instance import Instance
from checker.engines.interpreter.evaluate import Environment, truth
from checker.engines.kernels import compile_kernels
from checker.engines.prepare import Prepared
from checker.engines.system import SpecError
from checker.frontend.lower import lower

MOST_CHOICES = 100_000
"""Ways to begin, without the axioms, that are counted."""


def false_axioms(spec: ir.Spec, instance: Instance) -> list[ir.Property]:
    """The axioms about sorts, quorums and constants alone that are false in the instance."""
    return [
        axiom for axiom in spec.axioms
        if not any(isinstance(part, ir.Variable) for part in ir.walk(axiom.formula))
        and not truth(axiom.formula, Environment(instance, {}))
    ]


def without_initial_state(prepared: Prepared) -> str:
    """Why there is none: the axioms exclude all, as far as there are any."""
    false = false_axioms(prepared.spec, prepared.instance)
    if false:
        verb = "is" if len(false) == 1 else "are"
        return f"{listed(false)} {verb} false for the sizes, quorums and constants of this model"
    axioms = prepared.spec.axioms
    return f"nothing that an `@init` can choose satisfies {listed(axioms)}" if axioms else ""


def filtered(prepared: Prepared) -> str | None:
    """A clause on how many initial states satisfy the axioms; None where there are no axioms, or too many states."""
    spec = prepared.spec
    if not spec.axioms:
        return None
    said = f"the initial states are those that satisfy {listed(spec.axioms)}"
    initial = tuple(replace(action, body=_without_axioms(action.body)) for action in spec.initial)
    every = replace(spec, initial=initial, actions=())
    if ways_to_begin(spec, prepared.instance) > MOST_CHOICES:
        return said
    try:
        choices = compile_kernels(lower(every), (), prepared.instance, prepared.layout).initial()
        return f"{said}: {len(prepared.system.initial()):,} of {len(choices):,}"
    except SpecError:  # which the verdict is about
        return said


def listed(axioms: Sequence[ir.Property]) -> str:
    """The axioms by name."""
    return ("the axiom " if len(axioms) == 1 else "the axioms ") + ", ".join(f"`{axiom.name}`" for axiom in axioms)


def _without_axioms(body: Sequence[ir.Statement]) -> tuple[ir.Statement, ...]:
    return tuple(entry for entry in body if not isinstance(entry, ir.Require) or entry.axiom is None)


def ways_to_begin(spec: ir.Spec, instance: Instance) -> int:
    """How many choices of parameters the `@init`s have, with those that axioms exclude, and without what is drawn from
    a collection."""
    return sum(
        math.prod(
            instance.cardinality(parameter.type)
            for parameter in action.parameters
            if isinstance(parameter.domain, ir.AllOf)
        )
        for action in spec.initial
    )
