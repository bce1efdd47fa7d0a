"""What a proof asks of solvers, and what comes of it: questions about a spec, before there is any term of Z3."""

from __future__ import annotations

from collections.abc import Sequence

from checker.core import ir
from checker.core.structs import struct
from checker.core.types import IntType, parts
from checker.engines.proof.trust import Answer, Solver


@struct
class Result:
    """`used`: the hypotheses that the proof used.  `refuted` is about all sizes, where an infinite one counts too.

    `rung`: the dearest way in which it was tried; empty where the time was over before.  `seconds`: those of the
    processor.  `kept`: all this is of an earlier run.  `proved_by`, `refuted_by`: the solvers that prove it, each by
    itself, or that have a model against it.
    """

    answer: Answer
    used: tuple[str, ...] = ()
    rung: str = ""
    seconds: float = 0.0
    kept: bool = False
    proved_by: tuple[Solver, ...] = ()
    refuted_by: tuple[Solver, ...] = ()


@struct
class Claim:
    """What is to be shown of states: a property of the spec, or that the ints of a variable are at least 0 (None)."""

    name: str
    property: ir.Property | None

    def reads(self) -> frozenset[str]:
        """The variables that it is about."""
        if self.property is None:
            return frozenset((self.name,))
        return variables_in(self.property.formula)


@struct
class Obligation:
    """That a claim holds after an action, or after an `@init`."""

    claim: Claim
    action: ir.LoweredAction
    initial: bool


@struct
class Question:
    """Whether it follows from the hypotheses, which hold in a state, that a claim holds after a step (or in that state,
    where there is no action), or that no such step is taken (where there is no claim).

    A step from no state, of an `@init`, has no hypotheses (None).  A claim about steps, with no action, is about those
    of all actions.
    """

    claim: Claim | None
    action: ir.LoweredAction | None
    hypotheses: Sequence[ir.Property] | None


def asked_of(obligation: Obligation, hypotheses: Sequence[ir.Property]) -> Question:
    """The question that an obligation stands for."""
    return Question(obligation.claim, obligation.action, None if obligation.initial else hypotheses)


def with_ints(spec: ir.LoweredSpec) -> list[str]:
    """The variables that hold ints."""
    return [
        entry.name for entry in spec.source.variables
        if any(isinstance(part, IntType) for part in parts(entry.type))
    ]


def variables_in(formula: ir.Expr) -> frozenset[str]:
    """The state variables that a formula reads."""
    return frozenset(part.name for part in ir.walk(formula) if isinstance(part, ir.Variable))
