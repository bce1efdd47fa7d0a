"""From the result of a search to a verdict: what was established, in words, with every trace replayed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from time import perf_counter

from checker.core import interruption, ir
from checker.core.errors import UserError
from checker.core.trace import Step, Trace
from checker.core.verdict import DEADLOCK, Outcome, PropertyResult, Verdict
from checker.engines.axioms import filtered, listed, without_initial_state
from checker.engines.finished import (
    REASONS, Finished, count_of_states, count_of_steps, count_of_walks, replayed, trace_of,
)
from checker.engines.replay import confirm_witness, find_error
from checker.engines.search import End
from checker.engines.timing import with_times
from checker.engines.violations import (
    Wrong, all_found, message_of, notes_of, outcome_of, outcome_of_others, the_first,
)
from checker.frontend.lint import disjoint_quorums


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
    if outcome in (Outcome.VIOLATED, Outcome.ERROR, Outcome.NOT_REACHED):
        outcome = Outcome.UNKNOWN
        message = f"from a state that may be unreachable, so this is no counterexample: {message}"
    return replace(
        verdict,
        outcome=outcome,
        message=message,
        properties=tuple(map(_result_if_reachable, verdict.properties)),
        trace=trace and replace(trace, kind="counterexample to induction"),
        counterexamples={
            name: tuple(replace(entry, kind="counterexample to induction") for entry in traces)
            for name, traces in verdict.counterexamples.items()
        },
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
    if run.result.violations or run.result.others:
        return _violated(run, all_found(run))
    match run.result.end:
        case End.INVARIANT | End.STEP_INVARIANT | End.DEADLOCK:
            return _violated(run, the_first(run))
        case End.SPEC_ERROR:
            return _error(run)
        case End.COMPLETE | End.COMPLETE_BUT_BEYOND:
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
    explored = f"in all {count_of_states(statistics)}"
    checked = run.prepared.checked
    if statistics.states == 0:
        return _withoutcount_of_states(run)
    if missed:
        message = f"never true {explored}: {', '.join(missed)}"
        return _verdict(run, Outcome.NOT_REACHED, message, Outcome.HOLDS)
    if not (checked.invariants or checked.step_invariants or run.prepared.model.deadlock):
        return _verdict(run, Outcome.HOLDS, f"explored {explored[3:]}; no invariant was checked", Outcome.HOLDS)
    kept = "every invariant holds" if checked.invariants or checked.step_invariants else "there is no deadlock"
    return _verdict(run, Outcome.HOLDS, f"{kept} {explored}", Outcome.HOLDS)


def _withoutcount_of_states(run: Finished) -> Verdict:
    if not run.result.statistics.outside_initial:
        because = without_initial_state(run.prepared)
        message = f"there is no initial state{', since ' if because else ''}{because}: nothing was checked"
    elif run.before:
        message = f"the trace to go on from ends outside of {_constraints(run)}: nothing was explored"
    else:
        message = f"there is no initial state inside of {_constraints(run)}: nothing was explored"
    return _verdict(run, Outcome.ERROR, message, Outcome.UNKNOWN)


def _to_depth(run: Finished) -> Verdict:
    statistics = run.result.statistics
    message = (
        f"nothing is violated on a path of up to {statistics.depth} states; "
        f"{statistics.queue:,} of {count_of_states(statistics)} were not expanded"
    )
    return _verdict(run, Outcome.HOLDS_TO_DEPTH, message + _left_open(run), Outcome.HOLDS_TO_DEPTH)


def _from_there(run: Finished) -> Verdict:
    """A search that began in the middle says nothing of the model as a whole, even where it was complete."""
    statistics = run.result.statistics
    if statistics.states == 0:
        return _withoutcount_of_states(run)
    queue = f"; {statistics.queue:,} of them were not expanded" if statistics.queue else ""
    message = f"nothing is violated in {count_of_states(statistics)} found from the end of the trace on{queue}"
    return _verdict(run, Outcome.NOT_VIOLATED, message + _left_open(run), Outcome.NOT_VIOLATED)


def _walked(run: Finished) -> Verdict:
    statistics = run.result.statistics
    if statistics.states == 0:
        return _withoutcount_of_states(run)
    message = f"nothing is violated on {count_of_walks(statistics)}"
    return _verdict(run, Outcome.NOT_VIOLATED, message + _left_open(run), Outcome.NOT_VIOLATED)


def _left_open(run: Finished) -> str:
    """The end of a message: which witnesses were not met, of which nothing is known where not every state was seen."""
    missed = ", ".join(f"`{entry.name}`" for entry in _missed_witnesses(run))
    return f"; left open: whether {missed} can be reached" if missed else ""


def _interrupted(run: Finished) -> Verdict:
    statistics = run.result.statistics
    queue = f", {statistics.queue:,} of them not expanded" if statistics.queue else ""
    reason = REASONS[run.result.end]
    found = f"{count_of_states(statistics)} found{queue}" if statistics.walks is None else count_of_walks(statistics)
    message = f"{reason}: {found}; no violation was met"
    return _verdict(run, Outcome.INTERRUPTED, message, Outcome.UNKNOWN)


def verdict_without_replay(run: Finished) -> Verdict:
    """What can be said where Ctrl-C came while the traces were taken again: they are not shown, and nothing was."""
    interruption.take()
    result = replace(
        run.result, end=End.STOPPED, path=(), violated=0, violations=(), others=(), witnesses={}
    )
    found = count_of_states(result.statistics) if result.statistics.walks is None else count_of_walks(result.statistics)
    message = f"{REASONS[End.STOPPED]} before the traces that were found could be confirmed: {found}"
    verdict = _verdict(replace(run, result=result), Outcome.INTERRUPTED, message, Outcome.UNKNOWN)
    times = with_times(run.result.statistics, run.result, started=run.started, searched=perf_counter())
    return replace(verdict, statistics=times)


def _violated(run: Finished, wrong: Wrong) -> Verdict:
    verdict = _verdict(run, outcome_of(run, wrong), message_of(run, wrong), outcome_of_others(run), wrong=wrong)
    if run.result.end is not End.SPEC_ERROR:
        return verdict
    error, steps = _met_error(run)
    trace = verdict.trace or (trace_of(run, "error", None, steps) if steps else None)
    place = f"{error.span}: " if error.span else ""
    return replace(verdict, trace=trace, notes=(*verdict.notes, f"{place}{error.message}"))


def _met_error(run: Finished) -> tuple[UserError, tuple[Step, ...]]:
    """The error of the spec that the search met, and the trace up to it."""
    prepared = run.prepared
    known = replayed(run, run.result.path) if run.result.path else run.before
    return find_error(
        prepared.interpreter, prepared.checked, known, run.result.witnesses, beyond=run.wanted.all_violations
    )


def _error(run: Finished) -> Verdict:
    error, steps = _met_error(run)
    trace = trace_of(run, "error", None, steps) if steps else None
    return _verdict(run, Outcome.ERROR, error.render(), Outcome.UNKNOWN, trace)


def _verdict(
    run: Finished,
    outcome: Outcome,
    message: str,
    others: Outcome,
    trace: Trace | None = None,
    wrong: Wrong = Wrong({}, {}),  # noqa: B008 - nothing changes it
) -> Verdict:
    """The verdict, where invariants with which nothing is `wrong` have the outcome `others`."""
    checked = run.prepared.checked
    results = [
        PropertyResult(entry.kind, entry.name, Outcome.VIOLATED, wrong.names[entry.name])
        if entry.name in wrong.names
        else PropertyResult(entry.kind, entry.name, others, _vacuous(run, entry) if others is Outcome.HOLDS else "")
        for entry in (*checked.invariants, *checked.step_invariants)
    ]
    if run.prepared.model.deadlock:
        found = Outcome.VIOLATED if DEADLOCK in wrong.names else others
        results.append(PropertyResult("deadlock", DEADLOCK, found, wrong.names.get(DEADLOCK, "")))
    results += [_witness_result(run, bit, entry) for bit, entry in _witnesses(run)]
    return Verdict(
        outcome=outcome,
        spec=run.prepared.spec.name,
        model=run.name,
        message=message,
        properties=tuple(results),
        statistics=run.result.statistics,
        parameters=run.prepared.parameters,
        trace=next((traces[0] for traces in wrong.traces.values()), trace),
        counterexamples=wrong.traces,
        witnesses=_witness_traces(run),
        notes=(*run.notes, *run.result.notes, *notes_of(run, wrong), *_notes(run)),
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
            steps = replayed(run, run.result.witnesses[bit])
            confirm_witness(run.prepared.interpreter, witness, steps[-1].state)
            traces[witness.name] = trace_of(run, "witness", witness.name, steps)
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
    if run.prepared.instance.fixed:
        yield f"the model fixes {', '.join(f'`{name}`' for name in run.prepared.instance.fixed)}"
    if not run.before and (initial := filtered(run.prepared, _beginnings(run))) is not None:
        yield initial
    if run.result.saved:
        yield f"saved: go on with `--resume {run.result.saved}`"
    actions = statistics.actions.items()
    cut = [f"`{name}` {action.cut:,}" for name, action in actions if action.cut]
    if cut:
        was = "was" if statistics.cut == 1 else "were"
        yield f"{count_of_steps(statistics.cut)} would leave the model's bounds and {was} cut: {', '.join(cut)}"
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
        outside = f"{count_of_steps(statistics.outside_constraint)} led outside of {_constraints(run)}"
        yield f"{outside}: checked, but nothing is known of what follows"
    if statistics.terminal and run.result.end is End.COMPLETE:
        have = "state has" if statistics.terminal == 1 else "states have"
        ended = ", perhaps only since steps were cut" if cut else ""
        yield f"{statistics.terminal:,} {have} no successor{ended}"


def _beginnings(run: Finished) -> int | None:
    """In how many ways a run can begin; None where the search did not come that far."""
    statistics = run.result.statistics
    if statistics.walks is not None or run.result.end not in (End.COMPLETE, End.DEPTH_LIMIT):
        return None
    return statistics.generated - sum(action.generated for action in statistics.actions.values())


def _constraints(run: Finished) -> str:
    return listed(run.prepared.checked.constraints, "constraint")
