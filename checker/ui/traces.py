"""Which trace a command is about: in a file, of a scenario, or to a witness."""

from __future__ import annotations

from pathlib import Path

from checker.core import ir
from checker.core.errors import UserError, did_you_mean
from checker.core.model import Model
from checker.core.trace import Trace
from checker.core.verdict import Verdict
from checker.engines.interpreter.interpreter import Interpreter
from checker.engines.retrace import retrace
from checker.engines.scenario import play
from checker.engines.verdicts import DEADLOCK
from checker.export.itf import trace_from_itf
from checker.frontend.load import load_scenario
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
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
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


def way_to_witness(verdict: Verdict, witness: str) -> Trace:
    """The shortest trace to a witness.  Raises `UserError` C006 where it was not reached."""
    if witness in verdict.witnesses:
        return verdict.witnesses[witness]
    known = list(verdict.witnesses)
    help = did_you_mean(witness, known) or "reached are " + (", ".join(f"`{name}`" for name in known) or "none")
    raise UserError("C006", f"no witness `{witness}` is reached", help=help)
