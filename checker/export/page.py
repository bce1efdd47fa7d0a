"""One self-contained page for a run: the verdict, and every trace as a diagram to step through, a list and a graph."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence

from checker.core import ir
from checker.core.trace import Step, Trace
from checker.core.values import State
from checker.core.verdict import Statistics, Verdict
from checker.export.brief import brief, brief_label
from checker.export.changes import changes, describe
from checker.export.dot import trace_graph
from checker.export.messages import Oracle
from checker.export.picture import html_page, inline
from checker.export.rows import Row, rows, variables_read
from checker.export.spacetime import diagram
from checker.export.spacetime_svg import spacetime_svg
from checker.export.text import conclusion, failed, headline, numbered, show_label

MOST_GRAPH_STATES = 200
"""A longer trace has no graph: it would be too tall to be of use."""


def run_page(verdict: Verdict, spec: ir.Spec, oracle: Oracle, explain: Callable[[Trace], Sequence[str]]) -> str:
    """The page of a verdict, with the trace of a violation and those of the witnesses.

    `spec` is the one whose variables the traces' states hold; `explain` says why a trace ends as it does.
    """
    title = f"{verdict.heading}: {verdict.wording}"
    return page_of([run_section(verdict, spec, oracle, explain)], title)


def page_of(sections: Sequence[str], title: str) -> str:
    """A page with the sections of several runs, one below the other."""
    return html_page(title, "\n".join(sections), ["page.js"])


def run_section(verdict: Verdict, spec: ir.Spec, oracle: Oracle, explain: Callable[[Trace], Sequence[str]]) -> str:
    """What `run_page` shows of a run, as a piece of a page."""
    traces = [*verdict.wrong, *verdict.witnesses.values()]
    stories = "\n".join(_story(trace, spec, oracle, explain(trace), number) for trace, number in numbered(traces))
    return f"{_verdict(verdict)}\n{_help(traces)}\n{stories}"


def trace_page(trace: Trace, spec: ir.Spec, oracle: Oracle, explanation: Sequence[str] = ()) -> str:
    """The page of one trace."""
    heading = f"<header><h1>{_heading(trace.spec, trace.model)}</h1></header>"
    body = f"{heading}\n{_help([trace])}\n{_story(trace, spec, oracle, explanation)}"
    return html_page(f"{trace.spec}: {headline(trace)}", body, ["page.js"])


def _heading(spec: str, model: str) -> str:
    return f'{html.escape(spec)} <span class="model">{html.escape(model)}</span>'


def _parameters(verdict: Verdict) -> list[str]:
    """The sizes of a run and its bounds; nothing for a proof."""
    said = [verdict.parameters.heading, verdict.parameters.limits] if verdict.parameters else []
    return [f"<p>{html.escape('; '.join(filter(None, said)))}</p>"] if any(said) else []


def _tone(exit_status: int) -> str:
    return {0: "good", 3: "open"}.get(exit_status, "bad")


def _verdict(verdict: Verdict) -> str:
    tone = _tone(verdict.outcome.exit_status or verdict.exit_status)
    parts = [
        f"<header><h1>{_heading(verdict.spec, verdict.model)}</h1>",
        *_parameters(verdict),
        f'<div class="verdict {tone}">{html.escape(verdict.wording)}</div>',
        f"<p>{html.escape(verdict.message)}</p>",
        *(f'<p class="dim">{html.escape(note)}</p>' for note in verdict.notes),
        "</header>",
    ]
    if verdict.properties:
        lines = "".join(
            f"<tr><th>{html.escape(entry.kind)}</th><td>{html.escape(entry.name)}</td>"
            f'<td class="outcome {_tone(entry.outcome.exit_status)}">{html.escape(entry.outcome.value)}</td>'
            f"<td>{html.escape(entry.detail)}</td></tr>"
            for entry in verdict.properties
        )
        parts.append(f"<table>{lines}</table>")
    if verdict.statistics:
        parts.append(_statistics(verdict.statistics))
    return "\n".join(parts)


def _statistics(statistics: Statistics) -> str:
    """What was explored.  The time it took is left out, so that the page of a run is always the same."""
    unit = "states up to symmetry" if statistics.orbits else "states"
    steps = sum(action.generated for action in statistics.actions.values())
    summary = f"{statistics.states:,} {unit}, {steps:,} steps, depth {statistics.depth}"
    lines = "".join(
        f'<tr><td>{html.escape(name)}</td><td class="number">{action.generated:,}</td>'
        f'<td class="number">{"" if action.distinct is None else f"{action.distinct:,}"}</td>'
        f'<td class="number">{action.cut:,}</td></tr>'
        for name, action in statistics.actions.items()
    )
    columns = "".join(f'<th class="number">{name}</th>' for name in ("steps", "new states", "cut"))
    head = f"<tr><th>action</th>{columns}</tr>"
    table = f"<table>{head}{lines}</table>" if lines else ""
    return f"<details><summary>{summary}</summary>{table}</details>"


def _help(traces: Sequence[Trace]) -> str:
    keys = "<kbd>←</kbd> <kbd>→</kbd> step through; a click on a step shows its state, pointing at a text all of it"
    return f'<p class="dim help">{keys}</p>' if traces else ""


def _story(trace: Trace, spec: ir.Spec, oracle: Oracle, explanation: Sequence[str], number: str = "") -> str:
    """A trace under its heading: its diagram beside the list of its steps, and its graph to unfold."""
    drawing = spacetime_svg(diagram(spec, trace, oracle, explanation))
    steps = "\n".join(_steps(trace, spec))
    graph = ""
    if len(trace) <= MOST_GRAPH_STATES:
        drawn = inline(trace_graph(trace, spec, explanation))
        graph = f"<details><summary>the states as a graph</summary>{drawn}</details>"
    return (
        f"<h2>{html.escape(headline(trace, number))}</h2>\n"
        f'<section class="story">\n<figure>{drawing}</figure>\n<ol class="steps">\n{steps}\n</ol>\n</section>\n{graph}'
    )


def _steps(trace: Trace, spec: ir.Spec) -> list[str]:
    tone = "bad" if failed(trace) else "good"
    read = variables_read(spec, trace.shows) if failed(trace) else frozenset[str]()
    items: list[str] = []
    for number, step in enumerate(trace.steps, start=1):
        before = trace.steps[number - 2].state if number > 1 else None
        closing = conclusion(trace) if number == len(trace) else ""
        table = rows(before, step.state, read if closing else frozenset())
        items.append(_step(number, step, _changes(before, step.state), table, tone, closing))
    return items


def _changes(before: State | None, state: State) -> list[tuple[str, str]]:
    """What changed, each in brief and whole."""
    if before is None:
        return []
    found = [(describe(change, brief), describe(change)) for change in changes(before, state)]
    return found or [("nothing changes", "nothing changes")]


def _with_tooltip(text: str, whole: str) -> str:
    """The attribute, where there is more to say than the text says, and what closes the tag before the text."""
    return (f' title="{html.escape(whole)}">' if whole != text else ">") + html.escape(text)


def _step(
    number: int, step: Step, lines: Sequence[tuple[str, str]], table: Sequence[Row], tone: str, closing: str
) -> str:
    changed = "".join(f'<div class="change"{_with_tooltip(*line)}</div>' for line in lines)
    end = f'<div class="closing">{html.escape(closing)}</div>' if closing else ""
    classes = f"step last {tone}" if closing else "step"
    return (
        f'<li class="{classes}" data-step="{number}"><div class="action">'
        f'<span class="count">{number}</span>'
        f"<span{_with_tooltip(brief_label(step.label), show_label(step.label))}</span></div>{changed}{end}"
        f'<table class="values">{"".join(map(_row, table))}</table></li>'
    )


def _row(row: Row) -> str:
    entries = "".join(
        f'<span class="entry {entry.mark}"{_with_tooltip(entry.text, entry.whole)}</span>' for entry in row.entries
    )
    read = ' class="read"' if row.read else ""
    kind = ' class="collection"' if row.collection else ""
    return f"<tr{read}><td>{html.escape(row.variable)}</td><td{kind}>{entries or '{ }'}</td></tr>"
