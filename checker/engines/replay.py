"""From a path of states to a trace: the interpreter takes every step again, and gives it its label.

No trace reaches a person before this has succeeded.  Where the interpreter cannot follow, two engines disagree about
the meaning of the spec; that is a fault of the checker, and it is said so, loudly.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from checker.core import ir
from checker.core.errors import UserError
from checker.core.structs import struct
from checker.core.trace import Step
from checker.core.values import State
from checker.engines.interpreter.interpreter import Interpreter
from checker.engines.system import Checked, System

S = TypeVar("S", bound=Hashable)

FEW = 1_000
"""Initial states that are tried in order."""


class Disagreement(Exception):
    """The interpreter does not do what a fast engine did: a fault of the checker, not of the spec."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"internal error: {what}; the search and the interpreter disagree. "
            "Please report this with the spec and the model: the verdict cannot be trusted"
        )


def replay(
    interpreter: Interpreter,
    system: System[S],
    path: Sequence[S],
    *,
    canonical: Callable[[S], S] | None = None,
    before: tuple[Step, ...] = (),
    allowed: Callable[[int, Step, Step], bool] | None = None,
) -> tuple[Step, ...]:
    """The steps along `path`, as the interpreter takes them.

    With `canonical` the path is one of orbits, and any concrete path through them is found.  `before` are steps that
    lead to the first state of the path (which is then no initial state).  `allowed` says which steps are meant, where
    not all of them that lead to the next state or orbit are: it is given the position in the path of the state that
    the step leads to, the step before and this one.  Raises `Disagreement`.
    """

    def is_at(state: State, expected: S) -> bool:
        packed = system.pack(state)
        return (canonical(packed) if canonical else packed) == expected

    def initial() -> Iterator[Step]:
        """The first of an orbit has the first names, so it is preferred while there are few to try.  Its representative
        need not be initial itself, where a model fixes values."""
        yield from (step for step in islice(interpreter.each_initial(), FEW) if is_at(step.state, path[0]))
        yield from interpreter.initial_like(system.unpack(path[0]))
        yield from (step for step in interpreter.each_initial() if is_at(step.state, path[0]))

    steps = list(before) or [_first(initial())]
    for position, expected in enumerate(path[1:], start=1):
        here = steps[-1]
        steps.append(_first(
            step for step in interpreter.each_step(here.state)
            if is_at(step.state, expected) and (allowed is None or allowed(position, here, step))
        ))
    return tuple(steps)


def _first(steps: Iterable[Step]) -> Step:
    """The first step; those behind it are not taken, as there may be thousands."""
    for step in steps:
        return step
    raise Disagreement("a step that the search took does not exist")


def confirm_violation(interpreter: Interpreter, violated: Iterable[ir.Property], steps: Sequence[Step]) -> None:
    """Evaluates each of the `violated` properties at the end of the trace.  Raises `Disagreement` if one holds."""
    state = steps[-1].state
    for entry in violated:
        if entry.kind == "step invariant":
            holds = interpreter.holds(entry, steps[-2].state, state)
        else:
            holds = interpreter.holds(entry, state)
        if holds:
            raise Disagreement(f"`{entry.name}` holds in the state that was said to violate it")


def confirm_witness(interpreter: Interpreter, witness: ir.Property, state: State) -> None:
    """Evaluates `witness` in `state`.  Raises `Disagreement` if it is false."""
    if not interpreter.holds(witness, state):
        raise Disagreement(f"`{witness.name}` is false in the state that was said to reach it")


def confirm_deadlock(interpreter: Interpreter, state: State) -> None:
    """Looks for steps from `state`.  Raises `Disagreement` if there are some."""
    steps, cut = interpreter.steps(state)
    if steps or cut.total():
        raise Disagreement("a state that was said to be a deadlock has a successor")


def find_error(
    interpreter: Interpreter,
    checked: Checked,
    steps: tuple[Step, ...],
    reached: Collection[int],
    *,
    beyond: bool = False,
) -> tuple[UserError, tuple[Step, ...]]:
    """The error of the spec that lies at the end of `steps`, and the trace up to where it is met.

    It is met in a property of the last state, in a step from it, or in a property of a state that such a step leads
    to.  Without any steps: in an initial state.  `reached` are the positions of the witnesses that were; one of these
    is to blame only where nothing else is.  `beyond`: did the search go on beyond violations, and so ask for witnesses
    there too?  Raises `Disagreement` if there is no error.
    """
    pending = tuple(entry for bit, entry in enumerate(checked.witnesses) if bit not in reached)
    for witnesses in (pending, checked.witnesses):
        found = _error_at_the_end(_Asked(interpreter, checked, witnesses, beyond), steps)
        if found is not None:
            return found
    raise Disagreement("an error of the spec that the search met does not show")


def _error_at_the_end(asked: _Asked, steps: tuple[Step, ...]) -> tuple[UserError, tuple[Step, ...]] | None:
    try:
        if steps:
            asked.evaluate(None, steps[-1].state)
        following = asked.interpreter.steps(steps[-1].state)[0] if steps else asked.interpreter.initial()
    except UserError as error:
        return error, steps
    for step in following:
        try:
            asked.evaluate(steps[-1].state if steps else None, step.state)
        except UserError as error:
            return error, (*steps, step)
    return None


@struct
class _Asked:
    """What a search asks of a state, for the errors that the answer may raise."""

    interpreter: Interpreter
    checked: Checked
    witnesses: tuple[ir.Property, ...]
    beyond: bool

    def evaluate(self, before: State | None, state: State) -> None:
        """Asks of a state, and of the step to it, in the order of the search: no witnesses where a constraint is
        false, nor where an invariant is, unless the search goes on `beyond` that."""
        interpreter, checked = self.interpreter, self.checked
        inside = all(interpreter.holds(entry, state) for entry in checked.constraints)
        if before is not None:
            for entry in checked.step_invariants:
                interpreter.holds(entry, before, state)
        violated = [entry for entry in checked.invariants if not interpreter.holds(entry, state)]
        if inside and (self.beyond or not violated):
            for entry in self.witnesses:
                if entry.kind != "antecedent":
                    interpreter.holds(entry, state)
