"""Bounded and k-inductive checks of a model: the same questions as of a search, asked of a solver.

They aid where no lemma is known yet, and check the search: the same verdict, and a shortest trace of the same length.
A path is looked at state by state, in the order of a breadth-first search: what its last state violates, whether it is
an error to ask that, whether it is one to look for the steps from there.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from checker.core import ir
from checker.core.errors import UserError
from checker.core.model import Model
from checker.core.structs import struct
from checker.core.trace import Step, Trace
from checker.core.verdict import DEADLOCK, Outcome, PropertyResult, Verdict
from checker.engines.asked import number_of_seconds, required_from_1
from checker.engines.axioms import MOST_CHOICES, listed, ways_to_begin, without_initial_state
from checker.engines.finished import count_of_steps
from checker.engines.prepare import Prepared, prepare
from checker.engines.proof.trust import load_z3
from checker.engines.replay import Disagreement, confirm_deadlock, find_error
from checker.frontend.lower import lower

if TYPE_CHECKING:
    from checker.engines.proof.paths import Paths


def bounded(
    model: Model, depth: int, *, name: str = "", seconds: float = 600.0,
    progress: Callable[[str], None] = lambda line: None,
) -> Verdict:
    """Looks for a violation on all paths of up to `depth` states, with a solver; `name` is what the model is called.

    Raises `UserError` for a mistake in the spec or model, P002 without Z3, P005 for a model that it cannot represent,
    and C030 for a depth or time that is none."""
    load_z3()
    asked = required_from_1("depth", depth)
    run = _Run(prepare(model, vacuity=False), name, time.monotonic() + number_of_seconds(seconds), progress)
    verdict = run.guarded(lambda: run.base(asked))
    if verdict is not None:
        return verdict
    message = f"nothing is violated on a path of up to {_states(asked)}"
    return run.verdict(Outcome.HOLDS_TO_DEPTH, message, others=Outcome.HOLDS_TO_DEPTH)


def k_induction(
    model: Model, depth: int, *, name: str = "", seconds: float = 600.0,
    progress: Callable[[str], None] = lambda line: None,
) -> Verdict:
    """Shows that what is checked holds for the model: on all paths of up to `depth` states that begin initially, and
    after a path of so many different states in which it holds, wherever that begins.

    A path that does not go on like that is a counterexample to induction.  Raises as `bounded` does."""
    load_z3()
    asked = required_from_1("depth", depth)
    run = _Run(prepare(model, vacuity=False), name, time.monotonic() + number_of_seconds(seconds), progress)
    verdict = run.guarded(lambda: run.base_and_step(asked))
    if verdict is not None:
        return verdict
    message = (
        f"every invariant holds, by {asked}-induction: on all paths of up to {_states(asked)}, and after any "
        f"{_states(asked)} in a row in which it holds"
    )
    return run.verdict(Outcome.HOLDS, message, others=Outcome.HOLDS)


@struct
class _Unsure(Exception):
    """What cannot be decided on paths, in words."""

    reason: str


class _Run:
    """One check of a model.  What is wrong is a verdict, and nothing (None) where all is well."""

    def __init__(self, prepared: Prepared, name: str, until: float, progress: Callable[[str], None]) -> None:
        self.prepared = prepared
        self.checked = replace(prepared.checked, witnesses=())
        self.lowered = lower(prepared.spec)
        self.name = name
        self.until = until
        self.progress = progress
        self.done = 0
        """On paths of up to so many states nothing is violated."""

    def guarded(self, look: Callable[[], Verdict | None]) -> Verdict | None:
        """What is found; unknown where there is no time for it, or where it cannot be said."""
        from checker.engines.proof.paths import OutOfTime, TooMany

        try:
            return look()
        except OutOfTime:
            reason = "there was no time for more"
        except _Unsure as unsure:
            reason = unsure.reason
        except TooMany as many:
            raise UserError(
                "P005", f"`{many}` can be taken in too many ways to say on paths that there is no deadlock",
                self.prepared.model.place, help="`checker check` looks for it; or say `deadlock=False` in the model",
            ) from None
        except KeyError as missing:  # a value inside of another one that has no bounds
            raise UserError(
                "P005", f"a value of the spec has no bounds in this model, which paths need: {missing}",
                self.prepared.spec.span, help="`checker check` needs none of it",
            ) from None
        done = f"nothing is violated on a path of up to {_states(self.done)}; " if self.done else ""
        return self.verdict(Outcome.UNKNOWN, done + reason, others=Outcome.UNKNOWN)

    def _paths(self) -> Paths:
        from checker.engines.proof.paths import Paths

        return Paths(self.lowered, self.prepared.instance, self.until)

    # --- from an initial state ------------------------------------------------------------------------------------

    def base(self, depth: int) -> Verdict | None:
        """What is wrong on a path of up to so many states that begins initially."""
        paths = self._paths()
        for length in range(1, depth + 1):
            self.progress(f"paths of {_states(length)}")
            if length == 1:
                paths.begin()
                found = self._beginning(paths)
            else:
                paths.extend()
                found = None
            found = self._end(paths) if found is None else found
            if found is not None:
                return found
            self.done = length
            self._go_on_from(paths)
            if length == 1 and paths.path() is None:
                inside = listed(self.checked.constraints, "constraint")
                message = f"there is no initial state inside of {inside}: nothing was explored"
                return self.verdict(Outcome.ERROR, message, others=Outcome.UNKNOWN)
            found = None if length == depth else self._expanded(paths)
            if found is not None:
                return found
        return None

    def _beginning(self, paths: Paths) -> Verdict | None:
        prepared = self.prepared
        if paths.may_lack_room():
            if ways_to_begin(prepared.spec, prepared.instance) > MOST_CHOICES:
                raise _Unsure("perhaps the model has no room for an initial state")
            return self._error((), "whether the model has room for each initial state")
        if paths.path() is None:
            because = without_initial_state(prepared)
            message = f"there is no initial state{', since ' if because else ''}{because}: nothing was checked"
            return self.verdict(Outcome.ERROR, message, others=Outcome.UNKNOWN)
        return None

    def _end(self, paths: Paths) -> Verdict | None:
        """What is wrong in the last state of a path."""
        self._list(paths)
        entries = self._entries(paths)
        found = self._false(paths, entries, self._violated)
        if found is not None:
            return found
        steps = paths.path(paths.some_may_err((*entries, *self.checked.constraints)))
        return None if steps is None else self._error(steps, "whether a property is an error")

    def _false(
        self, paths: Paths, entries: Sequence[ir.Property], confirmed: Callable[[tuple[Step, ...]], Verdict | None]
    ) -> Verdict | None:
        """What is made of a path at the end of which something is false, of one that the interpreter takes too."""
        wrong = paths.some_is_false(entries)
        steps = paths.path(wrong)
        if steps is None:
            return None
        verdict = confirmed(steps)
        if verdict is None:
            steps = paths.path(wrong, paths.strictly(entries))
            verdict = None if steps is None else confirmed(steps)
        if verdict is None and paths.path(paths.some_may_err(entries)) is None:
            raise _Unsure("then it depends on the order in which an `all` or `any` looks at elements")
        return verdict

    def _list(self, paths: Paths) -> None:
        if paths.path(paths.beyond_what_was_listed()) is not None:
            raise _Unsure("then there is a `range` with numbers beyond the bounds of the model")

    def _entries(self, paths: Paths) -> tuple[ir.Property, ...]:
        """What is asked of the last state, and of the step to it."""
        steps = self.checked.step_invariants if len(paths.states) > 1 else ()
        return (*self.checked.invariants, *steps)

    def _go_on_from(self, paths: Paths) -> None:
        """Only what the search would expand is looked at from here on."""
        for entry in (*self._entries(paths), *self.checked.constraints):
            paths.require(paths.holds(entry))

    def _expanded(self, paths: Paths) -> Verdict | None:
        """What is wrong with the steps from the last state."""
        steps = paths.path(paths.some_step_may_err())
        self._list(paths)
        if steps is not None:
            return self._error(steps, "whether a step is an error")
        if not self.prepared.model.deadlock:
            return None
        steps = paths.path(paths.is_stuck())
        if steps is None:
            return None
        if self._is_taken(steps):
            try:
                confirm_deadlock(self.prepared.interpreter, steps[-1].state)
                message = f"a deadlock: no step is possible after {count_of_steps(len(steps) - 1)}"
                return self._shown(steps, DEADLOCK, message, (DEADLOCK,))
            except Disagreement:
                pass
        raise _Unsure("then it depends on the order of evaluation whether there is a deadlock")

    # --- from any state -------------------------------------------------------------------------------------------

    def base_and_step(self, depth: int) -> Verdict | None:
        """What is wrong with an induction over so many states."""
        found = self.base(depth)
        return self.step(depth) if found is None else found

    def step(self, depth: int) -> Verdict | None:
        """What follows on so many different states in which all is well, and is not."""
        paths = self._paths()
        self.progress(f"what follows on {_states(depth)}")
        paths.assume()
        for length in range(1, depth + 1):
            if length > 1:
                paths.extend()
                paths.differ()
            self._go_on_from(paths)
            paths.require_no_error((*self._entries(paths), *self.checked.constraints))
        paths.extend()
        self._list(paths)
        entries = self._entries(paths)
        found = self._false(paths, entries, self._not_inductive)
        if found is not None:
            return found
        if paths.path(paths.some_may_err((*entries, *self.checked.constraints))) is not None:
            raise _Unsure("it is not shown by induction that no property is an error")
        self._go_on_from(paths)
        if paths.path(paths.some_step_may_err()) is not None:
            raise _Unsure("it is not shown by induction that no step is an error")
        self._list(paths)
        if self.prepared.model.deadlock:
            raise _Unsure("that there is no deadlock is not shown by induction: leave it to `checker check`")
        return None

    def _not_inductive(self, steps: Sequence[Step]) -> Verdict | None:
        """The verdict on a path from any state, if the interpreter takes it too."""
        length = len(steps) - 1
        if not self._follows(steps) or not all(self._is_well(steps, place) for place in range(length)):
            return None
        names = self._false_at_the_end(steps)
        if not names:
            return None
        failing, are = " and ".join(f"`{name}`" for name in names), "is" if len(names) == 1 else "are"
        message = (
            f"{failing} {are} not {length}-inductive: the trace is a counterexample to {length}-induction, "
            f"{_states(length)} in which every invariant holds, and a step after which one does not; its first state "
            "need not be reachable"
        )
        trace = Trace("counterexample to induction", self.prepared.spec.name, self.name, names[0], tuple(steps))
        rows = {name: (Outcome.NOT_INDUCTIVE, f"fails after {steps[-1].label.action}") for name in names}
        return self.verdict(Outcome.NOT_INDUCTIVE, message, others=Outcome.UNKNOWN, rows=rows, trace=trace)

    # --- by the interpreter ---------------------------------------------------------------------------------------

    def _is_taken(self, steps: Sequence[Step]) -> bool:
        """Does the interpreter begin and go on like this?"""
        return self.prepared.interpreter.begins(steps[0]) and self._follows(steps)

    def _follows(self, steps: Sequence[Step]) -> bool:
        interpreter = self.prepared.interpreter
        try:
            return all(
                interpreter.successor(before.state, step.label) == step.state
                and all(interpreter.holds(entry, before.state) for entry in self.checked.constraints)
                for before, step in pairwise(steps)
            )
        except UserError:
            return False

    def _is_well(self, steps: Sequence[Step], place: int) -> bool:
        return not self._false_at_the_end(steps[max(0, place - 1) : place + 1])

    def _false_at_the_end(self, steps: Sequence[Step]) -> list[str]:
        """What is false of the last state, and of the step to it; nothing where that is an error."""
        interpreter, state = self.prepared.interpreter, steps[-1].state
        try:
            names = [entry.name for entry in self.checked.invariants if not interpreter.holds(entry, state)]
            if len(steps) > 1:
                before = steps[-2].state
                names += [e.name for e in self.checked.step_invariants if not interpreter.holds(e, before, state)]
        except UserError:
            return []
        return names

    def _violated(self, steps: tuple[Step, ...]) -> Verdict | None:
        """The verdict on a path into a violation, if the interpreter takes it too."""
        names = self._false_at_the_end(steps) if self._is_taken(steps) else []
        if not names:
            return None
        return self._shown(steps, names[0], f"`{names[0]}` is violated after {count_of_steps(len(steps) - 1)}", names)

    def _error(self, steps: tuple[Step, ...], what: str) -> Verdict:
        """The verdict on a path, or on none, at the end of which an evaluation may be an error."""
        if not steps or self._is_taken(steps):
            try:
                error, further = find_error(self.prepared.interpreter, self.checked, steps, ())
                trace = Trace("error", self.prepared.spec.name, self.name, None, further) if further else None
                return self.verdict(Outcome.ERROR, error.render(), others=Outcome.UNKNOWN, trace=trace)
            except Disagreement:
                pass
        raise _Unsure(f"then it depends on the order of evaluation {what}")

    # --- verdicts -------------------------------------------------------------------------------------------------

    def _shown(self, steps: tuple[Step, ...], name: str, message: str, names: Sequence[str]) -> Verdict:
        trace = Trace("counterexample", self.prepared.spec.name, self.name, name, steps)
        rows = dict.fromkeys(names, (Outcome.VIOLATED, ""))
        verdict = self.verdict(Outcome.VIOLATED, message, others=Outcome.UNKNOWN, rows=rows, trace=trace)
        return replace(verdict, counterexamples={name: (trace,)})

    def verdict(
        self, outcome: Outcome, message: str, *, others: Outcome,
        rows: Mapping[str, tuple[Outcome, str]] = {},
        trace: Trace | None = None,
    ) -> Verdict:
        """The verdict, where properties without a row of their own have the outcome `others`."""
        checked = self.checked
        entries = [(entry.kind, entry.name) for entry in (*checked.invariants, *checked.step_invariants)]
        entries += [("deadlock", DEADLOCK)] if self.prepared.model.deadlock else []
        notes = list(map(str, self.prepared.spec.warnings))
        witnesses = [f"`{entry.name}`" for entry in self.prepared.checked.witnesses]
        notes += [f"witnesses are not looked for: {', '.join(witnesses)}"] if witnesses else []
        return Verdict(
            outcome=outcome, spec=self.prepared.spec.name, model=self.name, message=message,
            properties=tuple(PropertyResult(kind, name, *rows.get(name, (others, ""))) for kind, name in entries),
            parameters=self.prepared.parameters, trace=trace, notes=tuple(notes),
        )


def _states(number: int) -> str:
    return f"{number} state" + ("" if number == 1 else "s")
