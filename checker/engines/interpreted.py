"""The transition system as the interpreter sees it: slow and obvious, the measure of the fast ones."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from checker.core import ir
from checker.core.errors import UserError
from checker.core.values import State
from checker.engines.interpreter.interpreter import Interpreter
from checker.engines.system import Checked, SpecError


class InterpretedSystem:
    """A `System` whose states are plain values."""

    def __init__(self, interpreter: Interpreter, actions: tuple[str, ...], checked: Checked) -> None:
        self.interpreter = interpreter
        self.actions = actions
        self.checked = checked
        self.cuts = [0] * len(actions)

    def initial(self) -> list[State]:
        """The initial states."""
        with _spec_errors():
            return [step.state for step in self.interpreter.initial()]

    def successors(self, state: State) -> tuple[list[State], tuple[int, ...]]:
        """The state after each step, and for each action the position where its part ends."""
        with _spec_errors():
            steps, cut = self.interpreter.steps(state)
        ends: list[int] = []
        for index, action in enumerate(self.actions):
            self.cuts[index] += cut[action]
            ends.append((ends[-1] if ends else 0) + sum(step.label.action == action for step in steps))
        return [step.state for step in steps], tuple(ends)

    def violated(self, state: State) -> int:
        """The mask of the invariants that are false."""
        with _spec_errors():
            return self._false(self.checked.invariants, state)

    def step_violated(self, state: State, after: State) -> int:
        """The mask of the step invariants that are false."""
        with _spec_errors():
            return self._false(self.checked.step_invariants, state, after)

    def reached(self, state: State, pending: int) -> int:
        """The mask of the pending witnesses that are true."""
        with _spec_errors():
            return sum(
                1 << bit
                for bit, witness in enumerate(self.checked.witnesses)
                if pending >> bit & 1 and self._reaches(state, witness)
            )

    def _reaches(self, state: State, witness: ir.Property) -> bool:
        try:
            return self.interpreter.holds(witness, state)
        except UserError:
            if witness.kind == "antecedent":
                return False
            raise

    def inside(self, state: State) -> bool:
        """Do all constraints hold?  Those behind one that does not are not asked."""
        with _spec_errors():
            return all(self.interpreter.holds(entry, state) for entry in self.checked.constraints)

    def unpack(self, state: State) -> State:
        """The state itself."""
        return state

    def pack(self, state: State) -> State:
        """The state itself."""
        return state

    def _false(self, properties: tuple[ir.Property, ...], state: State, after: State | None = None) -> int:
        return sum(
            1 << bit
            for bit, entry in enumerate(properties)
            if not self.interpreter.holds(entry, state, after)
        )


@contextmanager
def _spec_errors() -> Generator[None, None, None]:
    """What the interpreter explains at length is a bare signal in a search, as from the kernels."""
    try:
        yield
    except UserError:
        raise SpecError from None
