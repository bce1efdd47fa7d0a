"""A search whose states are on disk: the memory holds a window on the level, and what was found since the last look.

The states that are found go into the set in memory, which tells equal ones among them.  When it is full, at the end
of each level, and before each save, all states on disk are read once, block by block, and those of the set that are
among them are dropped (`sift`).  The others are new, and are appended to the file.  So the disk is only read and
written in one direction, and the file is the same that a checkpoint keeps: whatever happens, the search can go on from
there.

This is the delayed detection of duplicates of Stern and Dill, "Using Magnetic Disk instead of Main Memory in the Murphi
Verifier" (CAV 1998), with whole states in the place of signatures.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from time import perf_counter

from checker.engines.native.search.checkpoint import Checkpoint
from checker.engines.native.search.crew import WATCH_SECONDS, Crew, Notes
from checker.engines.native.search.memory import WORD_BYTES, Words
from checker.engines.native.loops.program import Shared
from checker.engines.native.search.rowfile import Damaged, NotWritten
from checker.engines.native.loops.sift import MARKS
from checker.engines.native.search.states import StateSet
from checker.engines.threads import run_threads

BLOCK_BYTES = 1 << 22
"""Bytes of a block that a thread reads at once."""

WINDOW_BYTES = 1 << 26
"""Bytes of the states that are to be expanded, at most."""

WINDOW_SHARE = 8
"""The window takes no more than one part in so many of the rows."""

PASS_SHARE = 10
"""Of the time between two saves that are made for their own sake, a pass over the disk takes one part in so many."""


class OnDisk:
    """The states of an earlier `InMemory` or of a checkpoint, and all that are found from now on.  This is a `Store`.

    `limit` is the number of states that are enough.
    """

    def __init__(self, states: StateSet, crew: Crew, checkpoint: Checkpoint, limit: int | None) -> None:
        self.states = states
        self.crew = crew
        self.shared = states.shared
        self.checkpoint = checkpoint
        self.limit = limit
        self.level = 0, 0
        self.settled = 0  # what states before it lead to is in the file
        self.window = 0  # the position of the first state in it
        words = states.job.words
        self.window_rows = max(1, min(states.capacity // WINDOW_SHARE, WINDOW_BYTES // (words * WORD_BYTES)))
        self.block_rows = max(1, BLOCK_BYTES // (words * WORD_BYTES))
        self.blocks = [Words(self.block_rows * words) for _ in crew.workers]
        self.save_seconds = 0.0
        self._forget_found()

    @property
    def count(self) -> int:
        """How many states are in the file."""
        return self.checkpoint.rows.count

    @property
    def cursor(self) -> int:
        """The first state to expand."""
        return min(self.window + min(self.shared[Shared.CURSOR], self.shared[Shared.END]), self.level[1])

    @property
    def bytes_on_disk(self) -> int:
        """Bytes of the file."""
        return self.count * self.checkpoint.rows.row_bytes

    # --- expanding ------------------------------------------------------------------------------------------------

    def open_level(self, begin: int, end: int) -> None:
        """See `Store`."""
        self.level = begin, end
        self.settled = begin
        self._open_window(begin)

    def expand(self, notes: Notes, watch: Callable[[], bool]) -> None:
        """Expands what is left of the window, or the next one."""
        if self.shared[Shared.CURSOR] >= self.shared[Shared.END]:
            self._open_window(self.cursor)
        self.crew.explore(self.shared[Shared.END], watch)
        self.states.close_gaps(self.crew.workers)
        notes.take(self.crew.workers, self.states.row)

    def make_room(self) -> bool:
        """See `Store`; as many states as are wanted are to be told from known ones, too."""
        most = self.states.most
        return (most is None or self.states.count < most) and self.states.make_room()

    def _open_window(self, begin: int) -> None:
        """Reads the states from `begin` on into the window."""
        self.window = begin
        size = min(self.window_rows, self.level[1] - begin)
        self.checkpoint.read_rows(begin, size, self.states.rows)
        self.shared[Shared.CURSOR], self.shared[Shared.END] = 0, size

    def windows(self, begin: int, end: int) -> Iterator[tuple[int, int]]:
        """See `Store`."""
        for first in range(begin, end, self.window_rows):
            size = min(self.window_rows, end - first)
            self.checkpoint.read_rows(first, size, self.states.rows)
            yield 0, size

    # --- what is new ----------------------------------------------------------------------------------------------

    def save_rows(self, checkpoint: Checkpoint, watch: Callable[[], bool]) -> None:
        """Appends those states of the set to the file that are not in it, and empties the set."""
        assert checkpoint is self.checkpoint
        try:
            self._append_new(watch)
        except (NotWritten, MemoryError):
            self._go_back()
            raise
        self.settled = self.cursor

    def _append_new(self, watch: Callable[[], bool]) -> None:
        if self.states.count == self.window_rows:
            return
        started = perf_counter()
        rows = self.states.rows
        marks = Words(self.states.count // MARKS + 1)
        self._mark_known(marks, watch)
        keep = self.states.job.machine.function("keep_unmarked", 4)
        end = keep(self.shared.address, self.window_rows, self.states.count, marks.address)
        self.checkpoint.append(rows, self.window_rows, end)
        self._forget_found()
        self.save_seconds = PASS_SHARE * (perf_counter() - started)

    def _go_back(self) -> None:
        """What was found since the last time is lost, so the states that led to it are to be expanded again."""
        self.window = self.settled
        self.shared[Shared.CURSOR] = self.shared[Shared.END] = 0

    def _forget_found(self) -> None:
        """Empties the set.  Where a limit of states is near, it is filled a little all the same, to save passes."""
        self.states.empty(self.window_rows)
        if self.limit is not None:
            wanted = max(self.limit - self.count, self.states.capacity // WINDOW_SHARE)
            self.states.limit(self.window_rows + wanted)

    def _mark_known(self, marks: Words, watch: Callable[[], bool]) -> None:
        """Marks the states of the set that are in the file.  The threads read block after block, each its own."""
        begins = iter(range(0, self.count, self.block_rows))
        lock = threading.Lock()
        stopped = threading.Event()
        failed: list[BaseException] = []
        mark_known = self.states.job.machine.function("mark_known", 4)

        def mark(block: Words) -> None:
            try:
                with self.checkpoint.rows.reader() as file:
                    while not stopped.is_set():
                        with lock:
                            begin = next(begins, None)
                        if begin is None:
                            return
                        size = min(self.block_rows, self.count - begin)
                        self.checkpoint.rows.read(file, begin, size, block)
                        mark_known(self.shared.address, block.address, size, marks.address)
            except BaseException as error:  # a block that was not looked at would make known states new
                failed.append(error)

        # whatever `watch` says, a pass is made to its end: before that nothing is known
        calls = [lambda block=block: mark(block) for block in self.blocks]
        run_threads(calls, seconds=WATCH_SECONDS, watch=watch, stop=stopped.set)
        for error in failed:
            raise self.checkpoint.damaged() if isinstance(error, OSError | Damaged) else error
