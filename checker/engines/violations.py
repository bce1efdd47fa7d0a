"""What is wrong at the end of a search: the violated properties, each with its counterexamples, and words for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from checker.core import ir
from checker.core.structs import struct
from checker.core.trace import Step, Trace
from checker.core.verdict import DEADLOCK, Outcome
from checker.engines.finished import REASONS, Finished, count_of_states, count_of_steps, replayed, trace_of
from checker.engines.replay import Disagreement, confirm_deadlock, confirm_violation
from checker.engines.search import End, Violation


@struct
class Wrong:
    """`traces` shows for each violated property its counterexamples, shortest first, where there is one to show;
    `names` are all violated properties, each with a remark or nothing."""

    traces: Mapping[str, tuple[Trace, ...]]
    names: Mapping[str, str]


def the_first(run: Finished) -> Wrong:
    """What is violated where a search, or a walk, ended with the first violation: its end may violate several
    properties, and the first of them is shown.  Raises `Disagreement`."""
    result = run.result
    violated = violated_properties(run)
    steps = _confirmed(run, violated, Violation(result.end, 0, result.path))
    names = [entry.name for entry in violated] or [DEADLOCK]
    return Wrong({names[0]: (trace_of(run, run.trace_kind, names[0], steps),)}, dict.fromkeys(names, ""))


def violated_properties(run: Finished) -> tuple[ir.Property, ...]:
    """The properties that are false at the end of the path of such a search."""
    entries = _kind(run, run.result.end)
    return tuple(entry for bit, entry in enumerate(entries) if run.result.violated >> bit & 1)


def all_found(run: Finished) -> Wrong:
    """What is violated where a search was to go on after the first violation.  Raises `Disagreement`."""
    traces: dict[str, tuple[Trace, ...]] = {}
    for violation in run.result.violations:
        name, violated = _named(run, violation.end, violation.bit)
        trace = trace_of(run, run.trace_kind, name, _confirmed(run, violated, violation))
        traces[name] = (*traces.get(name, ()), trace)
    names = {name: _lengths(found) for name, found in traces.items()}
    for end, bit in run.result.others:
        names[_named(run, end, bit)[0]] = f"by no trace that takes `{run.wanted.via}`"
    return Wrong(traces, names)


def _kind(run: Finished, end: End) -> tuple[ir.Property, ...]:
    checked = run.prepared.checked
    match end:
        case End.INVARIANT:
            return checked.invariants
        case End.STEP_INVARIANT:
            return checked.step_invariants
        case _:
            return ()


def _named(run: Finished, end: End, bit: int) -> tuple[str, tuple[ir.Property, ...]]:
    """The name of what is violated, and the property, unless it is a deadlock."""
    entry = _kind(run, end)[bit : bit + 1]
    return (entry[0].name if entry else DEADLOCK), entry


def _confirmed(run: Finished, violated: tuple[ir.Property, ...], violation: Violation[int]) -> tuple[Step, ...]:
    """The steps to a violation, in which the interpreter finds it too: that all of `violated` are false at the end."""
    interpreter, checked, via = run.prepared.interpreter, run.prepared.checked, run.wanted.via
    last = len(violation.path) - 1

    def allowed(position: int, before: Step, step: Step) -> bool:
        def broken(entry: ir.Property) -> bool:
            return not interpreter.holds(entry, before.state, step.state)

        if violation.taken == position and step.label.action != via:
            return False
        if position == last:
            return violation.end is not End.STEP_INVARIANT or all(map(broken, violated))
        return run.wanted.only_the_first or run.wanted.all_violations or not any(map(broken, checked.step_invariants))

    steps = replayed(run, violation.path, allowed)
    if violation.taken and all(step.label.action != via for step in steps):
        raise Disagreement(f"a trace that was said to take `{via}` does not")
    confirm_violation(interpreter, violated, steps)
    if violation.end is End.DEADLOCK:
        confirm_deadlock(interpreter, steps[-1].state)
    return steps


def _lengths(traces: tuple[Trace, ...]) -> str:
    """`by 6 states`, `by 6, 6 and 7 states`."""
    *most, last = [str(len(trace)) for trace in traces]
    return f"by {', '.join(most)}{' and ' if most else ''}{last} state{'' if last == '1' else 's'}"


# --- words ------------------------------------------------------------------------------------------------------------


def message_of(run: Finished, wrong: Wrong) -> str:
    """What is violated after how many steps, and where the search was to go on, how it ended."""
    if run.wanted.only_the_first:
        return next(_violated(wrong))
    if not wrong.traces:
        found = ", ".join(f"`{name}`" for name in wrong.names)
        are = "is" if len(wrong.names) == 1 else "are"
        message = f"{found} {are} violated, and no trace to a first violation takes `{run.wanted.via}`"
    else:
        taken = f", `{run.wanted.via}` among them" if run.wanted.via else ""
        message = "; ".join(_violated(wrong)) + taken
    return "; ".join((message, *_ended(run)))


def _violated(wrong: Wrong) -> Iterator[str]:
    for name, traces in wrong.traces.items():
        steps = count_of_steps(len(traces[0]) - 1)
        if name == DEADLOCK:
            yield f"a deadlock: no step is possible after {steps}"
        else:
            yield f"`{name}` is violated after {steps}"


def _ended(run: Finished) -> Iterator[str]:
    """How the search ended, unless it was with as many counterexamples as are wanted."""
    statistics = run.result.statistics
    states = count_of_states(statistics)
    match run.result.end:
        case End.COMPLETE:
            yield f"all {states} were explored"
        case End.DEPTH_LIMIT:
            yield f"explored on paths of up to {statistics.depth} states: {states}"
        case End.SPEC_ERROR:
            yield "then the search met an error of the spec"
        case reason if reason in REASONS:
            yield f"{REASONS[reason]}: {states} found, {statistics.queue:,} of them not expanded"
        case _:
            pass


def notes_of(run: Finished, wrong: Wrong) -> Iterator[str]:
    """What to know of the counterexamples that were wanted, and of the counts of a search that told states apart."""
    wanted, end = run.wanted, run.result.end
    if wanted.via and run.result.statistics.states:
        yield f"a state counts twice where it is reached with `{wanted.via}` and without it"
    few = [f"`{name}` {len(traces)}" for name, traces in wrong.traces.items() if len(traces) < wanted.count]
    if wanted.count > 1 and few and end in (End.COMPLETE, End.COMPLETE_BUT_BEYOND):
        yield f"there are fewer counterexamples than {wanted.count} with other last states: {', '.join(few)}"
    if end is End.COMPLETE_BUT_BEYOND:
        yield "what follows a violation was not explored: `--continue` goes on there"


def outcome_of(run: Finished, wrong: Wrong) -> Outcome:
    """That something is violated, unless what is violated is not what was wanted."""
    if wrong.traces:
        return Outcome.VIOLATED
    match run.result.end:
        case End.COMPLETE_BUT_BEYOND:
            return Outcome.NOT_REACHED
        case End.SPEC_ERROR:
            return Outcome.ERROR
        case End.DEPTH_LIMIT:
            return Outcome.UNKNOWN
        case _:
            return Outcome.INTERRUPTED


def outcome_of_others(run: Finished) -> Outcome:
    """Of the invariants that were not violated where others were."""
    match run.result.end:
        case End.COMPLETE:
            return Outcome.HOLDS
        case End.DEPTH_LIMIT if run.wanted.all_violations:
            return Outcome.HOLDS_TO_DEPTH
        case _:
            return Outcome.UNKNOWN
