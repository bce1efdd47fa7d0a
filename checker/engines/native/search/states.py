"""The set of states in memory: how much room it has, and how its table grows."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from checker.engines.native.search.checkpoint import Checkpoint
from checker.engines.native.search.job import Job
from checker.engines.native.search.memory import WORD_BYTES, Words
from checker.engines.native.loops.program import BATCH, BLOCK, INDEX, Shared, chunk_for
from checker.engines.threads import run_threads
from checker.engines.native.search.worker import Worker

FIRST_SLOTS = 1 << 16
GROWTH = 4
LOAD = 0.6
"""The table grows by `GROWTH`, or by what room there is, when this part of it is taken."""

MANY_ROWS = 1 << 16
"""From so many on, all threads enter rows into a new table; of fewer one does before the others have started."""


class StateSet:
    """Rows, and a table over those from `base` on, in the memory that a job may take.

    `most` is where the rows may end for good, None for no such limit.
    """

    def __init__(self, job: Job, workers: int) -> None:
        self.job = job
        self.base = 0
        self.most: int | None = None
        self.claimed = workers * BLOCK  # rows of blocks that are not used, at most
        self.slack = workers * (chunk_for(job.max_rows) * job.max_rows + 3 * BATCH) + 2 * self.claimed
        rows, self.most_slots = room(job.memory, job.words)
        rows = max(rows, 8 * self.slack)  # fewer would not let the threads begin
        self.capacity = min(rows, INDEX - self.claimed)  # a slot names the position of a row plus 1
        while self.most_slots * LOAD < self.capacity:
            self.most_slots *= 2
        self.rows = Words((self.capacity + self.claimed) * job.words)
        self.scratch = Words(job.words)  # a state on its way into the set
        self.shared = Words(Shared.SIZE)
        self.shared[Shared.ROWS] = self.rows.address
        self._make_table(self._first_slots())

    @property
    def count(self) -> int:
        """Where the rows end."""
        return self.shared[Shared.COUNT]

    @property
    def fullness(self) -> float:
        """The part of the room for rows that is taken."""
        return self.count / self.capacity

    def row(self, position: int) -> int:
        """A state."""
        return self.rows.row(position, self.job.words)

    def add(self, state: int, worker: Worker) -> bool:
        """Enters an initial state; False where there is no room for it."""
        if self.count >= self.shared[Shared.FULL] and not self.make_room():
            return False
        self.scratch.set_row(0, self.job.words, state)
        self.job.machine.function("add", 3)(self.shared.address, worker.address, self.scratch.address)
        return True

    def has_room_for(self, count: int) -> bool:
        """May so many rows be taken, and some more be found?"""
        return count + self.slack + self.claimed < self.capacity

    def fill(self, checkpoint: Checkpoint, count: int) -> None:
        """Takes the first rows of a checkpoint.  Raises `UserError` C024 where they cannot be read."""
        checkpoint.read_rows(0, count, self.rows)
        self.shared[Shared.COUNT] = count
        self.index()

    def empty(self, base: int) -> None:
        """Forgets all rows; those before `base` are no longer states of the set."""
        self.base = base
        self.shared[Shared.COUNT] = base
        self._make_table(self._first_slots())

    def index(self) -> None:
        """Enters the rows into a table that is large enough for them.  Raises `MemoryError`."""
        size = self._first_slots()
        while size < self.most_slots and size * LOAD <= self.count - self.base + self.slack + self.claimed:
            size = min(size * GROWTH, self.most_slots)
        self._make_table(size)
        index_rows, rows = self.job.machine.function("index_rows", 3), range(self.base, self.count)
        if len(rows) < MANY_ROWS:
            index_rows(self.shared.address, rows.start, rows.stop)
            return
        parts = split(rows, max(1, self.job.workers))
        run_threads([partial(index_rows, self.shared.address, part.start, part.stop) for part in parts])

    def make_room(self) -> bool:
        """Enlarges the table where it is full.  Is there room for more rows then?"""
        if not self.has_room_for(self.count):
            return False
        if self.count - self.base + self.slack + self.claimed >= int(self.slots.count * LOAD):
            try:
                self.index()
            except MemoryError:
                return False
        return True

    def limit(self, most: int | None) -> None:
        """Sets `most`."""
        self.most = most
        self._set_full()

    def _first_slots(self) -> int:
        size = FIRST_SLOTS
        while size * LOAD < 4 * self.slack:
            size *= GROWTH
        return min(size, self.most_slots)

    def _make_table(self, size: int) -> None:
        self.slots = Words(0)  # frees the one before
        self.slots = Words(size)
        self.shared[Shared.SLOTS] = self.slots.address
        self.shared[Shared.SLOT_MASK] = size - 1
        self._set_full()

    def _set_full(self) -> None:
        """`FULL` leaves room for the rows that threads still add after they have seen that it is reached."""
        full = min(self.base + int(self.slots.count * LOAD), self.capacity) - self.slack
        if self.most is not None:
            full = min(full, self.most + self.claimed)
        self.shared[Shared.FULL] = max(1, full)

    def close_gaps(self, workers: Sequence[Worker]) -> None:
        """Moves the last rows into what is left of the threads' blocks, so that rows lie without gaps."""
        ranges = sorted((worker.gaps() for worker in workers), key=lambda gaps: gaps.stop)
        count, words = self.count, self.job.words
        while ranges and ranges[-1].stop == count:
            count = ranges.pop().start
        gaps = sorted(row for gaps in ranges for row in gaps)
        move_row = self.job.machine.function("move_row", 3)
        empty = set(gaps)
        moved: dict[int, int] = {}
        for gap in gaps:
            while count > gap and count - 1 in empty:
                count -= 1
            if gap >= count:
                break
            count -= 1
            self.rows.set_row(gap, words, self.rows.row(count, words))
            move_row(self.shared.address, count, gap)
            moved[count] = gap
        self.shared[Shared.COUNT] = count
        if moved:
            for worker in workers:
                worker.rename(moved)


def split(rows: range, parts: int) -> list[range]:
    """The rows in so many parts, one behind the other, which are equally long but for one row."""
    return [rows[len(rows) * part // parts : len(rows) * (part + 1) // parts] for part in range(parts)]


def room(memory: int, words: int) -> tuple[int, int]:
    """How many rows of `words` words fit into so many bytes together with a table over them, and the slots of that.

    Of all tables it is the one that leaves room for most rows.
    """
    available = memory // WORD_BYTES
    sizes = [FIRST_SLOTS << doubled for doubled in range(64) if FIRST_SLOTS << doubled < available] or [FIRST_SLOTS]
    return max((min(int(slots * LOAD), max(0, available - slots) // words), slots) for slots in sizes)
