"""Which variables keep their ints at least 0: a lemma that nobody has to write, where it is one.

An int of a spec has no bounds of its own, so in a proof it is any integer.  Mostly none of them ever falls below 0, and
other lemmas rest on that.  So it is taken up as a lemma for each variable that holds ints, and given up again for those
where it cannot be shown, until the rest is shown from itself and from the lemmas of the spec.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from checker.core import ir
from checker.engines.proof.obligations import Claim, Obligation, Question, Result, asked_of
from checker.engines.proof.smt.ladder import ALONE, PATIENT, QUICK, Ladder
from checker.engines.proof.verdicts import Ledger, key

Ask: TypeAlias = "Callable[[Question, Ladder], Result]"


def infer_naturals(
    naturals: list[str],
    hypotheses: Sequence[ir.Property],
    ledger: Ledger,
    obligations: Callable[[Claim], Iterable[Obligation]],
    ask: Ask,
) -> None:
    """Leaves in `naturals` the variables whose ints are at least 0; `ledger` has what was used, and the others.

    `hypotheses` are assumed as everywhere in a proof, so what is shown here rests on them."""
    pending = list(naturals)
    while pending:
        name = pending.pop(0)
        if _is_shown(Claim(name, None), hypotheses, ledger, obligations, ask):
            ledger.naturals.append(name)
            continue
        naturals.remove(name)
        ledger.forget(name)
        ledger.integers.append(name)
        again = [other for other in ledger.naturals if name in ledger.used.get(other, ())]
        ledger.naturals = [other for other in ledger.naturals if other not in again]
        pending += again


def _is_shown(
    claim: Claim,
    hypotheses: Sequence[ir.Property],
    ledger: Ledger,
    obligations: Callable[[Claim], Iterable[Obligation]],
    ask: Ask,
) -> bool:
    ledger.used.pop(claim.name, None)
    shown: dict[tuple[str, str], Result] = {}
    for obligation in obligations(claim):
        asked = asked_of(obligation, hypotheses)
        result = ask(asked_of(obligation, ()), ALONE)
        if result.answer != "proved":
            result = ask(asked, QUICK)
        if result.answer == "unknown":
            result = ask(asked, PATIENT[:2])
        if result.answer != "proved":
            ledger.doubt(key(obligation), result)
            return False
        shown[key(obligation)] = result
    for entry, result in shown.items():
        ledger.enter(entry, result)
    return True
