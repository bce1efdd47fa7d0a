"""`checker show`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from checker.core.errors import UserError
from checker.core.trace import Trace
from checker.core.verdict import Outcome, Verdict
from checker.engines.explore import state_graph
from checker.engines.search import Limits
from checker.export.text import trace_text
from checker.frontend.load import load_model
from checker.ui.console import results
from checker.ui.options import MaxDepth, MaxStates, Settings, Target, TraceFile, Witness
from checker.ui.overrides import with_settings
from checker.ui.report import told_while_written
from checker.ui.subject import Subject
from checker.ui.traces import nothing_found, searched, trace_told, way_to_witness, with_witness


def show(
    target: Target,
    settings: Settings = [],  # noqa: B006 - typer reads the default, nothing changes it
    witness: Witness = None,
    trace_file: TraceFile = None,
    max_depth: MaxDepth = None,
    max_states: MaxStates = None,
    graph: Annotated[bool, typer.Option("--graph", help="Draw all states and steps of a small model.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="States in the graph, at most.")] = 200,
    out: Annotated[Path, typer.Option(metavar="DIR", file_okay=False, help="Where the pictures go.")] = Path(),
) -> None:
    """Draw a shortest trace of a model: to its violation, or to a witness.  Or another trace, or the state graph.

    A `scenario` beside the model, or a trace in a file, is taken step by step and drawn instead.  Where nothing is
    found within a limit, nothing is drawn, and the status is 3.

    `checker show paxos_forgotten_promise`

    `checker show raft --witness commits --out pictures`

    `checker show my_spec.py --graph`

    `checker show my_spec.py --trace pictures/MySpec-small-agreement.itf.json`
    """
    from checker.ui.artifacts import save_graph, save_trace  # here: other commands start sooner without

    name, model = load_model(target)
    model = with_witness(with_settings(model, settings), witness)
    subject = Subject.of(model)
    if graph:
        found = state_graph(model, name=name, limit=limit)
        part = "" if found.complete else f", the nearest {found.expanded} of them with their steps"
        results().print(f"{len(found.states):,} states{part}")
        _write(save_graph(found, subject, out))
    trace = trace_told(target, model, name, trace_file) if witness is None else None
    if trace is None:
        trace = _trace(searched(model, name, witness, Limits(max_depth, max_states)), witness)
    for line in trace_text(trace, subject.explanation(trace)):
        results().print(line)
    _write(save_trace(trace, subject, out))


def _write(files: Iterator[Path]) -> NoReturn:
    """Writes the files, and ends the command."""
    failure = told_while_written(files, [], quiet=False)
    raise typer.Exit(0 if failure is None else failure[1])


def _trace(verdict: Verdict, witness: str | None) -> Trace:
    """The trace that is asked for: the wrong one first, then the longest way to a witness."""
    if witness is not None:
        return way_to_witness(verdict, witness)
    if verdict.trace is not None:
        return verdict.trace
    if not verdict.witnesses and verdict.outcome is Outcome.HOLDS_TO_DEPTH:
        nothing_found("no witness is reached on a path of this length, which says nothing of longer ones")
    if not verdict.witnesses:
        reason, advice = "there is no witness to show the way to", "add a @witness to the spec, or "
        if verdict.outcome is Outcome.NOT_REACHED:
            reason, advice = "no witness is reached", ""
        raise UserError(
            "C009", f"nothing is violated, and {reason}", help=f"{advice}draw the state graph with --graph"
        )
    return max(verdict.witnesses.values(), key=len)
