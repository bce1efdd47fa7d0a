"""Which variables keep their ints at least 0: a lemma that nobody has to write, where it is one.

An int of a spec has no bounds of its own, so in a proof it is any integer.  Mostly none of them ever falls below 0, and
other lemmas rest on that.  So it is taken up as a lemma for each variable that holds ints, and given up again for those
where it cannot be shown, until the rest is shown from itself and from the lemmas of the spec.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from checker.core import ir
from checker.engines.proof.verdicts import Ledger, key

if TYPE_CHECKING:
    from checker.engines.proof.smt.attempts import Query, Result
    from checker.engines.proof.smt.ladder import Ladder
    from checker.engines.proof.smt.theory import Claim, Obligation, Theory


def infer_naturals(
    theory: Theory,
    hypotheses: Sequence[ir.Property],
    ledger: Ledger,
    obligations: Callable[[Claim], Iterable[Obligation]],
    attempt: Callable[[Query, Ladder], Result],
) -> None:
    """Leaves in `theory.naturals` the variables whose ints are at least 0; `ledger` has what was used, and the others.

    `hypotheses` are assumed as everywhere in a proof, so what is shown here rests on them."""
    from checker.engines.proof.smt.theory import Claim

    pending = list(theory.naturals)
    while pending:
        name = pending.pop(0)
        if _is_shown(theory, Claim(name, None), hypotheses, ledger, obligations, attempt):
            ledger.naturals.append(name)
            continue
        theory.naturals.remove(name)
        ledger.integers.append(name)
        again = [other for other in ledger.naturals if name in ledger.used.get(other, ())]
        ledger.naturals = [other for other in ledger.naturals if other not in again]
        pending += again


def _is_shown(
    theory: Theory,
    claim: Claim,
    hypotheses: Sequence[ir.Property],
    ledger: Ledger,
    obligations: Callable[[Claim], Iterable[Obligation]],
    attempt: Callable[[Query, Ladder], Result],
) -> bool:
    from checker.engines.proof.smt.ladder import ALONE, PATIENT, QUICK

    ledger.used.pop(claim.name, None)
    shown: list[tuple[str, str]] = []
    for obligation in obligations(claim):
        query = theory.query(obligation, hypotheses)
        result = attempt(theory.query(obligation, ()), ALONE)
        if result.answer != "proved":
            result = attempt(query, QUICK)
        if result.answer == "unknown":
            result = attempt(query, PATIENT[:2])
        if result.answer != "proved":
            return False
        ledger.note(claim.name, result)
        shown.append(key(obligation))
    ledger.obligations.update(shown)
    ledger.proved.update(shown)
    return True
