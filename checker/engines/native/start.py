"""From a prepared model to a native search: kernels, symmetry and search in one module, compiled or from the cache."""

from __future__ import annotations

# pyright: basic
from collections.abc import Mapping
from dataclasses import replace
from secrets import token_hex
from typing import TYPE_CHECKING

from checker.engines.cache import cache_folder, digest, trusted_folder
from checker.engines.native.code.builder import Module
from checker.engines.native.search import leftovers
from checker.engines.native.search.checkpoint import Checkpoint
from checker.engines.native.loops.explore import build_search
from checker.engines.native.search.job import Job
from checker.engines.native.code.machine import Machine, compile_module
from checker.engines.native.search.memory import free_memory
from checker.engines.native.loops.program import Program
from checker.engines.native.search.search import native_search
from checker.engines.search import SearchResult
from checker.frontend.lower import lower

if TYPE_CHECKING:
    from checker.engines.tiers import Exploration

MEMORY_SHARE = 0.75
"""The part of the free memory that a search may take where nothing else is said."""


def search_in_machine_code(task: Exploration, *, workers: int) -> SearchResult[int]:
    """Explores with this many threads.  Raises `NotNative` where the model cannot be compiled."""
    machine = compile_model(task, workers=workers)
    named = task.checkpoint or task.disk
    searches = cache_folder() / "searches"
    cleared = leftovers.clear(searches) if trusted_folder(cache_folder()) else 0
    folder = named or searches / f"{task.prepared.spec.name[:40]}-{token_hex(4)}"
    key = digest(made_from(task), repr(task.start))
    result = native_search(Job(
        machine=machine,
        words=task.prepared.layout.words,
        max_rows=machine.facts["max_rows"],
        system=task.prepared.system,
        canonical=task.canonical,
        start=task.start,
        workers=workers,
        memory=int(free_memory() * MEMORY_SHARE) if task.memory is None else task.memory,
        limits=task.limits,
        report=task.report,
        checkpoint=Checkpoint(folder, key, task.prepared.layout.words),
        named=named is not None,
        save=task.checkpoint is not None,
        resume=task.resume,
    ))
    if not cleared:
        return result
    runs = "a run that was killed" if cleared == 1 else f"{cleared} runs that were killed"
    return replace(result, notes=(*result.notes, f"removed from the cache: the states of {runs}"))


def compile_model(task: Exploration, *, workers: int) -> Machine:
    """The functions of the search for this model, and for so many threads.  Raises `NotNative`."""
    threads = workers > 1

    def build() -> tuple[Module, Mapping[str, int]]:
        program = Program.of(task.prepared, deadlock=task.deadlock, group=task.group, threads=threads)
        build_search(program)
        return program.module, {"max_rows": program.kernels.max_rows}

    return compile_module(build, f"{made_from(task)} {threads}")


def made_from(task: Exploration) -> str:
    """Everything in the task that the machine code depends on, but for the number of threads."""
    prepared = task.prepared
    group = None if task.group is None else (task.group.renamings, task.group.blocks, task.group.local)
    return repr((
        lower(prepared.spec), prepared.instance, prepared.layout.places, prepared.checked, group, task.deadlock
    ))
