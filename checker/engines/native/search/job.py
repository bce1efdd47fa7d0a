"""What a native search is given."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from checker.core.structs import struct
from checker.engines.native.search.checkpoint import Checkpoint
from checker.engines.native.code.machine import Machine
from checker.engines.progress import Report
from checker.engines.search import Limits
from checker.engines.system import System


@struct(kw_only=True)
class Job:
    """What to search, and how.

    `machine` holds the functions of `explore`; `words` and `max_rows` are the size of a state and the most successors
    of one.  `system` and `canonical` are those of the Python tier: they are asked about single states.  `start` holds
    the states to begin in, None for the initial ones.  `memory` is the number of bytes that states and table may take.
    `checkpoint` is where states go when memory is used up.  Was that folder `named` by the user, or is it a place in
    the cache?  If `save` says so, the search is saved there from time to time, and if `resume` does, it goes on from
    there.
    """

    machine: Machine
    words: int
    max_rows: int
    system: System[int]
    canonical: Callable[[int], int] | None
    start: Sequence[int] | None
    workers: int
    memory: int
    limits: Limits
    report: Report | None
    checkpoint: Checkpoint
    named: bool
    save: bool
    resume: bool

    @property
    def witnesses(self) -> int:
        """How many witnesses are looked for."""
        return len(self.system.checked.witnesses)
