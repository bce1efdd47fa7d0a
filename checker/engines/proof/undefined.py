"""States in which an evaluation is an error though all lemmas hold, looked for in instances of growing size.

Like every counterexample to induction such a state need not be reachable, and it is believed only when the interpreter
meets an error there.  What goes wrong in an `@init` is an error of the spec.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

from checker.core import ir
from checker.core.errors import UserError
from checker.core.instance import Instance
from checker.core.structs import struct
from checker.core.trace import Label, Step, Trace
from checker.core.values import State
from checker.engines.axioms import MOST_CHOICES, ways_to_begin
from checker.engines.interpreter.interpreter import Interpreter
from checker.engines.proof.cti import ASSUMED, Search, as_initially, described, find_counterexamples
from checker.engines.proof.definedness import Gap
from checker.engines.proof.obligations import Claim, Obligation, variables_in
from checker.engines.proof.smt.instances import growing_instances
from checker.engines.proof.trial import ABOUT_VALUES


@struct
class Undefined:
    """A gap, shown by an instance, by a trace to where the evaluation is an error, and by that error.

    There is no trace to an error in an `@init`."""

    gap: Gap
    instance: Instance
    trace: Trace | None
    error: UserError | None


def find_undefined(
    spec: ir.LoweredSpec, gaps: Sequence[Gap], hypotheses: Sequence[ir.Property], naturals: Sequence[str], until: float
) -> Iterator[Undefined]:
    """For each gap that has one within the time, an error in the smallest instance in which there is any.

    A lemma whose own evaluation is the error cannot hold in such a state; the others do."""
    found: set[int] = set()
    of_states = [gap for gap in gaps if gap.evaluation.claim.kind != "step invariant"]
    for gap in gaps:
        if gap not in of_states:
            yield from _in_a_step(spec, gap, hypotheses, naturals, until)
    for instance in growing_instances(spec.source, naturals):
        left = [gap for gap in of_states if id(gap) not in found]
        if not left or time.monotonic() > until:
            break
        search = Search(spec, instance, hypotheses, naturals, until)
        for gap in left:
            others = [entry for entry in hypotheses if entry is not gap.evaluation.owner]
            searched = search if len(others) == len(hypotheses) else Search(spec, instance, others, naturals, until)
            candidate = searched.state_without(gap.evaluation.claim.formula)
            undefined = None if candidate is None else _confirmed(spec.source, gap, others, *candidate)
            if undefined is not None:
                found.add(id(gap))
                yield undefined


def _in_a_step(
    spec: ir.LoweredSpec, gap: Gap, hypotheses: Sequence[ir.Property], naturals: Sequence[str], until: float
) -> Iterator[Undefined]:
    claim = gap.evaluation.claim
    failures = [Obligation(Claim(claim.name, claim), action, initial=False) for action in spec.actions]
    for counterexample in find_counterexamples(spec, failures, hypotheses, naturals, until):
        trace = replace(counterexample.trace, shows=None)
        yield Undefined(gap, counterexample.instance, trace, None)
        return


def _confirmed(
    spec: ir.Spec, gap: Gap, hypotheses: Sequence[ir.Property], instance: Instance, state: State
) -> Undefined | None:
    error = _error(spec, gap, instance, state)
    if error is None or error.code not in ABOUT_VALUES:
        return None
    if gap.evaluation.initial:
        return Undefined(gap, instance, None, error)
    try:
        if not all(Interpreter(spec, instance).holds(entry, state) for entry in hypotheses):
            return None
    except UserError:
        return None
    steps = (Step(Label(ASSUMED), state),)
    kept = as_initially(spec, instance, steps, variables_in(gap.evaluation.claim.formula))
    trace = Trace("counterexample to induction", spec.name, described(instance), None, steps, kept)
    return Undefined(gap, instance, trace, error)


def _error(spec: ir.Spec, gap: Gap, instance: Instance, state: State) -> UserError | None:
    """What the interpreter says of the evaluation, if it is an error."""
    owner = gap.evaluation.owner
    try:
        if isinstance(owner, ir.Property):
            interpreter = Interpreter(spec, instance)
            is_step = owner.kind == "step invariant"
            for after in [step.state for step in interpreter.steps(state)[0]] if is_step else [None]:
                interpreter.holds(owner, state, after)
        elif gap.evaluation.initial and ways_to_begin(spec, instance) > MOST_CHOICES:
            return None
        elif gap.evaluation.initial:
            initial = tuple(action for action in spec.initial if action.name == owner.name)
            Interpreter(replace(spec, initial=initial), instance).initial()
        else:
            actions = tuple(action for action in spec.actions if action.name == owner.name)
            Interpreter(replace(spec, actions=actions), instance).steps(state)
    except UserError as error:
        return error
    return None
