"""Random walks in machine code, seen from Python: memory, threads, and what is to be said at the end.

Walks are taken in rounds.  Of all walks of a round that meet something wrong the one with the least number is
reported, and where threads have gone further than that, the round is taken again up to there.  So the result is that
of `walks.walk_in_python`, whatever the number of threads and their timing.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from time import perf_counter

from checker.core.verdict import ActionStatistics, SecondsByPart, Statistics
from checker.engines.chance import WORD, mix
from checker.engines.native.code.builder import Module
from checker.engines.native.code.machine import Machine, compile_module
from checker.engines.native.search.memory import Words
from checker.engines.native.loops.program import Program
from checker.engines.threads import interrupts_noted, run_threads
from checker.engines.native.loops.walks import Counts, Met, Plan, WalkEnd, build_walks
from checker.engines.progress import Progress, resident_memory
from checker.engines.search import End, SearchResult
from checker.engines.system import SpecError
from checker.engines.walks import REPORT_SECONDS, Beginning, Walks, WayOut
from checker.frontend.lower import lower

ROUND = 1024
"""Walks of a round."""

_ENDS = {
    WalkEnd.INVARIANT: End.INVARIANT,
    WalkEnd.STEP_INVARIANT: End.STEP_INVARIANT,
    WalkEnd.DEADLOCK: End.DEADLOCK,
    WalkEnd.SPEC_ERROR: End.SPEC_ERROR,
}


def walk_in_machine_code(task: Walks, *, workers: int) -> SearchResult[int]:
    """Takes the walks with this many threads until one of them meets something wrong.

    Ctrl-C ends them with what was found, and a second time at once.  Raises `NotNative` where the model cannot be
    compiled.
    """
    return _Walking(task, _compiled(task), workers).run()


def _compiled(task: Walks) -> Machine:
    """The functions of `native.loops.walks` for this model.  Raises `NotNative`."""
    prepared = task.prepared

    def build() -> tuple[Module, Mapping[str, int]]:
        program = Program.of(prepared, deadlock=task.deadlock)
        build_walks(program, Counts(program.actions, len(prepared.checked.witnesses)))
        return program.module, {"max_rows": program.kernels.max_rows}

    made_from = (
        "walks", lower(prepared.spec), prepared.instance, prepared.layout.places, prepared.checked, task.deadlock,
    )
    return compile_module(build, repr(made_from), optimised=True)


class _Walker:
    """The memory of a thread: room for successors, and what it met."""

    def __init__(self, words: int, max_rows: int, counts: Counts) -> None:
        self.rows = Words(max_rows * words)
        self.met = Words(counts.hits.stop)
        self.met[Met.ROWS] = self.rows.address

    def saved(self) -> bytes:
        """What it met, to go back to."""
        return bytes(self.met.view(0, self.met.count))

    def restore(self, saved: bytes) -> None:
        """Forgets what it met since then."""
        self.met.view(0, self.met.count)[:] = saved


class _Walking:
    """One run."""

    def __init__(self, task: Walks, machine: Machine, workers: int) -> None:
        self.task = task
        self.machine = machine
        self.system = task.prepared.system
        self.words = task.prepared.layout.words
        self.counts = Counts(len(self.system.actions), len(self.system.checked.witnesses))
        self.plan = Words(Plan.SIZE)
        self.workers = [self._walker() for _ in range(workers)]
        self.initial = self.outside_initial = 0
        self.started = self.reported = perf_counter()
        self.generated_at_report = 0
        self.interrupted = False

    def _walker(self) -> _Walker:
        return _Walker(self.words, self.machine.facts["max_rows"], self.counts)

    def run(self) -> SearchResult[int]:
        """Takes the walks."""
        try:
            beginning = Beginning.of(self.task.prepared)
            self.outside_initial = len(beginning.outside)
            self.initial = len(beginning.states) + self.outside_initial
            violation = beginning.violation(self.task.prepared)
        except SpecError:
            return SearchResult(End.SPEC_ERROR, self._statistics())
        if violation is not None:
            state, violated = violation
            return SearchResult(End.INVARIANT, self._statistics(), (state,), violated)
        rows = Words(len(beginning.states) * self.words)
        for index, state in enumerate(beginning.states):
            rows.set_row(index, self.words, state)
        self.plan[Plan.BEGINNING], self.plan[Plan.CHOICES] = rows.address, len(beginning.states)
        self.plan[Plan.SEED], self.plan[Plan.DEPTH] = mix(self.task.seed & WORD), min(self.task.depth, WORD)
        with interrupts_noted(self._interrupt):
            if beginning.states:
                self._rounds()
        return self._result()

    def _interrupt(self) -> None:
        self.interrupted = True
        self._stop()

    def _stop(self) -> None:
        self.plan[Plan.STOP] = 1

    # --- rounds ---------------------------------------------------------------------------------------------------

    def _rounds(self) -> None:
        """Takes the walks in rounds, up to and including one that meets something wrong."""
        for begin in range(0, self.task.number, ROUND):
            before = [worker.saved() for worker in self.workers]
            self._take(begin, min(begin + ROUND, self.task.number))
            wrong = self._wrong()
            if wrong is not None and self._sum(Met.WALKS) > wrong[0] + 1 and not self.interrupted:
                for worker, saved in zip(self.workers, before, strict=True):
                    worker.restore(saved)
                self._take(begin, wrong[0] + 1)
            if wrong is not None or self.interrupted:
                return

    def _take(self, begin: int, end: int) -> None:
        """Lets the threads take the walks from `begin` up to but not including `end`."""
        self.plan[Plan.CURSOR], self.plan[Plan.END] = begin, end
        self.plan[Plan.STOP] = self.interrupted
        take = self.machine.function("take", 2)
        calls = [partial(take, self.plan.address, worker.met.address) for worker in self.workers]
        run_threads(calls, seconds=REPORT_SECONDS, watch=self._watch, stop=self._stop)

    def _watch(self) -> None:
        self._report()
        if self.interrupted:
            self._stop()

    # --- what was met ---------------------------------------------------------------------------------------------

    def _wrong(self) -> tuple[int, int, WalkEnd] | None:
        """The first walk that met something wrong, its length, and how it ended."""
        found = [
            (worker.met[Met.WRONG] - 1, worker.met[Met.WRONG_LENGTH], WalkEnd(worker.met[Met.WRONG_END]))
            for worker in self.workers if worker.met[Met.WRONG]
        ]
        return min(found) if found else None

    def _result(self) -> SearchResult[int]:
        statistics, wrong, path = self._statistics(), self._wrong(), ()
        end = End.STOPPED if self.interrupted else End.WALKED
        if wrong is not None:
            number, length, kind = wrong
            path = self._path(number, length)
            if kind is WalkEnd.WAY_OUT:
                return self._way_out(path, statistics)
            end = _ENDS[kind]
        return SearchResult(end, statistics, path, self._violated(end, path), self._witnesses())

    def _way_out(self, path: tuple[int, ...], statistics: Statistics) -> SearchResult[int]:
        """The result where something is wrong with a step out of the constraint, from the end of the path."""
        outside = [after for after in self.system.successors(path[-1])[0] if not self.system.inside(after)]
        found = WayOut.of(self.task.prepared, path[-1], outside)
        assert found is not None, "nothing is wrong with a step that was said to be"
        return SearchResult(found.end, statistics, (*path, found.state), found.violated, self._witnesses())

    def _violated(self, end: End, path: tuple[int, ...]) -> int:
        """The mask of the invariants, or of the step invariants, that are false at the end of the path."""
        if end is End.INVARIANT:
            return self.system.violated(path[-1])
        return self.system.step_violated(*path[-2:]) if end is End.STEP_INVARIANT else 0

    def _witnesses(self) -> dict[int, tuple[int, ...]]:
        """The way to each witness that was reached, on the first walk that did."""
        paths: dict[int, tuple[int, ...]] = {}
        for bit, place in enumerate(self.counts.hits[::2]):
            hits = [(worker.met[place] - 1, worker.met[place + 1]) for worker in self.workers if worker.met[place]]
            if hits:
                paths[bit] = self._path(*min(hits))
        return paths

    def _path(self, number: int, length: int) -> tuple[int, ...]:
        """The first states of a walk, which is taken again for them."""
        self.plan[Plan.STOP] = 0
        aside, path = self._walker(), Words(length * self.words)
        self.machine.function("walk", 5)(self.plan.address, aside.met.address, number, length, path.address)
        return tuple(path.row(index, self.words) for index in range(length))

    # --- numbers --------------------------------------------------------------------------------------------------

    def _sum(self, place: int) -> int:
        return sum(worker.met[place] for worker in self.workers)

    def _longest(self) -> int:
        return max(worker.met[Met.LONGEST] for worker in self.workers)

    def _generated(self) -> int:
        return self.initial + sum(map(self._sum, self.counts.steps))

    def _report(self) -> None:
        now = perf_counter()
        if self.task.report is None or now - self.reported < REPORT_SECONDS:
            return
        generated, walks = self._generated(), self._sum(Met.WALKS)
        rate = (generated - self.generated_at_report) / (now - self.reported)
        self.reported, self.generated_at_report = now, generated
        states, seconds = self._sum(Met.STATES), now - self.started
        self.task.report(
            Progress(states, generated, rate, self._longest(), 0, resident_memory(), seconds, walks=walks)
        )

    def _statistics(self) -> Statistics:
        return Statistics(
            states=self._sum(Met.STATES),
            generated=self._generated(),
            depth=self._longest(),
            terminal=self._sum(Met.TERMINAL),
            outside_constraint=self._sum(Met.OUTSIDE),
            outside_initial=self.outside_initial,
            walks=self._sum(Met.WALKS),
            seconds_by_part=SecondsByPart(searching=perf_counter() - self.started),
            actions={
                name: ActionStatistics(generated=self._sum(steps), cut=self._sum(cuts), distinct=None)
                for name, steps, cuts in zip(self.system.actions, self.counts.steps, self.counts.cuts, strict=True)
            },
        )
