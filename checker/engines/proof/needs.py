"""What each step of a proof needs: the least hypotheses with which its proof is still found."""
# pyright: basic
from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from functools import partial

from checker.core import ir
from checker.core.sketch import Need
from checker.core.verdict import Outcome
from checker.engines.processors import processors
from checker.engines.proof.crew import results
from checker.engines.proof.induction import Induction
from checker.engines.proof.obligations import Question, Result
from checker.engines.proof.smt.attempts import Query, attempt
from checker.engines.proof.smt.ladder import QUICK

TOGETHER = 4
"""So many steps are looked at by one process."""


def needs_of(spec: ir.Spec, only: Collection[str] | None, seconds: float) -> Iterator[Need]:
    """The needs of every step of the proof of a spec, or of the invariants named in `only`; nothing where it fails.

    What holds in every initial state needs nothing, and is left out; and so are the ints that are at least 0.
    """
    until = time.monotonic() + seconds
    induction = Induction(spec, only, seconds)
    if induction.run().outcome is not Outcome.PROVED:
        return
    questions = list(induction.questions())
    parts = [questions[start : start + TOGETHER] for start in range(0, len(questions), TOGETHER)]
    found = dict(results([partial(_Needs(induction, until).of, part) for part in parts], processors(), until))
    for number in sorted(found):
        yield from found[number]


class _Needs:
    """What is looked at with the solvers of one proof."""

    def __init__(self, induction: Induction, until: float) -> None:
        self.theory = induction.asking.theory
        self.trust = induction.trust
        self.until = until

    def of(self, questions: Sequence[Question]) -> list[Need]:
        """The needs behind the answers to some questions; one without an answer in the time has none."""
        return [need for asked in questions if (need := self._need(asked)) is not None]

    def _need(self, asked: Question) -> Need | None:
        query = self.theory.query(asked)
        result = self._attempt(query)
        if result.answer != "proved":
            return None
        used = list(result.used)
        for name in result.used:
            less = [other for other in used if other != name]
            if self._attempt(_with(query, less)).answer == "proved":
                used = less
        axioms = {id(entry) for entry in self.theory.axioms}
        alone = replace(_with(query, used), always=[entry for entry in query.always if id(entry) not in axioms])
        assert asked.claim is not None
        return Need(
            asked.claim.name, asked.action.name if asked.action else None,
            lemmas=tuple(name for name in used if name not in self.theory.naturals),
            naturals=tuple(name for name in used if name in self.theory.naturals),
            quorums=bool(axioms) and self._attempt(alone).answer != "proved",
        )

    def _attempt(self, query: Query) -> Result:
        return attempt(self.theory.universe, query, QUICK, self.until, self.trust)


def _with(query: Query, names: Sequence[str]) -> Query:
    kept = {name: clauses for name, clauses in query.hypotheses.items() if name in names}
    return replace(query, hypotheses=kept, support=tuple(name for name in query.support if name in names))
