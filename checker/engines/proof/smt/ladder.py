"""The ladder: in which ways a query is put to a solver, one after the other, the cheapest first.

Every rung is sound, for whatever it does to the query can only make a proof fail.  It leaves out hypotheses; it puts in
the place of one what follows from it, its instances at constants of the goal; or it names a part of a formula.
So each `unsat` counts, on whichever rung; what a satisfiable one says of the
query is decided where it is asked (`attempts`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, TypeAlias

from checker.core.structs import struct

Form: TypeAlias = Literal["universal", "in quorums", "in unmatched", "instances", "as written", "whole"]
"""What becomes of a hypothesis "for all ... there is ...", which is what makes Z3 wander; all others stay as they are.

- `universal`: it is left out
- `in quorums`: instances at the goal's constants for those of its variables that are quorums, the others stay variables
- `in unmatched`: the same for those of its variables that no term outside of "there is" has, which Z3 could match
- `instances`: instances at the goal's constants for all of its variables
- `as written`: it stays
- `whole`: it stays, with the instances besides
"""


@struct
class Rung:
    """One way: which hypotheses are put in which form, for how many of the solver's own steps.

    Z3 takes some four million of them a second, cvc5 some two hundred thousand of its own.

    `own`: the claim itself and what is assumed of ints are the only hypotheses, and types say nothing of what neither
    these nor the goal speak of.  For Z3 alone: `seed`, of its random numbers, and `names_choices`, each `if` inside of
    a term gets a name first, with what follows for either case.  For cvc5 alone: `enumerates`, where no pattern has a
    match left, it puts terms in the place of a variable in turn, which is for few hypotheses only.
    """

    form: Form
    effort: int
    own: bool = False
    seed: int = 0
    names_choices: bool = False
    enumerates: bool = False

    @property
    def words(self) -> str:
        """The way, for a person."""
        hypotheses = "itself alone" if self.own else self.form
        return f"{hypotheses}, choices named" if self.names_choices else hypotheses


Ladder: TypeAlias = tuple[Rung, ...]

SUPPORTED: Ladder = (
    *(Rung(form, 150_000, seed=seed) for seed in range(3) for form in ("in unmatched", "in quorums")),
    Rung("universal", 400_000),
    Rung("as written", 400_000),
    *(Rung(form, 400_000, seed=seed) for seed in range(3, 7) for form in ("in unmatched", "in quorums")),
    *(Rung("in unmatched", 150_000, seed=seed) for seed in range(7, 19)),
    *(Rung(form, 2_000_000) for form in ("in quorums", "as written", "instances", "whole")),
)
"""For the hypotheses that a lemma names with `uses`.

How long Z3 takes for one query has a heavy tail: with one seed it finds a proof in a moment, with another one never.
So many short tries find more than a long one, which comes last.
"""

FIRST: Ladder = (
    Rung("as written", 40_000, own=True),
    Rung("universal", 80_000),
    Rung("in unmatched", 150_000),
    Rung("in quorums", 150_000),
    Rung("whole", 150_000),
)
"""Enough for most of what follows from lemmas; what does not may be proved by induction.

Of what is proved at all, nineteen in twenty need less than the first three rungs give.
"""

QUICK: Ladder = (
    *FIRST,
    Rung("in unmatched", 80_000, own=True),
    Rung("universal", 400_000),
    Rung("instances", 500_000),
    Rung("in quorums", 1_000_000),
    Rung("as written", 1_000_000),
    Rung("universal", 2_000_000, names_choices=True),
    Rung("instances", 2_000_000),
    Rung("in quorums", 4_000_000, seed=1),
    Rung("whole", 4_000_000),
)
"""Most obligations fall to these; what does not may well have a counterexample, which is looked for next."""

POSSIBLE: Ladder = (Rung("as written", 150_000), *QUICK)
"""For what is expected to have a model, and has one in no time where nothing is left out."""

ALONE: Ladder = (Rung("instances", 50_000, own=True),)
"""For what may well need no hypothesis at all."""

BRIEF: Ladder = (Rung("instances", 400_000),)
"""For what nothing rests on."""

PATIENT: Ladder = (
    Rung("in quorums", 16_000_000, seed=1),
    Rung("instances", 16_000_000, seed=1),
    Rung("universal", 16_000_000, seed=1, names_choices=True),
    Rung("whole", 16_000_000, seed=1),
    Rung("in quorums", 32_000_000, seed=2),
)

CVC5: Ladder = (
    Rung("as written", 40_000, own=True),
    Rung("universal", 100_000),
    Rung("in quorums", 200_000),
    Rung("instances", 200_000),
    Rung("as written", 100_000),
)
"""For cvc5, the second solver, in the place of any of Z3's but the patient ones."""

CVC5_PATIENT: Ladder = (*(replace(rung, effort=8 * rung.effort) for rung in CVC5), Rung("whole", 1_600_000))

CVC5_SUPPORTED: Ladder = tuple(
    Rung(form, 200_000, enumerates=enumerates)
    for enumerates in (False, True)
    for form in ("in unmatched", "in quorums", "as written", "instances", "whole")
)


def for_cvc5(ladder: Ladder, *, has_to_prove: bool) -> Ladder:
    """What cvc5 climbs where Z3 climbs the ladder; nothing where that is a first short look, or nothing rests on it.

    Where it has to prove what Z3 proves (`has_to_prove`), it takes part in more."""
    if ladder in (ALONE, BRIEF) or ladder == FIRST and not has_to_prove:
        return ()
    is_patient = max(rung.effort for rung in ladder) >= PATIENT[0].effort
    return CVC5_PATIENT if is_patient else CVC5
