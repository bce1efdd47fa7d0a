"""What one thread of the native search has for itself."""

from __future__ import annotations

from checker.engines.native.memory import Words
from checker.engines.native.program import BATCH, Mine

NOTED = (Mine.FIRST_ERROR, Mine.FIRST_VIOLATION, Mine.FIRST_STEP, Mine.FIRST_DEADLOCK)
"""Where a thread notes a state in which something is wrong."""

WITNESSES = 64
"""Places for witnesses."""


class Worker:
    """The memory of a thread: its batch, its counts, and what it noted.  See `program.Mine`."""

    def __init__(self, words: int, actions: int, max_rows: int) -> None:
        self.words = Words(Mine.SIZE)
        counts = max(1, actions)
        sizes = {
            Mine.BATCH_ROWS: (2 * BATCH + max_rows) * words, Mine.HASHES: 2 * BATCH, Mine.ACTIONS: 2 * BATCH,
            Mine.ENDS: counts, Mine.CUTS: counts, Mine.STEPS: counts, Mine.NEW: counts, Mine.HITS: WITNESSES,
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
        notes = [(self.words, part) for part in NOTED] + [(self.parts[Mine.HITS], bit) for bit in range(WITNESSES)]
        for words, place in notes:
            if words[place] - 1 in moved:
                words[place] = moved[words[place] - 1] + 1

    def numbers(self, part: Mine) -> list[int]:
        """The numbers of one part."""
        return [self.parts[part][index] for index in range(self.parts[part].count)]

    def set_numbers(self, part: Mine, numbers: list[int]) -> None:
        """Writes the numbers of one part."""
        for index, number in enumerate(numbers):
            self.parts[part][index] = number
