"""A proof as it is asked for, by the command and from Python alike: of what, and which part of it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

from checker.core import ir
from checker.core.structs import struct
from checker.core.verdict import Verdict
from checker.engines.axioms import broken_assumptions
from checker.engines.cache import proofs_folder
from checker.engines.proof.dump import Dump
from checker.engines.proof.expectation import expected_of, judged
from checker.engines.proof.look import look_at
from checker.engines.proof.trust import Trust
from checker.frontend.load import Proof, claims_of
from checker.frontend.small import small_model, sorts_without_class


@struct
class Request:
    """What is asked of a proof.

    `only`: these claims, or those that the lemmas are for (None).  `lemma`, `after_action`: only the obligations of
    this claim, and those after this action, are looked at.  The others are as in `induction.prove`.
    """

    only: Collection[str] | None = None
    lemma: str | None = None
    after_action: str | None = None
    seconds: float = 600.0
    trust: Trust = "one"
    dump: Dump | None = None

    def claims(self, proof: Proof) -> Collection[str] | None:
        """What is claimed; None for every invariant."""
        return claims_of(proof.spec) if self.only is None else self.only

    def prove(self, proof: Proof, progress: Callable[[str], None] | None = None) -> Verdict:
        """The verdict, with all that a reader of it should know, and whether it is what the spec expects."""
        from checker.engines.proof.induction import prove  # here, since what it needs takes a moment to load

        spec = proof.typed()
        is_whole = (self.only, self.lemma, self.after_action) == (None, None, None) and proof.is_own
        expected = expected_of(proof, spec) if is_whole else None
        verdict = prove(
            spec, only=self.claims(proof), seconds=self.seconds, trust=self.trust, progress=progress,
            small=small_model(proof, spec), folder=proofs_folder(), dump=self.dump,
            look=look_at(spec, self.lemma, self.after_action),
        )
        notes = (*proof.notes, *broken_assumptions(proof.model), *verdict.notes, *_unsearched(proof, spec))
        return judged(expected, replace(verdict, notes=notes))


def _unsearched(proof: Proof, spec: ir.Spec) -> list[str]:
    """Why no small model was searched beside the proof, where none could be made."""
    missing = sorts_without_class(proof, spec)
    if not missing:
        return []
    names = " and ".join(f"`{name}`" for name in missing)
    return [f"no small model was searched, for the modules of the spec do not import {names}, so no size can be given"]
