"""How fast machine code explores: `python benchmarks/native.py [MODEL ...]`.

For each model one search in generated Python (where that does not take minutes), and searches in machine code with one
thread and with all.  Rates are per second of wall-clock time of the search alone; CPU seconds are those of all threads,
start-up included.  Compiling is timed with an empty cache, and a second start with a full one.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from time import perf_counter, process_time
from typing import TypeVar

from checker.engines.canonical import compile_canonical
from checker.engines.native.memory import WORD_BYTES
from checker.engines.native.start import compile_model
from checker.engines.native.states import LOAD
from checker.engines.prepare import Prepared, prepare
from checker.engines.search import Limits, SearchResult
from checker.engines.tiers import Exploration, explore, processors
from checker.frontend.load import load_model

T = TypeVar("T")

MODELS = [
    ("paxos:medium", False), ("paxos:medium", True), ("paxos:large", False), ("paxos:large", True),
    ("raft:medium", False), ("raft:elections", False), ("raft:large", False), ("raft:large", True),
]
"""Names, and whether orbits are counted."""

PYTHON_STATES = 200_000
"""Generated Python stops at about so many states: its rate is known by then."""


def timed(run: Callable[[], T]) -> tuple[T, float, float]:
    """The result of `run`, and the seconds that it took: on the clock, and of CPU."""
    clock, cpu = perf_counter(), process_time()
    result = run()
    return result, perf_counter() - clock, process_time() - cpu


def task(prepared: Prepared, symmetry: bool, workers: int, states: int | None = None) -> Exploration:
    """What is measured."""
    group = prepared.group if symmetry else None
    return Exploration(
        prepared=prepared,
        group=group,
        canonical=compile_canonical(group, prepared.layout) if group else None,
        limits=Limits(None, states),
        deadlock=False,
        report=None,
        start=None,
        workers=workers,
        memory=None,
        checkpoint=None,
        resume=False,
    )


def line(model: str, how: str, result: SearchResult[int], cpu: float, rest: str) -> None:
    """Prints a line of the table."""
    counts = result.statistics
    print(
        f"{model:<22} {how:<10} {counts.states:>11,} {counts.generated:>12,} {counts.seconds:>8.2f} {cpu:>8.2f} "
        f"{counts.states / counts.seconds / 1e6:>8.2f} {counts.generated / counts.seconds / 1e6:>8.2f} {rest}",
        flush=True,
    )


def measure(name: str, symmetry: bool) -> None:
    """The lines of one model."""
    _, model = load_model(name)
    prepared = prepare(model)
    title = f"{name} {'orbits' if symmetry else 'states'}"
    (python, notes), _, cpu = timed(lambda: explore(task(prepared, symmetry, 1, PYTHON_STATES), "python"))
    line(title, "python", python, cpu, "")
    _, compiling, _ = timed(lambda: compile_model(task(prepared, symmetry, 1)))
    _, starting, _ = timed(lambda: compile_model(task(prepared, symmetry, 1)))
    size = WORD_BYTES * (prepared.layout.words + 1 / LOAD)
    for workers in sorted({1, processors()}):
        (result, notes), _, cpu = timed(lambda workers=workers: explore(task(prepared, symmetry, workers), "native"))
        assert not notes, notes
        line(title, f"native, {workers}", result, cpu, f"{size:>7.0f} {compiling:>8.2f} {starting:>8.3f}")


def main(names: list[str]) -> None:
    """Prints the table."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_CACHE_HOME"] = folder
        print(f"{'model':<22} {'tier':<10} {'distinct':>11} {'generated':>12} {'search s':>8} {'CPU s':>8} "
              f"{'M dist/s':>8} {'M gen/s':>8} {'B/state':>7} {'compile':>8} {'cached':>8}")
        for name, symmetry in [(name, symmetry) for name in names for symmetry in (False, True)] or MODELS:
            measure(name, symmetry)


if __name__ == "__main__":
    main(sys.argv[1:])
