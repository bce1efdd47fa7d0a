"""`check`: from a model to a verdict."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter

from checker.core.model import Model
from checker.core.trace import Trace
from checker.core.verdict import Verdict
from checker.engines.asked import (
    check_name, check_report, check_tier, check_truth, folder, number_from_1, number_of_workers,
)
from checker.engines.expectation import judged
from checker.engines.symmetry.canonical import compile_canonical
from checker.engines.prepare import Prepared, prepare
from checker.engines.progress import Report
from checker.engines.retrace import Retraced, retrace
from checker.engines.search import Limits
from checker.engines.symmetry.group import SymmetryGroup
from checker.engines.tiers import Exploration, Tier, explore
from checker.engines.verdicts import Finished, verdict_of, verdict_without_replay

GIVEN = "the trace to go on from"


def check(
    model: Model,
    *,
    name: str = "",
    symmetry: bool | None = None,
    max_depth: int | None = None,
    max_states: int | None = None,
    report: Report | None = None,
    after: Trace | None = None,
    tier: Tier = "auto",
    workers: int | None = None,
    memory: int | None = None,
    checkpoint: str | Path | None = None,
    resume: bool = False,
    disk: str | Path | None = None,
) -> Verdict:
    """Explores every state of `model` and says what was established, and whether the model expects it.

    `name` is what the verdict calls the model.  `symmetry`: None for what the model says, which is by default every
    symmetry that is sound.  `max_depth` (states on a path) and `max_states` (about so many) bound the search, and the
    verdict then says so.  `report` is called about once a second.  `after` is a trace from whose last state the search
    goes on; the interpreter takes it again first.  `tier` is where to search; `workers` threads, `memory` bytes, the
    folder `checkpoint`, from which to `resume`, and the folder `disk` are for machine code (see `Exploration`).

    Raises `UserError` for a mistake in the spec, in the model or in what is asked for.  An error of the spec that is
    met at run time is a verdict, with the trace that leads to it.
    """
    started = perf_counter()
    check_name(name)
    check_truth("symmetry", symmetry, or_none=True)
    check_truth("resume", resume)
    check_report(report)
    check_tier(tier)
    limits = Limits(number_from_1("max_depth", max_depth), number_from_1("max_states", max_states))
    prepared = prepare(model)
    before = Retraced((), assumed=False) if after is None else retrace(prepared.interpreter, after, GIVEN)
    group, notes = _symmetries(prepared, model.symmetry if symmetry is None else symmetry)
    canonical = compile_canonical(group, prepared.layout) if group else None
    result, more_notes = explore(
        Exploration(
            prepared=prepared,
            group=group,
            canonical=canonical,
            limits=limits,
            deadlock=bool(model.deadlock),
            report=report,
            start=[prepared.system.pack(before.steps[-1].state)] if before.steps else None,
            workers=number_of_workers(workers),
            memory=number_from_1("memory", memory),
            checkpoint=folder("checkpoint", checkpoint),
            resume=resume,
            disk=folder("disk", disk),
        ),
        tier,
    )
    notes = (*notes, *more_notes)
    run = Finished(
        prepared=prepared, result=result, name=name, started=started, canonical=canonical, before=before.steps,
        assumed=before.assumed, notes=notes,
    )
    try:
        verdict = verdict_of(run)
    except KeyboardInterrupt:
        return verdict_without_replay(run)
    return judged(model, verdict) if after is None else verdict


def _symmetries(prepared: Prepared, wanted: bool | None) -> tuple[SymmetryGroup | None, tuple[str, ...]]:
    """The symmetries to use, or None and the reason where none are used."""
    if wanted is False:
        return None, ("symmetry is switched off",)
    group = prepared.group
    return None if group.trivial else group, group.notes

