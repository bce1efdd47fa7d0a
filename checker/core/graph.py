"""The state graph of a small model: every reachable state, and every step between them."""

from __future__ import annotations

from dataclasses import dataclass

from checker.core.parameters import Parameters
from checker.core.trace import Label
from checker.core.values import State


@dataclass(frozen=True, slots=True)
class Edge:
    """A step from one state to another, by their positions in the graph."""

    source: int
    target: int
    label: Label


@dataclass(frozen=True, slots=True)
class StateGraph:
    """States in the order in which a breadth-first search finds them, so nearer ones first.

    `depths`: for each state the number of states on a shortest path to it, itself included.  `initial`: the positions
    of the initial states.  `violated`: for each state the names of the invariants that are false in it.  `expanded`:
    how many states, from the first on, have their steps in `edges`; where these are not all, the graph is a part.
    `parameters`: what the model gives the spec.
    """

    spec: str
    model: str
    states: tuple[State, ...]
    depths: tuple[int, ...]
    initial: tuple[int, ...]
    edges: tuple[Edge, ...]
    violated: tuple[tuple[str, ...], ...]
    expanded: int
    parameters: Parameters | None = None

    @property
    def complete(self) -> bool:
        """Is every reachable state and step here?"""
        return self.expanded == len(self.states)
