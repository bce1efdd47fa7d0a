"""A trace: states, and the action with its arguments that led to each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from checker.core.show import show
from checker.core.values import State, Value

TraceKind: TypeAlias = Literal[
    "counterexample", "witness", "error", "simulation", "scenario", "counterexample to induction"
]


@dataclass(frozen=True, slots=True)
class Label:
    """What happened: an action, and a value for each of its parameters in order."""

    action: str
    arguments: tuple[tuple[str, Value], ...] = ()

    def __str__(self) -> str:
        return f"{self.action}({', '.join(f'{name}={show(value)}' for name, value in self.arguments)})"


@dataclass(frozen=True, slots=True)
class Step:
    """A state and the label of the step that led to it; for the first one, the name of its `@init`."""

    label: Label
    state: State


@dataclass(frozen=True, slots=True)
class Trace:
    """One behaviour of a spec, the initial state first.

    `shows` names the property that is violated (or reached, for a witness) in the last state, or in the last step.
    A `counterexample to induction` starts in a state that satisfies the lemmas but may be unreachable.
    `as_initially` names the variables of the first state that can be left out where a person reads it: they are as in
    an initial state, the step changes none of them, and the property does not read them.
    """

    kind: TraceKind
    spec: str
    model: str
    shows: str | None
    steps: tuple[Step, ...]
    as_initially: tuple[str, ...] = ()

    @property
    def states(self) -> tuple[State, ...]:
        """The states alone."""
        return tuple(step.state for step in self.steps)

    def __len__(self) -> int:
        """The number of states, the first one included (as TLC counts depth)."""
        return len(self.steps)
