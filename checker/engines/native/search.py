"""The native search, seen from Python: memory, levels, threads, and what is to be said at the end.

The result is that of `engines.search`, so the rest of the checker does not know which tier found it.  A level is
always expanded to its end before anything is reported; of all violations in it the least state, as a number, is
chosen, so the result does not depend on the number of threads or on their timing.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from time import perf_counter
from types import FrameType

from checker.core.verdict import ActionStatistics, Statistics
from checker.engines.native.checkpoint import Snapshot
from checker.engines.native.job import Job
from checker.engines.native.program import Mine, Shared
from checker.engines.native.states import StateSet
from checker.engines.native.trails import Trails
from checker.engines.native.worker import NOTED, Worker
from checker.engines.progress import Progress, resident_memory
from checker.engines.search import End, SearchResult
from checker.engines.system import SpecError

SMALL_LEVEL = 2048
"""A level with fewer states is expanded by one thread: starting the others costs more than they save."""

REPORT_SECONDS = 1.0

SAVE_SECONDS = 60.0
"""Between two checkpoints."""


def native_search(job: Job) -> SearchResult[int]:
    """Explores every state that can be reached from the initial ones.

    Ctrl-C ends the search with what was found, and a second time at once.  Raises `UserError` for a checkpoint that
    cannot be written, or gone on from.
    """
    return _Search(job).run()


class _Search:
    """One run."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.started = self.reported = self.saved = perf_counter()
        self.workers = [_worker(job) for _ in range(max(1, job.workers))]
        self.states = StateSet(job, len(self.workers))
        self.shared = self.states.shared
        self.shared[Shared.PENDING] = (1 << job.witnesses) - 1
        self.levels: list[tuple[int, int]] = []
        self.trails = Trails(job, self.states.rows, self.shared, self.levels)
        self.reached: dict[int, int] = {}
        self.initial = self.outside = 0
        self.generated_at_report = 0
        self.interrupted = False
        self.alone = len(self.workers) == 1  # from the beginning on, the runs before a checkpoint included

    def run(self) -> SearchResult[int]:
        """Searches to an end, whatever it is."""
        self._load()
        with self._interrupts_noted():
            end, path = self._levels()
        witnesses = {bit: self.trails.path_to(position) for bit, position in sorted(self.reached.items())}
        return SearchResult(end, self._statistics(), path, self.trails.violated(end, path), witnesses)

    @contextmanager
    def _interrupts_noted(self) -> Generator[None]:
        """Ctrl-C stops the threads after what they have begun, so that all that was found is whole."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        def note(number: int, frame: FrameType | None) -> None:
            if self.interrupted:
                raise KeyboardInterrupt
            self.interrupted = True
            self.shared[Shared.STOP] = 1

        before = signal.signal(signal.SIGINT, note)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)

    # --- levels ---------------------------------------------------------------------------------------------------

    def _levels(self) -> tuple[End, tuple[int, ...]]:
        """Expands level after level; why that ended, and the path to what is wrong."""
        if not self.levels and not self._add_initial():
            return End.SPEC_ERROR, ()
        while True:
            if self._expanded():
                if self.states.count == (self.levels[-1][1] if self.levels else 0):
                    return End.COMPLETE, ()
                found = self._next_level()
                if found is not None:
                    return found
            if self.job.limits.depth is not None and len(self.levels) >= self.job.limits.depth:
                self._save()
                return End.DEPTH_LIMIT, ()
            ended = self._expand_level()
            found = self._judge_steps()
            if found is not None:
                return found
            if ended is not None:
                return self._cut_short(ended)

    @property
    def _cursor(self) -> int:
        """The first row that is not expanded; the threads leave theirs behind the end of the level."""
        return min(self.shared[Shared.CURSOR], self.shared[Shared.END])

    def _expanded(self) -> bool:
        """Is the newest level expanded to its end?"""
        return not self.levels or self.shared[Shared.CURSOR] >= self.levels[-1][1]

    def _next_level(self) -> tuple[End, tuple[int, ...]] | None:
        """Makes a level of the rows that were found last; what is wrong with one of them, if anything is."""
        begin = self.levels[-1][1] if self.levels else 0
        self.levels.append((begin, self.states.count))
        self.shared[Shared.CURSOR] = begin
        self.shared[Shared.END] = self.states.count
        self._collect_reached()
        return self._judge()

    def _cut_short(self, reason: End) -> tuple[End, tuple[int, ...]]:
        """Ends with what was found of the next level, which may have shown something."""
        self._save()
        found, cursor = None, self._cursor
        if self.states.count > self.levels[-1][1]:
            found = self._next_level()
        self.shared[Shared.CURSOR] = cursor
        return found or (reason, ())

    def _add_initial(self) -> bool:
        """Enters the initial states; False where the spec has an error in one of them."""
        system, worker = self.job.system, self.workers[0]
        try:
            for state in system.initial() if self.job.start is None else self.job.start:
                self.initial += 1
                chosen = self.job.canonical(state) if self.job.canonical else state
                if system.checked.constraints and not system.inside(chosen):
                    self.outside += 1
                else:
                    self.states.add(chosen, worker)
        except SpecError:
            return False
        return True

    # --- threads --------------------------------------------------------------------------------------------------

    def _expand_level(self) -> End | None:
        """Expands what is left of the level; the reason where it could not be done to the end."""
        begin, end = self.levels[-1]
        workers = self.workers if end - begin >= SMALL_LEVEL else self.workers[:1]
        while self.shared[Shared.CURSOR] < end:
            self.shared[Shared.STOP] = self.interrupted
            self._run(workers)
            self.states.close_gaps(workers)
            if self.interrupted:
                return End.STOPPED
            self._save_sometimes()
            if self.shared[Shared.CURSOR] < end:
                ended = self.states.make_room()
                if ended is not None:
                    return ended
        return None

    def _run(self, workers: Sequence[Worker]) -> None:
        """Lets the threads work until the level or the table is used up, and keeps an eye on the time meanwhile."""
        explore = self.job.machine.function("explore_shared" if len(workers) > 1 else "explore", 2)
        if self.shared[Shared.END] - self.shared[Shared.CURSOR] < SMALL_LEVEL:
            explore(self.shared.address, workers[0].address)
            return
        running = [
            threading.Thread(target=explore, args=(self.shared.address, worker.address), daemon=True)
            for worker in workers
        ]
        for thread in running:
            thread.start()
        try:
            for thread in running:
                while thread.is_alive():
                    thread.join(min(REPORT_SECONDS, SAVE_SECONDS))
                    self._report()
                    if self.interrupted or self._is_to_be_saved():
                        self.shared[Shared.STOP] = 1
        finally:
            self.shared[Shared.STOP] = 1
            for thread in running:
                thread.join()

    # --- what was found -------------------------------------------------------------------------------------------

    def _least(self, position_of: Callable[[Worker], int]) -> int | None:
        """The position of the least state among those that the threads noted, each as a position plus 1."""
        noted = [noted - 1 for worker in self.workers if (noted := position_of(worker))]
        return min(noted, key=self.states.row, default=None)

    def _collect_reached(self) -> None:
        """For each witness that the newest level reached, its least state."""
        for bit in range(self.job.witnesses):
            position = self._least(lambda worker, bit=bit: worker.parts[Mine.HITS][bit])
            if position is not None and bit not in self.reached:
                self.reached[bit] = position
                self.shared[Shared.PENDING] &= ~(1 << bit)

    def _judge(self) -> tuple[End, tuple[int, ...]] | None:
        """Is there something wrong with a state of the newest level?"""
        for part, end in ((Mine.FIRST_ERROR, End.SPEC_ERROR), (Mine.FIRST_VIOLATION, End.INVARIANT)):
            position = self._least(lambda worker, part=part: worker.words[part])
            if position is not None:
                return end, self.trails.path_to(position)
        return None

    def _judge_steps(self) -> tuple[End, tuple[int, ...]] | None:
        """Is there something wrong with a step from the level that was expanded?"""
        begin, end = self.levels[-1]
        for part, reason in (
            (Mine.FIRST_ERROR, End.SPEC_ERROR),
            (Mine.FIRST_DEADLOCK, End.DEADLOCK),
            (Mine.FIRST_STEP, End.STEP_INVARIANT),
        ):
            position = self._least(lambda worker, part=part: worker.words[part])
            if position is not None and begin <= position < end:
                over = reason is End.STEP_INVARIANT
                return reason, self.trails.path_over(position) if over else self.trails.path_to(position)
        return None

    # --- numbers --------------------------------------------------------------------------------------------------

    def _sums(self, part: Mine) -> list[int]:
        return [sum(numbers) for numbers in zip(*(worker.numbers(part) for worker in self.workers), strict=True)]

    def _generated(self) -> int:
        return self.initial + sum(self._sums(Mine.STEPS))

    def _queue(self) -> int:
        return self.states.count - self._cursor

    def _report(self) -> None:
        now = perf_counter()
        if self.job.report is None or now - self.reported < REPORT_SECONDS:
            return
        generated = self._generated()
        rate = (generated - self.generated_at_report) / (now - self.reported)
        self.reported, self.generated_at_report = now, generated
        states = self.states.count - sum(worker.unused for worker in self.workers)
        seconds = now - self.started
        self.job.report(
            Progress(states, generated, rate, len(self.levels), self._queue(), resident_memory(), seconds)
        )

    def _statistics(self) -> Statistics:
        steps, cuts, new = (self._sums(part) for part in (Mine.STEPS, Mine.CUTS, Mine.NEW))
        count = self.states.count
        return Statistics(
            states=count,
            generated=self._generated(),
            depth=len(self.levels) + (bool(self.levels) and count > self.levels[-1][1]),
            terminal=self._terminal(),
            queue=self._queue(),
            outside_constraint=self._outside(),
            orbits=self.job.canonical is not None,
            seconds=perf_counter() - self.started,
            actions={
                name: ActionStatistics(
                    generated=steps[index], cut=cuts[index], distinct=new[index] if self.alone else None
                )
                for index, name in enumerate(self.job.system.actions)
            },
        )

    def _terminal(self) -> int:
        return sum(worker.words[Mine.TERMINAL] for worker in self.workers)

    def _outside(self) -> int:
        return self.outside + sum(worker.words[Mine.OUTSIDE] for worker in self.workers)

    # --- checkpoints ----------------------------------------------------------------------------------------------

    def _is_to_be_saved(self) -> bool:
        return self.job.checkpoint is not None and perf_counter() - self.saved >= SAVE_SECONDS

    def _save_sometimes(self) -> None:
        if self._is_to_be_saved():
            self._save()

    def _save(self) -> None:
        if self.job.checkpoint is None:
            return
        notes = [self._least(lambda worker, part=part: worker.words[part]) for part in NOTED]
        hits = [self._least(lambda worker, bit=bit: worker.parts[Mine.HITS][bit]) for bit in range(self.job.witnesses)]
        snapshot = Snapshot(
            count=self.states.count,
            cursor=self._cursor,
            levels=self.levels,
            notes=[0 if note is None else note + 1 for note in notes],
            hits=[0 if hit is None else hit + 1 for hit in hits],
            reached=self.reached,
            initial=self.initial,
            outside=self._outside(),
            terminal=self._terminal(),
            steps=self._sums(Mine.STEPS),
            cuts=self._sums(Mine.CUTS),
            new=self._sums(Mine.NEW) if self.alone else None,
            seconds=perf_counter() - self.started,
        )
        self.job.checkpoint.save(snapshot, self.states.rows, self.job.words)
        self.saved = perf_counter()

    def _load(self) -> None:
        """Goes on from a checkpoint, where that is asked for."""
        checkpoint, worker = self.job.checkpoint, self.workers[0]
        if checkpoint is None:
            return
        if not self.job.resume:
            checkpoint.begin()
            self.saved = float("-inf")  # the first one at once: a run may be killed within `SAVE_SECONDS`
            return
        snapshot = checkpoint.load()
        self.states.fill(snapshot, checkpoint)
        self.levels += snapshot.levels
        self.shared[Shared.CURSOR], self.shared[Shared.END] = snapshot.cursor, snapshot.levels[-1][1]
        self.reached = snapshot.reached
        for bit in snapshot.reached:
            self.shared[Shared.PENDING] &= ~(1 << bit)
        self.initial, self.outside = snapshot.initial, snapshot.outside
        worker.words[Mine.TERMINAL] = snapshot.terminal
        for part, note in zip(NOTED, snapshot.notes, strict=True):
            worker.words[part] = note
        self.alone = self.alone and snapshot.new is not None
        for part, numbers in (
            (Mine.STEPS, snapshot.steps),
            (Mine.CUTS, snapshot.cuts),
            (Mine.NEW, snapshot.new or []),
            (Mine.HITS, snapshot.hits),
        ):
            worker.set_numbers(part, numbers)
        self.started -= snapshot.seconds


def _worker(job: Job) -> Worker:
    return Worker(job.words, len(job.system.actions), job.max_rows)
