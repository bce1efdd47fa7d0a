"""How fast machine code explores, next to generated Python, Spin and TLC: `python benchmarks/native.py [MODEL ...]`.

The models are those of `sizes.py`, by default all, each with all its states and with one state an orbit.  Spin is
measured where `spin` and `gcc` are installed, TLC where `TLC_JAR` names its jar.  TLC is stopped after `TLC_SECONDS`
where no models are named.  Of a short search the fastest of a few runs is shown, whoever's it is, but for generated
Python, which runs once.  The command fails where two searches that went to their ends counted different states.
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from importlib.metadata import version
from pathlib import Path

import rivals
import sizes
from measure import (
    Run, Search, compile_seconds, fastest, fastest_in_turn, first_state_seconds, measure, model_named, side_by_side,
)

from checker.core.model import Holds, Model
from checker.engines.processors import processors

PYTHON_STATES = 70_000
"""Generated Python stops at about so many states: its rate is known by then."""

STATES, ORBITS = 12_000_000, 2_100_000
"""Machine code stops at about so many."""

TLC_SECONDS = 30.0

LARGE = 1_000_000
"""States of a whole search from which processes of one thread side by side are measured too."""

MANY = 100_000
"""States from which the rate of a search, and the memory of its process, say something about each of them."""

HEADER = (
    f"{'model':<17} {'search':<12} {'distinct':>11} {'generated':>12} {'search s':>8} {'CPU s':>7} {'M dist/s':>8} "
    f"{'M gen/s':>8} {'B/state':>7} {'compile':>7} {'optimise':>8} {'cached':>7} {'first':>6}"
)


def line(title: str, run: Run, rest: str = "") -> None:
    """Prints a line of the table."""
    count = f"{run.states:,}{' ' if run.complete else '+'}"
    memory = "" if run.memory is None or run.states < MANY else f"{run.memory / run.states:.0f}"
    print(
        f"{title:<17} {run.tool:<12} {count:>12} {run.generated:>11,} {run.seconds:>8.2f} {run.cpu:>7.2f} "
        f"{run.rate / 1e6:>8.3f} {run.generated / run.seconds / 1e6:>8.2f} {memory:>7} {rest}".rstrip(),
        flush=True,
    )


def measure_ours(title: str, search: Search) -> list[Run]:
    """Prints the lines of our own searches: Python, one thread, all threads, and one-thread processes side by side."""
    [python] = measure(replace(search, tier="python", limit=PYTHON_STATES))
    line(title, python)
    compiling, optimising, loading = compile_seconds(search)
    first = first_state_seconds(search)
    counts = sorted({1, processors()})
    ways = [partial(measure, replace(search, workers=workers)) for workers in counts]
    if len(counts) > 1 and is_large(search):
        ways.append(partial(measure, *[search] * processors()))
    found = fastest_in_turn(ways, lambda runs: max(run.seconds for run in runs))
    threads, processes = found[: len(counts)], found[len(counts) :]
    for [run] in threads:
        line(title, run, f"{compiling:>7.2f} {optimising:>8.2f} {loading:>7.3f} {first:>6.2f}")
    [one], [most] = threads[0], threads[-1]
    for alone in processes:
        together = side_by_side(alone)
        line(title, together)
        print(
            f"  {processors()} threads are {most.rate / one.rate:.2f} times as fast as one, "
            f"with {most.cpu / one.cpu:.2f} times its CPU; "
            f"so many processes of one thread together are {together.rate / one.rate:.2f} times as fast"
        )
    return [python, *(run for runs in found for run in runs)]


def is_large(search: Search) -> bool:
    """Does one thread find `LARGE` states or more, and come to an end?"""
    [run] = measure(search)
    return run.complete and run.states >= LARGE


def measure_rivals(title: str, search: Search, states: int, tlc_seconds: float | None) -> list[Run]:
    """Prints the lines of Spin and TLC; `states` is how many Spin will find."""
    ballots, runs = sizes.TWINS[search.model], list[Run]()
    if rivals.has_spin() and not search.symmetry:
        run, compiling = rivals.spin(ballots, states)
        line(title, run, f"{compiling:>7.2f}")
        runs.append(run)
    if rivals.tlc_jar() is not None:
        runs.append(fastest(lambda: rivals.tlc(ballots, search.symmetry, tlc_seconds), lambda run: run.seconds))
        line(title, runs[-1])
    return runs


def compare(ours: Sequence[Run], others: Sequence[Run]) -> None:
    """Prints how many times as many distinct states a second machine code finds."""
    one, most = (next(run for run in ours if run.tool == f"native, {workers}") for workers in (1, processors()))
    for other in others:
        if other.states >= MANY:
            print(
                f"  one thread is {one.rate / other.rate:.1f} times as fast as {other.tool} "
                f"({one.cpu_rate / other.cpu_rate:.1f} times by CPU); "
                f"{processors()} threads are {most.rate / other.rate:.1f} times as fast"
            )


def check_same_states(title: str, model: Model, symmetry: bool, runs: Sequence[Run]) -> None:
    """Exits where searches of one model that went to their ends differ, from each other or from what is expected."""
    complete = [run for run in runs if run.complete]
    counts = {run.states for run in complete}
    depths = {run.depth for run in complete if run.depth is not None}
    if complete and isinstance(model.expect, Holds):
        expected = model.expect.orbits if symmetry else model.expect.states
        counts |= set() if expected is None else {expected}
        depths |= set() if model.expect.depth is None else {model.expect.depth}
    generated = {run.generated for run in complete if run.tool.startswith(("python", "native"))}
    if max(map(len, (counts, depths, generated))) > 1:
        found = "".join(f"\n  {run.tool}: {run.states:,} states, {run.generated:,} generated" for run in complete)
        sys.exit(f"{title}: these are not the same searches: states {counts}, depth {depths}{found}")


def describe_machine() -> None:
    """Prints what the figures depend on."""
    names = [text.split(":")[1].strip() for text in _lines("/proc/cpuinfo") if text.startswith("model name")]
    memory = [int(text.split()[1]) / 2**20 for text in _lines("/proc/meminfo") if text.startswith("MemTotal")]
    print(f"{processors()} of {os.cpu_count()} processors, {names[0] if names else platform.processor()}; "
          f"{memory[0] if memory else float('nan'):.0f} GiB; {platform.system()} {platform.machine()}")
    print("; ".join([f"Python {platform.python_version()}", f"llvmlite {version('llvmlite')}", *rivals.versions()]))
    print(f"load before this run: {os.getloadavg()[0]:.1f}")
    print("+: stopped, not complete\n")


def _lines(file: str) -> list[str]:
    """Lines of a file that says something about a Linux machine; none elsewhere."""
    return Path(file).read_text().splitlines() if Path(file).exists() else []


def main(names: Sequence[str]) -> None:
    """Prints the table."""
    describe_machine()
    print(HEADER)
    for name in names or [name for name, value in vars(sizes).items() if isinstance(value, Model)]:
        model = model_named(name)
        for symmetry in (False, True):
            title = f"{name} {'orbits' if symmetry else 'states'}"
            search = Search(
                model=name, symmetry=symmetry, tier="native", workers=1, limit=ORBITS if symmetry else STATES
            )
            ours, others = measure_ours(title, search), list[Run]()
            if name in sizes.TWINS:
                others = measure_rivals(title, search, ours[1].states, None if names else TLC_SECONDS)
                compare(ours, others)
            check_same_states(title, model, symmetry, [*ours, *others])


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_CACHE_HOME"] = folder
        main(sys.argv[1:])
