"""A search that has ended, its paths taken again by the interpreter, and words for its counts."""

from __future__ import annotations

from collections.abc import Callable

from checker.core.structs import struct
from checker.core.trace import Step, Trace, TraceKind
from checker.core.verdict import Statistics
from checker.engines.prepare import Prepared
from checker.engines.replay import replay
from checker.engines.search import End, SearchResult
from checker.engines.wanted import Wanted

REASONS = {
    End.STATE_LIMIT: "the limit of states was reached",
    End.STOPPED: "stopped by hand",
    End.OUT_OF_MEMORY: "out of memory",
    End.DISK_FULL: "the disk is full",
    End.NOT_WRITTEN: "the states could not be written to disk",
}
"""Why a search ended early that was to go on."""


@struct(kw_only=True)
class Finished:
    """A search that has ended, with what it searched.

    `name` is that of the model, `started` is when the run did, by `perf_counter`, `trace_kind` says what a trace to a
    violation is called, `canonical` finds the representative of an orbit, `wanted` says which counterexamples the
    search was to find, `before` leads to the state in which it began where that is no initial state, and it is only
    `assumed` that this trace begins in a state that can be reached; `notes` were made before the search.
    """

    prepared: Prepared
    result: SearchResult[int]
    name: str
    started: float
    trace_kind: TraceKind = "counterexample"
    canonical: Callable[[int], int] | None = None
    wanted: Wanted = Wanted()
    before: tuple[Step, ...] = ()
    assumed: bool = False
    notes: tuple[str, ...] = ()


def replayed(
    run: Finished, path: tuple[int, ...], allowed: Callable[[int, Step, Step], bool] | None = None
) -> tuple[Step, ...]:
    """The steps along a path of the search, of those that are `allowed` (see `replay`).  Raises `Disagreement`."""
    prepared = run.prepared
    return replay(
        prepared.interpreter, prepared.system, path, canonical=run.canonical, before=run.before, allowed=allowed
    )


def trace_of(run: Finished, kind: TraceKind, shows: str | None, steps: tuple[Step, ...]) -> Trace:
    """The steps as a trace of this run."""
    return Trace(kind, run.prepared.spec.name, run.name, shows, steps)


def count_of_steps(number: int) -> str:
    """`1 step`, `2,000 steps`."""
    return f"{number:,} step" + ("" if number == 1 else "s")


def count_of_states(statistics: Statistics) -> str:
    """`2,000 states (counted up to symmetry)`."""
    states = "state" if statistics.states == 1 else "states"
    return f"{statistics.states:,} {states}" + (" (counted up to symmetry)" if statistics.orbits else "")


def count_of_walks(statistics: Statistics) -> str:
    """`100 random walks, passing 2,000 states, repetitions included`."""
    walks = f"{statistics.walks:,} random walk" + ("" if statistics.walks == 1 else "s")
    return f"{walks}, passing {statistics.states:,} states, repetitions included"
