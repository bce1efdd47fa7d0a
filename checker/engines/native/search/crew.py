"""The threads of a native search: how they are run, and what they counted and noted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from checker.engines.native.search.checkpoint import Snapshot
from checker.engines.native.search.job import Job
from checker.engines.native.search.memory import Words
from checker.engines.native.loops.program import Mine, Shared
from checker.engines.threads import run_threads
from checker.engines.native.search.worker import ABOUT_EXPANDED, ABOUT_FOUND, Worker

SMALL_LEVEL = 2048
"""A level with fewer states is expanded by one thread: starting the others costs more than they save."""

WATCH_SECONDS = 0.1
"""Between two looks at the clock while the threads work, at most."""


class Crew:
    """The threads.  What they share with each other and with this class lies in `shared`."""

    def __init__(self, job: Job, shared: Words) -> None:
        self.job = job
        self.shared = shared
        self.interrupted = False
        self.workers = [Worker(job.words, len(job.system.actions), job.max_rows) for _ in range(max(1, job.workers))]

    def explore(self, size: int, watch: Callable[[], bool]) -> None:
        """Lets the threads expand rows until those are used up, or the room for new ones is.

        `size` is that of the level.  `watch` is called now and then; they stop early where it says so.
        """
        workers = self.workers if size >= SMALL_LEVEL else self.workers[:1]
        machine = self.job.machine
        explore = machine.function("explore", 2)
        self.shared[Shared.STOP] = self.interrupted
        if self.shared[Shared.END] - self.shared[Shared.CURSOR] < SMALL_LEVEL:
            explore(self.shared.address, workers[0].address)
            return

        def stop_where_asked() -> None:
            if watch() or machine.function("explore", 2) is not explore:  # there is faster code now
                self.stop()

        run_threads(
            [lambda worker=worker: explore(self.shared.address, worker.address) for worker in workers],
            seconds=WATCH_SECONDS, watch=stop_where_asked, stop=self.stop,
        )

    def stop(self) -> None:
        """Makes the threads stop after what they have begun."""
        self.shared[Shared.STOP] = 1

    def interrupt(self) -> None:
        """Makes them stop so, and not begin again."""
        self.interrupted = True
        self.stop()

    def go_back(self, snapshot: Snapshot) -> None:
        """Has the counts that were saved, and no others."""
        for worker in self.workers:
            worker.forget_counts()
        self.workers[0].resume(snapshot)

    def sums(self, part: Mine) -> list[int]:
        """Numbers of a part, each added up over the threads."""
        return [sum(numbers) for numbers in zip(*(worker.numbers(part) for worker in self.workers), strict=True)]

    def sum(self, word: Mine) -> int:
        """A count, added up over the threads."""
        return sum(worker.words[word] for worker in self.workers)


@dataclass(slots=True)
class Notes:
    """What was noted while a level was expanded: of each kind the least state, as a number.

    `states` has the kinds of `Mine` that are about states which were expanded, or found; `hits` has for the bit of a
    witness a state that was found and reaches it.
    """

    states: dict[int, int] = field(default_factory=dict[int, int])
    hits: dict[int, int] = field(default_factory=dict[int, int])

    def add(self, kind: Mine, state: int) -> None:
        """Notes a state as one of this kind."""
        self.states[kind] = min(state, self.states.get(kind, state))

    def take(self, workers: Sequence[Worker], row: Callable[[int], int]) -> None:
        """Takes over what the threads noted; `row` gives the state at a position."""
        for worker in workers:
            for part in (*ABOUT_EXPANDED, *ABOUT_FOUND):
                _keep_least(self.states, part, worker.words, part, row)
            for bit in range(worker.parts[Mine.HITS].count):
                _keep_least(self.hits, bit, worker.parts[Mine.HITS], bit, row)

    def clear(self) -> None:
        """Forgets all, for the next level."""
        self.states.clear()
        self.hits.clear()


def _keep_least(known: dict[int, int], key: int, words: Words, place: int, row: Callable[[int], int]) -> None:
    """Moves a note, which is a position plus 1, from memory to `known` unless a smaller state is there."""
    if words[place]:
        state = row(words[place] - 1)
        known[key] = min(state, known.get(key, state))
        words[place] = 0
