"""Giving names to what would otherwise be computed in several places, or at the wrong time."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias, assert_never

from checker.engines.kernels.formula import (
    AllOf, Constant, Formula, Holds, Match, Negation, SomeBit, SomeOf, Text, boolean, is_cheap,
)
from checker.engines.kernels.symbols import (
    Computed, Known, Members, Patched, Product, Slots, Stored, Symbol, Tabulated, Truth, Unbound,
)
from checker.engines.kernels.texts import Texts

Bind: TypeAlias = Callable[[str, str], str]
"""Takes a proposed name and an expression, sees to it that it is evaluated now, and gives the name for its value."""

SMALL = re.compile(r"\w+|'\w+'")
"""A name, a number or the name of a record."""

SUM = re.compile(r"[\w *+]+")
"""A sum of such, each with a factor."""

FEW = 3
"""Tests of bits that may stand in several places."""


def settled(texts: Texts, symbol: Symbol, hint: str, bind: Bind) -> Symbol:
    """The same value, total and cheap: whatever is not gets a name through `bind`."""
    match symbol:
        case Known() | Tabulated() | Unbound():
            return symbol
        case Computed(type=type, text=text, total=is_total, interval=interval):
            if is_total and SMALL.fullmatch(text):
                return symbol
            return Computed(type, bind(hint, text), True, interval)
        case Stored(offset=offset):
            return symbol if not offset or SMALL.fullmatch(offset) else replace(symbol, offset=bind("offset", offset))
        case Truth(formula=formula):
            return Truth(_settled_formula(formula, hint, bind))
        case Product(parts=parts):
            return replace(symbol, parts=tuple(settled(texts, part, hint, bind) for part in parts))
        case Slots(values=values):
            return replace(symbol, values=tuple(settled(texts, value, hint, bind) for value in values))
        case Patched(patches=patches):
            settled_patches = tuple(
                (_settled_text(key, "key", bind) if isinstance(key, str) else key, settled(texts, value, hint, bind))
                for key, value in patches
            )
            return replace(symbol, patches=settled_patches)
        case Members(formulas=formulas, added=added):
            if any(not _is_simple(formula) for formula in formulas.values()):
                return Computed(symbol.type, bind(hint, texts.text(symbol)))
            return replace(symbol, added=tuple(_settled_text(code, "code", bind) for code in added))
        case _:
            assert_never(symbol)


def is_safe(symbol: Symbol) -> bool:
    """Can the code for the value be run where a test that guards it is false?

    A name can: it always has some value of its type.  A component of what it names may not be there.
    """
    match symbol:
        case Known() | Tabulated() | Unbound():
            return True
        case Computed(text=text, total=is_total):
            return is_total and SMALL.fullmatch(text) is not None
        case Stored(offset=offset):
            return not offset or SUM.fullmatch(offset) is not None
        case Truth(formula=formula):
            return _is_safe_formula(formula)
        case Product(parts=parts):
            return all(map(is_safe, parts))
        case Slots(values=values):
            return all(map(is_safe, values))
        case Patched(origin=origin, patches=patches):
            keys = [key for key, _ in patches if isinstance(key, str)]
            return is_safe(origin) and all(map(SMALL.fullmatch, keys)) and all(is_safe(value) for _, value in patches)
        case Members(origin=origin, formulas=formulas, added=added):
            is_origin_safe = origin is None or is_safe(origin)
            return is_origin_safe and all(map(_is_safe_formula, formulas.values())) and all(map(SUM.fullmatch, added))
        case _:
            assert_never(symbol)


def _is_safe_formula(formula: Formula) -> bool:
    match formula:
        case Text(text=text):
            return text.isidentifier()
        case AllOf(operands=operands) | SomeOf(operands=operands):
            return all(map(_is_safe_formula, operands))
        case Negation(operand=operand):
            return _is_safe_formula(operand)
        case Constant() | Holds() | Match() | SomeBit():
            return True
        case _:
            assert_never(formula)


def _settled_text(text: str, hint: str, bind: Bind) -> str:
    return text if SMALL.fullmatch(text) else bind(hint, text)


def _settled_formula(formula: Formula, hint: str, bind: Bind) -> Formula:
    return formula if _is_simple(formula) else Text(bind(hint, boolean(formula)))


def _is_simple(formula: Formula) -> bool:
    match formula:
        case AllOf(operands=operands) | SomeOf(operands=operands):
            return len(operands) <= FEW and all(map(is_cheap, operands))
        case _:
            return is_cheap(formula)
