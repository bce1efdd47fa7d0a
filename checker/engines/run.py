"""`check`: from a model to a verdict."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter

from checker.core.model import Model
from checker.core.trace import Trace
from checker.core.verdict import Verdict
from checker.engines.asked import (
    check_action, check_name, check_report, check_tier, check_truth, folder, number_from_1, number_of_workers,
    required_from_1,
)
from checker.engines.expectation import judged
from checker.engines.finished import Finished
from checker.engines.symmetry.canonical import compile_canonical
from checker.engines.prepare import Prepared, prepare
from checker.engines.progress import Report
from checker.engines.retrace import Retraced, retrace
from checker.engines.search import End, Limits
from checker.engines.symmetry.group import SymmetryGroup
from checker.engines.tiers import Exploration, Tier, explore
from checker.engines.verdicts import verdict_of, verdict_without_replay
from checker.engines.wanted import Wanted

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
    all_violations: bool = False,
    count: int = 1,
    via: str | None = None,
) -> Verdict:
    """Explores every state of `model` and says what was established, and whether the model expects it.

    `name` is what the verdict calls the model.  `symmetry`: None for what the model says, which is by default every
    symmetry that is sound.  `max_depth` (states on a path) and `max_states` (about so many) bound the search, and the
    verdict then says so.  `report` is called about once a second.  `after` is a trace from whose last state the search
    goes on; the interpreter takes it again first.  `tier` is where to search; `workers` threads, `memory` bytes, the
    folder `checkpoint`, from which to `resume`, and the folder `disk` are for machine code (see `Exploration`).
    `all_violations`, `count` and `via` say which counterexamples are wanted, where it is not the first (see `Wanted`).

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
    check_truth("all_violations", all_violations)
    wanted = Wanted(all_violations, required_from_1("count", count), via)
    prepared = prepare(model)
    check_action(prepared.spec, via)
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
            wanted=wanted,
            taken=any(step.label.action == via for step in before.steps),
        ),
        tier,
    )
    notes = (*notes, *more_notes)
    run = Finished(
        prepared=prepared, result=result, name=name, started=started, canonical=canonical, wanted=wanted,
        before=before.steps, assumed=before.assumed, notes=notes,
    )
    try:
        verdict = verdict_of(run)
    except KeyboardInterrupt:
        return verdict_without_replay(run)
    return judged(model, verdict) if _is_whole(run) else verdict


def _is_whole(run: Finished) -> bool:
    """Is it the run that the model expects something of, as far as it went?"""
    cut_short = run.wanted.all_violations and run.result.end is not End.COMPLETE
    return not run.before and run.wanted.via is None and not cut_short


def _symmetries(prepared: Prepared, wanted: bool | None) -> tuple[SymmetryGroup | None, tuple[str, ...]]:
    """The symmetries to use, or None and the reason where none are used."""
    if wanted is False:
        return None, ("symmetry is switched off",)
    group = prepared.group
    return None if group.trivial else group, group.notes

