"""Random walks: a quick look at a model that is too large to explore.

They can find a violation, and they never show that there is none.  The same seed gives the same walks, in Python and in
machine code and with any number of threads.
"""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter

from checker.core import interruption
from checker.core.given import whole_number
from checker.core.model import Model
from checker.core.verdict import Verdict
from checker.engines.asked import check_name, check_report, check_tier, number_of_workers, required_from_1, wrong
from checker.engines.native.limits import NotNative
from checker.engines.finished import Finished
from checker.engines.prepare import prepare
from checker.engines.progress import Report, reports_later
from checker.engines.search import End, SearchResult
from checker.engines.processors import processors
from checker.engines.tiers import Tier, load_llvm
from checker.engines.verdicts import verdict_of, verdict_without_replay
from checker.engines.walks import Walks, walk_in_python

MANY = 10_000
"""States on walks up to which they are left to Python, which takes a second or a few for them."""


def simulate(
    model: Model,
    *,
    name: str = "",
    walks: int = 100,
    depth: int = 100,
    seed: int = 0,
    report: Report | None = None,
    tier: Tier = "auto",
    workers: int | None = None,
) -> Verdict:
    """Takes `walks` random walks of at most `depth` states each, and checks every state and step on them.

    Each step is drawn with equal chances from all enabled ones that do not lead out of the constraint; those that do
    are checked, and what they lead to, so a trace can be longer by that state.  A walk ends early in a state without a
    successor inside the constraint.

    `name` is what the verdict calls the model.  `report` is called about once a second.  `tier` is where to walk, and
    `workers` is the number of threads of machine code (None: one a processor).
    The verdict is that nothing was violated in what was simulated, or a violation with its trace, which need not be a
    shortest one.  Raises `UserError` for a mistake in the spec, in the model or in what is asked for.
    """
    started = perf_counter()
    check_name(name)
    check_report(report)
    check_tier(tier)
    workers = number_of_workers(workers)
    number, depth, seeded = required_from_1("walks", walks), required_from_1("depth", depth), whole_number(seed)
    if seeded is None:
        wrong("seed", seed, "give a whole number")
    prepared = prepare(model, vacuity=False)
    deadlock = bool(model.deadlock)
    task = Walks(prepared=prepared, deadlock=deadlock, number=number, depth=depth, seed=seeded, report=report)
    result, notes = _walk(task, tier, workers)
    run = Finished(
        prepared=prepared, result=result, name=name, started=started, trace_kind="simulation", notes=notes
    )
    try:
        return verdict_of(run)
    except KeyboardInterrupt:
        return verdict_without_replay(run)


def _walk(task: Walks, tier: Tier, workers: int | None) -> tuple[SearchResult[int], tuple[str, ...]]:
    """Walks in the tier that was asked for; the result, and notes for the reader of the verdict.

    `auto` takes the first walks in Python, and begins anew in machine code where there are many more.
    """
    if tier == "python":
        return walk_in_python(task), ()
    if tier == "native":
        return _in_machine_code_or_python(task, workers)
    few = min(task.number, MANY // max(1, task.depth))
    begun = walk_in_python(replace(task, number=few))
    if few == task.number or begun.end is not End.WALKED:
        return begun, ()
    lost = begun.statistics.seconds_by_part.searching
    try:
        result, notes = _in_machine_code_or_python(replace(task, report=reports_later(task.report, lost)), workers)
    except KeyboardInterrupt:
        interruption.take()  # what Python walked is walked all the same
        return replace(begun, end=End.STOPPED), ()
    return replace(result, discarded_seconds=lost), notes


def _in_machine_code_or_python(task: Walks, workers: int | None) -> tuple[SearchResult[int], tuple[str, ...]]:
    try:
        return _in_machine_code(task, workers), ()
    except NotNative as error:
        return walk_in_python(task), (f"walked in Python, not in machine code: {error.reason}",)


def _in_machine_code(task: Walks, workers: int | None) -> SearchResult[int]:
    load_llvm()
    from checker.engines.native.search.walking import walk_in_machine_code  # here: LLVM takes a moment to load

    return walk_in_machine_code(task, workers=workers or processors())
