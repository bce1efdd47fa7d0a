"""Explanations for a person: why a property is false in a state, and what stops an action."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from checker.core import ir
from checker.core.errors import Span
from checker.core.show import show
from checker.core.structs import struct
from checker.core.trace import Label
from checker.core.values import State
from checker.engines.interpreter.bounds import OutOfBounds
from checker.engines.interpreter.evaluate import truth
from checker.engines.interpreter.scope import Environment
from checker.engines.interpreter.interpreter import Interpreter, NotEnabled, domain_values, label_of
from checker.engines.interpreter.reasons import Definitions, Reason, of_call, reason_lines, reasons
from checker.engines.interpreter.wording import Choice, choice_text, number_of, shorten, source_text, text_at

_SHOWN = 6
"""Cases of one `require` that are written out; the rest is counted."""


@struct
class Explanation:
    """Why the formula `name` holds, or does not."""

    name: str
    holds: bool
    because: tuple[Reason, ...]

    def lines(self) -> list[str]:
        """The explanation as plain text."""
        return [f"{self.name} is {'true' if self.holds else 'false'}", *reason_lines(self.because, "    ")]


@struct
class BlockedCase:
    """The choices of parameters for which a `require` fails for the same reason.  Only the parameters that matter to
    it are named; without any it fails for all."""

    choices: tuple[Choice, ...]
    because: tuple[Reason, ...]


@struct
class Blocked:
    """A `require` that stops the action, and for which choices of parameters it is the first to do so."""

    text: str
    span: Span
    cases: tuple[BlockedCase, ...]


@struct
class NothingToChoose:
    """A parameter without a value: the collection that it is drawn from (`source`) is empty."""

    parameter: str
    type: str
    source: str
    choice: Choice


@struct
class CutStep:
    """A step that would leave the model's bounds."""

    label: Label
    reason: str


@struct
class ActionExplanation:
    """What becomes of each choice of an action's parameters in a state."""

    action: str
    enabled: tuple[Label, ...]
    blocked: tuple[Blocked, ...]
    missing: tuple[NothingToChoose, ...]
    cut: tuple[CutStep, ...]

    def lines(self) -> list[str]:
        """The explanation as plain text."""
        return list(_action_lines(self))


def explain_property(
    interpreter: Interpreter, entry: ir.Property, state: State, after: State | None = None
) -> Explanation:
    """Why `entry` holds, or does not, in `state` (a step invariant: in the step to `after`)."""
    return explain_formula(entry.name, entry.formula, interpreter.environment(state, after))


def explain_formula(name: str, formula: ir.Expr, env: Environment) -> Explanation:
    """Why `formula` holds, or does not, in `env`."""
    return Explanation(name, truth(formula, env), reasons(formula, env, {}))


def explain_action(interpreter: Interpreter, action: ir.Action, state: State) -> ActionExplanation:
    """Which choices of the parameters of a typed `action` are enabled in `state`, and what stops each other one.

    Raises `UserError` R001..R005 where the action is in error.
    """
    survey = _Survey(interpreter, action, {bind.name: bind.value for bind in _bindings(action.body)})
    survey.visit(action.parameters, interpreter.environment(state))
    return ActionExplanation(
        action=action.name,
        enabled=tuple(survey.enabled),
        blocked=tuple(
            Blocked(
                text_at(statement.span),
                statement.span,
                tuple(BlockedCase(tuple(choices), because) for because, choices in cases.items()),
            )
            for statement, cases in survey.blocked.values()
        ),
        missing=tuple(survey.missing),
        cut=tuple(survey.cut),
    )


class _Survey:
    """The choices of one action's parameters, sorted by what becomes of them."""

    def __init__(self, interpreter: Interpreter, action: ir.Action, definitions: Definitions) -> None:
        self.interpreter = interpreter
        self.action = action
        self.definitions = definitions
        self.enabled: list[Label] = []
        self.blocked: dict[Span, tuple[ir.Require, dict[tuple[Reason, ...], dict[Choice, None]]]] = {}
        self.missing: list[NothingToChoose] = []
        self.cut: list[CutStep] = []

    def visit(self, rest: tuple[ir.Parameter, ...], env: Environment) -> None:
        """Goes through all choices of the parameters that are left."""
        if not rest:
            self._try(env)
            return
        first = rest[0]
        try:
            values = domain_values(first, env)
        except OutOfBounds as reason:
            self.cut.append(CutStep(label_of(self.action, env), reason.message))
            return
        except NotEnabled as stop:
            self._stopped(stop, label_of(self.action, env))
            return
        if not values:
            self.missing.append(
                NothingToChoose(
                    first.name, str(first.type), source_text(first.domain), label_of(self.action, env).arguments
                )
            )
        for value in values:
            self.visit(rest[1:], env.bind(first.name, value))

    def _try(self, env: Environment) -> None:
        label = label_of(self.action, env)
        try:
            self.interpreter.perform(self.action, env)
            self.enabled.append(label)
        except OutOfBounds as reason:
            self.cut.append(CutStep(label, reason.message))
        except NotEnabled as stop:
            self._stopped(stop, label)

    def _stopped(self, stop: NotEnabled, label: Label) -> None:
        condition = stop.statement.condition
        because = _without(self._because(stop), label.arguments)
        relevant = _names(condition, self.definitions)
        choice = tuple(entry for entry in label.arguments if entry[0] in relevant)
        _, cases = self.blocked.setdefault(stop.statement.span, (stop.statement, {}))
        cases.setdefault(because, {})[choice] = None

    def _because(self, stop: NotEnabled) -> tuple[Reason, ...]:
        """Why the `require` fails; where it stands in a method that the action calls, inside of these calls."""
        call, env = stop.statement.span.within, stop.environment
        because = reasons(stop.statement.condition, env, self.definitions, call)
        while call is not None:
            because = (of_call(call, None, because, env),)
            call = call.span.within
        return because


def _without(because: tuple[Reason, ...], choice: Choice) -> tuple[Reason, ...]:
    """The reasons without these values, which are named with the choice that the reasons are for."""
    return tuple(
        replace(
            reason,
            parts=tuple(part for part in reason.parts if part not in choice),
            cases=tuple(replace(case, because=_without(case.because, choice)) for case in reason.cases),
            given=tuple(part for part in reason.given if part not in choice),
            inside=_without(reason.inside, choice),
        )
        for reason in because
    )


def _names(node: ir.Expr, definitions: Definitions) -> set[str]:
    """The names that the value of `node` depends on, through the definitions of local names too."""
    found: set[str] = set()
    for part in ir.walk(node):
        if isinstance(part, ir.Local):
            found.add(part.name)
            if part.name in definitions:
                found |= _names(definitions[part.name], definitions)
    return found


def _bindings(body: tuple[ir.Statement, ...]) -> Iterator[ir.Bind]:
    for statement in body:
        if isinstance(statement, ir.Bind):
            yield statement
        elif isinstance(statement, ir.Branch):
            yield from _bindings((*statement.then, *statement.otherwise))


def _action_lines(explanation: ActionExplanation) -> Iterator[str]:
    name, count = explanation.action, len(explanation.enabled)
    yield f"{name} is enabled for {number_of(count, 'choice')}" if count else f"{name} is not enabled"
    for label in explanation.enabled[:_SHOWN]:
        yield f"    enabled: {name}({choice_text(label.arguments)})"
    for missing in explanation.missing:
        under = f", for {choice_text(missing.choice)}" if missing.choice else ""
        yield f"    there is no {missing.parameter}: {missing.type} in {missing.source}{under}"
    for cut in explanation.cut[:_SHOWN]:
        yield f"    beyond the model's bounds: {name}({choice_text(cut.label.arguments)}), as {cut.reason}"
    for blocked in explanation.blocked:
        yield from _blocked_lines(blocked)


def _blocked_lines(blocked: Blocked) -> Iterator[str]:
    place = f"{blocked.span.file.rsplit('/', 1)[-1]}:{blocked.span.line}"
    yield f"    require {shorten(blocked.text)}   [{place}]"
    for case in blocked.cases[:_SHOWN]:
        for_all = not any(case.choices)
        yield "        fails whatever is chosen" if for_all else f"        fails for {_choices_text(case.choices)}"
        known = case.choices[0] if len(case.choices) == 1 else ()
        yield from reason_lines(case.because, "            ", known, above=blocked.text)
    if len(blocked.cases) > _SHOWN:
        yield f"        fails for {number_of(len(blocked.cases) - _SHOWN, 'more group')} of choices"


def _choices_text(choices: tuple[Choice, ...]) -> str:
    """`s = s1 | s2` where one parameter matters, else the choices one after another."""
    more = f" | {len(choices) - _SHOWN} more" if len(choices) > _SHOWN else ""
    if all(len(choice) == 1 for choice in choices):
        (name, _), *_ = choices[0]
        return f"{name} = {' | '.join(show(choice[0][1]) for choice in choices[:_SHOWN])}{more}"
    return " | ".join(map(choice_text, choices[:_SHOWN])) + more
