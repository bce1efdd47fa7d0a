"""The obligations of a proof, one by one, with what came of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from checker.core import ir
from checker.core.verdict import ObligationResult, Outcome
from checker.engines.proof.definedness import Evaluation
from checker.engines.proof.obligations import Result
from checker.engines.proof.verdicts import COROLLARY, Findings, Ledger


def listed(
    spec: ir.Spec, claimed: Sequence[ir.Property], evaluations: Sequence[Evaluation], ledger: Ledger, findings: Findings
) -> Iterator[ObligationResult]:
    """Those of each claim in their order, then those of the ints, and what is evaluated."""
    kinds = {entry.name: entry.kind for entry in claimed}
    places = {name: place for place, name in enumerate([*(each.name for each in claimed), *ledger.naturals])}
    actions = {action.name: place for place, action in enumerate((*spec.initial, *spec.actions))}
    initial = {action.name for action in spec.initial}
    refuted = {(entry.failure.claim.name, entry.failure.action.name) for entry in findings.counterexamples}
    found = sorted(ledger.obligations, key=lambda each: (places.get(each[0], len(places)), actions.get(each[1], -1)))
    for name, action in found:
        obligation = "follows" if action == COROLLARY else "initially" if action in initial else "step"
        result = ledger.proved.get((name, action)) or ledger.left.get((name, action))
        outcome = Outcome.NOT_INDUCTIVE if (name, action) in refuted else _outcome(result)
        after = None if action == COROLLARY else action
        yield _entry(kinds.get(name, "ints"), name, obligation, after, outcome, result)
    wrong = {entry.gap.evaluation.name for entry in findings.undefined}
    for evaluation in evaluations:
        owner = evaluation.owner
        kind, name = owner.kind if isinstance(owner, ir.Property) else "action", evaluation.name
        result = ledger.defined.get(name) or ledger.undefined.get(name)
        outcome = Outcome.NOT_INDUCTIVE if name in wrong else _outcome(result)
        yield _entry(kind, name, "no error", None, outcome, result)


def _outcome(result: Result | None) -> Outcome:
    return Outcome.PROVED if result is not None and result.answer == "proved" else Outcome.UNKNOWN


def _entry(
    kind: str, name: str, obligation: str, action: str | None, outcome: Outcome, result: Result | None
) -> ObligationResult:
    result = result or Result("unknown")
    return ObligationResult(
        kind, name, obligation, action, outcome, result.used, result.rung, result.seconds, result.kept
    )
