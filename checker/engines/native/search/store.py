"""Where a search keeps its states: in memory, or on disk once that is used up (see `disk`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol

from checker.engines.native.search.checkpoint import Checkpoint
from checker.engines.native.search.crew import Crew, Notes
from checker.engines.native.loops.program import Shared
from checker.engines.native.search.states import StateSet


class Store(Protocol):
    """All states that were found, in the order in which they were; their positions are the same wherever they are."""

    @property
    def count(self) -> int:
        """How many states there are, all of them different; on disk those in memory come on top."""
        ...

    @property
    def cursor(self) -> int:
        """The first state that is not expanded, of those up to the end of the level."""
        ...

    @property
    def bytes_on_disk(self) -> int:
        """Bytes that the states take on disk, for want of memory."""
        ...

    def open_level(self, begin: int, end: int) -> None:
        """Makes the states from `begin` up to but not including `end` those to expand."""
        ...

    def expand(self, notes: Notes, watch: Callable[[], bool]) -> None:
        """Expands states of the level until there are none left, or no room, or `watch` says to stop."""
        ...

    def make_room(self) -> bool:
        """Is there room to go on?  False where memory is used up."""
        ...

    def save_rows(self, checkpoint: Checkpoint, watch: Callable[[], bool]) -> None:
        """Makes the file of the checkpoint hold all states that were found.  Raises `NotWritten`, and `UserError`
        C024 where it cannot be read."""
        ...

    @property
    def save_seconds(self) -> float:
        """The least time between two saves for which they take a small part of the whole."""
        ...

    def windows(self, begin: int, end: int) -> Iterator[tuple[int, int]]:
        """The states from `begin` up to but not including `end`, part by part: where each lies among the rows in
        memory, until the next one is asked for."""
        ...


class InMemory:
    """All states are rows in memory.  This is a `Store`."""

    bytes_on_disk = 0
    save_seconds = 0.0

    def __init__(self, states: StateSet, crew: Crew, limit: int | None) -> None:
        self.states = states
        self.crew = crew
        self.shared = states.shared
        self.level = 0, 0
        states.limit(limit)

    @property
    def count(self) -> int:
        """How many states there are; while the threads work, about so many."""
        return self.states.count - sum(worker.unused for worker in self.crew.workers)

    @property
    def cursor(self) -> int:
        """The first row to expand; the threads leave theirs behind the end of the level."""
        return min(self.shared[Shared.CURSOR], self.shared[Shared.END])

    def open_level(self, begin: int, end: int) -> None:
        """See `Store`."""
        self.level = begin, end
        self.shared[Shared.CURSOR], self.shared[Shared.END] = begin, end

    def expand(self, notes: Notes, watch: Callable[[], bool]) -> None:
        """See `Store`."""
        begin, end = self.level
        self.crew.explore(end - begin, watch)
        self.states.close_gaps(self.crew.workers)
        notes.take(self.crew.workers, self.states.row)

    def make_room(self) -> bool:
        """See `Store`."""
        return self.states.make_room()

    def save_rows(self, checkpoint: Checkpoint, watch: Callable[[], bool]) -> None:
        """Appends those that are not saved."""
        checkpoint.append(self.states.rows, checkpoint.rows.count, self.states.count)

    def windows(self, begin: int, end: int) -> Iterator[tuple[int, int]]:
        """They lie where they lie."""
        yield begin, end
