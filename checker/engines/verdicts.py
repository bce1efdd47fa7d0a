"""From the result of a search to a verdict: what was established, in words, with every trace replayed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from time import perf_counter

from checker.core import interruption, ir
from checker.core.structs import struct
from checker.core.trace import Step, Trace, TraceKind
from checker.core.values import State
from checker.core.verdict import DEADLOCK, Outcome, PropertyResult, Statistics, Verdict
from checker.engines.prepare import Prepared
from checker.engines.replay import confirm_deadlock, confirm_violation, confirm_witness, find_error, replay
from checker.engines.search import End, SearchResult
from checker.engines.timing import with_times
from checker.frontend.lint import disjoint_quorums


@struct(kw_only=True)
class Finished:
    """A search that has ended, with what it searched.

    `name` is that of the model, `started` is when the run did, by `perf_counter`, `trace_kind` says what a trace to a
    violation is called, `canonical` finds the representative of an orbit, `before` leads to the state in which the
    search began where that is no initial state, and it is only `assumed` that this trace begins in a state that can be
    reached; `notes` were made before the search.
    """

    prepared: Prepared
    result: SearchResult[int]
    name: str
    started: float
    trace_kind: TraceKind = "counterexample"
    canonical: Callable[[int], int] | None = None
    before: tuple[Step, ...] = ()
    assumed: bool = False
    notes: tuple[str, ...] = ()


def verdict_of(run: Finished) -> Verdict:
    """What `run` established.  Raises `Disagreement` where the interpreter does not confirm it."""
    searched = perf_counter()
    verdict = _verdict_of_search(run)
    times = with_times(run.result.statistics, run.result, started=run.started, searched=searched)
    verdict = replace(verdict, statistics=times)
    return _if_reachable(verdict) if run.assumed else verdict


def _if_reachable(verdict: Verdict) -> Verdict:
    """The verdict of a search that began in a state that may be unreachable: what it met need not exist."""
    outcome, message, trace = verdict.outcome, verdict.message, verdict.trace
    if outcome in (Outcome.VIOLATED, Outcome.ERROR):
        outcome = Outcome.UNKNOWN
        message = f"from a state that may be unreachable, so this is no counterexample: {message}"
    return replace(
        verdict,
        outcome=outcome,
        message=message,
        properties=tuple(map(_result_if_reachable, verdict.properties)),
        trace=trace and replace(trace, kind="counterexample to induction"),
        witnesses={},
        notes=(
            "the trace to go on from is a counterexample to induction: its first state may be unreachable, and then so "
            "is what was found from there",
            *verdict.notes,
        ),
    )


def _result_if_reachable(result: PropertyResult) -> PropertyResult:
    if result.outcome in (Outcome.VIOLATED, Outcome.REACHED):
        return replace(
            result, outcome=Outcome.UNKNOWN, detail=f"{result.outcome.value} from a state that may be unreachable"
        )
    return result


def _verdict_of_search(run: Finished) -> Verdict:
    match run.result.end:
        case End.INVARIANT | End.STEP_INVARIANT | End.DEADLOCK:
            return _violated(run)
        case End.SPEC_ERROR:
            return _error(run)
        case End.COMPLETE:
            return _from_there(run) if run.before else _complete(run)
        case End.DEPTH_LIMIT:
            return _from_there(run) if run.before else _to_depth(run)
        case End.WALKED:
            return _walked(run)
        case End.STATE_LIMIT | End.STOPPED | End.OUT_OF_MEMORY | End.DISK_FULL | End.NOT_WRITTEN:
            return _interrupted(run)


def _complete(run: Finished) -> Verdict:
    statistics = run.result.statistics
    missed = [f"`{entry.name}`" for entry in _missed_witnesses(run)]
    explored = f"in all {_states(statistics)}"
    checked = run.prepared.checked
    if statistics.states == 0:
        return _without_states(run)
    if missed:
        message = f"never true {explored}: {', '.join(missed)}"
        return _verdict(run, Outcome.NOT_REACHED, message, Outcome.HOLDS)
    if not (checked.invariants or checked.step_invariants or run.prepared.model.deadlock):
        return _verdict(run, Outcome.HOLDS, f"explored {explored[3:]}; no invariant was checked", Outcome.HOLDS)
    kept = "every invariant holds" if checked.invariants or checked.step_invariants else "there is no deadlock"
    return _verdict(run, Outcome.HOLDS, f"{kept} {explored}", Outcome.HOLDS)


def _without_states(run: Finished) -> Verdict:
    if not run.result.statistics.outside_initial:
        message = "there is no initial state: nothing was checked"
    elif run.before:
        message = f"the trace to go on from ends outside of {_constraints(run)}: nothing was explored"
    else:
        message = f"there is no initial state inside of {_constraints(run)}: nothing was explored"
    return _verdict(run, Outcome.ERROR, message, Outcome.UNKNOWN)


def _to_depth(run: Finished) -> Verdict:
    statistics = run.result.statistics
    message = (
        f"nothing is violated on a path of up to {statistics.depth} states; "
        f"{statistics.queue:,} of {_states(statistics)} were not expanded"
    )
    return _verdict(run, Outcome.HOLDS_TO_DEPTH, message, Outcome.HOLDS_TO_DEPTH)


def _from_there(run: Finished) -> Verdict:
    """A search that began in the middle says nothing of the model as a whole, even where it was complete."""
    statistics = run.result.statistics
    if statistics.states == 0:
        return _without_states(run)
    queue = f"; {statistics.queue:,} of them were not expanded" if statistics.queue else ""
    message = f"nothing is violated in {_states(statistics)} found from the end of the trace on{queue}"
    return _verdict(run, Outcome.NOT_VIOLATED, message, Outcome.NOT_VIOLATED)


def _walked(run: Finished) -> Verdict:
    statistics = run.result.statistics
    if statistics.states == 0:
        return _without_states(run)
    message = f"nothing is violated on {_walks(statistics)}"
    return _verdict(run, Outcome.NOT_VIOLATED, message, Outcome.NOT_VIOLATED)


_REASONS = {
    End.STATE_LIMIT: "the limit of states was reached",
    End.STOPPED: "stopped by hand",
    End.OUT_OF_MEMORY: "out of memory",
    End.DISK_FULL: "the disk is full",
    End.NOT_WRITTEN: "the states could not be written to disk",
}


def _interrupted(run: Finished) -> Verdict:
    statistics = run.result.statistics
    queue = f", {statistics.queue:,} of them not expanded" if statistics.queue else ""
    reason = _REASONS[run.result.end]
    found = f"{_states(statistics)} found{queue}" if statistics.walks is None else _walks(statistics)
    message = f"{reason}: {found}; no violation was met"
    return _verdict(run, Outcome.INTERRUPTED, message, Outcome.UNKNOWN)


def verdict_without_replay(run: Finished) -> Verdict:
    """What can be said where Ctrl-C came while the traces were taken again: they are not shown, and nothing was."""
    interruption.take()
    result = replace(run.result, end=End.STOPPED, path=(), violated=0, witnesses={})
    found = _states(result.statistics) if result.statistics.walks is None else _walks(result.statistics)
    message = f"{_REASONS[End.STOPPED]} before the traces that were found could be confirmed: {found}"
    verdict = _verdict(replace(run, result=result), Outcome.INTERRUPTED, message, Outcome.UNKNOWN)
    times = with_times(run.result.statistics, run.result, started=run.started, searched=perf_counter())
    return replace(verdict, statistics=times)


def _violated(run: Finished) -> Verdict:
    interpreter = run.prepared.interpreter
    violated = violated_properties(run)

    def violates(here: State, after: State) -> bool:
        return not any(interpreter.holds(entry, here, after) for entry in violated)

    steps = _replayed(run, run.result.path, violates if run.result.end is End.STEP_INVARIANT else None)
    confirm_violation(interpreter, violated, steps)
    if run.result.end is End.DEADLOCK:
        confirm_deadlock(interpreter, steps[-1].state)
        shows, message = DEADLOCK, f"a deadlock: no step is possible after {_steps(len(steps) - 1)}"
    else:
        shows = violated[0].name
        message = f"`{shows}` is violated after {_steps(len(steps) - 1)}"
    trace = _trace(run, run.trace_kind, shows, steps)
    return _verdict(run, Outcome.VIOLATED, message, Outcome.UNKNOWN, trace, violated)


def violated_properties(run: Finished) -> tuple[ir.Property, ...]:
    """The properties that are false at the end of the path."""
    checked, result = run.prepared.checked, run.result
    entries = checked.step_invariants if result.end is End.STEP_INVARIANT else checked.invariants
    return tuple(entry for bit, entry in enumerate(entries) if result.violated >> bit & 1)


def _error(run: Finished) -> Verdict:
    prepared = run.prepared
    known = _replayed(run, run.result.path) if run.result.path else run.before
    error, steps = find_error(prepared.interpreter, prepared.checked, known, run.result.witnesses)
    trace = _trace(run, "error", None, steps) if steps else None
    return _verdict(run, Outcome.ERROR, error.render(), Outcome.UNKNOWN, trace)


def _verdict(
    run: Finished,
    outcome: Outcome,
    message: str,
    others: Outcome,
    trace: Trace | None = None,
    violated: tuple[ir.Property, ...] = (),
) -> Verdict:
    """The verdict, where invariants that are not `violated` have the outcome `others`."""
    checked = run.prepared.checked
    results = [
        PropertyResult(entry.kind, entry.name, Outcome.VIOLATED)
        if entry in violated
        else PropertyResult(entry.kind, entry.name, others, _vacuous(run, entry) if others is Outcome.HOLDS else "")
        for entry in (*checked.invariants, *checked.step_invariants)
    ]
    if run.prepared.model.deadlock:
        found = Outcome.VIOLATED if run.result.end is End.DEADLOCK else others
        results.append(PropertyResult("deadlock", DEADLOCK, found))
    results += [_witness_result(run, bit, entry) for bit, entry in _witnesses(run)]
    return Verdict(
        outcome=outcome,
        spec=run.prepared.spec.name,
        model=run.name,
        message=message,
        properties=tuple(results),
        statistics=run.result.statistics,
        parameters=run.prepared.parameters,
        trace=trace,
        witnesses=_witness_traces(run),
        notes=(*run.notes, *run.result.notes, *_notes(run)),
    )


def _witnesses(run: Finished) -> Iterator[tuple[int, ir.Property]]:
    """The witnesses that the spec declares, each with its bit."""
    added = {case for cases in run.prepared.antecedents.values() for case in cases}
    for bit, entry in enumerate(run.prepared.checked.witnesses):
        if entry not in added:
            yield bit, entry


def _missed_witnesses(run: Finished) -> list[ir.Property]:
    return [entry for bit, entry in _witnesses(run) if bit not in run.result.witnesses]


def _witness_result(run: Finished, bit: int, witness: ir.Property) -> PropertyResult:
    if bit in run.result.witnesses:
        return PropertyResult("witness", witness.name, Outcome.REACHED)
    complete = run.result.end is End.COMPLETE and run.result.statistics.states > 0 and not run.before
    return PropertyResult("witness", witness.name, Outcome.NOT_REACHED if complete else Outcome.UNKNOWN)


def _witness_traces(run: Finished) -> dict[str, Trace]:
    traces: dict[str, Trace] = {}
    for bit, witness in _witnesses(run):
        if bit in run.result.witnesses:
            steps = _replayed(run, run.result.witnesses[bit])
            confirm_witness(run.prepared.interpreter, witness, steps[-1].state)
            traces[witness.name] = _trace(run, "witness", witness.name, steps)
    return traces


def _vacuous(run: Finished, invariant: ir.Property) -> str:
    """What to say of an invariant that holds because no case of it ever came up."""
    cases = run.prepared.antecedents.get(invariant.name, ())
    bits = {entry: bit for bit, entry in enumerate(run.prepared.checked.witnesses)}
    never = [case for case in cases if bits[case] not in run.result.witnesses]
    if not never:
        return ""
    statistics = run.result.statistics
    where = " inside of the constraint" if statistics.outside_constraint or statistics.outside_initial else ""
    if len(never) == len(cases):
        return f"its antecedent was never true{where}"
    return f"an antecedent in it was never true{where}: " + ", ".join(str(case.span) for case in never)


def _notes(run: Finished) -> Iterator[str]:
    """What a careful reader should know besides."""
    statistics = run.result.statistics
    yield from map(str, run.prepared.spec.warnings)
    yield from disjoint_quorums(run.prepared.spec, run.prepared.instance)
    if run.result.saved:
        yield f"saved: go on with `--resume {run.result.saved}`"
    actions = statistics.actions.items()
    cut = [f"`{name}` {action.cut:,}" for name, action in actions if action.cut]
    if cut:
        was = "was" if statistics.cut == 1 else "were"
        yield f"{_steps(statistics.cut)} would leave the model's bounds and {was} cut: {', '.join(cut)}"
    only_cut = [f"`{name}`" for name, action in actions if action.cut and not action.generated]
    if only_cut:
        yield f"never taken, since every step was cut: {', '.join(only_cut)}"
    never = [f"`{name}`" for name, action in actions if not action.generated and not action.cut]
    if never and not run.before and run.result.end in (End.COMPLETE, End.DEPTH_LIMIT):
        limited = " up to this depth" if run.result.end is End.DEPTH_LIMIT else ""
        yield f"never enabled{limited}: {', '.join(never)}"
    if statistics.outside_initial:
        initial = statistics.outside_initial
        lie = "initial state lies" if initial == 1 else "initial states lie"
        yield f"{initial:,} {lie} outside of {_constraints(run)}: checked, but nothing is known of what follows"
    if statistics.outside_constraint:
        outside = f"{_steps(statistics.outside_constraint)} led outside of {_constraints(run)}"
        yield f"{outside}: checked, but nothing is known of what follows"
    if statistics.terminal and run.result.end is End.COMPLETE:
        have = "state has" if statistics.terminal == 1 else "states have"
        ended = ", perhaps only since steps were cut" if cut else ""
        yield f"{statistics.terminal:,} {have} no successor{ended}"


def _constraints(run: Finished) -> str:
    names = [f"`{entry.name}`" for entry in run.prepared.checked.constraints]
    return ("the constraint " if len(names) == 1 else "the constraints ") + ", ".join(names)


def _replayed(
    run: Finished, path: tuple[int, ...], last_step: Callable[[State, State], bool] | None = None
) -> tuple[Step, ...]:
    prepared = run.prepared
    return replay(
        prepared.interpreter, prepared.system, path, canonical=run.canonical, before=run.before, last_step=last_step
    )


def _trace(run: Finished, kind: TraceKind, shows: str | None, steps: tuple[Step, ...]) -> Trace:
    return Trace(kind, run.prepared.spec.name, run.name, shows, steps)


def _steps(number: int) -> str:
    return f"{number:,} step" + ("" if number == 1 else "s")


def _walks(statistics: Statistics) -> str:
    walks = f"{statistics.walks:,} random walk" + ("" if statistics.walks == 1 else "s")
    return f"{walks}, passing {statistics.states:,} states, repetitions included"


def _states(statistics: Statistics) -> str:
    return f"{statistics.states:,} states" + (" (counted up to symmetry)" if statistics.orbits else "")
