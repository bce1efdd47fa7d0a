"""What a long run reports while it works."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Progress:
    """A search as it stands.

    `states`: distinct states found.  `generated`: states generated, repetitions included.  `rate`: states generated a
    second, since the last report.  `depth`: states on the paths that are being extended.  `queue`: states found but
    not expanded.  `memory`: bytes that the process occupies, 0 where that is not known.  `seconds`: since the start.
    `fullness`: the part that the states take of the memory that is set aside for them, 0 where none is; `disk`: bytes
    that they take on disk.
    `walks`: how many random walks were begun, None for a search.  After walks `states` counts those that were passed,
    repetitions included, and `depth` is that of the longest walk.
    """

    states: int
    generated: int
    rate: float
    depth: int
    queue: int
    memory: int
    seconds: float
    fullness: float = 0.0
    disk: int = 0
    walks: int | None = None


Report: TypeAlias = Callable[[Progress], None]


def reports_later(report: Report | None, seconds: float) -> Report | None:
    """`report` for what begins so many seconds after the start."""
    if report is None:
        return None
    return lambda progress: report(replace(progress, seconds=progress.seconds + seconds))


def resident_memory() -> int:
    """Bytes of memory that this process occupies now; its peak on macOS; 0 where the system does not say."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        pass
    try:
        import resource
    except ImportError:  # Windows
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
