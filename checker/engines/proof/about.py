"""What a proof is about: whether anything is a case of what is proved, and whether the axioms can be true.

Nothing of the proof rests on it.  So it is found beside the proof, in a process of its own, and kept from one run to
the next.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from checker.core import ir
from checker.engines.proof.asking import Asking
from checker.engines.proof.crew import Beside
from checker.engines.proof.vacuity import Possibility, axioms_assumed, beginning, cases, possibilities, vacuity


class About:
    """What the proof of some claims is about; the search for it begins with this, if it is not kept."""

    def __init__(
        self, asking: Asking, claimed: Sequence[ir.Property], hypotheses: Sequence[ir.Property]
    ) -> None:
        self.asking = asking
        self.axioms = asking.spec.source.axioms
        self.hypotheses = hypotheses
        self.cases = cases(asking.spec, claimed)
        self._possibilities = asking.kept.possibilities(self.cases, hypotheses)
        self._sizes = asking.kept.beginning() if self.axioms else ""
        self._beside: Beside[tuple[list[Possibility], str]] | None = None
        if self._possibilities is None or self._sizes is None:
            self._beside = Beside(self._found, asking.until)

    def notes(self) -> Iterator[str]:
        """What is assumed, and what is proved about nothing, once that is found."""
        if self._beside is not None:
            self._possibilities, self._sizes = self._beside.news(wait=True) or self._found()
            if time.monotonic() < self.asking.until:
                self.asking.kept.keep_possibilities(self.cases, self.hypotheses, self._possibilities)
                if self.axioms:
                    self.asking.kept.keep_beginning(self._sizes)
        if self.axioms:
            yield axioms_assumed(self.axioms, self._sizes or "")
        yield from vacuity(self.cases, self._possibilities or ())

    def end(self) -> None:
        """Ends the search."""
        if self._beside is not None:
            self._beside.end()

    def _found(self) -> tuple[list[Possibility], str]:
        """What is not known yet, and what is."""
        asking, found, sizes = self.asking, self._possibilities, self._sizes
        if found is None:
            found = possibilities(
                asking.spec, asking.naturals, self.cases, self.hypotheses, asking.ask, asking.until
            )
        if sizes is None:
            sizes = beginning(asking.spec, asking.naturals, asking.until)
        return found, sizes
