"""Obligations of a proof that everything has a value: no index past the end, no division by zero, nowhere in a run.

For Z3 every term has a value, the same one in the same state, whatever an evaluation would come to: where the language
has an error the value is just some value.  So a lemma is two things: a total formula, which Z3 sees, and an expression,
which the search evaluates; they agree wherever the evaluation is no error.

Why the lemmas may be assumed here, each as a total formula, those included whose own evaluation is asked about: that
the total formulas hold in every reachable state is shown without any question of errors.  They hold in whatever state
an `@init` can give, and each step keeps them, for any value of a term that has none in the language; the steps that Z3
takes include all that the search takes.  Only then is it asked what can go wrong in a state in which they all hold:

- an `@init`, from nothing; it reads no state;
- an action, for every choice of its parameters: its guards in their order, then its updates where they hold;
- a property or lemma in a state, and a step invariant in a step.

When none of these can go wrong, a run has no error, and by what was said in the beginning each property that is proved
as a formula holds as it is evaluated.  The formulas never rest on an error being impossible, so nothing is circular.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import TYPE_CHECKING, TypeAlias

from checker.core import ir
from checker.core.definedness import Demand, Definedness, of_action, of_property
from checker.core.structs import struct
from checker.engines.interpreter.wording import source_text
from checker.engines.proof.obligations import Claim, Question, Result
from checker.engines.proof.smt.ladder import Ladder
from checker.engines.proof.trust import SOLVERS

if TYPE_CHECKING:
    from checker.engines.proof.smt.attempts import Query
    from checker.engines.proof.smt.theory import Theory

Attempt: TypeAlias = "Callable[[Query, Ladder], Result]"


@struct
class Evaluation:
    """An action, an `@init` or a property with something in it that might have no value."""

    owner: ir.LoweredAction | ir.Property
    initial: bool
    definedness: Definedness

    @property
    def name(self) -> str:
        """The name of the action or property."""
        return self.owner.name

    @property
    def claim(self) -> ir.Property:
        """That it has a value, as a property of states, or of steps where it reads both states."""
        formula = self.definedness.formula
        assert formula is not None
        is_step = any(isinstance(part, ir.Variable) and part.primed for part in ir.walk(formula))
        kind = "step invariant" if is_step else "invariant"
        return ir.Property(kind=kind, name=self.name, doc="", formula=formula, span=self.owner.span)

    def question(self, hypotheses: Sequence[ir.Property]) -> Question:
        """Whether it always has a value."""
        return Question(Claim(self.name, self.claim), None, hypotheses)


@struct
class Gap:
    """What of an evaluation has no proof: these demands."""

    evaluation: Evaluation
    demands: tuple[Demand, ...]

    @property
    def words(self) -> str:
        """A clause: `append` may index past the end of `self.log[s]` (spec.py:17:9)."""
        problems = dict.fromkeys(
            f"{demand.problem} `{source_text(demand.about)}` ({demand.about.span})" for demand in self.demands
        )
        return f"`{self.evaluation.name}` may {', or '.join(problems)}"


def evaluations(spec: ir.LoweredSpec, claimed: Collection[ir.Property]) -> list[Evaluation]:
    """What is evaluated in a run that checks what is claimed, as far as it is not plainly without an error."""
    found = [Evaluation(action, True, of_action(action)) for action in spec.initial]
    found += [Evaluation(action, False, of_action(action)) for action in spec.actions]
    found += [Evaluation(entry, False, of_property(entry)) for entry in claimed]
    return [evaluation for evaluation in found if evaluation.definedness.formula is not None]


def open_demands(
    evaluation: Evaluation, theory: Theory, hypotheses: Sequence[ir.Property], attempt: Attempt, ladder: Ladder
) -> tuple[list[int], Result]:
    """The places of the demands that have no proof, and what came of them all."""
    left: set[int] = set()
    results: list[Result] = []
    for queries in _queries(evaluation, theory, () if evaluation.initial else hypotheses):
        for number, query in enumerate(queries):
            if number not in left:
                results.append(attempt(query, ladder))
                if results[-1].answer != "proved":
                    left.add(number)
    used = dict.fromkeys(name for result in results for name in result.used)
    slowest = max(results, key=lambda result: result.seconds, default=Result("proved"))
    seconds = sum(result.seconds for result in results)
    return sorted(left), Result(
        "unknown" if left else "proved", tuple(used), slowest.rung, seconds,
        proved_by=tuple(solver for solver in SOLVERS if all(solver in result.proved_by for result in results)),
        refuted_by=tuple(solver for solver in SOLVERS if any(solver in result.refuted_by for result in results)),
    )


def _queries(
    evaluation: Evaluation, theory: Theory, hypotheses: Sequence[ir.Property]
) -> Iterator[Sequence[Query]]:
    """A query a demand, for states; for a step invariant so many for each action."""
    if evaluation.claim.kind == "step invariant":
        yield from (theory.parts_in_step(evaluation.claim, action, hypotheses) for action in theory.spec.actions)
    else:
        yield theory.parts(evaluation.claim, hypotheses)
