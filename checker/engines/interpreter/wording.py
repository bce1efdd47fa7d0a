"""How an expression is written: its text, the names in it as the reader has them, and the calls that it stands for.

Methods are inlined, so an expression holds parts whose text is that of several methods.  `here` is the call for which
the text at hand was inlined; None is the property or the action itself.
"""

from __future__ import annotations

import linecache
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from checker.core import ir
from checker.core.errors import Call, Span
from checker.core.show import show
from checker.core.values import Value
from checker.engines.interpreter.evaluate import evaluate
from checker.engines.interpreter.scope import Environment

Choice: TypeAlias = tuple[tuple[str, Value], ...]
"""Names, as the source has them, and what they stand for."""


# --- calls --------------------------------------------------------------------------------------------------------


def text_around(node: ir.Expr, here: Call | None) -> Call | None:
    """The innermost text around `here`, itself included, that `node` belongs to: an argument stands in its caller's."""
    around = {id(call): call for call in _around(node.span.within)}
    while here is not None and id(here) not in around:
        here = here.span.within
    return here


def entered(node: ir.Expr, here: Call | None) -> tuple[Call, Call] | None:
    """The call in the text of `here` that `node` stands for, and the one for which the text inside of it was inlined:
    itself, or an earlier one of the same.  None where `node` is written there itself."""
    for first in _around(node.span.within):
        for call in (first, *first.again):
            if first is not here and call.span.within is here:
                return call, first
    return None


def _around(call: Call | None) -> Iterator[Call]:
    """The calls whose texts are around what was inlined for `call`, itself included, from the inside outwards: those
    around each call that the text stands in the place of."""
    waiting, met = [call], set[int]()
    for call in waiting:
        if call is not None and id(call) not in met:
            met.add(id(call))
            yield call
            waiting += [other.span.within for other in (call, *call.again)]


def given(call: Call, env: Environment) -> Choice:
    """What the parameters of a call stand for, but for those that are called as what is given for them."""
    return tuple(
        (name, evaluate(value, env)) for name, value in call.arguments if text_at(value.span) != name
    )


# --- names --------------------------------------------------------------------------------------------------------


def names_from_outside(node: ir.Expr, here: Call | None, env: Environment) -> Choice:
    """The names in the text of `node` that are not bound inside of it, with their values."""
    found = dict(_names(node, here))
    return tuple((name, evaluate(part, env)) for name, part in found.items() if _locals(part) <= env.names.keys())


def names_of_binders(node: ir.Expr, binders: Iterable[ir.Binder], here: Call | None) -> dict[str, dict[str, ir.Expr]]:
    """For each binder of `node` the names by which its text speaks of what the binder runs over."""
    bound = {binder.name for binder in binders}
    found: dict[str, dict[str, ir.Expr]] = {name: {} for name in bound}
    for name, part in _names(node, here):
        inside = _locals(part)
        if len(inside) == 1 and inside <= bound:
            found[next(iter(inside))].setdefault(name, part)
    return found


def choice_of(binders: Iterable[ir.Binder], names: Mapping[str, Mapping[str, ir.Expr]], env: Environment) -> Choice:
    """The names of binders with their values in `env`; `names` are those of `names_of_binders`.

    Of `m.values()` the key is shown too, though the text has no name for it."""
    shown: dict[str, Value] = {}
    for binder in binders:
        named = any(isinstance(part, ir.Local) for part in names[binder.name].values())
        if not names[binder.name] or (_base(binder.name) == "key" and not named):
            shown[_base(binder.name)] = env.names[binder.name]
        shown |= {name: evaluate(part, env) for name, part in names[binder.name].items()}
    return tuple(shown.items())


def _names(node: ir.Expr, here: Call | None) -> Iterator[tuple[str, ir.Expr]]:
    """The names that stand in the text of `node`, each with what it stands for, as often as they do."""
    found = entered(node, here)
    if found is not None:
        for _, argument in found[0].arguments:
            yield from _names(argument, here)
        return
    text = text_at(node.span) if isinstance(node, _NAMED) else ""
    if text.isidentifier() and node.span.within is here:
        if _locals(node):
            yield text, node
        return
    for part in ir.children(node):
        yield from _names(part, here)


_NAMED = (ir.Local, ir.Field, ir.Item, ir.Lookup, ir.Some, ir.Unwrap, ir.Narrow, ir.Widen)
"""What can stand where a name is written: a name, and what a parameter or a pattern stands for."""


def _locals(node: ir.Expr) -> set[str]:
    return {part.name for part in ir.walk(node) if isinstance(part, ir.Local)}


def _base(name: str) -> str:
    """A name that is bound more than once has got a number."""
    return re.sub(r"_\d+$", "", name)


# --- text ---------------------------------------------------------------------------------------------------------

_CALLS: Mapping[type[ir.Node], str] = {ir.ForAll: "all", ir.Exists: "any", ir.Sum: "sum"}


def text_of(node: ir.Expr, here: Call | None) -> str:
    """The expression as the text of `here` has it: a call, or what is written there."""
    found = entered(node, here)
    return source_text(node) if found is None else text_at(found[0].span)


def source_text(node: ir.Expr) -> str:
    """The expression as it stands in the source, on one line; its place where the source cannot be read."""
    text = text_at(node.span)
    if is_pattern(node.span):
        return f"case {text}"
    # a generator that is the only argument has no parentheses of its own: its place is that of the call's
    return _CALLS.get(type(node), "") + text if text.startswith("(") else text


def is_pattern(span: Span) -> bool:
    """Does a `case` begin here?"""
    return re.fullmatch(r"\s*case\s+", linecache.getline(span.file, span.line)[: span.column]) is not None


def text_at(span: Span) -> str:
    """The source text at a place, on one line; the place itself where the source cannot be read."""
    lines = [linecache.getline(span.file, number).rstrip("\n") for number in range(span.line, span.end_line + 1)]
    if not any(lines):
        return str(span)
    lines[-1] = lines[-1][: span.end_column]
    lines[0] = lines[0][span.column :]
    return re.sub(r"([(\[{]) ", r"\1", " ".join(" ".join(lines).split()))


# --- as lines -----------------------------------------------------------------------------------------------------

_WIDTH = 100


def choice_text(choice: Iterable[tuple[str, Value]]) -> str:
    """`b = b1, v = v2`."""
    return ", ".join(f"{shorten(name)} = {shorten(show(value))}" for name, value in choice)


def shorten(text: str) -> str:
    """The text, cut to a width that can be read at a glance."""
    return text if len(text) <= _WIDTH else text[: _WIDTH - 2] + " …"


def number_of(count: int, what: str) -> str:
    """`1 choice`, `2 choices`."""
    return f"{count} {what}{'' if count == 1 else 's'}"
