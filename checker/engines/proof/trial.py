"""A search of a small model beside a proof, since what is false in a reachable state needs no proof of its own.

A lemma that fails there is no lemma, and comes back with a trace that begins in an initial state.  So does a
counterexample to induction whose first state can be reached; where the search of its size comes to an end without
one, that state cannot, and a lemma is missing.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from checker.core import ir
from checker.core.errors import UserError
from checker.core.instance import Instance
from checker.core.model import Model
from checker.core.structs import struct
from checker.core.verdict import Outcome, Verdict
from checker.engines.axioms import ways_to_begin
from checker.engines.finished import count_of_states
from checker.engines.prepare import typed
from checker.engines.run import check
from checker.frontend.lint import disjoint_quorums
from checker.frontend.small import model_at

STATES = 100_000
"""About so many states are explored, which takes seconds."""
MEMORY = 1 << 28
"""In bytes."""
ABOUT_VALUES = ("R001", "R002", "R003", "R004", "R006")
"""The errors that do not depend on the bounds of a model alone."""


@struct
class Trial:
    """What a search of a small model came to; `sizes` are those of the model, in words.

    There is no `instance` where the search could not begin; then the verdict says why."""

    verdict: Verdict
    instance: Instance | None
    sizes: str

    @property
    def refutes(self) -> bool:
        """Is there a trace from an initial state to a violation, or to an error that no wider bounds can mend?"""
        verdict = self.verdict
        errs = verdict.outcome is Outcome.ERROR and any(f"error[{code}]" in verdict.message for code in ABOUT_VALUES)
        return verdict.trace is not None and (errs or verdict.outcome is Outcome.VIOLATED)


def trial(model: Model, check_only: Collection[str]) -> Trial:
    """Explores a small model for violations of the properties named."""
    try:
        model = replace(model, check=tuple(check_only), expect=None)
        spec, instance, _ = typed(model)
        if ways_to_begin(spec, instance) > STATES:
            message = "it can begin in too many ways"
            return Trial(Verdict(Outcome.ERROR, model.spec.__name__, "", message), None, "")
        for broken in disjoint_quorums(spec, instance):
            return Trial(Verdict(Outcome.ERROR, model.spec.__name__, "", broken), None, "")
        verdict = check(model, max_states=STATES, workers=1, memory=MEMORY)
    except UserError as error:
        return Trial(Verdict(Outcome.ERROR, model.spec.__name__, "", error.message), None, "")
    assert verdict.parameters is not None
    sizes = ", ".join(filter(None, (verdict.parameters.heading, verdict.parameters.limits)))
    return Trial(verdict, instance, sizes)


def trial_at(model: Model, spec: ir.Spec, instance: Instance, claim: str) -> Trial:
    """The same for one property, at the sizes of a counterexample to induction."""
    return trial(model_at(model, spec, instance, [claim]), [claim])


def overruled(verdict: Verdict, found: Trial, *, names_error: bool) -> Verdict:
    """The verdict of a proof, where a search has a trace from an initial state: to a violation, or to an error, which
    the verdict perhaps names already."""
    searched, trace = found.verdict, found.verdict.trace
    assert trace is not None
    wrong = trace.shows
    kinds = {entry.name: entry.kind for entry in verdict.properties}
    if searched.outcome is Outcome.ERROR:
        message = f"{verdict.message}; an error can be reached" if names_error else searched.message
    elif wrong is None:
        message = searched.message
    else:
        kind = kinds.get(wrong, "claim")
        message = f"the {kind} `{wrong}` is false in a state that can be reached, so there is no proof of it"
    properties = tuple(
        replace(entry, outcome=Outcome.VIOLATED, detail="false in a state that can be reached")
        if entry.name == wrong and searched.outcome is Outcome.VIOLATED else entry
        for entry in verdict.properties
    )
    return replace(
        verdict, outcome=searched.outcome, message=f"{message} (a search of {found.sizes} found this trace)",
        properties=properties, trace=replace(trace, model=found.sizes), instance=found.instance,
    )


def searched(found: Trial) -> str:
    """What a search that refuted nothing has explored."""
    statistics = found.verdict.statistics
    if statistics is None or not statistics.states or found.verdict.outcome is Outcome.ERROR:
        return f"no small model was searched: {_first_line(found.verdict.message)}"
    part = ", not all," if statistics.queue else ""
    return f"none of it is false in {count_of_states(statistics)}{part} of a small model: {found.sizes}"


def _first_line(message: str) -> str:
    """What an error says, without its place in the text and advice on models."""
    return message.partition("\n")[0]


def unreached(found: Trial) -> str:
    """What a search at the sizes of a counterexample to induction says of its first state."""
    statistics = found.verdict.statistics
    if statistics is None:
        return f"whether the first state of the trace can be reached was not searched: {found.verdict.message}"
    states = count_of_states(statistics)
    if statistics.queue:
        return f"whether the first state of the trace can be reached is open: it is none of {states} that were searched"
    if statistics.cut:
        return (
            f"the first state of the trace is none of the {states} that can be reached within the bounds of its size "
            f"({found.sizes}): a lemma is missing, too weak, or false at larger sizes, or a way leads beyond "
            "these bounds"
        )
    return (
        f"the first state of the trace cannot be reached: it is none of the {states} of its size; a lemma is missing, "
        "too weak, or false at larger sizes"
    )
