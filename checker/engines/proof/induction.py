"""Proofs for every size: each lemma and invariant by induction, over the same representation as the search.

Obligations: a claim holds in every initial state; it holds after every action from a state in which all hypotheses
hold.  The hypotheses are the lemmas, and those invariants that do not follow from the others; one that does is proved
as a corollary, from the state alone.  What `unsat` was found for counts, and nothing else: a claim is proved when all
its obligations are, and with it all that its proofs used.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from checker.core import interruption, ir
from checker.core.errors import UserError, did_you_mean
from checker.core.model import Model
from checker.core.sketch import Need
from checker.core.verdict import Outcome, Verdict
from checker.engines.asked import number_of_seconds
from checker.engines.processors import processors
from checker.engines.proof.about import About
from checker.engines.proof.asking import Asking
from checker.engines.proof.crew import Beside, results
from checker.engines.proof.definedness import evaluations
from checker.engines.proof.dump import Dump, files
from checker.engines.proof.evaluating import Evaluating
from checker.engines.proof.listing import listed
from checker.engines.proof.look import Look, looked_at
from checker.engines.proof.naturals import infer_naturals
from checker.engines.proof.obligations import Claim, Obligation, Question, Result, asked_of, with_ints
from checker.engines.proof.smt.ladder import FIRST, PATIENT, POSSIBLE, QUICK, Ladder
from checker.engines.proof.trial import Trial, overruled, searched, trial, trial_at, unreached
from checker.engines.proof.trust import Trust, load_z3, trusted
from checker.engines.proof.verdicts import (
    CLAIMED, COROLLARY, DEFINED, Findings, Key, Ledger, key, nothing_to_prove, verdict_of,
)
from checker.frontend.lower import lower

SECONDS_FOR_COUNTEREXAMPLES = 60.0
A_PROCESS = 6
"""So many obligations are met by one process: always the same ones, so that a proof does not depend on their order."""


def prove(
    spec: ir.Spec,
    *,
    only: Collection[str] | None = None,
    seconds: float = 600.0,
    trust: Trust = "one",
    progress: Callable[[str], None] | None = None,
    small: Model | None = None,
    folder: Path | None = None,
    dump: Dump | None = None,
    look: Look | None = None,
) -> Verdict:
    """Tries to prove the invariants and step invariants of the spec (or those named in `only`) for every size.

    All lemmas are proved too, since they are assumed.  `seconds` limit the whole; `progress` hears of each claim.
    `small` is a model of the spec that is searched meanwhile: what is false in a state that can be reached comes back
    with a trace that leads there.  What is proved is kept in `folder` (None: nowhere), and not proved again where it is
    there.  The texts of all obligations go to `dump`.
    `look`: only some of the obligations are looked at, and nothing is proved by that alone.
    `trust`: is one solver enough for an obligation, or do two have to prove it, each time anew?
    Ctrl-C ends it early, with what was shown by then.  Raises `UserError` P001 for an unknown name in `only`, P002
    without Z3, P004 where cvc5 is needed and not there, and C030 for a time or a trust that is none.
    """
    induction = Induction(
        spec, only, seconds, trust=trust, progress=progress, small=small, folder=None if trust == "two" else folder,
        look=look,
    )
    if not induction.asking.kept.is_used:
        load_z3()
    try:
        verdict = induction.run()
        return verdict if dump is None else induction.dumped(verdict, dump)
    except (KeyboardInterrupt, Exception) as problem:
        if not interruption.is_behind(problem):
            raise
        interruption.take()
        verdict = induction.interrupted()
        return verdict if dump is None else replace(verdict, notes=(*verdict.notes, dump.abandoned()))
    finally:
        induction.end()


def claims_in(spec: ir.Spec, only: Collection[str] | None) -> list[ir.Property]:
    """The lemmas, and the invariants and step invariants, or those named in `only`.  Raises `UserError` P001."""
    every = spec.of_kind(*CLAIMED)
    for name in only or ():
        known = [entry.name for entry in every]
        if name not in known:
            raise UserError(
                "P001", f"{spec.name} has no invariant `{name}` to prove", spec.span,
                help=did_you_mean(name, known) or f"it has {', '.join(known) or 'none'}",
            )
    return [entry for entry in every if only is None or entry.kind == "lemma" or entry.name in only]


class Induction:
    """One run; its arguments are those of `prove`."""

    def __init__(
        self, spec: ir.Spec, only: Collection[str] | None, seconds: float, *, trust: Trust = "one",
        progress: Callable[[str], None] | None = None, small: Model | None = None, folder: Path | None = None,
        look: Look | None = None,
    ) -> None:
        self.spec = spec
        self.look = look
        self.lowered = lower(spec)
        self.until = time.monotonic() + number_of_seconds(seconds)
        self.claimed = claimed = claims_in(spec, only)
        self.trust = trusted(trust)
        self.progress: Callable[[str], None] = progress or (lambda line: None)
        self.small = small
        self.beside: Beside[Trial] | None = None
        self.found: Trial | None = None
        self.about: About | None = None
        self.ledger = Ledger(self.trust)
        self.hypotheses: list[ir.Property] = []
        self.base: list[ir.Property] = []
        self.follows: list[Question] = []
        self.findings = Findings()
        every = evaluations(self.lowered, claimed)
        self.evaluations = [entry for entry in every if self._is_wanted((entry.name, DEFINED))]
        self.naturals = with_ints(self.lowered)
        self.asking = Asking(self.lowered, self.naturals, self.trust, self.until, folder)

    def end(self) -> None:
        """Ends what is searched beside."""
        for search in (self.beside, self.about):
            if search is not None:
                search.end()

    def run(self) -> Verdict:
        """Tries to prove every claim, while a small model is searched; what that has shown overrules the rest."""
        if self.small is not None and self.claimed:
            lemma = self.look.lemma if self.look else None
            names = [entry.name for entry in self.claimed if lemma in (None, entry.name)]
            self.beside = Beside(partial(trial, self.small, names), self.until)
        verdict = self._tried()
        found = self.found
        is_proved = verdict.outcome in (Outcome.PROVED, Outcome.PARTLY_PROVED)
        if is_proved and not (found and found.refutes) or self.small is None or found is None:
            return verdict
        if found.refutes:
            return self._overruled(verdict, found)
        notes = [searched(found)]
        for entry in self.findings.counterexamples:
            if entry.trace is verdict.trace:
                self.progress("whether the first state can be reached")
                found = trial_at(self.small, self.spec, entry.instance, entry.failure.claim.name)
                if found.refutes:
                    return self._overruled(verdict, found)
                notes.append(unreached(found))
        return replace(verdict, notes=(*verdict.notes, *notes))

    def _overruled(self, verdict: Verdict, found: Trial) -> Verdict:
        return overruled(verdict, found, names_error=bool(self.findings.undefined))

    def _tried(self) -> Verdict:
        """What induction says of the claims."""
        starts = [self.asking.ask(Question(None, action, None), POSSIBLE) for action in self.lowered.initial]
        if all(start.answer == "proved" for start in starts):
            return nothing_to_prove(self.spec, self.claimed)
        self.progress("that ints are at least 0")
        of_states = [entry for entry in self.claimed if entry.kind != "step invariant"]
        infer_naturals(self.naturals, [*self.spec.axioms, *of_states], self.ledger, self._obligations, self.asking.ask)
        hypotheses = self.hypotheses = self._hypotheses()
        if self.look is None:
            self.about = About(self.asking, self.claimed, hypotheses)
        self._oblige(self._wanted(), hypotheses, QUICK)
        self._derive_failures(QUICK)
        self._evaluate(hypotheses)
        self.found = self.beside.news(wait=bool(self.ledger.failures or self.ledger.gaps)) if self.beside else None
        if self.about is not None and (self.ledger.failures or self.ledger.gaps):
            self.about.end()
        self._refute(hypotheses)
        verdict = self._verdict()
        if verdict.outcome is not Outcome.PROVED or self.about is None:
            return verdict
        self.progress("whether what is proved is about something")
        notes = tuple(self.about.notes())
        self.asking.kept.is_proved()
        return replace(verdict, notes=(*verdict.notes, *notes))

    def _refute(self, hypotheses: Sequence[ir.Property]) -> None:
        """Looks for counterexamples to what has no proof; what has neither is given more time for both.

        Nothing is looked for where a search has shown a claim to be false.  After an action that is known to err from a
        state with the hypotheses no claim is looked at: the error is first.
        """
        until = min(self.until, time.monotonic() + SECONDS_FOR_COUNTEREXAMPLES)
        self._find_counterexamples(hypotheses, until)
        refuted = {self._false, *(entry.failure.claim.name for entry in self.findings.counterexamples)}
        self._try_again(refuted, hypotheses, PATIENT)
        if not self.findings.counterexamples and not self.findings.undefined and self._false is None:
            self._find_counterexamples(hypotheses, self.until, beyond=True)

    @property
    def _false(self) -> str | None:
        """The claim that the search beside has shown to be false, if it has."""
        found = self.found
        return found.verdict.trace.shows if found and found.refutes and found.verdict.trace else None

    def _find_counterexamples(self, hypotheses: Sequence[ir.Property], until: float, *, beyond: bool = False) -> None:
        """Also to what only one of two solvers proves, which would show that one to be wrong; but not `beyond`."""
        failures = [
            failure for failure in self.ledger.failures
            if failure.action.name not in self.findings.erring and failure.claim.name != self._false
            and not (beyond and self.ledger.proved_by(key(failure)))
        ]
        if failures:
            from checker.engines.proof.cti import find_counterexamples  # here, since this loads Z3

            # of a claim one is enough, but for who looks at each of its obligations
            for sought in [failures] if self.look is None else [[failure] for failure in failures]:
                self.findings.counterexamples += find_counterexamples(
                    self.lowered, sought, hypotheses, self.naturals, until, beyond=beyond, progress=self.progress
                )

    def _evaluate(self, hypotheses: Sequence[ir.Property]) -> None:
        """Shows that no evaluation is an error, or looks for states in which one is."""
        evaluating = Evaluating(self.asking, self.ledger, self.findings, hypotheses)
        evaluating.show(self.evaluations, self._tell)
        if self.ledger.gaps:
            evaluating.close_gaps(min(self.until, time.monotonic() + SECONDS_FOR_COUNTEREXAMPLES))

    def interrupted(self) -> Verdict:
        """What was shown until now: whatever has no proof counts as without one, also where none was tried."""
        ledger = self.ledger
        self.until = time.monotonic()
        left = self._wanted()
        left += [entry for name in self.naturals for entry in self._obligations(Claim(name, None))]
        ledger.failures = [obligation for obligation in left if key(obligation) not in ledger.proved]
        ledger.obligations |= {key(obligation) for obligation in left}
        ledger.fill(self.evaluations)
        verdict = self._verdict()
        left = sum(entry.outcome is not Outcome.PROVED for entry in verdict.obligations)
        message = f"stopped by hand: {left} of {len(verdict.obligations)} obligations were left"
        return replace(verdict, outcome=Outcome.INTERRUPTED, message=message)

    def dumped(self, verdict: Verdict, dump: Dump) -> Verdict:
        """The verdict, once all obligations are written."""
        wanted = [entry for entry in sorted(self.ledger.obligations) if self._is_wanted(entry)]
        written = dump.write(files(self.asking.theory, self.claimed, wanted, self.evaluations, self.ledger))
        return replace(verdict, notes=(*verdict.notes, written))

    def _verdict(self) -> Verdict:
        every = listed(self.spec, self.claimed, self.evaluations, self.ledger, self.findings)
        look = self.look
        obligations = tuple(entry for entry in every if look is None or look.shows(entry))
        verdict = verdict_of(self.spec, self.claimed, self.ledger, self.findings, obligations)
        return verdict if look is None else self._looked_at(verdict, look)

    def _looked_at(self, verdict: Verdict, look: Look) -> Verdict:
        """The verdict on a part of the proof, with what each proof needs."""
        asked = {(a.claim.name, a.action.name if a.action else COROLLARY): a for a in self.questions() if a.claim}
        proved = [a for at, a in asked.items() if look.covers(at) and at in self.ledger.proved]
        needs: list[Need] = []
        if proved:
            from checker.engines.proof.cores import needs_behind  # here, since this loads Z3

            self.progress("what the proofs need")
            needs += needs_behind(self.asking, proved, self.until, together=1, ladder=FIRST)
        assumed = {at: self._assumed(a.hypotheses) for at, a in asked.items()}
        assumed |= {(e.name, DEFINED): self._assumed(self.hypotheses) for e in self.evaluations if not e.initial}
        return looked_at(verdict, look, self.spec, self.findings, assumed, needs)

    def _assumed(self, hypotheses: Sequence[ir.Property] | None) -> list[str]:
        return [*(entry.name for entry in hypotheses or ()), *self.naturals]

    def questions(self) -> Iterator[Question]:
        """What a proof has answered of the claims: which follow from others, and which are kept by a step."""
        yield from self.follows
        for claim in self._claims():
            for obligation in self._obligations(claim):
                if not obligation.initial:
                    yield asked_of(obligation, self.hypotheses)

    def _is_wanted(self, obligation: Key) -> bool:
        return self.look is None or self.look.covers(obligation)

    def _wanted(self) -> list[Obligation]:
        """What is to be shown by induction, as far as it is looked at."""
        every = [entry for claim in self._claims() for entry in self._obligations(claim)]
        return [entry for entry in every if self._is_wanted(key(entry))]

    def _claims(self) -> list[Claim]:
        """What is shown by induction: all but the corollaries, as far as these are known."""
        return [Claim(entry.name, entry) for entry in self.claimed if entry not in self.ledger.corollaries]

    def _try_again(self, refuted: Collection[str | None], hypotheses: Sequence[ir.Property], ladder: Ladder) -> None:
        """Gives more time to what has neither a proof nor a counterexample."""
        failures, erring = self.ledger.failures, self.findings.erring
        again = [
            failure for failure in failures if failure.claim.name not in refuted and failure.action.name not in erring
        ]
        self.ledger.failures = [failure for failure in failures if failure not in again]
        self._oblige(again, hypotheses, ladder)

    def _hypotheses(self) -> list[ir.Property]:
        """What may be assumed before a step: lemmas, and invariants that do not follow from the other hypotheses.

        Among them are lemmas that follow from the others, which hold after a step because these do.  Each claim is
        tried against what is left of the others, so that no two are taken to follow from each other; of lemmas the
        last one first, so that each may rest on those before it.  The axioms come first, which no step can change.
        """
        base = [entry for entry in self.claimed if entry.kind != "step invariant"]
        for entry in [entry for entry in base if entry.kind == "invariant"]:
            base = self._derived(entry, base, QUICK if entry.support_after(None) else FIRST)
        self.base = base
        for entry in [entry for entry in reversed(base) if entry.kind == "lemma" and entry.support_after(None)]:
            self.base = self._derived(entry, self.base, QUICK)
        return [*self.spec.axioms, *base]

    def _derived(self, entry: ir.Property, base: list[ir.Property], ladder: Ladder) -> list[ir.Property]:
        """What is left of `base` that other claims may follow from: without the claim, if it follows from the rest."""
        others = [other for other in base if other is not entry]
        asked = Question(Claim(entry.name, entry), None, [*self.spec.axioms, *others])
        result = self.asking.ask(asked, ladder)
        if result.answer != "proved":
            self.ledger.doubt((entry.name, COROLLARY), result)
            return base
        self.ledger.corollaries.append(entry)
        self.follows.append(asked)
        self.ledger.enter((entry.name, COROLLARY), result)
        return others

    def _derive_failures(self, ladder: Ladder) -> None:
        """What some action may not keep, for all that is known, is proved where it follows from the others."""
        for name in sorted(self.ledger.failed):
            for entry in [entry for entry in self.base if entry.name == name]:
                left = self._derived(entry, self.base, ladder)
                if left is not self.base:
                    self.base = left
                    self.ledger.forget(name)

    def _obligations(self, claim: Claim) -> Iterator[Obligation]:
        reads = claim.reads()
        is_step = claim.property is not None and claim.property.kind == "step invariant"
        if not is_step:
            yield from (Obligation(claim, action, initial=True) for action in self.lowered.initial)
        for action in self.lowered.actions:
            # an action that changes nothing that the claim reads keeps it, for it is among the hypotheses
            if is_step or reads & {name for name, _ in action.updates}:
                yield Obligation(claim, action, initial=False)

    def _oblige(self, obligations: Sequence[Obligation], hypotheses: Sequence[ir.Property], ladder: Ladder) -> None:
        """Tries to meet obligations, some in a process; those that the time does not suffice for have no proof."""
        self.ledger.obligations |= set(map(key, obligations))
        left: list[Obligation] = []
        for obligation in obligations:
            kept = self.asking.kept.found(asked_of(obligation, hypotheses), ladder)
            if kept is None:
                left.append(obligation)
            else:
                self._enter([(obligation, kept)])
        parts = [left[start : start + A_PROCESS] for start in range(0, len(left), A_PROCESS)]
        asking, proved_by = self.asking, self.ledger.proved_by
        # the theory is made here, if at all, so that every process has it
        tasks = [
            partial(asking.answers, asking.theory, part, [proved_by(key(each)) for each in part], hypotheses, ladder)
            for part in parts
        ]
        waiting: dict[int, Sequence[Result]] = {}
        try:
            self._tell_part(parts, waiting)
            for number, answers in results(tasks, processors(), self.until, again=lambda n: tasks[n](apart=True)):
                waiting[number] = answers
                self._tell_part(parts, waiting)
                for obligation, result in zip(parts[number], answers, strict=True):
                    asking.keep(asked_of(obligation, hypotheses), ladder, result)
        finally:  # Ctrl-C, too, leaves what was proved; in the order of the obligations, whichever came first
            for number in sorted(waiting):
                self._enter(zip(parts[number], waiting[number], strict=True))
        self.ledger.failures += [entry for entry in obligations if key(entry) not in self.ledger.proved]

    def _tell_part(self, parts: Sequence[Sequence[Obligation]], done: Mapping[int, Sequence[Result]]) -> None:
        at = next((part[0] for number, part in enumerate(parts) if number not in done), None)
        if at is not None:
            self._tell(f"`{at.claim.name}` after {at.action.name}", sum(map(len, done.values())))

    def _tell(self, at: str, more: int = 0) -> None:
        """Tells what is being proved, and how many obligations are done: those with a proof, and `more` of them."""
        done = len(self.ledger.proved) + len(self.ledger.defined) + more
        total = len(self.ledger.obligations) + len(self.evaluations)
        self.progress(f"{done} of {total} obligations done, now {at}")

    def _enter(self, found: Iterable[tuple[Obligation, Result]]) -> None:
        for obligation, result in found:
            self.ledger.enter(key(obligation), result)
