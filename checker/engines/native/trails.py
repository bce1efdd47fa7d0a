"""Traces of the native search, which stores no parents: they are found backwards, level by level."""

from __future__ import annotations

from checker.engines.native.job import Job
from checker.engines.native.memory import Words
from checker.engines.native.worker import Worker
from checker.engines.search import End


class Trails:
    """Finds the way to a row.  `levels` are the first and last rows of each level, the last one exclusive."""

    def __init__(self, job: Job, rows: Words, shared: Words, levels: list[tuple[int, int]]) -> None:
        self.job = job
        self.rows = rows
        self.shared = shared
        self.levels = levels

    def path_to(self, position: int) -> tuple[int, ...]:
        """A shortest path to a row, over the least predecessors."""
        words = self.job.words
        level = next(number for number, (begin, end) in enumerate(self.levels) if begin <= position < end)
        path = [self.rows.row(position, words)]
        aside, target = Worker(words, len(self.job.system.actions), self.job.max_rows), Words(words)
        predecessor = self.job.machine.function("predecessor", 5)
        for begin, end in reversed(self.levels[:level]):
            target.set_row(0, words, path[-1])
            position = predecessor(self.shared.address, aside.address, begin, end, target.address) - 1
            assert position >= 0, "a state has no predecessor in the level before it"
            path.append(self.rows.row(position, words))
        return tuple(reversed(path))

    def path_over(self, position: int) -> tuple[int, ...]:
        """A shortest path to a row, and from there to the least successor by a step that violates a step invariant."""
        path = self.path_to(position)
        system = self.job.system
        following = [after for after in system.successors(path[-1])[0] if system.inside(after)]
        return (*path, min(self._chosen(after) for after in following if system.step_violated(path[-1], after)))

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
