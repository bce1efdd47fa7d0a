"""How a search fares that has to go to disk: `python benchmarks/disk.py [CELLS [LEVELS [GIB]]]`.

Independent counters: each of the CELLS counts from 0 to LEVELS - 1, so there are LEVELS ** CELLS states, by arithmetic.
By default these are 10 ** 8 in 1 GiB of memory.  The command fails where anything else is counted.
"""

from __future__ import annotations

import resource
import sys
import tempfile
from pathlib import Path

from checker import Map, Model, Ordered, Sort, Spec, action, init
from checker.engines.run import check


class Cell(Sort):
    """Cells are counted independently of each other."""


class Level(Ordered):
    """How far a cell is."""


class Counters(Spec):
    """Every cell counts up; the last level has no next one."""

    level: Map[Cell, Level]

    @init
    def start(self) -> None:
        self.level = Map({c: Level.first() for c in Cell})

    @action
    def count(self, c: Cell) -> None:
        self.level[c] = self.level[c].next


def main(cells: int = 8, levels: int = 10, gibibytes: float = 1.0) -> None:
    """Explores, and prints what was counted, how fast, and how much memory that took."""
    model = Model(Counters, sizes={Cell: cells, Level: levels}, symmetry=False)
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:  # the folder for temporary files may be in memory
        verdict = check(model, tier="native", memory=int(gibibytes * 2**30), disk=Path(folder) / "states")
    found = verdict.statistics
    assert found is not None
    assert found.states == levels**cells, (found.states, levels**cells)
    assert found.generated == 1 + cells * (levels - 1) * levels ** (cells - 1)
    assert found.depth == cells * (levels - 1) + 1
    seconds = found.seconds_by_part.searching
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(
        f"{found.states:,} states, {found.generated:,} generated, depth {found.depth}: {seconds:.0f} s, "
        f"{found.states / seconds / 1e6:.2f} M states/s, {peak / 2**20:,.0f} MiB of memory at most"
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]), *map(float, sys.argv[3:4]))
