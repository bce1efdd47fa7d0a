"""Verdicts: what a run established, and never more.

Exit status: 0 established, or what the model expects; 1 violated, not inductive or not reached; 2 an error of the user;
3 unknown (also of a witness alone), a part of a proof, interrupted; 4 not what the model or spec expects.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from checker.core.instance import Instance
from checker.core.parameters import Parameters
from checker.core.trace import Trace


DEADLOCK = "deadlock freedom"
"""What a trace to a deadlock violates; no property can have this name."""

UNEXPECTED = 4
"""The exit status of a run that did not show what its model expects."""


class Outcome(Enum):
    """The value is the wording that a person reads."""

    HOLDS = "holds for this model"
    HOLDS_TO_DEPTH = "holds up to the depth that was explored"
    PROVED = "proved for every size"
    PARTLY_PROVED = "proved in part"
    NOT_VIOLATED = "not violated in what was simulated"
    VIOLATED = "violated"
    REACHED = "reached"
    NOT_REACHED = "not reached"
    NOT_INDUCTIVE = "not inductive"
    UNKNOWN = "unknown"
    INTERRUPTED = "interrupted"
    ERROR = "error in the spec"

    @property
    def exit_status(self) -> int:
        """0 established, 1 violated or not inductive, 2 an error of the user, 3 unknown, in part, or interrupted."""
        match self:
            case Outcome.HOLDS | Outcome.HOLDS_TO_DEPTH | Outcome.PROVED | Outcome.REACHED | Outcome.NOT_VIOLATED:
                return 0
            case Outcome.VIOLATED | Outcome.NOT_INDUCTIVE | Outcome.NOT_REACHED:
                return 1
            case Outcome.ERROR:
                return 2
            case Outcome.UNKNOWN | Outcome.PARTLY_PROVED | Outcome.INTERRUPTED:
                return 3


@dataclass(frozen=True, slots=True)
class PropertyResult:
    """What is known of one property.  `detail` is one line, such as `its antecedent was never true`."""

    kind: str
    name: str
    outcome: Outcome
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ObligationResult:
    """What is known of one obligation of a proof.

    `kind` and `name` say whose it is: a property, an action, or the `ints` of a variable, which are to stay at least 0.
    `obligation`: it holds `initially` (after the `@init` named in `action`), after a `step` of the action, it `follows`
    from others, or its evaluation is `no error`.  `uses`: the hypotheses that the proof used.  `rung`: the dearest way
    that was tried, that of the proof where there is one; empty where there was no time.  `seconds`: of the processor.
    `kept`: the proof is of an earlier run, and so are its `rung` and `seconds`.
    Where a part of a proof is looked at, `hypotheses` are all that may be assumed, and `core` the least of them with
    which its proof is found in a moment; None elsewhere, and a core that there was no time for.
    """

    kind: str
    name: str
    obligation: str
    action: str | None
    outcome: Outcome
    uses: tuple[str, ...] = ()
    rung: str = ""
    seconds: float = field(default=0.0, compare=False)
    kept: bool = False
    hypotheses: tuple[str, ...] | None = None
    core: tuple[str, ...] | None = None

    @property
    def is_tried(self) -> bool:
        """Was there time for it?"""
        return self.outcome is not Outcome.UNKNOWN or self.rung != ""


@dataclass(frozen=True, slots=True)
class ActionStatistics:
    """Of one action: enabled steps found (self-loops included), steps cut by the bounds, and states found first.

    `distinct` is None after random walks, and where several threads searched: which action is the first then depends on
    their timing.
    """

    generated: int = 0
    cut: int = 0
    distinct: int | None = 0


@dataclass(frozen=True, slots=True)
class SecondsByPart:
    """Where the time of a run went.

    `preparing`: reading the spec, and making code for it.  `discarded`: a search in Python, or walks there, that were
    given up for machine code.  `searching`: the search that counts, of which rates are computed; where it goes on from
    a checkpoint, with the time of the runs before.  `replaying`: taking the traces again.
    """

    preparing: float = 0.0
    discarded: float = 0.0
    searching: float = 0.0
    replaying: float = 0.0


@dataclass(frozen=True, slots=True)
class Statistics:
    """How much was explored.

    `states`: distinct states found.  `generated`: initial states and successors, repetitions included.
    `depth`: states on the longest shortest path, the initial one included.  `terminal`: states without a successor
    other than by a cut step.  `queue`: states found but not expanded (0 when the search is complete).
    `outside_constraint`: steps that led outside the constraint, and `outside_initial`: initial states that lie there,
    repetitions included; such states are generated and checked, but are none of the `states`.
    `orbits`: whether states were counted up to symmetry.  `most_steps`: the most steps from one state, those that lead
    to the same state or back counted each.  `collisions`: how often a place in the table of states was taken by
    another state; None where Python keeps the table.
    `walks`: how many random walks were begun, None for a search.  Walks do not remember where they were: after them
    `states` and `terminal` count a state each time that it was passed, and `depth` is the length of the longest walk.
    `seconds`: how long the caller waited; `seconds_by_part` says for what.
    """

    states: int = 0
    generated: int = 0
    depth: int = 0
    terminal: int = 0
    queue: int = 0
    outside_constraint: int = 0
    outside_initial: int = 0
    orbits: bool = False
    walks: int | None = None
    seconds: float = 0.0
    seconds_by_part: SecondsByPart = SecondsByPart()
    actions: Mapping[str, ActionStatistics] = field(default_factory=dict[str, ActionStatistics])
    most_steps: int = 0
    collisions: int | None = None

    @property
    def mean_steps(self) -> float:
        """Steps from an expanded state, on average."""
        expanded = self.states - self.queue
        return sum(action.generated for action in self.actions.values()) / expanded if expanded else 0.0

    @property
    def cut(self) -> int:
        """Steps that were not taken because they would leave the model's bounds."""
        return sum(action.cut for action in self.actions.values())


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of one run.

    `message` says in a sentence what was established.  `notes` are what a careful reader should know besides: an
    action that is never enabled, steps that were cut, symmetry that was switched off.  `trace` shows a violation, an
    error or a counterexample to induction; `counterexamples` hold, for each property of which a violation is shown, its
    traces, a shortest one first, and `witnesses` for each witness that was reached a shortest trace; or that of the
    first random walk.
    `instance` has the sizes of the states in `trace` where no model gave them: in a counterexample to induction.
    `parameters` are the sizes and what else the model gives the spec; None for a proof, which is about every size.
    `obligations` are those of a proof.
    `expected`: is it what the model, or of a proof the spec, expects?  None where it expects nothing, or where this was
    not the whole run.
    """

    outcome: Outcome
    spec: str
    model: str
    message: str
    properties: tuple[PropertyResult, ...] = ()
    statistics: Statistics | None = None
    trace: Trace | None = None
    counterexamples: Mapping[str, tuple[Trace, ...]] = field(default_factory=dict[str, tuple[Trace, ...]])
    witnesses: Mapping[str, Trace] = field(default_factory=dict[str, Trace])
    notes: tuple[str, ...] = ()
    instance: Instance | None = None
    parameters: Parameters | None = None
    expected: bool | None = None
    obligations: tuple[ObligationResult, ...] = ()

    @property
    def wrong(self) -> tuple[Trace, ...]:
        """The traces that show what is wrong, that in `trace` first."""
        traces = [trace for found in self.counterexamples.values() for trace in found]
        return tuple(traces) or ((self.trace,) if self.trace else ())

    @property
    def heading(self) -> str:
        """What the verdict is about: `TwoPhase (small), Manager=3`."""
        model = f" ({self.model})" if self.model and self.model != self.spec else ""
        return f"{self.spec}{model}" + (f", {self.parameters.heading}" if self.parameters else "").rstrip(", ")

    @property
    def exit_status(self) -> int:
        """The status with which the command ends: that of the outcome, where the model does not expect one.

        Where nothing is violated, it is that of what is left open: whether a witness can be reached.
        """
        if self.expected is not None:
            return 0 if self.expected else UNEXPECTED
        is_open = any(entry.outcome is Outcome.UNKNOWN for entry in self.properties)
        return self.outcome.exit_status or (Outcome.UNKNOWN.exit_status if is_open else 0)

    @property
    def wording(self) -> str:
        """The outcome in words, and whether it is expected where its exit status alone does not say so."""
        who = "the spec" if self.parameters is None else "the model"
        if self.expected and self.outcome.exit_status:
            return f"{self.outcome.value}, as {who} expects"
        return self.outcome.value if self.expected is not False else f"{self.outcome.value}, not what {who} expects"

    def __bool__(self) -> bool:
        """Was everything that was asked established, or did the model expect what was found?"""
        return self.exit_status == 0
