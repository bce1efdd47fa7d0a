"""What one thread of the native search has for itself."""

from __future__ import annotations

from checker.engines.native.search.checkpoint import Snapshot
from checker.engines.native.search.memory import Words
from checker.engines.native.loops.program import BATCH, Mine, recent_for

ABOUT_EXPANDED = (Mine.FIRST_ERROR, Mine.FIRST_DEADLOCK, Mine.FIRST_STEP, Mine.FIRST_OUTSIDE)
"""Where a thread notes a state that it expanded, and in which, or in a step from which, something is wrong."""

ABOUT_FOUND = (Mine.FIRST_FOUND_ERROR, Mine.FIRST_VIOLATION)
"""Where it notes a state that it found, and in which something is wrong."""

WITNESSES = 64
"""Places for witnesses."""


class Worker:
    """The memory of a thread: its batch, its counts, and what it noted.  See `program.Mine`."""

    def __init__(self, words: int, actions: int, max_rows: int) -> None:
        self.words = Words(Mine.SIZE)
        counts = max(1, actions)
        sizes = {
            Mine.BATCH_ROWS: (2 * BATCH + max_rows) * words, Mine.HASHES: 2 * BATCH, Mine.PLACES: 2 * BATCH,
            Mine.ACTIONS: 2 * BATCH, Mine.ENDS: counts, Mine.CUTS: counts, Mine.STEPS: counts, Mine.NEW: counts,
            Mine.HITS: WITNESSES, Mine.RECENT: recent_for(words) * words,
        }
        self.parts = {part: Words(size) for part, size in sizes.items()}
        for part, memory in self.parts.items():
            self.words[part] = memory.address

    @property
    def address(self) -> int:
        """Where the machine code finds it."""
        return self.words.address

    @property
    def unused(self) -> int:
        """How many rows of its block it has not used."""
        return max(0, self.words[Mine.BLOCK_END] - self.words[Mine.NEXT])

    def gaps(self) -> range:
        """The rows of its block that it has not used; it has no block afterwards."""
        unused = range(self.words[Mine.NEXT], self.words[Mine.BLOCK_END])
        self.words[Mine.NEXT] = self.words[Mine.BLOCK_END] = 0
        return unused

    def rename(self, moved: dict[int, int]) -> None:
        """Follows rows that were moved, in what this thread has noted."""
        notes = [(self.words, part) for part in (*ABOUT_EXPANDED, *ABOUT_FOUND)]
        notes += [(self.parts[Mine.HITS], bit) for bit in range(WITNESSES)]
        for words, place in notes:
            if words[place] - 1 in moved:
                words[place] = moved[words[place] - 1] + 1

    def numbers(self, part: Mine) -> list[int]:
        """The numbers of one part."""
        return [self.parts[part][index] for index in range(self.parts[part].count)]

    def forget_counts(self) -> None:
        """Begins to count anew."""
        for word in (Mine.TERMINAL, Mine.COLLISIONS, Mine.MOST_STEPS, Mine.OUTSIDE):
            self.words[word] = 0
        for part in (Mine.STEPS, Mine.CUTS, Mine.NEW):
            for index in range(self.parts[part].count):
                self.parts[part][index] = 0

    def resume(self, snapshot: Snapshot) -> None:
        """Goes on with the counts of an earlier run."""
        self.words[Mine.TERMINAL], self.words[Mine.OUTSIDE] = snapshot.terminal, snapshot.outside
        self.words[Mine.COLLISIONS], self.words[Mine.MOST_STEPS] = snapshot.collisions, snapshot.most_steps
        for part, numbers in (
            (Mine.STEPS, snapshot.steps), (Mine.CUTS, snapshot.cuts), (Mine.NEW, snapshot.new or []),
        ):
            for index, number in enumerate(numbers):
                self.parts[part][index] = number
