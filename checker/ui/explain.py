"""`checker explain`."""

from __future__ import annotations

from typing import Annotated

import typer

from checker.core.errors import UserError
from checker.core.trace import Trace
from checker.core.verdict import Verdict
from checker.engines.search import Limits
from checker.export.text import trace_text
from checker.frontend.load import load_model
from checker.ui.console import results
from checker.ui.options import MaxDepth, MaxStates, Settings, Target, TraceFile, Witness
from checker.ui.overrides import with_settings
from checker.ui.subject import Subject
from checker.ui.traces import searched, trace_told, way_to_witness, with_witness


def explain(
    target: Target,
    name: Annotated[
        str | None, typer.Argument(help="A property or an action; all actions if not given.", show_default=False)
    ] = None,
    settings: Settings = [],  # noqa: B006 - typer reads the default, nothing changes it
    witness: Witness = None,
    trace_file: TraceFile = None,
    max_depth: MaxDepth = None,
    max_states: MaxStates = None,
    at: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Stop at state N of the trace.", show_default=False)
    ] = None,
) -> None:
    """Say why a property is false, or what stops an action, in a state.

    The state is the last one of the shortest trace to a violation, or to a witness, or of a scenario, or of a trace in
    a file; without these the initial one.  Where a search for a witness ends at a limit, the status is 3.

    `checker explain paxos_forgotten_promise`

    `checker explain paxos propose --witness decides --at 4`
    """
    model_name, model = load_model(target)
    model = with_witness(with_settings(model, settings), witness)
    subject = Subject.of(model)
    if name is not None:
        subject.check_known(name)
    trace = trace_told(target, model, model_name, trace_file) if witness is None else None
    if trace is None:
        trace = _trace(subject, searched(model, model_name, witness, Limits(max_depth, max_states)), witness)
    trace = _up_to(trace, at)
    for line in [*trace_text(trace), "", *subject.explain(trace, name)]:
        results().print(line)


def _trace(subject: Subject, verdict: Verdict, witness: str | None) -> Trace:
    """The way to a witness or to what is wrong; where neither is there, the initial state alone."""
    if witness is not None:
        return way_to_witness(verdict, witness)
    if verdict.trace is not None:
        return verdict.trace
    return Trace("scenario", verdict.spec, verdict.model, None, (subject.interpreter.initial()[0],))


def _up_to(trace: Trace, at: int | None) -> Trace:
    """The trace up to its state number `at`."""
    if at is None or at == len(trace):
        return trace
    if at > len(trace):
        raise UserError("C007", f"the trace has {len(trace)} states, and no state {at}", help="--at counts from 1")
    return Trace("scenario", trace.spec, trace.model, None, trace.steps[:at])
