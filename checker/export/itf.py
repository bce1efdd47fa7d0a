"""Traces as ITF, the JSON format of Apalache (its ADR-015) that Quint and others read too.

Each state also says which action led to it, and with which arguments, in Quint's `mbt::actionTaken` and
`mbt::nondetPicks`.  How values are written is the matter of `itf_values`.
"""

from __future__ import annotations

import json
from typing import get_args

from checker.core import ir
from checker.core.errors import UserError
from checker.core.given import shown
from checker.core.instance import Instance
from checker.core.trace import Label, Step, Trace, TraceKind
from checker.core.types import OptionType, Type
from checker.core.values import State
from checker.export.itf_values import Json, Misfit, from_json, to_json

ACTION, PICKS = "mbt::actionTaken", "mbt::nondetPicks"


def trace_to_itf(trace: Trace, spec: ir.Spec) -> str:
    """The trace as the text of an ITF file."""
    types = _variable_types(spec, trace)
    document = {
        "#meta": {
            "format": "ITF",
            "format-description": "https://apalache-mc.org/docs/adr/015adr-trace.html",
            "description": f"{trace.kind} of {trace.spec}" + (f", {trace.shows}" if trace.shows else ""),
            "kind": trace.kind,
            "spec": trace.spec,
            "model": trace.model,
            "shows": trace.shows,
        },
        "params": [],
        "vars": [*types, ACTION, PICKS],
        "states": [_state_to_json(index, step, types, spec) for index, step in enumerate(trace.steps)],
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _variable_types(spec: ir.Spec, trace: Trace) -> dict[str, Type]:
    """The variables that the states hold: a ghost that nothing reads is not among them."""
    names = trace.steps[0].state.names
    return {variable.name: variable.type for variable in spec.variables if variable.name in names}


def _parameter_types(spec: ir.Spec, action: str) -> dict[str, Type]:
    declared = next((entry for entry in (*spec.actions, *spec.initial) if entry.name == action), None)
    return {parameter.name: parameter.type for parameter in declared.parameters} if declared else {}


def _state_to_json(index: int, step: Step, types: dict[str, Type], spec: ir.Spec) -> Json:
    parameters = _parameter_types(spec, step.label.action)
    return {
        "#meta": {"index": index},
        **{name: to_json(step.state[name], type) for name, type in types.items()},
        ACTION: step.label.action,
        PICKS: {name: to_json(value, OptionType(parameters[name])) for name, value in step.label.arguments},
    }


def trace_from_itf(text: str, spec: ir.Spec, instance: Instance) -> Trace:
    """The trace in an ITF file that `trace_to_itf` wrote, or another tool by the same conventions.

    Raises `UserError` C120 where the file does not fit the spec and the instance.
    """
    try:
        document = json.loads(text, object_pairs_hook=_without_repetition)
        meta = document.get("#meta", {})
        steps = tuple(_step_from_json(state, spec, instance) for state in document["states"])
        kind = meta.get("kind")
        known = kind if kind in get_args(TraceKind) else "scenario"
        shows = None if meta.get("shows") is None else _line(meta["shows"])
        trace = Trace(known, _line(meta.get("spec", spec.name)), _line(meta.get("model", "")), shows, steps)
    except Misfit as misfit:
        raise UserError("C120", f"the trace does not fit `{spec.name}` and its model: {misfit}") from None
    except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError, MemoryError) as error:
        raise UserError("C120", f"this is not a trace in the ITF format: {shown(error)}") from None
    if not steps:
        raise UserError("C120", "the trace has no states")
    return trace


def _without_repetition(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    """A JSON object as a dict.  Raises `Misfit` for a key that it has twice: one of the two would mean nothing."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise Misfit(f"an object has a key twice, of {shown([key for key, _ in pairs])}")
    return found


def _line(value: Json) -> str:
    """A name, which messages show.  Raises `Misfit`."""
    if not isinstance(value, str) or not value.isprintable():
        raise Misfit(f"expected a name, found {shown(value)}")
    return value


def _step_from_json(state: Json, spec: ir.Spec, instance: Instance) -> Step:
    variables = [variable for variable in spec.variables if variable.name in state]
    missing = [v.name for v in spec.variables if v.name not in state and not v.ghost]
    if missing:
        raise Misfit(f"no value for `{missing[0]}`")
    values = tuple(from_json(state[variable.name], variable.type, instance) for variable in variables)
    if ACTION not in state:
        raise Misfit(f"a state does not say in `{ACTION}` how it came about")
    action = _line(state[ACTION])
    parameters = _parameter_types(spec, action)
    picks = state.get(PICKS, {})
    arguments = tuple(
        (name, from_json(picks[name], OptionType(type), instance)) for name, type in parameters.items() if name in picks
    )
    return Step(Label(action, arguments), State(tuple(variable.name for variable in variables), values))
