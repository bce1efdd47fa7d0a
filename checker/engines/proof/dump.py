"""The obligations of a proof as files in SMT-LIB, for whoever wants to ask a solver himself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from checker.core import ir
from checker.core.errors import UserError
from checker.engines.asked import writable
from checker.engines.proof.definedness import Evaluation
from checker.engines.proof.obligations import Claim, Question, Result
from checker.engines.proof.verdicts import COROLLARY, DEFINED, Key, Ledger, words_of

if TYPE_CHECKING:
    from checker.engines.proof.smt.attempts import Query
    from checker.engines.proof.smt.theory import Theory

EXPLAINED = """\
; What is asserted: a step (or an initial state) after which the claim is false; what holds by types and quorums; and of
; each hypothesis that it holds before the step, as it is written and, where it was used, at the constants of the step.
; unsat: there is no such step, so the obligation is met.
; sat: there is one, perhaps from a state that no run reaches, or among infinitely many elements.
"""


class Dump:
    """A folder for the obligations, which is made.  Raises `UserError` C008 where it cannot be written.

    `problem`: why not all of them were written later."""

    def __init__(self, folder: Path) -> None:
        self.folder = writable(folder, "folder")
        self.problem: UserError | None = None
        self._count = 0

    def abandoned(self) -> str:
        """What is in the folder of a proof that was stopped, in words."""
        return f"stopped when {self._count} obligations were in {self.folder}"

    def write(self, files: Iterator[tuple[str, str]]) -> str:
        """Writes each text under its name; how far that went, in words."""
        try:
            for name, text in files:
                (self.folder / name).write_text(text, encoding="utf-8")
                self._count += 1
        except OSError as problem:
            reason = problem.strerror or str(problem)
            self.problem = UserError(
                "C008", f"after {self._count} obligations `{self.folder}` cannot be written: {reason}"
            )
            return self.problem.message
        return f"{self._count} obligations are in {self.folder}"


def files(
    theory: Theory, claimed: Sequence[ir.Property], obligations: Sequence[Key], evaluations: Sequence[Evaluation],
    ledger: Ledger,
) -> Iterator[tuple[str, str]]:
    """The name and the text of a file for each obligation: with the hypotheses of its proof, or with all of them."""
    every = [entry for entry in claimed if entry.kind != "step invariant"]
    initial = {action.name: action for action in theory.spec.initial}
    actions = initial | {action.name: action for action in theory.spec.actions}
    properties = {entry.name: entry for entry in claimed}
    for key in obligations:
        name, action = key
        others = [entry for entry in every if action != COROLLARY or entry.name != name]
        asked = Question(Claim(name, properties.get(name)), actions.get(action), None if action in initial else others)
        place = "follows-from-others" if action == COROLLARY else action
        yield f"{name}.{place}.smt2", _file(theory, [theory.query(asked)], key, ledger, ledger.proved.get(key))
    for evaluation in evaluations:
        key, result = (evaluation.name, DEFINED), ledger.defined.get(evaluation.name)
        queries = theory.demands(evaluation.claim, () if evaluation.initial else every)
        yield f"{evaluation.name}.is-no-error.smt2", _file(theory, queries, key, ledger, result)


def _file(theory: Theory, queries: Sequence[Query], key: Key, ledger: Ledger, proof: Result | None) -> str:
    from checker.engines.proof.smt.attempts import obligation_text

    text, flags = obligation_text(theory.universe, queries, None if proof is None else proof.used)
    hypotheses = "".join(f"; {flag}: {name}\n" for flag, name in flags.items())
    state = "not proved: all hypotheses stand here" if proof is None else "proved from the hypotheses that stand here"
    assumed = "".join(f"(assert |{flag}|)\n" for flag in flags)
    _, _, body = text.partition("(set-info :status unknown)\n")
    return (
        f"; {theory.spec.source.name}: {words_of(key, ledger)}, {state}\n{EXPLAINED}{hypotheses}(set-logic ALL)\n"
        + body.replace("(check-sat)", f"{assumed}(check-sat)")
    )
