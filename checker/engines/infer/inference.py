"""Lemmas that make a proof go through, found among candidates: what is false in a state that can be reached is none,
and of the others those are taken that exclude counterexamples to induction, one after the other.

A counterexample to induction is a step from a state in which all claims hold.  Where a candidate is false in that
state, it becomes a claim.  Where none is, the state cannot be excluded, so what fails after the step cannot be shown:
a candidate that does is removed, and so is each one that is false after the step.  When no instance at hand has a
counterexample any more, the lemmas are written down, and proved for every size as they stand there.  So what is told
rests on the proof alone, and not on how the lemmas were found.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import Path

from checker.core import interruption, ir
from checker.core.instance import Instance
from checker.core.structs import struct
from checker.core.verdict import Outcome, PropertyResult, Verdict
from checker.engines.asked import number_of_seconds
from checker.engines.infer.candidates import STAGES, Candidates, Stage
from checker.engines.infer.proving import MOST_REASONS, Open, Proving
from checker.engines.infer.sample import Sample, samples
from checker.engines.infer.steps import Found, Steps
from checker.engines.infer.wording import Written, methods_text, module_text, written
from checker.engines.proof.induction import claims_in, prove
from checker.engines.proof.obligations import with_ints
from checker.engines.proof.trial import overruled, trial
from checker.frontend.load import Proof, claims_of
from checker.frontend.lower import lower
from checker.frontend.small import small_model
from checker.frontend.written import names_seen, with_methods

MOST_FAILING = 2
"""Of so many claims that fail after a step, a reason is looked for."""
PART_FOR_REASONS = 0.2
"""So much of the time is for them, of one step."""
PART_FOR_OTHER_SIZES = 0.05
"""So much of the time is for one look for a counterexample in other instances than those at hand."""
SECONDS_AT_THE_END = 10.0
"""Are kept for the last one."""

MOST_BITS = 72
"""Counterexamples are looked for in instances whose states have so many bits at most, and where a proof meets one."""


@struct
class Inferred:
    """What came of it: `verdict` is about the spec with the lemmas.

    `methods`: the lemmas and their helpers, as they are pasted into a class.  `module`: the same as a file of its own.
    """

    verdict: Verdict
    spec: ir.Spec
    lemmas: tuple[str, ...] = ()
    methods: str = ""
    module: str = ""


def infer(
    proof: Proof, *, only: Collection[str] | None = None, seconds: float = 120.0,
    progress: Callable[[str], None] | None = None, folder: Path | None = None,
) -> Inferred:
    """Looks for lemmas with which the invariants of a spec (or those named in `only`) are proved for every size.

    The lemmas that the spec has are used, and have to be proved too.  `seconds` limit the whole; `progress` hears what
    is done; what is proved is kept in `folder` (None: nowhere).  An invariant that is false in a small model comes back
    with the trace.  Ctrl-C ends it early, with what was found by then.  Raises `UserError` P001 for an unknown name in
    `only`, P002 without Z3, and C030 for a time that is none.
    """
    return Inference(proof, only, number_of_seconds(seconds), progress or (lambda line: None), folder).run()


class Inference:
    """One run; its arguments are those of `infer`."""

    def __init__(
        self, proof: Proof, only: Collection[str] | None, seconds: float, progress: Callable[[str], None],
        folder: Path | None,
    ) -> None:
        self.proof = proof
        self.seconds = seconds
        self.until = time.monotonic() + seconds
        self.progress = progress
        self.folder = folder
        self.spec = proof.typed()
        self.lowered = lower(self.spec)
        self.goals = claims_in(self.spec, claims_of(proof.spec) if only is None else only)
        self.samples: list[Sample] = []
        self.candidates = Candidates(proof, self.spec, self.samples)
        self.taken: list[str] = []
        self.instances: list[Instance] = []
        self.steps: list[Steps] = []
        self.tried: list[Stage] = []
        self.written: list[Written] = []
        self.proving = Proving(self.lowered, self._until())

    def run(self) -> Inferred:
        """Looks for lemmas, from plain templates to rich ones."""
        small = small_model(self.proof, self.spec)
        if small is None:
            message = "no small model can be made: a sort stands in none of the modules of the spec"
            return Inferred(self._unknown(Outcome.UNKNOWN, message), self.spec)
        self.progress("whether the invariants are true in a small model")
        found = trial(small, [entry.name for entry in self.goals])
        if found.refutes:
            verdict = overruled(self._unknown(Outcome.UNKNOWN, ""), found, names_error=False)
            return Inferred(verdict, self.spec)
        try:
            self.samples += samples(small, self.lowered)
            self.instances = [sample.instance for sample in self.samples if sample.bits <= MOST_BITS]
            return self._last(self._searched())
        except (KeyboardInterrupt, Exception) as problem:
            if not interruption.is_behind(problem):
                raise
            interruption.take()
            return self._told(self._unknown(Outcome.INTERRUPTED, "stopped by hand"), self._write())

    def _searched(self) -> bool:
        """Are there lemmas with which everything is proved?  One template after the other is tried."""
        for stage in STAGES:
            self.tried.append(stage)
            self.taken = []  # what no candidate could support may have support now
            self.candidates.widen(stage, self._until(), self.progress)
            if self._is_closed(is_last=stage is STAGES[-1]):
                self._minimise()
                return True
            if time.monotonic() > self._until():
                break
        return False

    def _until(self) -> float:
        return self.until - SECONDS_AT_THE_END

    def _is_closed(self, *, is_last: bool) -> bool:
        """Takes candidates until everything is proved (True), or until a goal cannot be, or the time is over.

        What has neither a proof nor a counterexample may be true of all finite sizes alone: then other reasons are
        looked for, in the templates that follow, or `is_last` among the candidates that are left."""
        while time.monotonic() < self._until():
            step = self._counterexample()
            if step is None and time.monotonic() < self._until():
                self.progress(f"whether {len(self.taken)} lemmas are proved")
                left = self.proving.unproved(self._claims())
                if not left:
                    return True
                step = self._beyond(left)
                if step is None and not (is_last and self._removed({entry.claim.name for entry in left})):
                    return False
            if step is not None and not self._learned(*step):
                return False
        return False

    # --- counterexamples ------------------------------------------------------------------------------------------

    def _counterexample(self) -> tuple[Found, Instance] | None:
        """A step from a state with all claims to one without, in one of the instances at hand."""
        self.progress(f"{len(self.taken)} of {len(self.candidates.found):,} candidates taken, now a counterexample")
        claims = self._claims()
        for number, instance in enumerate(self.instances):
            if number == len(self.steps):
                self.steps.append(Steps(self.lowered, instance, with_ints(self.lowered), self._until()))
            for action in self.lowered.actions:
                found = self.steps[number].find(claims, action)
                if found is not None:
                    return found, instance
        return None

    def _claims(self) -> list[ir.Property]:
        """The goals, and the candidates that are taken."""
        return [*self.goals, *map(self.candidates.property, self.taken)]

    def _beyond(self, left: Sequence[Open]) -> tuple[Found, Instance] | None:
        """A counterexample of what has no proof, in other instances; the instance is looked at from now on."""
        from checker.engines.proof.cti import find_counterexamples  # here, since this loads Z3

        until = min(self._until(), time.monotonic() + PART_FOR_OTHER_SIZES * self.seconds)
        obligations = [entry for each in left for entry in each.obligations]
        base = [*self.spec.axioms, *(claim for claim in self._claims() if claim.kind != "step invariant")]
        for found in find_counterexamples(self.lowered, obligations, base, with_ints(self.lowered), until):
            before, after = found.trace.states
            self.instances.append(found.instance)
            return Found(before, after, found.failure.action.name, (found.failure.claim.name,)), found.instance
        return None

    def _learned(self, step: Found, instance: Instance) -> bool:
        """Takes a candidate that excludes the step, or removes those that it shows to be none; is one of that done?"""
        excluding = self.candidates.false_in(step.before, instance)
        if excluding:
            self.taken.append(self._best(step, excluding))
            return True
        wrong = self.candidates.false_in(step.after, instance)
        for text in wrong:
            self._remove(text)
        return bool(wrong)

    def _best(self, step: Found, excluding: Sequence[str]) -> str:
        """Of the candidates that exclude a step the plainest with which what fails is proved for every size, if there
        is one: in an instance a candidate may suffice that is no reason."""
        claims = self._claims()
        failing = [claim for claim in claims if claim.name in step.fail]
        shortest = [self.candidates.property(text) for text in excluding[:MOST_REASONS]]
        until = min(self._until(), time.monotonic() + PART_FOR_REASONS * self.seconds)
        reasons = (
            self.proving.reason(claims, claim, step.action, shortest, until) for claim in failing[:MOST_FAILING]
        )
        return next(filter(None, reasons), excluding[0])

    def _removed(self, names: set[str]) -> bool:
        """Removes the candidates that have no proof, or where these are none those without which the goals that have
        none have counterexamples, since they hide the reason; are there any?"""
        vain = [text for text in self.taken if text in names]
        whole = self.taken
        for text in whole if not vain else ():
            self.taken = [other for other in whole if other != text]
            found = self._counterexample()
            if found is not None and names & set(found[0].fail):
                vain.append(text)
        self.taken = whole
        for text in vain:
            self._remove(text)
        return bool(vain)

    def _remove(self, text: str) -> None:
        self.candidates.remove(text)
        self.taken = [other for other in self.taken if other != text]

    # --- proofs ---------------------------------------------------------------------------------------------------

    def _write(self) -> ir.Spec:
        """Writes down the lemmas that are taken; the spec with them, as it is read."""
        chosen = [self.candidates.found[text] for text in self.taken]
        self.written = written(chosen, {*dir(self.proof.spec), *names_seen(self.proof.spec)})
        if not self.written:
            return self.spec
        return replace(self.proof, spec=with_methods(self.proof.spec, methods_text(self.written))).typed()

    def _proved(self, seconds: float) -> Verdict:
        """What a proof of the spec with the lemmas comes to, read from their text."""
        spec = self._write()
        only = [entry.name for entry in self.goals if entry.kind != "lemma"]
        self.progress(f"whether {len(self.taken)} lemmas are proved")
        return prove(spec, only=only, seconds=max(1.0, seconds), folder=self.folder)

    def _minimise(self) -> None:
        """Goes without each lemma that the others do not need, the long ones first, as far as that is still proved."""
        whole = self.taken
        found = self.candidates.found
        for text in sorted(whole, key=lambda text: found[text].weight, reverse=True):
            fewer = [other for other in self.taken if other != text]
            before, self.taken = self.taken, fewer
            if time.monotonic() > self._until() or self._counterexample() is not None:
                self.taken = before
        if len(self.taken) < len(whole) and self.proving.unproved(self._claims()):
            self.taken = whole

    # --- what is told ---------------------------------------------------------------------------------------------

    def _last(self, is_closed: bool) -> Inferred:
        verdict = self._proved(max(SECONDS_AT_THE_END, self.until - time.monotonic()))
        if not is_closed and verdict.outcome is not Outcome.PROVED:
            known = {entry.name for entry in verdict.properties if entry.outcome is Outcome.PROVED}
            self.taken = [
                text for text, entry in zip(self.taken, self.written, strict=True) if entry.lemma.name in known
            ]
        return self._told(verdict, self._write())

    def _told(self, verdict: Verdict, spec: ir.Spec) -> Inferred:
        states = sum(len(sample.states) for sample in self.samples)
        stage = self.tried[-1] if self.tried else STAGES[0]
        kinds = ", ".join(kind.words for kind in self.candidates.kinds) or "none"
        notes = (
            f"the candidates are disjunctions of {stage.words}, of these kinds: {kinds}; what they say is what the "
            "spec says of its state, or a comparison",
            f"{len(self.candidates.found):,} of them are true in {states:,} states of small models, which makes no "
            "invariant of them, and are not refuted by a step",
        )
        return Inferred(
            replace(verdict, notes=(*notes, *verdict.notes)), spec,
            lemmas=tuple(entry.lemma.name for entry in self.written),
            methods=methods_text(self.written),
            module=module_text(self.proof.spec, self.written),
        )

    def _unknown(self, outcome: Outcome, message: str) -> Verdict:
        properties = tuple(PropertyResult(entry.kind, entry.name, Outcome.UNKNOWN) for entry in self.goals)
        return Verdict(outcome, self.spec.name, "every size", message, properties=properties)
