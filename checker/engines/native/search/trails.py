"""Traces of the native search, which stores no parents: they are found backwards, level by level."""

from __future__ import annotations

from checker.core.structs import struct
from checker.engines.native.loops.program import Mine
from checker.engines.native.search.job import Job
from checker.engines.native.search.memory import Words
from checker.engines.native.search.states import StateSet
from checker.engines.native.search.store import Store
from checker.engines.native.search.worker import Worker
from checker.engines.search import End


@struct
class Wrong:
    """What was noted of a state in a level: it is itself wrong, or a step from it is, or the state after that."""

    kind: Mine
    level: int
    state: int


class Trails:
    """Finds the way to a state.  `levels` are the first and last positions of each level, the last one exclusive."""

    def __init__(self, job: Job, states: StateSet, store: Store, levels: list[tuple[int, int]]) -> None:
        self.job = job
        self.states = states
        self.store = store
        self.levels = levels
        self._aside = Worker(job.words, len(job.system.actions), job.max_rows)

    def path_to(self, level: int, state: int) -> tuple[int, ...]:
        """A shortest path to a state of a level, over the least predecessors."""
        path = [state]
        for begin, end in reversed(self.levels[:level]):
            path.append(self._predecessor(begin, end, path[-1]))
        return tuple(reversed(path))

    def _predecessor(self, begin: int, end: int, state: int) -> int:
        """The least state, of those at the positions from `begin` to `end`, that leads to `state`."""
        target = Words(self.job.words)
        target.set_row(0, self.job.words, state)
        predecessor = self.job.machine.function("predecessor", 5)
        shared, aside = self.states.shared, self._aside
        found: list[int] = []
        for first, last in self.store.windows(begin, end):
            position = predecessor(shared.address, aside.address, first, last, target.address)
            if position:
                found.append(self.states.row(position - 1))
        assert found, "a state has no predecessor in the level before it"
        return min(found)

    def path(self, wrong: Wrong) -> tuple[int, ...]:
        """A shortest path to what is wrong: where that is a step or the state behind it, over the least such state."""
        system, before = self.job.system, wrong.state
        path = self.path_to(wrong.level, before)
        match wrong.kind:
            case Mine.FIRST_STEP:
                wrong_states = [after for after in system.successors(before)[0] if system.step_violated(before, after)]
            case Mine.FIRST_OUTSIDE:
                following = (after for after in system.successors(before)[0] if not system.inside(after))
                wrong_states = [after for after in following if system.violated(after)]
            case _:
                return path
        return (*path, min(map(self._chosen, wrong_states)))

    def violated(self, end: End, path: tuple[int, ...]) -> int:
        """The mask of the invariants, or of the step invariants, that are false at the end of the path."""
        system = self.job.system
        if end is End.INVARIANT:
            return system.violated(path[-1])
        if end is not End.STEP_INVARIANT:
            return 0
        before, last = path[-2:]
        reached = [after for after in system.successors(before)[0] if self._chosen(after) == last]
        return next(mask for after in reached if (mask := system.step_violated(before, after)))

    def _chosen(self, state: int) -> int:
        """The state that stands for `state`."""
        return self.job.canonical(state) if self.job.canonical else state
