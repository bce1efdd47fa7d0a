"""Does a verdict meet what its model expects?"""

from __future__ import annotations

from checker.core.model import Holds, Model, Violated
from checker.core.verdict import Outcome, Verdict


def unmet_expectation(model: Model, verdict: Verdict) -> str | None:
    """How `verdict` differs from what `model` expects, in a sentence; None where it does not.

    States are compared with `Holds.orbits` where they were counted up to symmetry, else with `Holds.states`.
    """
    match model.expect:
        case None:
            return None
        case Holds() as expected:
            return _unmet_counts(verdict, expected)
        case Violated() as expected:
            return _unmet_violation(verdict, expected)


def _unmet_counts(verdict: Verdict, expected: Holds) -> str | None:
    if verdict.outcome is not Outcome.HOLDS:
        return f"expected `{Outcome.HOLDS.value}`, found `{verdict.outcome.value}`"
    found = verdict.statistics
    assert found is not None
    states = expected.orbits if found.orbits else expected.states
    if states is not None and states != found.states:
        return f"expected {states:,} {'orbits' if found.orbits else 'states'}, found {found.states:,}"
    if expected.depth is not None and expected.depth != found.depth:
        return f"expected a depth of {expected.depth}, found {found.depth}"
    return None


def _unmet_violation(verdict: Verdict, expected: Violated) -> str | None:
    violated = [entry.name for entry in verdict.properties if entry.outcome is Outcome.VIOLATED]
    if verdict.trace is not None and verdict.trace.shows is not None:
        violated.append(verdict.trace.shows)
    if verdict.outcome is not Outcome.VIOLATED or expected.property not in violated:
        return f"expected a violation of `{expected.property}`, found `{verdict.outcome.value}`"
    if expected.length is not None and verdict.trace is not None and len(verdict.trace) != expected.length:
        return f"expected a trace of {expected.length} states, found one of {len(verdict.trace)}"
    return None
