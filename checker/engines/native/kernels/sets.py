"""Sets code by code: as long as it is known where a set comes from, a membership is a test of one bit."""

from __future__ import annotations

# pyright: basic
from collections.abc import Callable

from checker.core.types import SetType
from checker.engines.kernels.formula import FALSE, TRUE, Formula, all_of, bit, negate, some_of
from checker.engines.layout import SetShape
from checker.engines.native.kernels.symbols import Known, Members, Stored, Symbol
from checker.engines.plain import bits

EXPANSION_LIMIT = 512
"""The most possible items of a set for which each membership is looked at by itself."""


def as_members(symbol: Symbol) -> Members | None:
    """The set code by code, where its members are known or lie in the state at a known place."""
    match symbol:
        case Members():
            return symbol
        case Stored(type=SetType() as type, shape=SetShape()) if symbol.source.name and not symbol.steps:
            return Members(type, symbol, 0, {})
        case Known(type=SetType() as type, value=int() as mask):
            return Members(type, None, 0, dict.fromkeys(bits(mask), TRUE))
        case _:
            return None


def member(members: Members, code: int) -> Formula:
    """Is the item with this code in the set?  There are no `added` codes."""
    parts: list[Formula] = []
    origin = members.origin
    if origin is not None and not members.dropped >> code & 1:
        parts.append(bit(origin.source.name, origin.position + code))
    parts.append(members.formulas.get(code, FALSE))
    return some_of(parts)


def possible_codes(members: Members, size: int) -> list[int] | None:
    """The codes of all items that the set can hold; None where there are too many, or they are computed."""
    if members.added:
        return None
    if members.origin is None:
        return sorted(members.formulas)
    return list(range(size)) if size <= EXPANSION_LIMIT else None


def combined(sign: str, left: Members, right: Members, size: int) -> Members | None:
    """Union, intersection or difference; None where it is better done on whole words."""
    if sign == "|":
        return _union(left, right, size)
    if sign == "-" and right.origin is None and not right.added and not left.added:
        removed = {code for code, formula in right.formulas.items() if formula == TRUE}
        if len(removed) == len(right.formulas):
            kept = {code: formula for code, formula in left.formulas.items() if code not in removed}
            return Members(left.type, left.origin, left.dropped | sum(1 << code for code in removed), kept)
    codes = possible_codes(left, size)
    if codes is None or right.added:
        return None
    change: Callable[[Formula], Formula] = negate if sign == "-" else _unchanged
    formulas = {code: all_of((member(left, code), change(member(right, code)))) for code in codes}
    return Members(left.type, None, 0, {code: formula for code, formula in formulas.items() if formula != FALSE})


def _unchanged(formula: Formula) -> Formula:
    return formula


def _union(left: Members, right: Members, size: int) -> Members | None:
    if left.origin is None:
        left, right = right, left
    if right.origin is not None:
        codes = possible_codes(right, size)
        if codes is None:
            return None
        right = Members(right.type, None, 0, {code: member(right, code) for code in codes})
    formulas = dict(left.formulas)
    for code, formula in right.formulas.items():
        formulas[code] = some_of((formulas.get(code, FALSE), formula))
    return Members(left.type, left.origin, left.dropped, formulas, (*left.added, *right.added))
