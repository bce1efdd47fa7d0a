"""Breadth-first search over a transition system, with an exact set of states.

States are visited level by level, so the first violation that is met lies at the end of a shortest trace, and the
order of everything is fixed: the same system gives the same result every time.  The set maps each state to the one
from which it was first reached (`dict`, whole states compared), which gives the trace.

Under symmetry the set holds one canonical state for each orbit.  A path is then a path of orbits: each state leads in
one step to *some* state of the next one's orbit, and a replay finds the concrete states.

Invariants are checked when a state is found, step invariants for every step: those of one state first, then the
states it leads to.  A state outside the constraint is checked each time that a step leads to it, and so is that step;
it is not kept, so it is no state that counts, leads nowhere and reaches no witness.  TLC does the same.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import field
from enum import Enum, auto
from time import perf_counter
from typing import Generic, NoReturn, TypeVar

from checker.core import interruption
from checker.core.structs import struct
from checker.core.verdict import SecondsByPart, Statistics
from checker.engines.plain import bits
from checker.engines.progress import Progress, Report, resident_memory
from checker.engines.system import SpecError, System
from checker.engines.tally import Tally

S = TypeVar("S", bound=Hashable)

CHUNK = 256
"""States that are expanded between two looks at the clock and at the limits."""

MANY_STEPS = 1_000
"""From one state: they are numbered in a table, where to count them out for each would take quadratic time."""

REPORT_SECONDS = 1.0


class End(Enum):
    """Why a search ended."""

    COMPLETE = auto()
    """Every reachable state was found and expanded."""
    COMPLETE_BUT_BEYOND = auto()
    """Every state was expanded that is reached without a violation."""
    WALKED = auto()
    """The random walks that were asked for were taken."""
    DEPTH_LIMIT = auto()
    STATE_LIMIT = auto()
    STOPPED = auto()
    """By the person who waits for it."""
    OUT_OF_MEMORY = auto()
    DISK_FULL = auto()
    NOT_WRITTEN = auto()
    """The states could not be written to disk, for another reason."""
    INVARIANT = auto()
    """The last state of the path violates an invariant."""
    STEP_INVARIANT = auto()
    """The last step of the path violates a step invariant."""
    DEADLOCK = auto()
    """The last state of the path has no successor, not even a cut one."""
    SPEC_ERROR = auto()
    """An error of the spec: in the last state of the path, in a step from there, or in a state that it leads to.
    Without a path: in an initial state."""


@struct
class Limits:
    """`depth`: states on the longest path; `states`: distinct states.  None is no limit."""

    depth: int | None = None
    states: int | None = None


UNLIMITED = Limits()


@struct
class Handover:
    """When so many `states` are found, `take` is asked once whether another search has taken over, which ends this one
    as a limit of states would."""

    states: int
    take: Callable[[], bool]


@struct
class Violation(Generic[S]):
    """One of several counterexamples: `path` leads to a violation of the invariant or step invariant number `bit`, or
    to a deadlock, as `end` says.  `taken` is the position in the path of the first state after the action that each was
    to take; 0 where none was."""

    end: End
    bit: int
    path: tuple[S, ...]
    taken: int = 0


@struct
class SearchResult(Generic[S]):
    """What a search found.

    `path` leads from an initial state to what is wrong, and is empty where nothing is.
    `violated` is the mask of the invariants, or of the step invariants, that are false at its end.
    `violations` are all that a search found that was to go on after the first, in the order in which they were found;
    `others` are those bits, by the kind of the end, of which it met only violations that were not asked for.
    `witnesses` maps the bit of each witness that was reached to a shortest path to it.
    `saved` is a folder from which the search can go on, where it ended early and there is one.
    `notes` say more to the reader of the verdict.
    `earlier_seconds` are those of the runs before, where it went on from a checkpoint; `discarded_seconds` those of a
    search that was given up for this one.
    """

    end: End
    statistics: Statistics
    path: tuple[S, ...] = ()
    violated: int = 0
    witnesses: dict[int, tuple[S, ...]] = field(default_factory=dict[int, tuple[S, ...]])
    saved: str = ""
    notes: tuple[str, ...] = ()
    earlier_seconds: float = 0.0
    discarded_seconds: float = 0.0
    violations: tuple[Violation[S], ...] = ()
    others: tuple[tuple[End, int], ...] = ()


class _Ended(Exception):
    """Leaves the loops; what there is to say was stored before."""


def search(
    system: System[S],
    *,
    canonical: Callable[[S], S] | None = None,
    limits: Limits = UNLIMITED,
    deadlock: bool = False,
    report: Report | None = None,
    start: Iterable[S] | None = None,
    handover: Handover | None = None,
) -> SearchResult[S]:
    """Explores every state that `system` can reach, from its initial states or from those in `start`.

    `canonical` maps a state to the representative of its orbit; None explores every state by itself.
    `report` is called about once a second.  Ctrl-C and a lack of memory end the search early, with what was found.
    """
    return BreadthFirst(system, canonical, limits, deadlock, report, handover).run(start)


class BreadthFirst(Generic[S]):
    """One run: the set of states, the newest level, the counts, and what was found."""

    def __init__(
        self,
        system: System[S],
        canonical: Callable[[S], S] | None,
        limits: Limits,
        deadlock: bool,
        report: Report | None,
        handover: Handover | None = None,
    ) -> None:
        self.system = system
        self.canonical = canonical
        self.limits = limits
        self.deadlock = deadlock
        self.report = report
        self.handover = handover
        self.parents: dict[S, S | None] = {}
        self.fresh: list[S] = []
        self.depth = 0  # of the level that is being expanded
        self.expanded = 0
        self.outside = self.outside_initial = 0
        self.tally = Tally(system.actions)
        self.pending = (1 << len(system.checked.witnesses)) - 1
        """The witnesses that no earlier level has reached: so each state of a level is asked for the same."""
        self.hits: dict[int, S] = {}
        self.end = End.COMPLETE
        self.path: tuple[S, ...] = ()
        self.violated = 0
        self.started = self.reported = perf_counter()
        self.generated_at_report = 0
        system.cuts[:] = [0] * len(system.actions)  # an earlier run may have counted there

    def run(self, start: Iterable[S] | None) -> SearchResult[S]:
        """Searches to an end, whatever it is."""
        try:
            self._begin(start)
            self._explore()
        except _Ended:
            pass
        except KeyboardInterrupt:
            interruption.take()
            self.end = End.STOPPED
        except MemoryError:
            self.end = End.OUT_OF_MEMORY
        witnesses = {bit: self._path_to(state) for bit, state in sorted(self.hits.items())}
        return SearchResult(self.end, self._statistics(), self.path, self.violated, witnesses)

    def _explore(self) -> None:
        while self.fresh:
            if self.depth + 1 == self.limits.depth:
                self._finish(End.DEPTH_LIMIT)
            self.depth += 1
            self.pending &= ~sum(1 << bit for bit in self.hits)
            level, self.fresh = self.fresh, []
            for begin in range(0, len(level), CHUNK):
                self._expand(level[begin : begin + CHUNK])
                if self.limits.states is not None and self.expanded < len(self.parents) >= self.limits.states:
                    self._finish(End.STATE_LIMIT)
                self._hand_over()
                self._report()

    def _hand_over(self) -> None:
        if self.handover is not None and self.expanded < len(self.parents) >= self.handover.states:
            take, self.handover = self.handover.take, None
            if take():
                self._finish(End.STATE_LIMIT)

    def _finish(self, end: End, path: tuple[S, ...] = (), violated: int = 0) -> NoReturn:
        self.end, self.path, self.violated = end, path, violated
        raise _Ended

    def _goes_on(self, end: End, violated: int, state: S, after: S | None = None) -> bool:
        """Something is wrong with `state`, or with the step from there to `after`: is what follows to be explored?"""
        self._finish(end, self._path_to(state) if after is None else self._path_over(state, after), violated)

    def _begin(self, start: Iterable[S] | None) -> None:
        """Finds the initial states, which are the first level."""
        try:
            for state in self.system.initial() if start is None else start:
                self.tally.initial += 1
                chosen = self.canonical(state) if self.canonical else state
                if chosen in self.parents:
                    continue
                inside = not self.system.checked.constraints or self.system.inside(chosen)
                if inside:
                    self.parents[chosen] = None
                    self.fresh.append(chosen)
                else:
                    self.outside_initial += 1
                if (violated := self.system.violated(chosen)) and not self._goes_on(End.INVARIANT, violated, chosen):
                    self.fresh = self.fresh[:-1] if inside else self.fresh
                elif self.pending and inside:
                    self._note_witnesses(chosen)
        except SpecError:
            self._finish(End.SPEC_ERROR)

    def _expand(self, chunk: Sequence[S]) -> None:
        """Finds the successors of `chunk`.  This is the inner loop: what is tested here costs every state."""
        seen, fresh, shapes, distinct = self.parents, self.fresh, self.tally.shapes, self.tally.distinct
        successors, violated, canonical = self.system.successors, self.system.violated, self.canonical
        checked = self.system.checked
        selective = bool(checked.constraints or checked.step_invariants)
        deadlock = self.deadlock
        state = chunk[0]
        try:
            for state in chunk:
                following, ends = successors(state)
                shapes[ends] += 1
                if deadlock and not following:
                    self._check_deadlock(state)
                place = following.index if len(following) < MANY_STEPS else _places(following)
                for found in self._selected(state, following) if selective else following:
                    if found in seen:
                        continue
                    after = found
                    if canonical is not None:
                        after = canonical(found)
                        if after in seen:
                            continue
                    seen[after] = state
                    fresh.append(after)
                    distinct[bisect_right(ends, place(found))] += 1
                    if (mask := violated(after)) and not self._goes_on(End.INVARIANT, mask, after):
                        fresh.pop()
                    elif self.pending:
                        self._note_witnesses(after)
        except SpecError:
            self.expanded = self.tally.expanded()
            self._finish(End.SPEC_ERROR, self._path_to(state))
        except _Ended:
            self.expanded = self.tally.expanded()
            raise
        except (KeyboardInterrupt, MemoryError):
            self.expanded += chunk.index(state)
            raise
        self.expanded += len(chunk)

    def _selected(self, state: S, following: list[S]) -> list[S]:
        """The successors inside the constraint, after all steps and the successors outside were checked; those to which
        the search does not go on are left out too."""
        system = self.system
        if system.checked.constraints:
            inside = [after for after in following if after in self.parents or system.inside(after)]
        else:
            inside = following
        barred: set[S] = set()
        if system.checked.step_invariants:
            for after in following:
                violated = system.step_violated(state, after)
                if violated and not self._goes_on(End.STEP_INVARIANT, violated, state, after):
                    barred.add(after)
        if len(inside) < len(following):
            self._check_outside(state, following, inside)
        return [after for after in inside if after not in barred] if barred else inside

    def _check_outside(self, state: S, following: list[S], inside: list[S]) -> None:
        """Counts the steps that lead outside the constraint, and checks the states there."""
        self.outside += len(following) - len(inside)
        within = set(inside)
        for after in following:
            if after not in within and (violated := self.system.violated(after)):
                self._goes_on(End.INVARIANT, violated, state, after)

    def _check_deadlock(self, state: S) -> None:
        """A state whose only steps were cut by the bounds is no deadlock of the protocol: ask again, and count."""
        before = list(self.system.cuts)
        self.system.successors(state)
        if self.system.cuts == before:
            self._goes_on(End.DEADLOCK, 0, state)
        self.system.cuts[:] = before

    def _note_witnesses(self, state: S) -> None:
        for bit in bits(self.system.reached(state, self.pending)):
            self.hits.setdefault(bit, state)

    def _path_to(self, last: S) -> tuple[S, ...]:
        path: list[S] = []
        state: S | None = last
        while state is not None:
            path.append(state)
            state = self.parents.get(state)  # an initial state outside of the constraint is not there
        return tuple(reversed(path))

    def _path_over(self, state: S, after: S) -> tuple[S, ...]:
        """The path to `state`, and the step to a successor that is perhaps not kept."""
        return (*self._path_to(state), self.canonical(after) if self.canonical else after)

    def _report(self) -> None:
        now = perf_counter()
        if self.report is None or now - self.reported < REPORT_SECONDS:
            return
        generated, states = self.tally.generated(), len(self.parents)
        rate = (generated - self.generated_at_report) / (now - self.reported)
        self.reported, self.generated_at_report = now, generated
        queue = states - self.expanded
        self.report(Progress(states, generated, rate, self.depth, queue, resident_memory(), now - self.started))

    def _statistics(self) -> Statistics:
        return Statistics(
            states=len(self.parents),
            generated=self.tally.generated(),
            depth=self.depth + bool(self.fresh),
            terminal=self.tally.terminal(),
            queue=len(self.parents) - self.expanded,
            outside_constraint=self.outside,
            outside_initial=self.outside_initial,
            orbits=self.canonical is not None,
            seconds_by_part=SecondsByPart(searching=perf_counter() - self.started),
            actions=self.tally.by_action(self.system.cuts),
            most_steps=self.tally.most_steps(),
        )


def _places(following: Sequence[S]) -> Callable[[S], int]:
    """The first place of each state, as `following.index` has it."""
    return {state: place for place, state in reversed(list(enumerate(following)))}.__getitem__
