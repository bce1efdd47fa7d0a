"""What proofs of single obligations need: the least hypotheses with which they are still found."""
# pyright: basic
from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from checker.core.sketch import Need
from checker.engines.processors import processors
from checker.engines.proof.asking import Asking
from checker.engines.proof.crew import results
from checker.engines.proof.obligations import Question, Result
from checker.engines.proof.smt.attempts import Query, attempt
from checker.engines.proof.smt.ladder import QUICK, Ladder


def needs_behind(
    asking: Asking, questions: Sequence[Question], until: float, *, together: int, ladder: Ladder = QUICK
) -> Iterator[Need]:
    """The needs behind the answers to some questions, so many of them in one process, in their order.

    One without a proof in the time has none.  Something is needed where the ladder has no proof without it.
    """
    if not questions or time.monotonic() > until:
        return
    parts = [questions[start : start + together] for start in range(0, len(questions), together)]
    looking = _Needs(asking, until, ladder)
    found = dict(results([partial(looking.of, part) for part in parts], processors(), until))
    for number in sorted(found):
        yield from found[number]


class _Needs:
    """What is looked at with the solvers of one proof."""

    def __init__(self, asking: Asking, until: float, ladder: Ladder) -> None:
        self.theory = asking.theory
        self.trust = asking.trust
        self.kept = asking.kept
        self.until = until
        self.ladder = ladder

    def of(self, questions: Sequence[Question]) -> list[Need]:
        """The needs behind the answers to some questions; one without an answer in the time has none."""
        return [need for asked in questions if (need := self._need(asked)) is not None]

    def _need(self, asked: Question) -> Need | None:
        query = self.theory.query(asked)
        result = self.kept.found(asked, QUICK) or self._attempt(query, QUICK)
        if result.answer != "proved":
            return None
        used = list(result.used)
        for name in result.used:
            less = [other for other in used if other != name]
            if self._attempt(_with(query, less), self.ladder).answer == "proved":
                used = less
        axioms = {id(entry) for entry in self.theory.axioms}
        alone = replace(_with(query, used), always=[entry for entry in query.always if id(entry) not in axioms])
        assert asked.claim is not None
        return Need(
            asked.claim.name, asked.action.name if asked.action else None,
            lemmas=tuple(name for name in used if name not in self.theory.naturals),
            naturals=tuple(name for name in used if name in self.theory.naturals),
            quorums=bool(axioms) and self._attempt(alone, self.ladder).answer != "proved",
        )

    def _attempt(self, query: Query, ladder: Ladder) -> Result:
        return attempt(self.theory.universe, query, ladder, self.until, self.trust)


def _with(query: Query, names: Sequence[str]) -> Query:
    """With these hypotheses alone, of which none has to be tried before the others: they are few."""
    kept = {name: clauses for name, clauses in query.hypotheses.items() if name in names}
    return replace(query, hypotheses=kept, support=())
