"""Why a formula has the value that it has: the conjunct that decides, for which choices, with which values.

`and`, `or`, `not`, `implies`, `if` and local names lead on to what decides inside them.  A quantifier is explained by
the choices that decide it.  What is left are comparisons and the like; they show the values of their parts.
"""

from __future__ import annotations

import linecache
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from checker.core import ir
from checker.core.errors import Span
from checker.core.show import show
from checker.core.structs import struct
from checker.core.values import Value
from checker.engines.interpreter.evaluate import Environment, bindings, evaluate, items, truth

Choice: TypeAlias = tuple[tuple[str, Value], ...]
"""Names, as the source has them, and what they stand for."""

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
    """A formula as the source has it, and whether it holds here.

    `parts` are its sub-expressions, as they are written (of a quantifier: the names from outside), with their values.
    `cases` are the choices that decide a
    quantifier; where no single one does, `note` says why (`for each of 9 choices`).
    """

    text: str
    span: Span
    holds: bool
    parts: Choice = ()
    cases: tuple[Case, ...] = ()
    note: str = ""


def reasons(node: ir.Expr, env: Environment, definitions: Definitions) -> tuple[Reason, ...]:
    """Why `node` holds, or does not, in `env`: what decides it, in the order of evaluation."""
    match node:
        case ir.Not(operand=operand) if operand.span != node.span:
            return reasons(operand, env, definitions)
        case ir.And(operands=operands) | ir.Or(operands=operands):
            # one operand decides (a false one of `and`, a true one of `or`), or they do all together
            decisive = isinstance(node, ir.Or)
            for operand in operands:
                if truth(operand, env) == decisive:
                    return reasons(operand, env, definitions)
            return tuple(reason for operand in operands for reason in reasons(operand, env, definitions))
        case ir.Implies(left=left, right=right):
            if not truth(left, env):
                return reasons(left, env, definitions)
            conclusion = reasons(right, env, definitions)
            return conclusion if truth(right, env) else (*reasons(left, env, definitions), *conclusion)
        case ir.If(condition=condition, then=then, otherwise=otherwise):
            chosen = then if truth(condition, env) else otherwise
            value = () if isinstance(chosen, ir.Boolean) else reasons(chosen, env, definitions)
            return (*reasons(condition, env, definitions), *value)
        case ir.Let(name=name, value=value, body=body):
            return reasons(body, env.bind(name, evaluate(value, env)), {**definitions, name: value})
        case ir.Local(name=name) if _still_defines(definitions.get(name), node, env):
            return reasons(definitions[name], env, definitions)
        case ir.ForAll() | ir.Exists():
            return (_quantified(node, env, definitions),)
        case _:
            return (_comparison(node, env),)


def _still_defines(definition: ir.Expr | None, node: ir.Local, env: Environment) -> bool:
    """Does the definition give the name's value here?  A variable that it reads may have changed since."""
    return definition is not None and evaluate(definition, env) == env.names[node.name]


# --- quantifiers --------------------------------------------------------------------------------------------------


def _quantified(node: ir.ForAll | ir.Exists, env: Environment, definitions: Definitions) -> Reason:
    text, holds = source_text(node), truth(node, env)
    cases: tuple[Case, ...] = ()
    note = ""
    if holds and isinstance(node, ir.ForAll):
        count = sum(1 for _ in bindings(node.binders, env))
        note = "there is nothing to choose" if count == 0 else f"for each of {number_of(count, 'choice')}"
    elif holds or isinstance(node, ir.ForAll):
        inner = next(inner for inner in bindings(node.binders, env) if truth(node.body, inner) == holds)
        cases = (_decisive(node, text, inner, definitions),)
    else:
        cases = _alike(_refutations(node, node.binders, text, env, definitions))
        note = "" if cases else "there is nothing to choose"
    return Reason(text, node.span, holds, parts=_names_from_outside(node, text, env), cases=cases, note=note)


def _names_from_outside(node: ir.Expr, text: str, env: Environment) -> Choice:
    """The local names that a quantifier reads, with their values; in a helper they go by the names of the caller."""
    used = dict.fromkeys(part.name for part in ir.walk(node) if isinstance(part, ir.Local) and part.name in env.names)
    return tuple((written_name(name, text), env.names[name]) for name in used)


def _decisive(node: ir.ForAll | ir.Exists, text: str, inner: Environment, definitions: Definitions) -> Case:
    """The case of one full choice: why it is allowed, and why the body has its value."""
    allowed = [
        reason
        for binder in node.binders
        if binder.condition is not None
        for reason in reasons(binder.condition, inner, definitions)
    ]
    body = () if isinstance(node.body, ir.Boolean) else reasons(node.body, inner, definitions)
    return Case(_choice(node.binders, text, inner), (*allowed, *body))


def _refutations(
    node: ir.Exists, rest: tuple[ir.Binder, ...], text: str, env: Environment, definitions: Definitions
) -> Iterator[Case]:
    """For every choice of an `any` that is false: the condition, or the body, that makes it so."""
    chosen = node.binders[: len(node.binders) - len(rest)]
    if not rest:
        yield Case(_choice(chosen, text, env), reasons(node.body, env, definitions))
        return
    binder = rest[0]
    for value in items(evaluate(binder.domain, env)):
        inner = env.bind(binder.name, value)
        if binder.condition is None or truth(binder.condition, inner):
            yield from _refutations(node, rest[1:], text, inner, definitions)
        else:
            yield Case(_choice((*chosen, binder), text, inner), reasons(binder.condition, inner, definitions))


def _alike(cases: Iterator[Case]) -> tuple[Case, ...]:
    """The cases with those that fail in the same places put together: the first of them stands for all."""
    groups: dict[object, list[Case]] = {}
    for case in cases:
        groups.setdefault(_shape(case.because), []).append(case)
    return tuple(Case(group[0].choice, group[0].because, len(group) - 1) for group in groups.values())


def _shape(because: tuple[Reason, ...]) -> object:
    """Which formulas decide, without the values in them."""
    return tuple((reason.span, reason.holds, *(_shape(case.because) for case in reason.cases)) for reason in because)


def _choice(binders: tuple[ir.Binder, ...], text: str, env: Environment) -> Choice:
    return tuple((written_name(binder.name, text), env.names[binder.name]) for binder in binders)


# --- comparisons, and the like ------------------------------------------------------------------------------------


def _comparison(node: ir.Expr, env: Environment) -> Reason:
    inside = node.operand if isinstance(node, ir.Not) else node
    match inside:
        case ir.Equal() | ir.Less() | ir.Contains() | ir.Subset() | ir.IsNothing() | ir.IsRecord():
            parts = [part for part in map(_as_written, ir.children(inside)) if not _is_literal(part)]
        case _:
            parts = []
    text = source_text(node)
    shown = {source_text(part): evaluate(part, env) for part in parts}
    # `a > b` is kept as `b < a`: the reader wants what comes first in the text first
    ordered = sorted(shown.items(), key=lambda entry: text.find(entry[0]))
    return Reason(text, node.span, truth(node, env), parts=tuple(ordered))


def _as_written(node: ir.Expr) -> ir.Expr:
    """The expression without the conversions that the front end has put around it."""
    match node:
        case ir.Some() | ir.Widen() | ir.Narrow() | ir.Unwrap():
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


# --- source text --------------------------------------------------------------------------------------------------

_CALLS: Mapping[type[ir.Node], str] = {ir.ForAll: "all", ir.Exists: "any", ir.Sum: "sum"}
_MADE = {"subject", "argument", "item", "key", "parts"}
"""Names that the front end gives to what has none."""


def source_text(node: ir.Expr) -> str:
    """The expression as it stands in the source, on one line; its place where the source cannot be read."""
    text = text_at(node.span)
    if isinstance(node, ir.Local):
        return text if _base(node.name) in _MADE else written_name(node.name, text)
    # a generator that is the only argument has no parentheses of its own: its place is that of the call's
    return _CALLS.get(type(node), "") + text if text.startswith("(") else text


def text_at(span: Span) -> str:
    """The source text at a place, on one line; the place itself where the source cannot be read."""
    lines = [linecache.getline(span.file, number).rstrip("\n") for number in range(span.line, span.end_line + 1)]
    if not any(lines):
        return str(span)
    lines[-1] = lines[-1][: span.end_column]
    lines[0] = lines[0][span.column :]
    return re.sub(r"([(\[{]) ", r"\1", " ".join(" ".join(lines).split()))


def written_name(name: str, text: str) -> str:
    """The name as the source has it: the front end has numbered a name that is bound more than once."""
    return name if _has(text, name) else _base(name)


def _base(name: str) -> str:
    return re.sub(r"_\d+$", "", name)


# --- as lines -----------------------------------------------------------------------------------------------------

_WIDTH = 100


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
            yield f"{indent}{'true' if reason.holds else 'false'}{note}: {shorten(reason.text)}{where}"
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


def _has(text: str, name: str) -> bool:
    return re.search(rf"\b{re.escape(name)}\b", text) is not None


def choice_text(choice: Iterable[tuple[str, Value]]) -> str:
    """`b = b1, v = v2`."""
    return ", ".join(f"{shorten(name)} = {shorten(show(value))}" for name, value in choice)


def shorten(text: str) -> str:
    """The text, cut to a width that can be read at a glance."""
    return text if len(text) <= _WIDTH else text[: _WIDTH - 2] + " …"


def number_of(count: int, what: str) -> str:
    """`1 choice`, `2 choices`."""
    return f"{count} {what}{'' if count == 1 else 's'}"
