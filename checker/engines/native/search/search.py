"""The native search, seen from Python: levels, limits, and what is to be said at the end.

The result is that of `engines.search`, so the rest of the checker does not know which tier found it.  A level is
expanded to its end before anything is reported; of all violations in it the least state, as a number, is chosen, so the
result does not depend on the number of threads or on their timing.  Only a search that is cut short, by a limit of
states or by hand or for want of room, reports what part of a level has shown.
"""

from __future__ import annotations

from time import perf_counter
from typing import TypeAlias

from checker.core.errors import UserError
from checker.core.verdict import ActionStatistics, SecondsByPart, Statistics
from checker.engines.native.search.checkpoint import Snapshot, fits
from checker.engines.native.search.crew import Crew, Notes
from checker.engines.native.search.disk import OnDisk
from checker.engines.native.search.job import Job
from checker.engines.native.loops.program import Mine, Shared
from checker.engines.native.search.leftovers import keep
from checker.engines.native.search.rowfile import NotWritten
from checker.engines.native.search.states import StateSet
from checker.engines.native.search.store import InMemory, Store
from checker.engines.threads import interrupts_noted
from checker.engines.native.search.trails import Trails, Wrong
from checker.engines.progress import Progress, resident_memory
from checker.engines.search import End, SearchResult
from checker.engines.system import SpecError

REPORT_SECONDS = 1.0

SAVE_SECONDS = 60.0
"""Between two checkpoints."""

OPTIMISE_SECONDS = 0.3
"""How long a search runs before it is worth optimised code, which takes about as long to make, or a few times that."""

UNSAVED = {End.OUT_OF_MEMORY, End.DISK_FULL, End.NOT_WRITTEN}
"""Ends after which nothing more is saved: there is no room for it, or no writing it."""

ENDED_EARLY = {End.DEPTH_LIMIT, End.STATE_LIMIT, End.STOPPED, *UNSAVED}

EXPANDED_ENDS = {
    Mine.FIRST_ERROR: End.SPEC_ERROR, Mine.FIRST_DEADLOCK: End.DEADLOCK, Mine.FIRST_STEP: End.STEP_INVARIANT,
    Mine.FIRST_OUTSIDE: End.INVARIANT,
}
FOUND_ENDS = {Mine.FIRST_FOUND_ERROR: End.SPEC_ERROR, Mine.FIRST_VIOLATION: End.INVARIANT}
"""How the search ends where something was noted, the gravest first."""

Ended: TypeAlias = "tuple[End, Wrong | None]"
"""Why it ended, and what is wrong, if anything is."""


def native_search(job: Job) -> SearchResult[int]:
    """Explores every state that can be reached from the initial ones.

    Where memory is used up, it goes on on disk.  Ctrl-C ends the search with what was found, and a second time at once.
    Raises `UserError` for a checkpoint that cannot be begun, or gone on from, and C029 for want of memory at the start.
    """
    try:
        return _begun(job).run()
    except KeyboardInterrupt:
        if not job.named:  # nobody would be told of a folder in the cache
            job.checkpoint.remove()
        raise
    finally:
        job.checkpoint.release()


def _begun(job: Job) -> _Search:
    try:
        search = _Search(job)
        search.begin()
    except MemoryError:
        raise UserError(
            "C029", f"the system does not grant {job.memory / 2**30:,.1f} GiB of memory for the states",
            help="ask for less, such as `--memory 1`",
        ) from None
    return search


class _Search:
    """One run."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.begun = self.started = self.reported = self.saved = perf_counter()
        self.states = StateSet(job, max(1, job.workers))
        self.crew = Crew(job, self.states.shared)
        self.store: Store = InMemory(self.states, self.crew, job.limits.states)
        self.shared = self.states.shared
        self.shared[Shared.PENDING] = (1 << job.witnesses) - 1
        self.levels: list[tuple[int, int]] = []
        self.notes = Notes()
        self.remarks: list[str] = []
        self.last_save: Snapshot | None = None
        self.reached: dict[int, tuple[int, int]] = {}
        self.initial = self.outside_initial = 0
        self.generated_at_report = 0
        self.saving = job.save
        self.alone = len(self.crew.workers) == 1  # from the beginning on, the runs before a checkpoint included

    def run(self) -> SearchResult[int]:
        """Searches to an end, whatever it is."""
        with interrupts_noted(self.crew.interrupt):
            try:
                end, wrong = self._levels()
            except NotWritten as problem:
                self._go_back()
                self.remarks.append(f"`{self.job.checkpoint.folder}` cannot be written: {problem.reason}")
                end, wrong = self._cut_short(End.DISK_FULL if problem.disk_is_full else End.NOT_WRITTEN)
            except MemoryError:
                end, wrong = self._cut_short(End.OUT_OF_MEMORY)
        trails = Trails(self.job, self.states, self.store, self.levels)
        witnesses = {bit: trails.path_to(*place) for bit, place in sorted(self.reached.items())}
        path = () if wrong is None else trails.path(wrong)
        violated = trails.violated(end, path)
        return SearchResult(
            end, self._statistics(end), path, violated, witnesses, self._left_behind(end), tuple(self.remarks),
            earlier_seconds=self.begun - self.started,
        )

    # --- levels ---------------------------------------------------------------------------------------------------

    def _levels(self) -> Ended:
        """Expands level after level, to an end."""
        ended = None if self.levels else self._add_initial()
        if ended is not None:
            return (ended, None) if ended is End.SPEC_ERROR else self._cut_short(ended)
        while True:
            if self.store.cursor >= self._end_of_level():
                found = self._judge_expanded() or self._next_level()
                if found is not None:
                    return found
            if self.job.limits.depth is not None and len(self.levels) >= self.job.limits.depth:
                return self._cut_short(End.DEPTH_LIMIT)
            ended = self._expand_level()
            if ended is not None:
                return self._cut_short(ended)

    def _next_level(self) -> Ended | None:
        """Makes a level of the states that were found last; the end where there are none, or something is wrong."""
        found = self._judge_found()
        begin = self._end_of_level()
        if found is not None or self.store.count == begin:
            return found or (End.COMPLETE, None)
        self.notes.clear()
        self.levels.append((begin, self.store.count))
        self.store.open_level(begin, self.store.count)
        return None

    def _cut_short(self, reason: End) -> Ended:
        """Ends with what was found of the next level, which may have shown something."""
        if self.saving and reason not in UNSAVED:
            self._save()
        return self._judge_expanded() or self._judge_found() or (reason, None)

    def _add_initial(self) -> End | None:
        """Enters the initial states; the reason where the spec has an error in one, or not all were entered."""
        system, worker = self.job.system, self.crew.workers[0]
        self.initial = self.outside_initial = 0  # a run may have been killed among them
        try:
            for state in system.initial() if self.job.start is None else self.job.start:
                if self.crew.interrupted:
                    self._take_notes()
                    return End.STOPPED
                self.initial += 1
                chosen = self.job.canonical(state) if self.job.canonical else state
                if system.checked.constraints and not system.inside(chosen):
                    self.outside_initial += 1
                    if system.violated(chosen):
                        self.notes.add(Mine.FIRST_VIOLATION, chosen)
                    continue
                while not self.states.add(chosen, worker):
                    self._take_notes()
                    if not self._gain_room():
                        return End.OUT_OF_MEMORY
        except SpecError:
            return End.SPEC_ERROR
        self._take_notes()
        if isinstance(self.store, OnDisk):
            self._save()
        return None

    def _take_notes(self) -> None:
        self.states.close_gaps(self.crew.workers)
        self.notes.take(self.crew.workers, self.states.row)

    def _expand_level(self) -> End | None:
        """Expands what is left of the level; the reason where it could not be done to the end."""
        while self.store.cursor < self.levels[-1][1]:
            self.store.expand(self.notes, self._watch)
            self._watch()  # the threads do not do so where there is little to expand
            if self.crew.interrupted:
                return End.STOPPED
            if self._is_to_be_saved():
                self._save()
            ended = self._make_room()
            if ended is not None:
                return ended
        if isinstance(self.store, OnDisk):
            self._save()  # which tells new states from known ones
        return None

    def _make_room(self) -> End | None:
        """Goes on on disk where memory is used up; the reason where there is no going on."""
        if self._are_enough():
            return End.STATE_LIMIT
        if not self.store.make_room() and not self._gain_room():
            return End.OUT_OF_MEMORY
        return End.STATE_LIMIT if self._are_enough() else None

    def _gain_room(self) -> bool:
        """Empties the set in memory: what is in it goes to disk.  False where there is no going there."""
        if not isinstance(self.store, OnDisk):
            return self._go_to_disk()
        self._save()
        return True

    def _are_enough(self) -> bool:
        """Are there as many states as are wanted, and states that are not expanded?"""
        limit = self.job.limits.states
        return limit is not None and self.store.count >= limit and self.store.cursor < self.store.count

    # --- what was found -------------------------------------------------------------------------------------------

    def _judge_expanded(self) -> Ended | None:
        """Is there something wrong with a state of the newest level, or with a step from it?"""
        for kind, end in EXPANDED_ENDS.items():
            if kind in self.notes.states:
                return end, Wrong(kind, len(self.levels) - 1, self.notes.states[kind])
        return None

    def _judge_found(self) -> Ended | None:
        """Is there something wrong with a state of the next level?  Notes the witnesses that were reached there."""
        level = len(self.levels)
        for bit, state in self.notes.hits.items():
            self.reached.setdefault(bit, (level, state))
            self.shared[Shared.PENDING] &= ~(1 << bit)
        for kind, end in FOUND_ENDS.items():
            if kind in self.notes.states:
                return end, Wrong(kind, level, self.notes.states[kind])
        return None

    # --- numbers --------------------------------------------------------------------------------------------------

    def _generated(self) -> int:
        return self.initial + sum(self.crew.sums(Mine.STEPS))

    def _watch(self) -> bool:
        """Reports now and then; are the threads to stop?"""
        now = perf_counter()
        if now - self.started >= OPTIMISE_SECONDS:
            self.job.machine.start_optimising()
        if self.job.report is not None and now - self.reported >= REPORT_SECONDS:
            generated = self._generated()
            rate = (generated - self.generated_at_report) / (now - self.reported)
            self.reported, self.generated_at_report = now, generated
            self.job.report(self._progress(generated, rate))
        return self.crew.interrupted or self._is_to_be_saved()

    def _progress(self, generated: int, rate: float) -> Progress:
        store = self.store
        found = store.count
        return Progress(
            states=found, generated=generated, rate=rate, depth=len(self.levels), queue=found - store.cursor,
            memory=resident_memory(), seconds=perf_counter() - self.started, fullness=self.states.fullness,
            disk=store.bytes_on_disk,
        )

    def _statistics(self, end: End) -> Statistics:
        """The numbers.  Where a depth was asked for, a level of which a checkpoint has a part only is not in it."""
        steps, cuts, new = (self.crew.sums(part) for part in (Mine.STEPS, Mine.CUTS, Mine.NEW))
        count = self.store.count
        return Statistics(
            states=count,
            generated=self._generated(),
            depth=len(self.levels) + (end is not End.DEPTH_LIMIT and count > self._end_of_level()),
            terminal=self.crew.sum(Mine.TERMINAL),
            queue=count - self.store.cursor,
            outside_constraint=self.crew.sum(Mine.OUTSIDE),
            outside_initial=self.outside_initial,
            orbits=self.job.canonical is not None,
            seconds_by_part=SecondsByPart(searching=perf_counter() - self.started),
            actions={
                name: ActionStatistics(
                    generated=steps[index], cut=cuts[index], distinct=new[index] if self.alone else None
                )
                for index, name in enumerate(self.job.system.actions)
            },
            most_steps=max(worker.words[Mine.MOST_STEPS] for worker in self.crew.workers),
            collisions=self.crew.sum(Mine.COLLISIONS),
        )

    # --- on disk --------------------------------------------------------------------------------------------------

    def _is_to_be_saved(self) -> bool:
        return self.saving and perf_counter() - self.saved >= max(SAVE_SECONDS, self.store.save_seconds)

    def _save(self) -> None:
        """Raises `NotWritten`, and on disk `UserError` C024."""
        self.store.save_rows(self.job.checkpoint, self._watch)
        snapshot = self._snapshot()
        self.job.checkpoint.save(snapshot)
        self.saved, self.last_save = perf_counter(), snapshot

    def _go_back(self) -> None:
        """Counts as at the last save, where what was found since then is lost, and is to be found again."""
        saved = self.last_save
        if isinstance(self.store, OnDisk) and saved is not None and saved.count == self.store.count:
            self.crew.go_back(saved)

    def _snapshot(self) -> Snapshot:
        crew = self.crew
        return Snapshot(
            count=self.store.count,
            cursor=self.store.cursor,
            levels=self.levels,
            notes=self.notes.states,
            hits=self.notes.hits,
            reached=self.reached,
            initial=self.initial,
            outside_initial=self.outside_initial,
            outside=crew.sum(Mine.OUTSIDE),
            terminal=crew.sum(Mine.TERMINAL),
            collisions=crew.sum(Mine.COLLISIONS),
            most_steps=max(worker.words[Mine.MOST_STEPS] for worker in crew.workers),
            steps=crew.sums(Mine.STEPS),
            cuts=crew.sums(Mine.CUTS),
            new=crew.sums(Mine.NEW) if self.alone else None,
            seconds=perf_counter() - self.started,
        )

    def _go_to_disk(self) -> bool:
        """Moves the states to disk, whose memory is used up; False where there is no folder for them."""
        checkpoint = self.job.checkpoint
        try:
            if not checkpoint.begun:
                checkpoint.begin()
        except UserError as problem:
            self.remarks.append(f"the states did not go to disk: {problem.message}; name a folder with `--disk`")
            return False
        self._save()
        self._continue_on_disk(self.store.cursor)
        return True

    def _continue_on_disk(self, cursor: int) -> None:
        self.store = OnDisk(self.states, self.crew, self.job.checkpoint, self.job.limits.states)
        self.store.open_level(cursor, self._end_of_level())
        self.saving, self.alone = True, False

    def _end_of_level(self) -> int:
        """Where the newest level ends; 0 while the initial states are being entered."""
        return self.levels[-1][1] if self.levels else 0

    def begin(self) -> None:
        """Prepares the folder that was named, and goes on from what is there where that is asked for."""
        if self.job.resume:
            self._load(self.job.checkpoint.load())
        elif self.job.named:
            self.job.checkpoint.begin()
            self.saved = float("-inf")  # the first one at once: a run may be killed within `SAVE_SECONDS`

    def _load(self, snapshot: Snapshot) -> None:
        """Goes on from a checkpoint.  Raises `UserError` C024 where it is none of such a search."""
        if not fits(snapshot, len(self.job.system.actions), self.job.witnesses, self.job.words):
            raise self.job.checkpoint.damaged()
        self.last_save = snapshot
        self.levels += snapshot.levels
        self.notes.states |= snapshot.notes
        self.notes.hits |= snapshot.hits
        self.reached = snapshot.reached
        for bit in snapshot.reached:
            self.shared[Shared.PENDING] &= ~(1 << bit)
        self.initial, self.outside_initial = snapshot.initial, snapshot.outside_initial
        self.started -= snapshot.seconds
        self.alone = self.alone and snapshot.new is not None
        self.crew.workers[0].resume(snapshot)
        if not self.states.has_room_for(snapshot.count):
            self._continue_on_disk(snapshot.cursor)
            return
        self.states.fill(self.job.checkpoint, snapshot.count)
        self.store.open_level(snapshot.cursor, self._end_of_level())

    def _left_behind(self, end: End) -> str:
        """The folder to go on from, where the search is not through; what is on disk for want of memory goes else."""
        checkpoint = self.job.checkpoint
        if end in ENDED_EARLY and checkpoint.begun and checkpoint.holds_a_search:
            if not self.job.named:
                keep(checkpoint.folder)
            return str(checkpoint.folder)
        if not self.job.save and checkpoint.begun:
            checkpoint.remove()
        return ""
