"""Which trace a command is about: in a file, of a scenario, or the one that a search finds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import typer

from checker.core import ir
from checker.core.errors import UserError, did_you_mean
from checker.core.model import Model
from checker.core.trace import Trace
from checker.core.verdict import DEADLOCK, Outcome, Verdict
from checker.engines.interpreter.interpreter import Interpreter
from checker.engines.prepare import chosen_properties
from checker.engines.retrace import retrace
from checker.engines.run import check
from checker.engines.scenario import play
from checker.engines.search import Limits
from checker.export.itf import trace_from_itf
from checker.frontend.elaborate import elaborate
from checker.frontend.load import load_scenario
from checker.ui.console import results
from checker.ui.progress import progress_shown
from checker.ui.report import report
from checker.ui.subject import Subject


def trace_told(target: str, model: Model, name: str, file: Path | None) -> Trace | None:
    """The trace that somebody tells: in an ITF file, or else as a `scenario` beside the model; None without either.

    Raises `UserError` where it is no behaviour of the model.
    """
    if file is not None:
        return trace_in_file(file, Subject.of(model))
    scenario = load_scenario(target)
    return None if scenario is None else play(model, scenario, name=name)


def trace_in_file(file: Path, subject: Subject) -> Trace:
    """The trace that is written in an ITF file, taken again step by step.

    Raises `UserError` C001 for a file that cannot be read, C120 for one that does not fit the model, and C010 where the
    trace is no behaviour of the spec.
    """
    try:
        if file.exists() and not file.is_file():
            raise UserError("C001", f"`{file}` cannot be read: it is a folder, a pipe or a device, and no file")
        text = file.read_text(encoding="utf-8")
    except (OSError, ValueError) as problem:
        raise UserError("C001", f"`{file}` cannot be read: {problem}") from None
    trace = trace_from_itf(text, subject.spec, subject.interpreter.instance)
    _confirm(trace, subject, file)
    return trace


def _confirm(trace: Trace, subject: Subject, file: Path) -> None:
    """No trace reaches a person before the interpreter has taken it, and what it shows is seen there."""
    retrace(subject.interpreter, trace, f"`{file}`")
    known = {entry.name: entry for entry in subject.spec.properties}
    if trace.shows in known:
        shown = _does_show(trace, known[trace.shows], subject.interpreter)
    elif trace.shows == DEADLOCK:
        steps, cut = subject.interpreter.steps(trace.states[-1])
        shown = not steps and not cut
    else:  # a lemma may be one of a proof beside the spec
        shown = trace.shows is None or trace.kind == "counterexample to induction"
    if not shown:
        raise UserError("C010", f"`{file}`: the trace does not show what it says of `{trace.shows}`")


def _does_show(trace: Trace, entry: ir.Property, interpreter: Interpreter) -> bool:
    """Is a witness true at the end of the trace, and any other property false?"""
    if (entry.kind == "witness") != (trace.kind == "witness"):
        return False
    if entry.kind == "step invariant":
        return len(trace) > 1 and not interpreter.holds(entry, trace.states[-2], trace.states[-1])
    return interpreter.holds(entry, trace.states[-1]) == (entry.kind == "witness")


def with_witness(model: Model, witness: str | None) -> Model:
    """The model, in which this witness is looked for too.  Raises `UserError` C006 where the spec has none so named."""
    if witness is None:
        return model
    spec = elaborate(model.spec, model.constants, model.place)
    known = [entry.name for entry in spec.of_kind("witness")]
    if witness not in known:
        listed = "its witnesses are " + ", ".join(f"`{name}`" for name in known) if known else "it has none"
        help = did_you_mean(witness, known) or listed
        raise UserError("C006", f"`{model.spec.__name__}` has no witness `{witness}`", help=help)
    checked = [entry.name for entry in chosen_properties(model, spec)]
    return model if witness in checked else replace(model, check=(*checked, witness), skip=())


def searched(model: Model, name: str, witness: str | None, limits: Limits) -> Verdict:
    """The verdict of a search for a trace, to `witness` or to what is wrong.

    Where it ended early or at a limit, it is told how far it came, and that shows nothing; one that was to find a
    witness, and one that was interrupted, then ends the command with status 3.
    """
    with progress_shown() as progress:
        verdict = check(model, name=name, max_depth=limits.depth, max_states=limits.states, report=progress)
    found = witness in verdict.witnesses
    if verdict.outcome is Outcome.INTERRUPTED and not found:
        report(verdict, lambda: Subject.of(model), json=False, out=None)
    if verdict.outcome is Outcome.HOLDS_TO_DEPTH and not found:
        results().print(f"{verdict.heading}: {verdict.message}")
        if witness is not None:
            nothing_found(f"`{witness}` is not reached on a path of this length, which says nothing of longer ones")
    return verdict


def nothing_found(message: str) -> NoReturn:
    """Ends the command where a limit left open whether there is what was asked for."""
    results().print(message)
    raise typer.Exit(Outcome.UNKNOWN.exit_status)


def way_to_witness(verdict: Verdict, witness: str) -> Trace:
    """The shortest trace to a witness.  Raises `UserError` C009 where it was not reached."""
    if witness in verdict.witnesses:
        return verdict.witnesses[witness]
    if verdict.trace is None:
        help = "`checker explain` says what stops an action"
        raise UserError("C009", f"`{witness}` is reached in no state", help=help)
    raise UserError(
        "C009", f"`{witness}` is not reached before the search ends: {verdict.message}",
        help=f'a model that checks it alone goes on: `check=["{witness}"]`',
    )
