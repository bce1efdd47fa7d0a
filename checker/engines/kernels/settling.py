"""Giving names to what would otherwise be computed in several places, or at the wrong time."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeAlias, assert_never

from checker.engines.kernels.formula import AllOf, Formula, SomeOf, Text, boolean, is_cheap
from checker.engines.kernels.symbols import (
    Computed, Known, Members, Patched, Product, Slots, Stored, Symbol, Tabulated, Truth, Unbound,
)
from checker.engines.kernels.texts import Texts

Bind: TypeAlias = Callable[[str, str], str]
"""Takes a proposed name and an expression, sees to it that it is evaluated now, and gives the name for its value."""

SMALL = re.compile(r"\w+(\[\d+\])?|'\w+'")
"""An expression that is as cheap as a name: a name, a number, a component of a name."""

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
            return replace(symbol, patches=tuple(
                (_settled_text(key, "key", bind) if isinstance(key, str) else key, settled(texts, value, hint, bind))
                for key, value in patches
            ))
        case Members(formulas=formulas, added=added):
            if any(not _is_simple(formula) for formula in formulas.values()):
                return Computed(symbol.type, bind(hint, texts.text(symbol)))
            return replace(symbol, added=tuple(_settled_text(code, "code", bind) for code in added))
        case _:
            assert_never(symbol)


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


__all__ = ["Bind", "Mapping", "settled"]
