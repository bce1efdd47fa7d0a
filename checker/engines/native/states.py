"""The set of states of the native search: how much memory it takes, and how its table grows."""

from __future__ import annotations

from collections.abc import Sequence

from checker.core.errors import UserError
from checker.engines.native.checkpoint import Checkpoint, Snapshot
from checker.engines.native.job import Job
from checker.engines.native.memory import WORD_BYTES, Words
from checker.engines.native.program import BATCH, BLOCK, Shared, chunk_for
from checker.engines.native.worker import Worker
from checker.engines.search import End

FIRST_SLOTS = 1 << 16
GROWTH = 4
LOAD = 0.6
"""The table grows by `GROWTH` when this part of it is taken."""


class StateSet:
    """The rows, and the table over them, in the memory that a job may take."""

    def __init__(self, job: Job, workers: int) -> None:
        self.job = job
        self.claimed = workers * BLOCK  # rows of blocks that are not used, at most
        self.slack = workers * (chunk_for(job.max_rows) * job.max_rows + 3 * BATCH) + 2 * self.claimed
        # beside its words a state takes its share of the table: 1 / LOAD slots, and up to GROWTH times that
        self.capacity = max(1 << 12, job.memory // (WORD_BYTES * (job.words + round(GROWTH / LOAD))))
        self.rows = Words((self.capacity + self.claimed) * job.words)
        self.shared = Words(Shared.SIZE)
        self.shared[Shared.ROWS] = self.rows.address
        size = FIRST_SLOTS
        while size * LOAD < 4 * self.slack:
            size *= GROWTH
        self._make_table(size)

    @property
    def count(self) -> int:
        """How many states were found."""
        return self.shared[Shared.COUNT]

    def row(self, position: int) -> int:
        """A state."""
        return self.rows.row(position, self.job.words)

    def add(self, state: int, worker: Worker) -> None:
        """Enters an initial state."""
        scratch = Words(self.job.words)
        scratch.set_row(0, self.job.words, state)
        self.job.machine.function("add", 3)(self.shared.address, worker.address, scratch.address)

    def make_room(self) -> End | None:
        """After the threads have stopped early: enlarges the table where it is full, or says why that is the end."""
        states = self.job.limits.states
        if states is not None and self.count >= states:
            return End.STATE_LIMIT
        if self.count + self.slack + self.claimed >= self.capacity:
            return End.OUT_OF_MEMORY
        if self.count + self.slack + self.claimed >= int(self.slots.count * LOAD):
            try:
                self._make_table(self.slots.count * GROWTH)
            except MemoryError:
                return End.OUT_OF_MEMORY
            self._index()
        return None

    def _make_table(self, size: int) -> None:
        """`FULL` leaves room for the rows that threads still add after they have seen that it is reached."""
        self.slots = Words(size)
        self.shared[Shared.SLOTS] = self.slots.address
        self.shared[Shared.SLOT_MASK] = size - 1
        full = min(int(size * LOAD), self.capacity) - self.slack
        if self.job.limits.states is not None:
            full = min(full, self.job.limits.states + self.claimed)
        self.shared[Shared.FULL] = max(1, full)

    def _index(self) -> None:
        self.job.machine.function("index_rows", 3)(self.shared.address, 0, self.count)

    def close_gaps(self, workers: Sequence[Worker]) -> None:
        """Moves the last rows into what is left of the threads' blocks, so that rows lie without gaps."""
        gaps = sorted(row for worker in workers for row in worker.gaps())
        move_row = self.job.machine.function("move_row", 3)
        empty, count, words = set(gaps), self.count, self.job.words
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
        for worker in workers:
            worker.rename(moved)

    def fill(self, snapshot: Snapshot, checkpoint: Checkpoint) -> None:
        """Takes the states of a checkpoint.  Raises `UserError` C025 where there is no room for them."""
        if snapshot.count + self.slack >= self.capacity:
            raise UserError(
                "C025", f"the {snapshot.count:,} states of the checkpoint are more than the memory that may be taken",
                help="give it more: `--memory`",
            )
        checkpoint.load_rows(snapshot, self.rows, self.job.words)
        size = self.slots.count
        while size * LOAD <= snapshot.count + self.slack + self.claimed:
            size *= GROWTH
        self._make_table(size)
        self.shared[Shared.COUNT] = snapshot.count
        self._index()
