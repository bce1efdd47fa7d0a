"""Graphs for Graphviz: a trace as a chain of states, and the whole state graph of a small model.

The conventions are TLC's: rounded boxes, initial states filled, edges coloured by action, ranks by level.
"""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
from __future__ import annotations

import html
from collections.abc import Sequence
from itertools import groupby

from graphviz import Digraph, escape

from checker.core import ir
from checker.core.graph import StateGraph
from checker.core.trace import Trace
from checker.export.brief import brief, brief_label
from checker.export.rows import Entry, Row, rows, variables_read
from checker.export.text import conclusion, failed, headline

FONT = "Helvetica"
EDGE_COLOURS = ("#0969da", "#bc4c00", "#8250df", "#1a7f37", "#bf3989", "#9a6700", "#0e7c86", "#6e7781")
INK, GREY, PAPER = "#1f2328", "#6e7781", "#ffffff"
INITIAL, CHANGED, ADDED, RED, PALE_RED, GREEN, PALE_GREEN = (
    "#dbe9f9", "#fff3c4", "#d8f5dd", "#cf222e", "#ffebe9", "#1a7f37", "#dafbe1",
)
MOST_UNCHANGED_ITEMS = 3
"""More items of a set than these, none of them new, are counted instead of listed."""
WIDEST_LINE = 60
"""In characters."""
MOST_LABELLED_STATES = 60
"""In a larger state graph a state is a numbered dot, and its values show when the mouse rests on it."""


def trace_graph(trace: Trace, spec: ir.Spec, explanation: Sequence[str] = ()) -> Digraph:
    """The states of a trace from top to bottom, with what each step changed marked.

    The last state says what the trace shows, and marks the variables that the property reads.
    """
    graph = Digraph(trace.spec, strict=True)
    graph.attr("graph", fontname=FONT, label=_plain(headline(trace)), labelloc="t", ranksep="0.35", bgcolor=PAPER)
    graph.attr("node", fontname=FONT, fontsize="11", shape="plain")
    graph.attr("edge", fontname=FONT, fontsize="12", color=GREY, arrowsize="0.8")
    last = len(trace) - 1
    for index, step in enumerate(trace.steps):
        before = trace.steps[index - 1].state if index else None
        closing = [conclusion(trace), *explanation] if index == last and conclusion(trace) else []
        read = variables_read(spec, trace.shows) if closing else frozenset[str]()
        table = _table(f"state {index + 1}", rows(before, step.state, read), closing, failed(trace), index == 0)
        graph.node(str(index + 1), f"<{table}>")
        if index:
            graph.edge(str(index), str(index + 1), label=_plain(f"  {brief_label(step.label)}"))
    return graph


def _table(title: str, shown: Sequence[Row], closing: Sequence[str], bad: bool, initial: bool) -> str:
    """A state as Graphviz's HTML-like table."""
    edge, pale = (RED, PALE_RED) if bad else (GREEN, PALE_GREEN)
    border = f'BORDER="2" COLOR="{edge}"' if closing else f'BORDER="1" COLOR="{GREY}"'
    fill = INITIAL if initial else PAPER
    lines = [f'<TR><TD COLSPAN="2" ALIGN="LEFT"><FONT COLOR="{GREY}">{_text(title)}</FONT></TD></TR>']
    lines += [_row(row, pale if closing else fill) for row in shown]
    if closing:
        heading = f'<FONT COLOR="{edge}"><B>{_text(closing[0])}</B></FONT>'
        reasons = [f'<BR ALIGN="LEFT"/>{_text(line)}' for line in closing[1:]]
        last = '<BR ALIGN="LEFT"/>' if reasons else ""
        lines.append(f'<TR><TD COLSPAN="2" ALIGN="LEFT" BGCOLOR="{pale}">{heading}{"".join(reasons)}{last}</TD></TR>')
    return (
        f'<TABLE {border} CELLBORDER="0" CELLSPACING="1" CELLPADDING="2" STYLE="ROUNDED" BGCOLOR="{fill}">'
        f"{''.join(lines)}</TABLE>"
    )


def _row(row: Row, read_fill: str) -> str:
    fill = f' BGCOLOR="{read_fill}"' if row.read else ""
    cells = "".join(f"<TR>{''.join(map(_cell, line))}</TR>" for line in _lines(row))
    inside = f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="1">{cells}</TABLE>' if cells else "{ }"
    name = f"<B>{_text(row.variable)}</B>" if row.changed else _text(row.variable)
    return f'<TR><TD ALIGN="LEFT" VALIGN="TOP"{fill}>{name}</TD><TD ALIGN="LEFT"{fill}>{inside}</TD></TR>'


def _lines(row: Row) -> Sequence[Sequence[Entry]]:
    """The entries of a map side by side where they are short, the items of a set below each other."""
    entries = _shortened(row)
    narrow = sum(len(entry.text) + 2 for entry in entries) <= WIDEST_LINE
    return [entries] if entries and narrow and not row.collection else [[entry] for entry in entries]


def _shortened(row: Row) -> Sequence[Entry]:
    same = [entry for entry in row.entries if entry.mark == "same"]
    if not row.collection or row.read or len(same) <= MOST_UNCHANGED_ITEMS:
        return row.entries
    as_before = f"{len(same)} as before"
    return [Entry(as_before, "same", as_before), *(entry for entry in row.entries if entry.mark != "same")]


def _cell(entry: Entry) -> str:
    match entry.mark:
        case "same":
            return f'<TD ALIGN="LEFT">{_text(entry.text)}</TD>'
        case "changed":
            return f'<TD ALIGN="LEFT" BGCOLOR="{CHANGED}"><B>{_text(entry.text)}</B></TD>'
        case "added":
            return f'<TD ALIGN="LEFT" BGCOLOR="{ADDED}"><B>+ {_text(entry.text)}</B></TD>'
        case "removed":
            return f'<TD ALIGN="LEFT"><FONT COLOR="{GREY}"><S>{_text(entry.text)}</S></FONT></TD>'


def _text(text: str) -> str:
    return html.escape(text)


def _plain(text: str) -> str:
    """The text as a plain label: Graphviz reads neither a backslash, an entity nor a leading `<` in it."""
    return escape(text.replace("&", "&amp;"))


def state_graph_dot(graph: StateGraph, spec: ir.Spec) -> Digraph:
    """Every state and step of a small model; states that violate an invariant are red, and a legend names the colours.

    States whose steps are not in the graph, because it is only a part, have a dashed border.
    """
    dot = Digraph(graph.spec, strict=True)
    part = "" if graph.complete else f", of which {graph.expanded} are expanded"
    sizes = f", {graph.parameters.heading}" if graph.parameters and graph.parameters.heading else ""
    label = f"{graph.spec} {graph.model}{sizes}: {len(graph.states)} states{part}"
    dot.attr("graph", fontname=FONT, label=_plain(label), labelloc="t", nodesep="0.25", ranksep="0.5", bgcolor=PAPER)
    dot.attr("node", fontname=FONT, fontsize="10", shape="box", style="rounded,filled", fillcolor=PAPER, color=GREY)
    dot.attr("edge", fontname=FONT, fontsize="9", arrowsize="0.7")
    labelled = len(graph.states) <= MOST_LABELLED_STATES
    positions = sorted(range(len(graph.states)), key=lambda position: graph.depths[position])
    for _, level in groupby(positions, key=lambda position: graph.depths[position]):
        rank = Digraph(graph_attr={"rank": "same"})
        for position in level:
            _state_node(rank, graph, position, labelled)
        dot.subgraph(rank)
    colours = {action.name: EDGE_COLOURS[index % len(EDGE_COLOURS)] for index, action in enumerate(spec.actions)}
    _edges(dot, graph, colours, labelled)
    _legend(dot, {edge.label.action: colours[edge.label.action] for edge in graph.edges})
    return dot


def _state_node(dot: Digraph, graph: StateGraph, position: int, labelled: bool) -> None:
    lines = [f"{name} = {brief(value)}" for name, value in graph.states[position].items()]
    broken = graph.violated[position]
    if broken:
        lines.append(f"violates {', '.join(broken)}")
    style: dict[str, str] = {}
    if position in graph.initial:
        style["fillcolor"] = INITIAL
    if broken:
        style |= {"fillcolor": PALE_RED, "color": RED, "penwidth": "2"}
    if position >= graph.expanded:
        style["style"] = "rounded,filled,dashed"
    name = str(position + 1)
    if labelled:
        dot.node(name, "".join(f"{_plain(line)}\\l" for line in lines), **style)
    else:
        tooltip = _plain("\n".join(lines))
        dot.node(name, name, shape="circle", width="0.35", fixedsize="true", tooltip=tooltip, **style)


def _edges(dot: Digraph, graph: StateGraph, colours: dict[str, str], labelled: bool) -> None:
    """One arrow from a state to another, with a line in the colour of each action that leads there."""
    between: dict[tuple[int, int], list[str]] = {}
    actions: dict[tuple[int, int], dict[str, None]] = {}
    for edge in graph.edges:
        ends = (edge.source, edge.target)
        between.setdefault(ends, []).append(brief_label(edge.label))
        actions.setdefault(ends, {})[edge.label.action] = None
    for (source, target), labels in between.items():
        lines = ":".join(colours[action] for action in actions[source, target])
        text = "\n".join(dict.fromkeys(labels))
        style = {"color": lines, "fontcolor": lines.split(":")[0], "tooltip": _plain(text)}
        dot.edge(str(source + 1), str(target + 1), label=_plain(text) if labelled else None, **style)


def _legend(dot: Digraph, colours: dict[str, str]) -> None:
    if not colours:
        return
    entries = "".join(
        f'<TR><TD ALIGN="LEFT"><FONT COLOR="{colour}"><B>→ {_text(action)}</B></FONT></TD></TR>'
        for action, colour in colours.items()
    )
    table = f'<TABLE BORDER="1" COLOR="{GREY}" CELLBORDER="0" CELLSPACING="1" STYLE="ROUNDED">{entries}</TABLE>'
    dot.node("legend", f"<{table}>", shape="plain", style="")
