"""How fast the generated Python explores: `python benchmarks/python_tier.py [MODEL ...]`.

Rates are per second of CPU, the whole search included.  The machine is in every figure, so the last column divides by
the rate of a loop that does the least that any search in Python does, timed in the same run: bit tests over an int of
three words, and a set.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from time import process_time
from typing import TypeVar

from checker.engines.symmetry.canonical import compile_canonical
from checker.engines.prepare import prepare
from checker.engines.search import search
from checker.frontend.load import load_model

T = TypeVar("T")

MODELS = ["paxos:small", "paxos:medium", "raft:medium", "raft:elections"]

SWITCHES = [1 << 9 * switch for switch in range(16)]
"""The reference explores all 2^16 settings of these, spread over an int of three words."""


def timed(run: Callable[[], T]) -> tuple[T, float]:
    """The result of `run`, and the seconds of CPU that it took."""
    start = process_time()
    result = run()
    return result, process_time() - start


def reference() -> int:
    """How many successors a search generates that does nothing else."""
    seen, level, generated = {0}, [0], 0
    while level:
        following: list[int] = []
        for state in level:
            for after in [state | switch for switch in SWITCHES if not state & switch]:
                generated += 1
                if after not in seen:
                    seen.add(after)
                    following.append(after)
        level = following
    return generated


def row(name: str, symmetry: bool, base: float) -> str:
    """One line of the table."""
    _, model = load_model(name)
    prepared, start_up = timed(lambda: prepare(model))
    canonical = compile_canonical(prepared.group, prepared.layout) if symmetry else None
    result, seconds = timed(lambda: search(prepared.system, canonical=canonical))
    counts = result.statistics
    rate = counts.generated / seconds
    return (
        f"{name:<16} {'orbits' if symmetry else 'states':<7} {counts.states:>9,} {counts.generated:>10,}"
        f" {start_up:>8.2f} {seconds:>8.2f}"
        f" {rate / 1e6:>8.2f} {counts.states / seconds / 1e6:>8.3f} {rate / base:>8.2f}"
    )


def main(names: list[str]) -> None:
    """Prints the table."""
    base = max(generated / seconds for generated, seconds in (timed(reference) for _ in range(3)))
    print(f"reference loop: {base / 1e6:.2f} M generated/s")
    print(f"{'model':<16} {'':<7} {'distinct':>9} {'generated':>10} {'start s':>8} {'search s':>8} "
          f"{'M gen/s':>8} {'M dist/s':>8} {'of ref.':>8}")
    for name in names:
        for symmetry in (False, True):
            print(row(name, symmetry, base), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:] or MODELS)
