"""The whole state graph of a small model, for pictures."""

from __future__ import annotations

from checker.core.graph import Edge, StateGraph
from checker.core.model import Model
from checker.core.values import State
from checker.engines.interpreter.interpreter import Interpreter
from checker.engines.prepare import Prepared, prepare


def state_graph(model: Model, *, name: str = "", limit: int = 1_000) -> StateGraph:
    """Every state of `model` and every step between states, as the interpreter takes them.

    With more than about `limit` states the graph is a part: the nearest states, of which those found last are not
    expanded.  States outside the constraint are left out.  Symmetry is not used.  Raises `UserError`.
    """
    return _Explorer(prepare(model, vacuity=False)).explore(name, limit)


class _Explorer:
    """The graph as far as it is known."""

    def __init__(self, prepared: Prepared) -> None:
        self.prepared = prepared
        self.interpreter: Interpreter = prepared.interpreter
        self.states: list[State] = []
        self.positions: dict[State, int] = {}
        self.depths: list[int] = []
        self.edges: list[Edge] = []

    def explore(self, name: str, limit: int) -> StateGraph:
        """The graph, breadth first."""
        initial = [self._position(step.state, 1) for step in self.interpreter.initial()]
        expanded = 0
        while expanded < len(self.states) <= limit:
            self._expand(self.states[expanded], expanded)
            expanded += 1
        return StateGraph(
            spec=self.prepared.spec.name,
            model=name,
            parameters=self.prepared.parameters,
            states=tuple(self.states),
            depths=tuple(self.depths),
            initial=tuple(dict.fromkeys(position for position in initial if position is not None)),
            edges=tuple(self.edges),
            violated=tuple(map(self._violated, self.states)),
            expanded=expanded,
        )

    def _expand(self, state: State, source: int) -> None:
        for step in self.interpreter.steps(state)[0]:
            target = self._position(step.state, self.depths[source] + 1)
            if target is not None:
                self.edges.append(Edge(source, target, step.label))

    def _position(self, state: State, depth: int) -> int | None:
        """The position of `state`, a new one where it was not known; None outside of the constraint."""
        if state not in self.positions:
            if not all(self.interpreter.holds(entry, state) for entry in self.prepared.checked.constraints):
                return None
            self.positions[state] = len(self.states)
            self.states.append(state)
            self.depths.append(depth)
        return self.positions[state]

    def _violated(self, state: State) -> tuple[str, ...]:
        invariants = self.prepared.checked.invariants
        return tuple(entry.name for entry in invariants if not self.interpreter.holds(entry, state))
