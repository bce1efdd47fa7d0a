"""A trace that somebody gives, taken again on the spec at hand: of it is believed what the interpreter does too.

Names count: a state or an argument of another model is the same where it is shown the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from checker.core.errors import UserError, did_you_mean
from checker.core.given import shown
from checker.core.show import show
from checker.core.structs import struct
from checker.core.trace import Label, Step, Trace
from checker.core.values import State
from checker.engines.interpreter.belonging import belongs
from checker.engines.interpreter.evaluate import evaluate
from checker.engines.interpreter.scope import items
from checker.engines.interpreter.interpreter import Interpreter, NotEnabled, OutOfBounds
from checker.engines.interpreter.wording import shorten, text_at

HELP = "was the trace written for this spec and these sizes?"


@struct
class Retraced:
    """The steps of a trace as the interpreter takes them.  Was the first state `assumed`, since it is no initial one
    and the trace begins in a state that need not be reachable?"""

    steps: tuple[Step, ...]
    assumed: bool


class _Impossible(Exception):
    """Why a step cannot be taken."""


def retrace(interpreter: Interpreter, trace: Trace, what: str) -> Retraced:
    """Takes the steps of `trace` again; its states have the variables of the spec, and perhaps more.

    A counterexample to induction may begin in any state of the model.  `what` the trace is called in messages.  Raises
    `UserError` C010 where a step is not possible, and M053 where a variable is missing.
    """
    _check_shape(trace, what)
    given = [_projected(interpreter, step, what) for step in trace.steps]
    first, assumed = _first(interpreter, trace, given[0], what)
    steps = [first]
    for number, step in enumerate(given[1:], start=2):
        try:
            steps.append(_taken(interpreter, steps[-1].state, step))
        except _Impossible as reason:
            raise UserError(
                "C010", f"{what}: `{interpreter.source.name}` cannot go to state {number} by `{step.label}`: {reason}",
                help=HELP,
            ) from None
    return Retraced(tuple(steps), assumed)


def _check_shape(trace: Trace, what: str) -> None:
    """A trace that Python gives may be anything."""
    given: Any = trace
    if not isinstance(given, Trace):
        raise UserError(
            "C010", f"{what} is no trace, but {shown(given)}",
            help="a trace is what `result.trace`, a value of `result.witnesses` or `play(...)` is",
        )
    steps: Any = given.steps
    if not isinstance(steps, tuple) or not steps:
        raise UserError("C010", f"{what} has no states", help=HELP)


def _projected(interpreter: Interpreter, step: Step, what: str) -> Step:
    """`step` with the variables of the spec; a trace of another run may have ghosts that are not looked at here."""
    variables = interpreter.source.variables
    for variable in variables:
        if variable.name not in step.state.names:
            raise UserError(
                "M053", f"{what} has no variable `{variable.name}`",
                help="go on from a trace of the same spec, with the same properties checked",
            )
        value = step.state[variable.name]
        if not belongs(value, variable.type, interpreter.instance):
            raise UserError(
                "C010", f"{what}: the model has no such value of `{variable.name}`: {shown(value)}", help=HELP
            )
    names = tuple(variable.name for variable in variables)
    return Step(step.label, State(names, tuple(step.state[name] for name in names)))


def _first(interpreter: Interpreter, trace: Trace, given: Step, what: str) -> tuple[Step, bool]:
    """The first state, and whether it is assumed."""
    initial = interpreter.initial()
    for step in initial:
        if _is_shown_as(step, given):
            return step, False
    if trace.kind == "counterexample to induction":
        return given, True
    reason = _difference(initial[0].state, given) if len({step.state for step in initial}) == 1 else ""
    raise UserError(
        "C010", f"{what}: state 1 is no initial state of `{interpreter.source.name}`{reason and ': ' + reason}",
        help=HELP,
    )


def _taken(interpreter: Interpreter, state: State, given: Step) -> Step:
    """The step that `given` names, taken from `state`.  Raises `_Impossible`, and `UserError` R001..R005."""
    known = {action.name: action for action in interpreter.spec.actions}
    action = known.get(given.label.action)
    if action is None:
        raise _Impossible(did_you_mean(given.label.action, known) or "there is no such action")
    names = tuple(parameter.name for parameter in action.parameters)
    if tuple(name for name, _ in given.label.arguments) != names:
        raise _Impossible(f"its parameters are ({', '.join(names)})")
    env = interpreter.environment(state)
    arguments: list[tuple[str, Any]] = []
    try:
        for parameter, (name, wanted) in zip(action.parameters, given.label.arguments, strict=True):
            choices = items(evaluate(parameter.domain, env))
            value = next((choice for choice in choices if choice == wanted and show(choice) == show(wanted)), None)
            if value is None and wanted is not None:
                raise _Impossible(f"`{name}` cannot be {shorten(show(wanted))}")
            env = env.bind(name, value)
            arguments.append((name, value))
        step = Step(Label(action.name, tuple(arguments)), interpreter.perform(action, env))
    except NotEnabled as stop:
        raise _Impossible(f"`require({shorten(text_at(stop.statement.span))})` does not hold") from None
    except OutOfBounds as reason:
        raise _Impossible(f"that leaves the bounds of the model, as {reason.message}") from None
    if not _is_shown_as(step, given):
        raise _Impossible(_difference(step.state, given))
    return step


def _is_shown_as(step: Step, given: Step) -> bool:
    return step == given and str(step.label) == str(given.label) and not _differing(step.state, given.state)


def _differing(state: State, given: State) -> Sequence[str]:
    """The variables that differ."""
    return [
        name for name, value in state.items() if value != given[name] or show(value) != show(given[name])
    ]


def _difference(state: State, given: Step) -> str:
    """How a state differs from the given one."""
    names = _differing(state, given.state)
    if not names:
        return f"the state is the same, but not `{given.label}`"
    name = names[0]
    return f"`{name}` is {shorten(show(state[name]))} then, and {shorten(show(given.state[name]))} in the trace"
