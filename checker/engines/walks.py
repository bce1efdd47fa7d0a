"""Random walks in generated Python, one after the other. (`native.search.walking` takes the same in machine code.)

A walk stays inside the constraint: each step is drawn from those that do not lead out.  The others are checked where it
passes, as a search checks them: each step out, and the state that it leads to.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from time import perf_counter

from checker.core import interruption
from checker.core.structs import struct
from checker.core.verdict import SecondsByPart, Statistics
from checker.engines.chance import Chance
from checker.engines.prepare import Prepared
from checker.engines.progress import Progress, Report, resident_memory
from checker.engines.search import End, SearchResult
from checker.engines.system import SpecError
from checker.engines.tally import Tally

REPORT_SECONDS = 1.0


@struct(kw_only=True)
class Walks:
    """Which walks to take.

    `number` of them, of at most `depth` states each, drawn by `seed`.  `deadlock`: is a state without a successor a
    violation?  `report` is called about once a second.
    """

    prepared: Prepared
    deadlock: bool
    number: int
    depth: int
    seed: int
    report: Report | None


@struct
class Beginning:
    """The initial states inside the constraint, one for each way to begin, and those outside."""

    states: tuple[int, ...]
    outside: tuple[int, ...]

    @staticmethod
    def of(prepared: Prepared) -> Beginning:
        """Raises `SpecError` for an error of the spec in an initial state."""
        parts: tuple[list[int], list[int]] = ([], [])
        for state in prepared.system.initial():
            parts[prepared.system.inside(state)].append(state)
        return Beginning(tuple(parts[True]), tuple(parts[False]))

    def violation(self, prepared: Prepared) -> tuple[int, int] | None:
        """The first state outside that violates invariants, and the mask of these.  Raises `SpecError`."""
        found = ((state, prepared.system.violated(state)) for state in self.outside)
        return next(((state, mask) for state, mask in found if mask), None)


@struct
class WayOut:
    """A step out of the constraint with which something is wrong: where it leads, and the mask of what is violated."""

    end: End
    state: int
    violated: int

    @staticmethod
    def of(prepared: Prepared, state: int, outside: Iterable[int]) -> WayOut | None:
        """The first of the steps from `state` to those `outside` with which something is wrong.  Raises `SpecError`."""
        system = prepared.system
        for after in outside:
            if violated := system.step_violated(state, after):
                return WayOut(End.STEP_INVARIANT, after, violated)
            if violated := system.violated(after):
                return WayOut(End.INVARIANT, after, violated)
        return None


def walk_in_python(task: Walks) -> SearchResult[int]:
    """Takes the walks until one of them meets something wrong; Ctrl-C ends them with what was found."""
    return _Walker(task).take()


@dataclass(slots=True)
class _Walker:
    """The walks of one run, and what they met."""

    task: Walks
    started: float = field(default_factory=perf_counter)
    reported: float = field(default_factory=perf_counter)
    generated_at_report: int = 0
    walks: int = 0
    states: int = 0
    longest: int = 0
    outside: int = 0
    outside_initial: int = 0
    path: list[int] = field(default_factory=list[int])
    violated: int = 0
    witnesses: dict[int, tuple[int, ...]] = field(default_factory=dict[int, tuple[int, ...]])
    tally: Tally = field(init=False)

    def __post_init__(self) -> None:
        system = self.task.prepared.system
        self.tally = Tally(system.actions)
        system.cuts[:] = [0] * len(system.actions)  # an earlier run may have counted there

    def take(self) -> SearchResult[int]:
        """Takes the walks."""
        end = End.WALKED
        try:
            beginning = Beginning.of(self.task.prepared)
            self.outside_initial = len(beginning.outside)
            self.tally.initial = len(beginning.states) + self.outside_initial
            if violation := beginning.violation(self.task.prepared):
                end, (state, self.violated) = End.INVARIANT, violation
                self.path = [state]
            while end is End.WALKED and beginning.states and self.walks < self.task.number:
                self.path = []
                self.walks += 1
                end = self._walk(list(beginning.states), Chance.of_walk(self.task.seed, self.walks - 1))
        except SpecError:
            end = End.SPEC_ERROR
        except KeyboardInterrupt:
            interruption.take()
            end = End.STOPPED
        wrong = tuple(self.path) if end not in (End.WALKED, End.STOPPED) else ()
        return SearchResult(end, self._statistics(), wrong, self.violated, dict(sorted(self.witnesses.items())))

    def _walk(self, choices: list[int], chance: Chance) -> End:
        """One walk, which is left in `path`: why it ended."""
        system, path = self.task.prepared.system, self.path
        pending = (1 << len(system.checked.witnesses)) - 1
        while choices and len(path) < self.task.depth:
            state = choices[chance.below(len(choices))]
            self.violated = system.step_violated(path[-1], state) if path else 0
            path.append(state)
            self.states += 1
            self.longest = max(self.longest, len(path))
            if self.violated:
                return End.STEP_INVARIANT
            self.violated = system.violated(state)
            if self.violated:
                return End.INVARIANT
            pending &= ~self._note_witnesses(pending)
            choices, stuck = self._successors(state)
            if stuck and self.task.deadlock:
                return End.DEADLOCK
            choices, way_out = self._inside(choices)
            if way_out is not None:
                self.violated = way_out.violated
                path.append(way_out.state)
                return way_out.end
            self._report()
        return End.WALKED

    def _note_witnesses(self, pending: int) -> int:
        """Those of the `pending` witnesses that the last state of the path reaches."""
        found = self.task.prepared.system.reached(self.path[-1], pending) if pending else 0
        for bit in range(found.bit_length()):
            if found >> bit & 1 and bit not in self.witnesses:
                self.witnesses[bit] = tuple(self.path)
        return found

    def _successors(self, state: int) -> tuple[list[int], bool]:
        """The states after each step from here, and whether there is none, not even a cut one."""
        system = self.task.prepared.system
        before = list(system.cuts)
        try:
            choices, ends = system.successors(state)
        except SpecError:
            system.cuts[:] = before  # where an error comes before the last step, no step counts
            raise
        self.tally.shapes[ends] += 1
        return choices, not choices and system.cuts == before

    def _inside(self, states: list[int]) -> tuple[list[int], WayOut | None]:
        """Those of `states`, which follow the last one of the path, that are inside the constraint; and what is wrong
        with a step to another one."""
        prepared = self.task.prepared
        if not prepared.system.checked.constraints:
            return states, None
        kept, outside = list[int](), list[int]()
        for state in states:
            (kept if prepared.system.inside(state) else outside).append(state)
        self.outside += len(outside)
        return kept, WayOut.of(prepared, self.path[-1], outside)

    def _report(self) -> None:
        now = perf_counter()
        if self.task.report is None or now - self.reported < REPORT_SECONDS:
            return
        generated = self.tally.generated()
        rate = (generated - self.generated_at_report) / (now - self.reported)
        self.reported, self.generated_at_report = now, generated
        seconds = now - self.started
        self.task.report(
            Progress(self.states, generated, rate, self.longest, 0, resident_memory(), seconds, walks=self.walks)
        )

    def _statistics(self) -> Statistics:
        actions = self.tally.by_action(self.task.prepared.system.cuts)
        return Statistics(
            states=self.states,
            generated=self.tally.generated(),
            depth=self.longest,
            terminal=self.tally.terminal(),
            outside_constraint=self.outside,
            outside_initial=self.outside_initial,
            walks=self.walks,
            seconds_by_part=SecondsByPart(searching=perf_counter() - self.started),
            actions={name: replace(action, distinct=None) for name, action in actions.items()},
        )
