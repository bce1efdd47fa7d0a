"""How long it takes to begin: `python benchmarks/start.py`.

Prints the seconds in which the machine code of each bundled model is compiled with an empty cache, up to symmetry
where it has any, and those of `checker check paxos` from the shell, imports and all.  Of a few runs the fastest is
shown, since what slows a run down is the machine's, and the slowest beside it.
"""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from time import perf_counter

from measure import REPEATS, Search, task, timed

from checker.engines.native.start import compile_model
from checker.engines.prepare import prepare
from checker.engines.processors import processors
from checker.frontend.load import bundled, load_model, models_of

COMMAND = [sys.executable, "-m", "checker", "check", "paxos"]


def targets() -> list[str]:
    """Every bundled model, as it is named on the command line."""
    return [f"{place}:{model}" for place in bundled() for model in models_of(place)]


def compile_one(target: str) -> float:
    """Seconds to compile the machine code of a model, in a process that has not done so before."""
    prepared = prepare(load_model(target)[1])
    search = Search(
        model=target, symmetry=not prepared.group.trivial, tier="native", workers=processors(), limit=1
    )
    exploration = task(prepared, search)
    with tempfile.TemporaryDirectory() as empty:
        os.environ["XDG_CACHE_HOME"] = empty
        return timed(lambda: compile_model(exploration, workers=search.workers))[1]


def in_a_new_process(target: str) -> float:
    """`compile_one` where no other run has left anything in memory."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process:
        return process.submit(compile_one, target).result()


def command_seconds() -> float:
    """Seconds of the whole command."""
    clock = perf_counter()
    subprocess.run(COMMAND, capture_output=True, check=True)
    return perf_counter() - clock


def line(title: str, run: Callable[[], float]) -> None:
    """Prints the fastest and the slowest of a few runs."""
    seconds = [run() for _ in range(REPEATS)]
    print(f"{title:<40} {min(seconds):>6.2f} {max(seconds):>6.2f}", flush=True)


if __name__ == "__main__":
    # modules are compiled by the first run, as they are when a package is installed
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    command_seconds()
    print(f"{'seconds':<40} {'least':>6} {'most':>6}")
    for name in targets():
        line(f"compile {name}", lambda name=name: in_a_new_process(name))
    line("checker check paxos", command_seconds)
