"""What Z3 says for every size of candidates, in a moment each: a proof that counts is found in the end, by itself."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import partial

from checker.core import ir
from checker.core.structs import struct
from checker.engines.processors import processors
from checker.engines.proof.asking import Asking
from checker.engines.proof.crew import results
from checker.engines.proof.obligations import Claim, Obligation, Question, with_ints
from checker.engines.proof.smt.ladder import FIRST, Ladder, Rung
from checker.engines.proof.trust import trusted

MOST_REASONS = 60
"""So many candidates are tried as the reason of one obligation."""
REASON: Ladder = (Rung("universal", 80_000), Rung("in unmatched", 150_000), Rung("whole", 150_000))
THOROUGH: Ladder = (*FIRST, Rung("universal", 400_000), Rung("instances", 500_000), Rung("whole", 1_000_000))


@struct
class Open:
    """A claim that is not proved to hold after some actions."""

    claim: ir.Property
    actions: tuple[ir.LoweredAction, ...]

    @property
    def obligations(self) -> list[Obligation]:
        """One an action."""
        claim = Claim(self.claim.name, self.claim)
        return [Obligation(claim, action, initial=False) for action in self.actions]


class Proving:
    """Asks until the time `until` (of `time.monotonic`)."""

    def __init__(self, spec: ir.LoweredSpec, until: float) -> None:
        self.spec = spec
        self.until = until
        self.asking = Asking(spec, with_ints(spec), trusted("one"), until, None)

    def reason(
        self, claims: Sequence[ir.Property], failing: ir.Property, action: str, candidates: Sequence[ir.Property],
        until: float,
    ) -> str | None:
        """The first of some candidates with which it is proved that a claim holds after an action, if there is one
        that is found until then."""
        (taken,) = [entry for entry in self.spec.actions if entry.name == action]
        base = self._base(claims)
        parts = [list(enumerate(candidates[:MOST_REASONS]))[start :: processors()] for start in range(processors())]
        assert self.asking.theory is not None  # it is made here, so that every process has it
        tasks = [partial(self._first, part, failing, taken, base, until) for part in parts if part]
        places = [found for _, found in results(tasks, processors(), self.until) if found is not None]
        return candidates[min(places)].name if places else None

    def _first(
        self, candidates: Sequence[tuple[int, ir.Property]], failing: ir.Property, action: ir.LoweredAction,
        base: Sequence[ir.Property], until: float,
    ) -> int | None:
        for place, candidate in candidates:
            if time.monotonic() > until:
                break
            if self._is_proved(failing, action, [*base, candidate], REASON):
                return place
        return None

    def unproved(self, claims: Sequence[ir.Property]) -> list[Open]:
        """The claims that are not proved at once to be inductive together, nor to follow from the others."""
        assert self.asking.theory is not None  # it is made here, so that every process has it
        found: dict[int, Open] = {}
        tasks = [partial(self._open, claims, claim) for claim in claims]
        done = dict(results(tasks, processors(), self.until))
        for number, claim in enumerate(claims):
            names = done.get(number, [action.name for action in self.spec.actions])
            if names:
                found[number] = Open(claim, tuple(action for action in self.spec.actions if action.name in names))
        return list(found.values())

    def _open(self, claims: Sequence[ir.Property], claim: ir.Property) -> list[str]:
        base = self._base(claims)
        reads = Claim(claim.name, claim).reads()
        is_step = claim.kind == "step invariant"
        left = [
            action for action in self.spec.actions
            if is_step or reads & {name for name, _ in action.updates}
        ]
        left = [action for action in left if not self._is_proved(claim, action, base, THOROUGH)]
        if left and not is_step and self._is_proved(claim, None, [each for each in base if each is not claim], FIRST):
            return []
        return [action.name for action in left]

    def _base(self, claims: Sequence[ir.Property]) -> list[ir.Property]:
        return [*self.spec.source.axioms, *(claim for claim in claims if claim.kind != "step invariant")]

    def _is_proved(
        self, claim: ir.Property, action: ir.LoweredAction | None, hypotheses: Sequence[ir.Property], ladder: Ladder
    ) -> bool:
        query = self.asking.theory.query(Question(Claim(claim.name, claim), action, hypotheses))
        return self.asking.attempt(query, ladder).answer == "proved"
