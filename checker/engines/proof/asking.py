"""Questions of one proof, put to the solvers; what is known from earlier is not asked again."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from checker.core import ir
from checker.engines.proof.crew import results
from checker.engines.proof.kept import Kept
from checker.engines.proof.obligations import Obligation, Question, Result, asked_of
from checker.engines.proof.smt.ladder import Ladder
from checker.engines.proof.trust import Solver, Trusted, load_z3

if TYPE_CHECKING:
    from checker.engines.proof.smt.attempts import Query
    from checker.engines.proof.smt.theory import Theory


class Asking:
    """Asks until the time `until` (of `time.monotonic`).

    `naturals`: the variables whose ints are taken to be at least 0, for now.  What is proved is kept in `folder`."""

    def __init__(
        self, spec: ir.LoweredSpec, naturals: list[str], trust: Trusted, until: float, folder: Path | None
    ) -> None:
        self.spec = spec
        self.naturals = naturals
        self.trust = trust
        self.until = until
        self.kept = Kept(spec, naturals, folder)

    @cached_property
    def theory(self) -> Theory:
        """The Z3 side: Z3 is loaded when the first proof is to be found, not when all are kept from earlier."""
        load_z3()
        from checker.engines.proof.smt.theory import Theory

        return Theory(self.spec, self.naturals)

    def ask(self, question: Question, ladder: Ladder) -> Result:
        """The answer, here and now, unless it is known from earlier."""
        kept = self.kept.found(question, ladder)
        if kept is not None:
            return kept
        result = self.attempt_beside(self.theory.query(question), ladder)
        self.keep(question, ladder, result)
        return result

    def keep(self, question: Question, ladder: Ladder, result: Result) -> None:
        """Keeps what came of a question, unless that is for want of time."""
        if result.answer == "proved" or time.monotonic() < self.until:
            self.kept.keep(question, result, ladder)

    def answers(
        self, theory: Theory, obligations: Sequence[Obligation], proved_by: Sequence[Collection[Solver]],
        hypotheses: Sequence[ir.Property], ladder: Ladder, *, apart: bool = False,
    ) -> list[Result]:
        """The answers to some questions, each of which some solvers are known to prove; in a process of its own."""
        return [
            self.attempt(theory.query(asked_of(obligation, hypotheses)), ladder, known, apart=apart)
            for obligation, known in zip(obligations, proved_by, strict=True)
        ]

    def attempt(
        self, query: Query, ladder: Ladder, proved_by: Collection[Solver] = (), *, apart: bool = False
    ) -> Result:
        """Asks the solvers, but not those that are known to prove it; on each rung `apart`, or all in this process."""
        from checker.engines.proof.smt.attempts import attempt

        trust = self.trust.without(proved_by)
        return attempt(self.theory.universe, query, ladder, self.until, trust, apart=apart)

    def attempt_beside(self, query: Query, ladder: Ladder) -> Result:
        """Asks the solvers in another process, since Z3 may break down."""
        task = partial(self.attempt, query, ladder)
        found = dict(results([task], 1, self.until, again=lambda _: task(apart=True)))
        return found.get(0, Result("unknown"))
