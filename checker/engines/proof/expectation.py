"""What a spec expects of its proof: can it be said, and does the verdict meet it?"""

from __future__ import annotations

import sys
from dataclasses import replace

from checker.core import ir
from checker.core.errors import UserError, did_you_mean
from checker.core.given import shown
from checker.core.model import NotProved, Proved
from checker.core.verdict import Outcome, Verdict
from checker.frontend.load import Proof

Expected = Proved | NotProved


def expected_of(proof: Proof, spec: ir.Spec) -> Expected | None:
    """What the module of the class says in `EXPECT`; a class that derives from it is there to differ.

    Raises `UserError` M041 where it is nothing that can be expected of this proof.
    """
    expected: object = vars(sys.modules[proof.spec.__module__]).get("EXPECT")
    match expected:
        case None | Proved():
            return expected
        case NotProved(property=str(name)):
            known = [entry.name for entry in spec.properties]
            if name not in known:
                raise UserError(
                    "M041", f"`{spec.name}` has no property `{name}`, which it expects something of", spec.span,
                    help=did_you_mean(name, known) or f"it has {', '.join(known) or 'none'}",
                )
            return expected
        case _:
            raise UserError(
                "M041", f"`EXPECT` is {shown(expected)}, and nothing that a proof can show", spec.span,
                help='for example `EXPECT = Proved()`, `EXPECT = NotProved("agreement")`',
            )


def judged(expected: Expected | None, verdict: Verdict) -> Verdict:
    """`verdict` with the answer whether it is what is expected, and a note that names what differs.

    Where the proof did not come to its end (there was no time, it was interrupted, the spec has an error), nothing is
    compared.
    """
    ended = verdict.outcome in (Outcome.PROVED, Outcome.NOT_INDUCTIVE, Outcome.VIOLATED)
    ended = ended or verdict.outcome is Outcome.UNKNOWN and all(entry.is_tried for entry in verdict.obligations)
    if expected is None or not ended:
        return verdict
    unmet = _unmet(expected, verdict)
    notes = () if unmet is None else (f"not what is expected: {unmet}",)
    return replace(verdict, expected=unmet is None, notes=(*verdict.notes, *notes))


def _unmet(expected: Expected, verdict: Verdict) -> str | None:
    wrong = [entry for entry in verdict.properties if entry.outcome in (Outcome.NOT_INDUCTIVE, Outcome.VIOLATED)]
    left = wrong or [entry for entry in verdict.properties if entry.outcome is not Outcome.PROVED]
    found = ", ".join(f"`{entry.name}` is {entry.outcome.value}" for entry in left) or verdict.outcome.value
    match expected:
        case Proved():
            return None if verdict.outcome is Outcome.PROVED else f"expected that everything is proved, and {found}"
        case NotProved(property=name):
            shown_wrong = any(entry.name == name for entry in wrong)
            return None if shown_wrong else f"expected that `{name}` fails, and it does not: {found}"
