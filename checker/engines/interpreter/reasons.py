"""Why a formula has the value that it has: the conjunct that decides, for which choices, with which values.

`and`, `or`, `not`, `implies`, `if` and local names lead on to what decides inside them.  A quantifier is explained by
the choices that decide it, a call by what is inside of its method, in the method's own names.  What is left are
comparisons and the like; they show the values of their parts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TypeAlias

from checker.core import ir
from checker.core.errors import Call, Span
from checker.core.structs import struct
from checker.engines.interpreter.evaluate import bindings, evaluate, truth
from checker.engines.interpreter.scope import Environment, items
from checker.engines.interpreter.wording import (
    Choice, choice_of, choice_text, entered, given, is_pattern, names_from_outside, names_of_binders, number_of,
    shorten, source_text, text_around, text_at, text_of,
)

Definitions: TypeAlias = Mapping[str, ir.Expr]
"""The expressions that local names were bound to."""


@struct
class Case:
    """A choice of a quantifier's names, and what follows from it; `alike` more choices go the same way."""

    choice: Choice
    because: tuple[Reason, ...]
    alike: int = 0


@struct
class Reason:
    """A formula as the source has it, and whether it holds here; of a call that does something, None.

    `parts` are its sub-expressions, as they are written (of a quantifier and a call: the names from outside), with
    their values.  `cases` are the choices that decide a quantifier; where no single one does, `note` says why (`for
    each of 9 choices`).  Of a call, `inside` is why its method has this value, and `given` what the method's
    parameters stand for there.
    """

    text: str
    span: Span
    holds: bool | None
    parts: Choice = ()
    cases: tuple[Case, ...] = ()
    note: str = ""
    given: Choice = ()
    inside: tuple[Reason, ...] = ()


def reasons(
    node: ir.Expr, env: Environment, definitions: Definitions, here: Call | None = None
) -> tuple[Reason, ...]:
    """Why `node` holds, or does not, in `env`: what decides it, in the order of evaluation.

    `here` is the call for which the text around `node` was inlined."""
    here = text_around(node, here)
    found = entered(node, here)
    if found is None:
        return _written_here(node, env, definitions, here)
    call, inside = found
    return (of_call(call, truth(node, env), reasons(node, env, definitions, inside), env),)


def of_call(call: Call, holds: bool | None, inside: tuple[Reason, ...], env: Environment) -> Reason:
    """The reason that a call is, with the reasons inside of its method."""
    parts = dict(entry for _, value in call.arguments for entry in names_from_outside(value, call.span.within, env))
    return Reason(text_at(call.span), call.span, holds, tuple(parts.items()), given=given(call, env), inside=inside)


def _written_here(
    node: ir.Expr, env: Environment, definitions: Definitions, here: Call | None
) -> tuple[Reason, ...]:
    match node:
        case ir.Not(operand=operand) if operand.span != node.span:
            return reasons(operand, env, definitions, here)
        case ir.And() if is_pattern(node.span):
            return _matched(node, env, definitions, here)
        case ir.And(operands=operands) | ir.Or(operands=operands) if any(part.span != node.span for part in operands):
            # one operand decides (a false one of `and`, a true one of `or`), or they do all together
            decisive = isinstance(node, ir.Or)
            for operand in operands:
                if truth(operand, env) == decisive:
                    return reasons(operand, env, definitions, here)
            return tuple(reason for operand in operands for reason in reasons(operand, env, definitions, here))
        case ir.Implies(left=left, right=right):
            if not truth(left, env):
                return reasons(left, env, definitions, here)
            conclusion = reasons(right, env, definitions, here)
            return conclusion if truth(right, env) else (*reasons(left, env, definitions, here), *conclusion)
        case ir.If(condition=condition, then=then, otherwise=otherwise):
            chosen = then if truth(condition, env) else otherwise
            value = () if isinstance(chosen, ir.Boolean) else reasons(chosen, env, definitions, here)
            return (*reasons(condition, env, definitions, here), *value)
        case ir.Let(name=name, value=value, body=body):
            return reasons(body, env.bind(name, evaluate(value, env)), {**definitions, name: value}, here)
        case ir.Local(name=name) if _still_defines(definitions.get(name), node, env):
            return reasons(definitions[name], env, definitions, here)
        case ir.ForAll() | ir.Exists():
            return (_quantified(node, env, definitions, here),)
        case _:
            return (_comparison(node, env, here),)


def _matched(node: ir.And, env: Environment, definitions: Definitions, here: Call | None) -> tuple[Reason, ...]:
    """Why the pattern of a `case` matches or does not, and behind it its guard, where it has one."""
    tests = tuple(part for part in node.operands if _is_inside(part.span, node.span))
    pattern = _comparison(replace(node, operands=tests), env, here)
    guard = [reasons(part, env, definitions, here) for part in node.operands[len(tests) :]] if pattern.holds else []
    told = () if guard and not truth(node, env) else (pattern,)
    return (*told, *(reason for part in guard for reason in part))


def _still_defines(definition: ir.Expr | None, node: ir.Local, env: Environment) -> bool:
    """Does the definition give the name's value here?  A variable that it reads may have changed since."""
    return definition is not None and evaluate(definition, env) == env.names[node.name]


# --- quantifiers --------------------------------------------------------------------------------------------------


def _quantified(node: ir.ForAll | ir.Exists, env: Environment, definitions: Definitions, here: Call | None) -> Reason:
    found = _Quantifier(node, definitions, here)
    holds = truth(node, env)
    cases: tuple[Case, ...] = ()
    note = ""
    if holds and isinstance(node, ir.ForAll):
        count = sum(1 for _ in bindings(node.binders, env))
        many = "for the only choice" if count == 1 else f"for each of {number_of(count, 'choice')}"
        note = many if count else "there is nothing to choose"
    elif holds or isinstance(node, ir.ForAll):
        inner = next(inner for inner in bindings(node.binders, env) if truth(node.body, inner) == holds)
        cases = (found.decisive(inner),)
    else:
        cases = _alike(found.refutations(node.binders, env))
        note = "" if cases else "there is nothing to choose"
    outside = names_from_outside(node, here, env)
    return Reason(source_text(node), node.span, holds, parts=outside, cases=cases, note=note)


class _Quantifier:
    """A quantifier in a text, and the cases that decide it."""

    def __init__(self, node: ir.ForAll | ir.Exists, definitions: Definitions, here: Call | None) -> None:
        self.node = node
        self.definitions = definitions
        self.here = here
        self.names = names_of_binders(node, node.binders, here)

    def decisive(self, inner: Environment) -> Case:
        """The case of one full choice: why it is allowed, and why the body has its value."""
        conditions = [binder.condition for binder in self.node.binders if binder.condition is not None]
        allowed = [reason for condition in conditions for reason in self._reasons(condition, inner)]
        body = () if isinstance(self.node.body, ir.Boolean) else self._reasons(self.node.body, inner)
        return Case(choice_of(self.node.binders, self.names, inner), (*allowed, *body))

    def refutations(self, rest: tuple[ir.Binder, ...], env: Environment) -> Iterator[Case]:
        """For every choice of an `any` that is false: the condition, or the body, that makes it so."""
        chosen = self.node.binders[: len(self.node.binders) - len(rest)]
        if not rest:
            yield Case(choice_of(chosen, self.names, env), self._reasons(self.node.body, env))
            return
        binder = rest[0]
        for value in items(evaluate(binder.domain, env)):
            inner = env.bind(binder.name, value)
            if binder.condition is None or truth(binder.condition, inner):
                yield from self.refutations(rest[1:], inner)
            else:
                choice = choice_of((*chosen, binder), self.names, inner)
                yield Case(choice, self._reasons(binder.condition, inner))

    def _reasons(self, node: ir.Expr, env: Environment) -> tuple[Reason, ...]:
        return reasons(node, env, self.definitions, self.here)


def _alike(cases: Iterator[Case]) -> tuple[Case, ...]:
    """The cases with those that fail in the same places put together: the first of them stands for all."""
    groups: dict[object, list[Case]] = {}
    for case in cases:
        groups.setdefault(_shape(case.because), []).append(case)
    return tuple(Case(group[0].choice, group[0].because, len(group) - 1) for group in groups.values())


def _shape(because: tuple[Reason, ...]) -> object:
    """Which formulas decide, without the values in them."""
    return tuple(
        (reason.span, reason.holds, _shape(reason.inside), *(_shape(case.because) for case in reason.cases))
        for reason in because
    )


# --- comparisons, and the like ------------------------------------------------------------------------------------


def _comparison(node: ir.Expr, env: Environment, here: Call | None) -> Reason:
    """What is written as one: a comparison, a chain of them, a pattern, or any other condition."""
    text = source_text(node)
    looked_at = _subject(node, node.span) if is_pattern(node.span) else _sides(node, env)
    parts = [part for part in map(_as_written, looked_at) if not _is_literal(part)]
    shown = {text_of(part, here): evaluate(part, env) for part in parts}
    # `a > b` is kept as `b < a`: the reader wants what comes first in the text first
    ordered = sorted(shown.items(), key=lambda entry: text.find(entry[0]))
    return Reason(text, node.span, truth(node, env), parts=tuple(ordered))


def _sides(node: ir.Expr, env: Environment) -> Iterator[ir.Expr]:
    """What is compared: of a chain, as far as it is evaluated."""
    match node:
        case ir.Not(operand=operand):
            yield from _sides(operand, env)
        case ir.And(operands=operands) | ir.Or(operands=operands):
            for operand in operands:
                yield from _sides(operand, env)
                if truth(operand, env) == isinstance(node, ir.Or):
                    return
        case ir.Equal() | ir.Less() | ir.Contains() | ir.Subset() | ir.IsNothing() | ir.IsRecord():
            yield from ir.children(node)
        case _:
            pass


def _subject(node: ir.Expr, pattern: Span) -> Iterator[ir.Expr]:
    """What a pattern is matched with: it stands outside of the pattern's text."""
    if _is_inside(node.span, pattern):
        for part in ir.children(node):
            yield from _subject(part, pattern)
    else:
        yield node


def _is_inside(span: Span, around: Span) -> bool:
    return (around.line, around.column) <= (span.line, span.column) and (
        (span.end_line, span.end_column) <= (around.end_line, around.end_column)
    )


def _as_written(node: ir.Expr) -> ir.Expr:
    """The expression without the conversions that the front end has put around it; what stands for a parameter or a
    captured name is written elsewhere."""
    match node:
        case ir.Some() | ir.Widen() | ir.Narrow() | ir.Unwrap() if node.operand.span == node.span:
            return _as_written(node.operand)
        case _:
            return node


def _is_literal(node: ir.Expr) -> bool:
    match node:
        case ir.Boolean() | ir.Integer() | ir.EnumMember() | ir.Nothing() | ir.First() | ir.AllOf():
            return True
        case ir.MakeSet(items=items) | ir.MakeBag(items=items) | ir.MakeSeq(items=items):
            return not items
        case _:
            return False


# --- as lines -----------------------------------------------------------------------------------------------------


def reason_lines(
    because: tuple[Reason, ...], indent: str, known: Choice = (), told: Choice = (), above: str = ""
) -> Iterator[str]:
    """The reasons as plain text.

    `known` are names that the reader has been told, which need not be said of a text that has them; `told` has been
    said of a text around this one, and `above` is the text that the reader has just read.
    """
    for reason in because:
        obvious = [*told, *(part for part in known if _has(reason.text, part[0]))]
        parts = [part for part in reason.parts if part not in obvious]
        if reason.text != above:
            note = f" ({reason.note})" if reason.note else ""
            where = f"   where {choice_text(parts)}" if parts else ""
            yield f"{indent}{_verdict(reason)}{note}: {shorten(reason.text)}{where}"
        elif parts:
            yield f"{indent}{choice_text(parts)}"
        elif reason.note:
            yield f"{indent}{reason.note}"
        inner = indent if reason.text == above else indent + "    "
        for case in reason.cases:
            deeper = inner
            if case.choice:
                yield f"{inner}for {choice_text(case.choice)}"
                deeper += "    "
            yield from reason_lines(case.because, deeper, (*known, *case.choice), (*told, *parts), reason.text)
            if case.alike:
                yield f"{inner}and in the same way for {number_of(case.alike, 'other choice')}"
        if reason.inside:
            if reason.given:
                yield f"{inner}with {choice_text(reason.given)}"
            # a method has names of its own: what was said of those around the call says nothing of them
            yield from reason_lines(reason.inside, inner, reason.given)


def _verdict(reason: Reason) -> str:
    return {True: "true", False: "false", None: "in"}[reason.holds]


def _has(text: str, name: str) -> bool:
    return re.search(rf"\b{re.escape(name)}\b", text) is not None
