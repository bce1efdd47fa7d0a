"""A trace as plain text that shows the first state whole and after it only what changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from checker.core.show import show
from checker.core.trace import Label, Trace
from checker.core.values import FrozenMap, Value
from checker.export.changes import changes, describe

LONGEST_LINE = 100
"""In columns; a map that does not fit is written with an entry a line."""


def trace_text(trace: Trace, explanation: Sequence[str] = (), position: str = "") -> list[str]:
    """The lines of the whole trace, under a heading; `explanation` says at the end why the last state is shown.

    `position` tells it from others of its property (see `numbered`)."""
    number_width = len(str(len(trace)))
    margin = " " * (number_width + 3)
    lines = [headline(trace, position)]
    for number, step in enumerate(trace.steps, start=1):
        lines += ["", f"{number:>{number_width}}. {show_label(step.label)}"]
        if number == 1:
            lines += [margin + line for line in first_state_lines(trace)]
            continue
        changed = changes(trace.steps[number - 2].state, step.state)
        lines += [margin + describe(change) for change in changed] or [margin + "nothing changes"]
    closing = conclusion(trace)
    if closing or explanation:
        lines.append("")
    lines += [f"=> {closing}"] if closing else []
    return lines + [f"   {line}" for line in explanation]


def show_label(label: Label) -> str:
    """`accept(a=a1, b=b2, v=v1)`: an action with all of its arguments."""
    return f"{label.action}({', '.join(f'{name}={show(value)}' for name, value in label.arguments)})"


def numbered(traces: Iterable[Trace]) -> Iterator[tuple[Trace, str]]:
    """The traces, each with what tells it from others of its property: `2 of 3`, or nothing where there are none."""
    groups: dict[str | None, list[Trace]] = {}
    for trace in traces:
        groups.setdefault(trace.shows, []).append(trace)
    for group in groups.values():
        for place, trace in enumerate(group, start=1):
            yield trace, f"{place} of {len(group)}" if len(group) > 1 else ""


def headline(trace: Trace, position: str = "") -> str:
    """One line: what kind of trace this is, of which spec and model, how long, of which property; its `position`."""
    model = f" ({trace.model})" if trace.model else ""
    length = "1 state" if len(trace) == 1 else f"{len(trace)} states"
    which = ", ".join(filter(None, (trace.shows, position)))
    return f"{trace.kind.capitalize()}, {trace.spec}{model}, {length}" + (f": {which}" if which else "")


def conclusion(trace: Trace) -> str:
    """One line on what the end of the trace shows; empty where it shows nothing in particular."""
    match trace.kind:
        case "counterexample":
            return f"{trace.shows} is violated" if trace.shows else "no step is possible"
        case "counterexample to induction":
            wrong = f"{trace.shows} is false, but " if trace.shows else ""
            return f"{wrong}the first state may be unreachable"
        case "witness":
            return f"{trace.shows} is reached"
        case "scenario":
            return f"{trace.shows} is violated" if trace.shows else ""
        case "error":
            return "the spec has an error here"
        case "simulation":
            return f"{trace.shows} is violated" if trace.shows else ""


def failed(trace: Trace) -> bool:
    """Does the trace show that something is wrong?"""
    match trace.kind:
        case "counterexample" | "error" | "counterexample to induction":
            return True
        case "scenario" | "simulation":
            return trace.shows is not None
        case "witness":
            return False


def first_state_lines(trace: Trace) -> list[str]:
    """The first state, a variable a line, or an entry a line for a map that is long."""
    shown = [(name, value) for name, value in trace.steps[0].state.items() if name not in trace.as_initially]
    return [*(line for name, value in shown for line in _variable_lines(name, value)), *left_out_lines(trace)]


def left_out_lines(trace: Trace) -> list[str]:
    """What is said of those variables of the first state that are not shown."""
    return [f"as in an initial state: {', '.join(trace.as_initially)}"] if trace.as_initially else []


def _variable_lines(name: str, value: Value) -> list[str]:
    line = f"{name} = {show(value)}"
    if len(line) <= LONGEST_LINE or not isinstance(value, FrozenMap):
        return [line]
    return [f"{name}[{show(key)}] = {show(item)}" for key, item in value.items]
