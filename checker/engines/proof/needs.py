"""What each step of a proof needs: the least hypotheses with which its proof is still found."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator
from pathlib import Path

from checker.core import ir
from checker.core.sketch import Need
from checker.core.verdict import Outcome
from checker.engines.proof.cores import needs_behind
from checker.engines.proof.induction import Induction
from checker.engines.proof.smt.ladder import QUICK

TOGETHER = 4
"""So many steps are looked at by one process."""
LITTLE = QUICK[:5]
"""The rungs on which a proof is looked for with something left out."""


def needs_of(
    spec: ir.Spec, only: Collection[str] | None, seconds: float, folder: Path | None = None
) -> Iterator[Need]:
    """The needs of every step of the proof of a spec, or of the invariants named in `only`; nothing where it fails.

    What holds in every initial state needs nothing, and is left out; and so are the ints that are at least 0.  Proofs
    that are kept in `folder` are taken from there.
    """
    until = time.monotonic() + seconds
    induction = Induction(spec, only, seconds, folder=folder)
    if induction.run().outcome is Outcome.PROVED:
        questions = list(induction.questions())
        yield from needs_behind(induction.asking, questions, until, together=TOGETHER, ladder=LITTLE)
