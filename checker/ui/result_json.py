"""A verdict, or a mistake, as one JSON object.

The keys are an interface, described in docs/api.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from checker.core.errors import UserError
from checker.core.instance import BagBound
from checker.core.parameters import Parameters
from checker.core.show import show
from checker.core.verdict import ObligationResult, Outcome, SecondsByPart, Statistics, Verdict
from checker.ui.console import json_text


def verdict_json(
    verdict: Verdict, files: Sequence[Path], exit_status: int, more: Mapping[str, object] | None = None
) -> str:
    """The object as text, with `more` at its end.  Counts are null where nothing was counted, in a proof."""
    statistics = verdict.statistics
    document: dict[str, Any] = {
        "spec": verdict.spec,
        "model": verdict.model,
        **_parameters(verdict.parameters),
        "verdict": verdict.outcome.name.lower(),
        "message": verdict.message,
        "expected": verdict.expected,
        "exit_status": exit_status,
        "states": statistics.states if statistics else None,
        "orbits": statistics.orbits if statistics else None,
        "walks": statistics.walks if statistics else None,
        "generated": statistics.generated if statistics else None,
        "depth": statistics.depth if statistics else None,
        "cut": statistics.cut if statistics else None,
        "outside_constraint": statistics.outside_constraint if statistics else None,
        "outside_initial": statistics.outside_initial if statistics else None,
        "terminal": statistics.terminal if statistics else None,
        "queue": statistics.queue if statistics else None,
        "mean_steps": round(statistics.mean_steps, 3) if statistics and statistics.most_steps else None,
        "most_steps": statistics.most_steps if statistics and statistics.most_steps else None,
        "collisions": statistics.collisions if statistics else None,
        "seconds": round(statistics.seconds, 3) if statistics else None,
        "seconds_by_part": _rounded(statistics.seconds_by_part) if statistics else None,
        "actions": {
            name: {"generated": action.generated, "distinct": action.distinct, "cut": action.cut}
            for name, action in (statistics or Statistics()).actions.items()
        },
        "properties": [
            {"kind": entry.kind, "name": entry.name, "verdict": entry.outcome.name.lower(), "detail": entry.detail}
            for entry in verdict.properties
        ],
        "obligations": [_obligation(entry) for entry in verdict.obligations],
        "notes": list(verdict.notes),
        "trace_length": len(verdict.trace) if verdict.trace else None,
        "trace": str(files[0]) if files and verdict.trace else None,
        "counterexamples": {
            name: [len(trace) for trace in traces] for name, traces in verdict.counterexamples.items()
        },
        "witnesses": {name: len(trace) for name, trace in verdict.witnesses.items()},
        "files": [str(file) for file in files],
    }
    return json_text({**document, **(more or {})})


def _parameters(given: Parameters | None) -> dict[str, Any]:
    """The parameters of a run by the field that they are in; null for a proof, which is about every size."""
    if given is None:
        return dict.fromkeys(("sizes", "quorums", "bounds", "constants", "fixed"))
    bounds = {name: asdict(bound) if isinstance(bound, BagBound) else bound for name, bound in given.bounds.items()}
    fixed = {name: show(value) for name, value in given.fixed.items()}
    return {
        "sizes": given.sizes, "quorums": given.quorums, "bounds": bounds, "constants": given.constants, "fixed": fixed,
    }


def _obligation(entry: ObligationResult) -> dict[str, Any]:
    """What the data class has, with what was not tried told apart."""
    verdict = entry.outcome.name.lower() if entry.is_tried else "not_tried"
    found = {"kind": entry.kind, "name": entry.name, "obligation": entry.obligation, "action": entry.action}
    how = {"uses": list(entry.uses), "rung": entry.rung or None, "seconds": round(entry.seconds, 3), "kept": entry.kept}
    looked = {name: None if value is None else list(value) for name, value in (
        ("hypotheses", entry.hypotheses), ("core", entry.core)
    )}
    return {**found, "verdict": verdict, **how, **looked}


def _rounded(parts: SecondsByPart) -> dict[str, float]:
    return {name: round(seconds, 3) for name, seconds in asdict(parts).items()}


def outcome_json(outcome: Outcome, message: str) -> str:
    """How a command ended that has no verdict to report."""
    return json_text({"verdict": outcome.name.lower(), "exit_status": outcome.exit_status, "message": message})


def error_json(error: UserError) -> str:
    """A mistake of the user: what is wrong, where, and what to do."""
    span = error.span
    return json_text(
        {
            "verdict": "error",
            "exit_status": 2,
            "error": {
                "code": error.code,
                "message": error.message,
                "file": span.file if span else None,
                "line": span.line if span else None,
                "column": span.column + 1 if span else None,
                "help": error.help,
            },
        }
    )
