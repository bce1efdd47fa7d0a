"""The tiers of the search: generated Python, which starts at once, and machine code, which is many times faster.

Both give the same verdict, the same counts where the search is complete, and traces of the same length.  Where one
level shows several things to be wrong, a violation and an error of the spec perhaps, each may tell another of them.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Literal, TypeAlias

from checker.core.errors import UserError
from checker.core.model import Holds
from checker.core.structs import struct
from checker.engines.native.limits import NotNative
from checker.engines.prepare import Prepared
from checker.engines.processors import processors
from checker.engines.progress import Report, reports_later
from checker.engines.search import Handover, Limits, SearchResult
from checker.engines.symmetry.group import SymmetryGroup
from checker.engines.wanted import Wanted, search_for

Tier: TypeAlias = Literal["auto", "python", "native"]
"""`auto` begins in Python, and begins anew in machine code when the model turns out to be large.  One that is known to
be, or that is saved in a folder, is explored in machine code from the beginning."""

LARGE = 20_000
"""States from which any model counts as large."""
WORK = 80_000_000
"""One whose code is long counts as large from fewer states: from so many of them times instructions of Python, which
take about half a second."""


@struct(kw_only=True)
class Exploration:
    """What to explore, and how.

    `group` holds the symmetries to use, and `canonical` finds the representative of a state under them; None for all
    states.  `deadlock`: is a state without a successor a violation?  `start`: the states to begin in, where they are
    not the initial ones.  `workers` threads (None: one a processor) and `memory` bytes (None: three quarters of what
    is free) are for machine code; Python has one thread, and takes the memory that it needs.  `checkpoint` is a folder
    in which the search is saved from time to time, in machine code, and `resume` goes on with what is there.  `disk` is
    the folder for states that memory has no room for, where that is not the one of a checkpoint (None: one in the
    cache).  `wanted` says which counterexamples are, and `taken` whether their action was taken before the `start`.
    """

    prepared: Prepared
    group: SymmetryGroup | None
    canonical: Callable[[int], int] | None
    limits: Limits
    deadlock: bool
    report: Report | None
    start: Sequence[int] | None
    workers: int | None
    memory: int | None
    checkpoint: Path | None
    resume: bool
    disk: Path | None
    wanted: Wanted = Wanted()
    taken: bool = False


def explore(task: Exploration, tier: Tier) -> tuple[SearchResult[int], tuple[str, ...]]:
    """Explores in the tier that was asked for; the result, and notes for the reader of the verdict.

    Raises `UserError` C022 where there is no folder to resume from, C026 for a folder where there is no machine code,
    C027 for two of them, and others for one that cannot be used.
    """
    if task.resume and task.checkpoint is None:
        raise UserError("C022", "there is no checkpoint to resume from", help="name its folder: `checkpoint`")
    if task.checkpoint is not None and task.disk is not None:
        raise UserError(
            "C027", "the states of a run are kept in one folder, and two are named",
            help="leave `--disk` out: what memory has no room for goes into the folder of the checkpoint",
        )
    if not task.wanted.only_the_first:
        return _beyond_the_first(task, tier)
    if tier == "python":
        _check_no_folder(task, "this run is to stay in Python")
        return _in_python(task), ()
    if tier == "native" or task.checkpoint is not None or _is_known_to_be_large(task):
        return _in_machine_code_or_python(task)
    return _in_python_at_first(task)


def _in_python_at_first(task: Exploration) -> tuple[SearchResult[int], tuple[str, ...]]:
    """Machine code takes over when the model turns out to be large; where there is none, Python goes on."""
    started = perf_counter()
    found: list[SearchResult[int]] = []
    reasons: list[str] = []

    def take() -> bool:
        lost = perf_counter() - started
        try:
            result = _in_machine_code(replace(task, report=reports_later(task.report, lost)))
        except NotNative as error:
            _check_no_folder(task, error.reason)
            reasons.append(error.reason)
            return False
        found.append(replace(result, discarded_seconds=lost))
        return True

    begun = _in_python(task, Handover(_large(task), take))
    return (found[0] if found else begun), tuple(_explored_in_python(reason) for reason in reasons)


def _large(task: Exploration) -> int:
    """The number of states from which the model counts as large."""
    return min(LARGE, WORK // task.prepared.system.instructions)


def _in_machine_code_or_python(task: Exploration) -> tuple[SearchResult[int], tuple[str, ...]]:
    try:
        return _in_machine_code(task), ()
    except NotNative as error:
        _check_no_folder(task, error.reason)
        return _in_python(task), (_explored_in_python(error.reason),)


def _explored_in_python(reason: str) -> str:
    return f"explored in Python, not in machine code: {reason}"


def _beyond_the_first(task: Exploration, tier: Tier) -> tuple[SearchResult[int], tuple[str, ...]]:
    reason = "counterexamples other than the first are looked for in Python"
    _check_no_folder(task, reason)
    if tier == "native":
        raise UserError("C031", reason, help="leave out `--tier native`")
    result = _in_python(task)
    large = result.statistics.states > _large(task) and tier == "auto"
    return result, (_explored_in_python(reason),) if large else ()


def _is_known_to_be_large(task: Exploration) -> bool:
    """Does the model expect a large number of states, and is all of it to be explored?"""
    expected = task.prepared.model.expect
    if not isinstance(expected, Holds) or task.start is not None or task.limits != Limits():
        return False
    counts = (expected.orbits,) if task.group else (expected.states, expected.orbits)
    return any(count is not None and count > _large(task) for count in counts)


def _check_no_folder(task: Exploration, reason: str) -> None:
    if task.checkpoint is not None or task.disk is not None:
        raise UserError(
            "C026", f"only machine code keeps states in a folder: {reason}",
            help="leave out `--checkpoint`, `--resume` and `--disk`",
        )


def _in_python(task: Exploration, handover: Handover | None = None) -> SearchResult[int]:
    return search_for(
        task.wanted,
        task.prepared.system,
        canonical=task.canonical,
        limits=task.limits,
        deadlock=task.deadlock,
        report=task.report,
        start=task.start,
        taken=task.taken,
        handover=handover,
    )


def _in_machine_code(task: Exploration) -> SearchResult[int]:
    load_llvm()
    from checker.engines.native.start import search_in_machine_code  # here, since it takes a moment to load LLVM

    return search_in_machine_code(task, workers=task.workers or processors())


def load_llvm() -> None:
    """Raises `NotNative` where LLVM is not installed, or does not load: what runs then runs in Python, slowly."""
    try:
        importlib.import_module("llvmlite")  # by itself first, which tells whether it is there at all
        importlib.import_module("llvmlite.binding")
    except Exception as error:  # whatever another's package raises: a missing library, another system's one
        if isinstance(error, ModuleNotFoundError) and error.name == "llvmlite":
            raise NotNative("llvmlite is not installed") from None
        raise NotNative(f"llvmlite is installed and does not load ({type(error).__name__}: {error})") from None
