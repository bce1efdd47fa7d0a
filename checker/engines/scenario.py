"""Scenarios: a behaviour that a person writes down step by step, and the interpreter takes.

They show what lies too deep for a search, such as a run from a paper.  From the last state a search can go on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from checker.core.errors import Note, UserError
from checker.core.given import items_of, shown
from checker.core.model import Model
from checker.core.names import as_name
from checker.core.trace import Step, Trace
from checker.core.values import RecordValue, Value
from checker.engines.asked import check_name
from checker.engines.prepare import Prepared, prepare
from checker.frontend.load import is_scenario_step

Wanted: TypeAlias = "str | int | None | Mapping[str, Wanted]"
"""What an argument shall be: as it is shown (`"s1"`), a truth value or an int, None; for a record the name of its type,
or the fields that matter: `{"source": "s1", "granted": True}`."""

ScenarioStep: TypeAlias = tuple[str, Mapping[str, Wanted]]
"""An action and what its arguments shall be.  Those that are not given may be anything."""

SHOWN = 6
"""Labels that an error lists."""


def play(model: Model, scenario: Sequence[ScenarioStep], *, name: str = "") -> Trace:
    """The trace of `scenario`, which ends where a checked property is first violated, or after its last step.

    It begins in the initial state; where there are several, the first entry names an `@init` and its arguments.
    `Trace.shows` is the property that is violated at the end, None where none is.  Raises `UserError` M050 for a step
    that is not possible, M051 for one that can lead to different states, M052 for one behind a violation, and M054
    for a scenario that is no list of actions with arguments.
    """
    check_name(name)
    _check_shape(model, scenario)
    prepared = prepare(model, vacuity=False)
    interpreter = prepared.interpreter
    remaining = list(scenario)
    begins = remaining and any(action.name == remaining[0][0] for action in prepared.spec.initial)
    first = remaining.pop(0) if begins else None
    steps = [_choose(model, 0, interpreter.initial(), first)]
    shows = _violated(prepared, steps)
    for number, wanted in enumerate(remaining, start=1):
        if shows is not None:
            raise UserError("M052", f"`{shows}` is violated before step {number} of the scenario", model.place)
        steps.append(_choose(model, number, interpreter.steps(steps[-1].state)[0], wanted))
        shows = _violated(prepared, steps)
    return Trace("scenario", prepared.spec.name, name, shows, tuple(steps))


def _check_shape(model: Model, scenario: Sequence[ScenarioStep]) -> None:
    for entry in [scenario] if (entries := items_of(scenario)) is None else entries:
        if not is_scenario_step(entry):
            raise UserError(
                "M054", f"a scenario is a list of actions with arguments, and {shown(entry)} is none of them",
                model.place, help='for example `[("prepare", {"b": "b1"}), ("promise", {"a": "a1"}), ("tick", {})]`',
            )


def _choose(model: Model, number: int, possible: Sequence[Step], wanted: ScenarioStep | None) -> Step:
    """The one step among the possible ones that is wanted."""
    matching = [step for step in possible if wanted is None or _is_wanted(step, wanted)]
    states = {step.state: step for step in reversed(matching)}
    if len(states) == 1:
        return matching[0]
    what = f"step {number} of the scenario, `{_shown(wanted)}`," if wanted else "the start of the scenario"
    if not matching:
        same = [step for step in possible if wanted and step.label.action == wanted[0]]
        raise UserError(
            "M050", f"{what} is not possible", model.place,
            notes=_labels(same or possible),
        )
    raise UserError(
        "M051", f"{what} can lead to {len(states)} states", model.place, help="give more of its arguments",
        notes=_labels(matching),
    )


def _labels(steps: Sequence[Step]) -> list[Note]:
    shown = [Note(f"possible: {step.label}") for step in steps[:SHOWN]]
    return [*shown, Note(f"and {len(steps) - SHOWN} more")] if len(steps) > SHOWN else shown


def _shown(wanted: ScenarioStep) -> str:
    action, arguments = wanted
    told = (f"{name}={value if isinstance(value, str) else shown(value)}" for name, value in arguments.items())
    return f"{action}({', '.join(told)})"


def _is_wanted(step: Step, wanted: ScenarioStep) -> bool:
    action, arguments = wanted
    given = dict(step.label.arguments)
    return step.label.action == action and all(
        name in given and _fits(given[name], value) for name, value in arguments.items()
    )


def _fits(value: Value, wanted: Wanted) -> bool:
    if isinstance(wanted, str):
        return as_name(repr(value)) == as_name(wanted) or (isinstance(value, RecordValue) and value.record == wanted)
    if isinstance(wanted, Mapping):
        if not isinstance(value, RecordValue):
            return False
        fields = dict(zip(value.names, value.values, strict=True))
        return all(name in fields and _fits(fields[name], inner) for name, inner in wanted.items())
    return value == wanted and isinstance(value, bool) == isinstance(wanted, bool)


def _violated(prepared: Prepared, steps: Sequence[Step]) -> str | None:
    """The first property that is false at the end of `steps`."""
    checked, state = prepared.checked, steps[-1].state
    if len(steps) > 1:
        for entry in checked.step_invariants:
            if not prepared.interpreter.holds(entry, steps[-2].state, state):
                return entry.name
    return next((entry.name for entry in checked.invariants if not prepared.interpreter.holds(entry, state)), None)
