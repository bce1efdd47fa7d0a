"""That nothing is an error in a run: each evaluation put to the solvers, and searched for an error where it is open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from checker.core import ir
from checker.engines.processors import processors
from checker.engines.proof.asking import Asking
from checker.engines.proof.crew import results
from checker.engines.proof.definedness import Evaluation, open_demands
from checker.engines.proof.obligations import Result
from checker.engines.proof.smt.ladder import ALONE, PATIENT, QUICK
from checker.engines.proof.verdicts import Findings, Ledger


class Evaluating:
    """What comes of the evaluations goes to the ledger and the findings of their proof."""

    def __init__(self, asking: Asking, ledger: Ledger, findings: Findings, hypotheses: Sequence[ir.Property]) -> None:
        self.asking = asking
        self.ledger = ledger
        self.findings = findings
        self.hypotheses = hypotheses

    def show(self, evaluations: Sequence[Evaluation], tell: Callable[[str], None]) -> None:
        """Shows that no evaluation is an error; those of which it is not shown are gaps."""
        asked: list[Evaluation] = []
        for evaluation in evaluations:
            kept = self.asking.kept.found(evaluation.question(self.hypotheses))
            if kept is None:
                asked.append(evaluation)
            else:
                self.ledger.evaluated(evaluation, [], kept)
        if asked:
            _ = self.asking.theory  # is made here, if at all, so that every process has it
        tasks = [partial(self._open_demands, evaluation) for evaluation in asked]
        for number, found in results(tasks, processors(), self.asking.until, again=lambda n: tasks[n](apart=True)):
            tell(f"that `{asked[number].name}` is no error")
            self._evaluated(asked[number], *found)
        self.ledger.fill(evaluations)

    def close_gaps(self, until: float) -> None:
        """Looks until then for states in which an evaluation is an error, and gives more time to what has none."""
        from checker.engines.proof.undefined import find_undefined  # here, since this loads Z3

        gaps = list(self.ledger.gaps.values())
        asking = self.asking
        self.findings.undefined += find_undefined(asking.spec, gaps, self.hypotheses, asking.naturals, until)
        for missing in gaps:
            if missing.evaluation.name not in self.findings.erring:
                found = open_demands(missing.evaluation, asking.theory, self.hypotheses, asking.attempt_beside, PATIENT)
                self._evaluated(missing.evaluation, *found)

    def _open_demands(self, evaluation: Evaluation, *, apart: bool = False) -> tuple[list[int], Result]:
        """Which of the demands have no proof, by their places."""
        theory, attempt = self.asking.theory, partial(self.asking.attempt, apart=apart)
        left, result = open_demands(evaluation, theory, (), attempt, ALONE)
        return open_demands(evaluation, theory, self.hypotheses, attempt, QUICK) if left else (left, result)

    def _evaluated(self, evaluation: Evaluation, left: Sequence[int], result: Result) -> None:
        self.ledger.evaluated(evaluation, left, result)
        if not left:
            self.asking.kept.keep(evaluation.question(self.hypotheses), result)
