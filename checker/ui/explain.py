"""`checker explain`."""

from __future__ import annotations

from typing import Annotated

import typer

from checker.core.errors import UserError
from checker.core.trace import Trace
from checker.core.verdict import Verdict
from checker.engines.run import check
from checker.export.text import trace_text
from checker.frontend.load import load_model
from checker.ui.console import results
from checker.ui.options import Settings, Target
from checker.ui.overrides import with_settings
from checker.ui.progress import progress_shown
from checker.ui.subject import Subject, way_to_witness


def explain(
    target: Target,
    name: Annotated[
        str | None, typer.Argument(help="A property or an action; all actions if not given.", show_default=False)
    ] = None,
    settings: Settings = [],  # noqa: B006 - typer reads the default, nothing changes it
    witness: Annotated[
        str | None, typer.Option(metavar="NAME", help="Go to where this witness is reached.", show_default=False)
    ] = None,
    at: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Stop at state N of the trace.", show_default=False)
    ] = None,
) -> None:
    """Say why a property is false, or what stops an action, in a state.

    The state is the last one of the shortest trace to a violation, or to a witness; without these the initial one.

    `checker explain paxos_forgotten_promise`

    `checker explain paxos propose --witness decides --at 4`
    """
    model_name, model = load_model(target)
    model = with_settings(model, settings)
    with progress_shown() as progress:
        verdict = check(model, name=model_name, report=progress)
    subject = Subject.of(model)
    trace = _trace(subject, verdict, witness, at)
    for line in [*trace_text(trace), "", *subject.explain(trace, name)]:
        results().print(line)


def _trace(subject: Subject, verdict: Verdict, witness: str | None, at: int | None) -> Trace:
    """The way to the state that is asked for."""
    if witness is not None:
        trace = way_to_witness(verdict, witness)
    elif verdict.trace is not None:
        trace = verdict.trace
    else:
        start = subject.interpreter.initial()[0]
        trace = Trace("scenario", verdict.spec, verdict.model, None, (start,))
    if at is None or at == len(trace):
        return trace
    if at > len(trace):
        raise UserError("C007", f"the trace has {len(trace)} states, and no state {at}", help="--at counts from 1")
    return Trace("scenario", trace.spec, trace.model, None, trace.steps[:at])
