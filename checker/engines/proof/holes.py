"""What a proof comes to without one lemma: a step that nothing else in it excludes."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from checker.core import ir
from checker.core.sketch import Need
from checker.engines.processors import processors
from checker.engines.proof.crew import results
from checker.engines.proof.obligations import Claim, Obligation, with_ints
from checker.frontend.lower import lower

if TYPE_CHECKING:
    from checker.engines.proof.cti import Counterexample


def counterexamples_without(
    spec: ir.Spec, lemmas: Sequence[str], needs: Sequence[Need], seconds: float
) -> dict[str, Counterexample | None]:
    """For each of these lemmas a counterexample to induction, in which all other claims hold at first.

    The spec has the claims of the proof alone.  The steps that need the lemma are looked at, for so many `seconds`.
    """
    started = time.monotonic()
    tasks = [partial(_without, spec, lemma, needs, seconds) for lemma in lemmas]
    found = dict(results(tasks, processors(), started + 2 * seconds * len(lemmas)))
    return {lemma: found.get(number) for number, lemma in enumerate(lemmas)}


def _without(spec: ir.Spec, lemma: str, needs: Sequence[Need], seconds: float) -> Counterexample | None:
    from checker.engines.proof.cti import find_counterexamples  # here, since this loads Z3

    lowered = lower(spec)
    failures = list(_open_without(lowered, lemma, needs))
    others = [entry for entry in spec.of_kind("lemma", "invariant") if entry.name != lemma]
    until = time.monotonic() + seconds
    found = find_counterexamples(lowered, failures, [*spec.axioms, *others], with_ints(lowered), until)
    return next(iter(found), None)


def _open_without(spec: ir.LoweredSpec, lemma: str, needs: Sequence[Need]) -> list[Obligation]:
    """The obligations that need the lemma; all that a claim has that follows from it."""
    claims = {entry.name: Claim(entry.name, entry) for entry in spec.source.properties}
    return [
        Obligation(claims[need.claim], action, initial=False)
        for need in needs if lemma in need.lemmas and need.claim != lemma
        for action in spec.actions
        if need.after == action.name
        or need.after is None and claims[need.claim].reads() & {name for name, _ in action.updates}
    ]
