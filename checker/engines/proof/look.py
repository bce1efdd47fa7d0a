"""A look at some obligations of a proof while it is developed, each with what its proof needs.

What they assume is not shown then, so that all of them are proved says nothing of a run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from checker.core import ir
from checker.core.errors import UserError, did_you_mean
from checker.core.sketch import Need
from checker.core.structs import struct
from checker.core.verdict import ObligationResult, Outcome, PropertyResult, Verdict
from checker.engines.proof.verdicts import CLAIMED, COROLLARY, DEFINED, Findings, Key

QUORUMS_INTERSECT = "quorums intersect"
"""Stands in a core beside the names of hypotheses."""


@struct
class Look:
    """The obligations of a claim, those after an action, or those of the claim after the action."""

    lemma: str | None
    after: str | None

    def covers(self, obligation: Key) -> bool:
        """Is the obligation looked at?"""
        name, action = obligation
        if action == DEFINED:
            return None in (self.lemma, self.after) and name in (self.lemma, self.after)
        if action == COROLLARY:
            return name == self.lemma
        return self.lemma in (None, name) and self.after in (None, action)

    def shows(self, entry: ObligationResult) -> bool:
        """Is what came of an obligation looked at?  What is inferred of ints is none of the spec's claims."""
        return entry.kind != "ints" and self.covers(_key(entry))

    @property
    def words(self) -> str:
        """What is looked at: `safe_at` after propose."""
        claim = f"`{self.lemma}`" if self.lemma else "what is claimed"
        return f"{claim} after {self.after}" if self.after else claim


def look_at(spec: ir.Spec, lemma: str | None, after: str | None) -> Look | None:
    """A look at the obligations of a claim, after an action; None for the whole proof.

    Raises `UserError` P001 for a name that the spec does not have."""
    claims = [entry.name for entry in spec.of_kind(*CLAIMED)]
    actions = [entry.name for entry in (*spec.initial, *spec.actions)]
    if lemma is not None and lemma not in claims:
        raise _unknown(spec, "lemma and no invariant", lemma, claims, actions, "--after-action")
    if after is not None and after not in actions:
        raise _unknown(spec, "action", after, actions, claims, "--lemma")
    return None if lemma is None and after is None else Look(lemma, after)


def _unknown(
    spec: ir.Spec, kind: str, name: str, known: Sequence[str], others: Sequence[str], option: str
) -> UserError:
    help = f"it has {', '.join(known) or 'none'}"
    if name in others:
        help = f"of this name it has {'an action' if option == '--after-action' else 'a property'}: {option} {name}"
    return UserError("P001", f"{spec.name} has no {kind} `{name}`", spec.span, help=did_you_mean(name, known) or help)


def looked_at(
    verdict: Verdict, look: Look, spec: ir.Spec, findings: Findings, hypotheses: Mapping[Key, Sequence[str]],
    needs: Sequence[Need],
) -> Verdict:
    """The verdict, as one on the obligations alone that are looked at."""
    cores = {(need.claim, need.after or COROLLARY): _core(need) for need in needs}
    obligations = tuple(
        replace(entry, hypotheses=tuple(assumed), core=cores.get(_key(entry)) if assumed else ())
        for entry in verdict.obligations for assumed in [hypotheses.get(_key(entry), ())]
    )
    verdict = replace(verdict, obligations=obligations, properties=tuple(_rows(spec, obligations, findings)))
    notes = [note for note in verdict.notes if not note.startswith("not attempted: ")]
    if verdict.outcome is not Outcome.PROVED:
        return replace(verdict, notes=tuple(notes))
    return replace(verdict, outcome=Outcome.PARTLY_PROVED, message=_message(look, obligations), notes=tuple(notes))


def _key(entry: ObligationResult) -> Key:
    return entry.name, entry.action or (COROLLARY if entry.obligation == "follows" else DEFINED)


def _core(need: Need) -> tuple[str, ...]:
    return (*need.lemmas, *need.naturals, *([QUORUMS_INTERSECT] if need.quorums else []))


def _message(look: Look, obligations: Sequence[ObligationResult]) -> str:
    if not obligations:
        return f"there is nothing to show of {look.words}: nothing that it reads is changed there"
    many = len(obligations)
    proved = "this obligation is proved" if many == 1 else f"these {many} obligations are proved"
    return f"{proved}, from hypotheses which are not proved here: that alone says nothing of a run"


def _rows(spec: ir.Spec, obligations: Sequence[ObligationResult], findings: Findings) -> Iterator[PropertyResult]:
    """A row for each claim that is looked at, and for each action of which it is asked whether it can be an error."""
    kinds = {entry.name: entry.kind for entry in spec.properties}
    for name in dict.fromkeys(entry.name for entry in obligations):
        outcomes = {entry.outcome for entry in obligations if entry.name == name}
        outcome = next(
            (worst for worst in (Outcome.NOT_INDUCTIVE, Outcome.UNKNOWN) if worst in outcomes), Outcome.PARTLY_PROVED
        )
        fails = [entry.failure for entry in findings.counterexamples if entry.failure.claim.name == name]
        detail = f"fails after {', '.join(failure.action.name for failure in fails)}" if fails else ""
        yield PropertyResult(kinds.get(name, "definedness"), name, outcome, detail)
