"""Our own searches.  Each is measured in a new process: none finds another one's memory or machine code there."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Barrier
from time import perf_counter, process_time
from typing import TypeVar

from checker.core.model import Model
from checker.engines.symmetry.canonical import compile_canonical
from checker.engines.native.start import compile_model
from checker.engines.prepare import Prepared, prepare
from checker.engines.progress import resident_memory
from checker.engines.search import End, Limits
from checker.engines.tiers import Exploration, Tier, explore
from checker.frontend.load import load_model

T = TypeVar("T")

MODELS = Path(__file__).with_name("sizes.py")

SHORT, REPEATS = 20.0, 3
"""A search that takes no more seconds than this is measured so many times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What to measure: a model of `sizes.py`, up to symmetry or not, in a tier, up to about `limit` states."""

    model: str
    symmetry: bool
    tier: Tier
    workers: int
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What was measured.

    `seconds` of the search on the clock, `cpu` seconds of all its threads.  `memory`: bytes by which the process grew,
    None where that says nothing about the states.  `complete`: was every state visited?
    """

    tool: str
    states: int
    generated: int
    depth: int | None
    complete: bool
    seconds: float
    cpu: float
    memory: int | None

    @property
    def rate(self) -> float:
        """Distinct states a second on the clock."""
        return self.states / self.seconds

    @property
    def cpu_rate(self) -> float:
        """Distinct states a second of CPU."""
        return self.states / self.cpu


def timed(run: Callable[[], T]) -> tuple[T, float, float]:
    """The result of `run`, and the seconds that it took: on the clock, and of CPU."""
    clock, cpu = perf_counter(), process_time()
    result = run()
    return result, perf_counter() - clock, process_time() - cpu


def model_named(name: str) -> Model:
    """A model of `sizes.py`."""
    return load_model(f"{MODELS}:{name}")[1]


def task(prepared: Prepared, search: Search) -> Exploration:
    """The search as the engines take it."""
    group = prepared.group if search.symmetry else None
    return Exploration(
        prepared=prepared,
        group=group,
        canonical=compile_canonical(group, prepared.layout) if group else None,
        limits=Limits(None, search.limit),
        deadlock=False,
        report=None,
        start=None,
        workers=search.workers,
        memory=None,
        checkpoint=None,
        resume=False,
        disk=None,
    )


_start: Barrier | None = None
"""In a measuring process: where it waits for the others."""


def _begin(start: Barrier) -> None:
    global _start
    _start = start


def _measure(search: Search) -> Run:
    """One search, in this process, when all the others are ready too."""
    exploration = task(prepare(model_named(search.model)), search)
    if search.tier == "native":
        # into the cache: compiling is no part of the search
        compile_model(exploration, workers=search.workers).optimise()
    assert _start is not None
    _start.wait(600)
    before = resident_memory()
    (result, notes), _, cpu = timed(lambda: explore(exploration, search.tier))
    assert not notes, notes
    return Run(
        tool="python" if search.tier == "python" else f"native, {search.workers}",
        states=result.statistics.states,
        generated=result.statistics.generated,
        depth=result.statistics.depth,
        complete=result.end is End.COMPLETE,
        seconds=result.statistics.seconds_by_part.searching,
        cpu=cpu,
        memory=_peak_memory() - before,
    )


def _peak_memory() -> int:
    """The most bytes of memory that this process has ever occupied."""
    import resource  # here: Windows has none

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def measure(*searches: Search) -> list[Run]:
    """The searches, all at once, each in a process of its own."""
    context = multiprocessing.get_context("spawn")
    start = context.Barrier(len(searches))
    with ProcessPoolExecutor(len(searches), context, _begin, (start,)) as processes:
        return list(processes.map(_measure, searches))


def fastest(run: Callable[[], T], seconds: Callable[[T], float]) -> T:
    """What `run` measures; of `REPEATS` runs the fastest, where one takes no longer than `SHORT`.

    What slows a run down is the machine's: other guests, memory that it has yet to find.  Whoever is compared with
    us is measured in the same way.
    """
    [best] = fastest_in_turn([run], seconds)
    return best


def fastest_in_turn(ways: Sequence[Callable[[], T]], seconds: Callable[[T], float]) -> list[T]:
    """The same for several ways to run.  They take turns, so that none has the machine's best minute for itself."""
    rounds = [[run() for run in ways]]
    while len(rounds) < REPEATS and seconds(rounds[0][0]) <= SHORT:
        rounds.append([run() for run in ways])
    return [min(runs, key=seconds) for runs in zip(*rounds, strict=True)]


def side_by_side(runs: Sequence[Run]) -> Run:
    """Independent runs of one search at the same time, as if all had been one: what the machine can do at best."""
    return Run(
        tool=f"{len(runs)} processes",
        states=sum(run.states for run in runs),
        generated=sum(run.generated for run in runs),
        depth=runs[0].depth,
        complete=all(run.complete for run in runs),
        seconds=max(run.seconds for run in runs),
        cpu=sum(run.cpu for run in runs),
        memory=None,
    )


def _compile(search: Search) -> tuple[float, float, float]:
    exploration = task(prepare(model_named(search.model)), search)
    compile_once = partial(compile_model, exploration, workers=search.workers)
    machine, compiling, _ = timed(compile_once)
    return compiling, timed(machine.optimise)[1], timed(compile_once)[1]


def compile_seconds(search: Search) -> tuple[float, float, float]:
    """Seconds to compile with an empty cache, to optimise, and to load what is in the cache then."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process:
        return process.submit(_compile, search).result()


def first_state_seconds(search: Search) -> float:
    """Seconds of the whole command, imports included, where it ends after the first states; its code is cached."""
    command = [
        sys.executable, "-m", "checker", "check", f"{MODELS}:{search.model}", "--tier", "native", "--workers", "1",
        "--max-states", "1", "--symmetry" if search.symmetry else "--no-symmetry",
    ]
    # modules are compiled by the first of two runs, as they are when a package is installed
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    seconds = 0.0
    for _ in range(2):
        clock = perf_counter()
        ended = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
        seconds = perf_counter() - clock
        assert ended.returncode == 3, ended.stderr + ended.stdout
    return seconds
