"""One operation, three times: on known values now, on every content of a small field now, or as text for later."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias, overload

from checker.core.types import Type
from checker.engines.kernels.formula import BitField, Holds
from checker.engines.kernels.names import operand
from checker.engines.kernels.symbols import (
    Symbol, Tabulated, Truth, Unbound, computed, known_value, of_value, tabulated, total,
)
from checker.engines.kernels.texts import Texts
from checker.engines.plain import Outside, Plain
from checker.engines.system import SpecError

NOT_THERE = (TypeError, IndexError, KeyError)
"""What an operation raises on a content that a test before it has excluded, such as a field of None."""


Interval: TypeAlias = tuple[int, int] | None


@overload
def lift(
    texts: Texts, type: Type, function: Callable[[Any], Plain], template: str, operand: Symbol, /, *,
    may_raise: bool = False, interval: Interval = None,
) -> Symbol: ...
@overload
def lift(
    texts: Texts, type: Type, function: Callable[[Any, Any], Plain], template: str, one: Symbol, other: Symbol, /, *,
    may_raise: bool = False, interval: Interval = None,
) -> Symbol: ...
@overload
def lift(
    texts: Texts, type: Type, function: Callable[..., Plain], template: str, /, *operands: Symbol,
    may_raise: bool = False, interval: Interval = None,
) -> Symbol: ...
def lift(
    texts: Texts, type: Type, function: Callable[..., Plain], template: str, /, *operands: Symbol,
    may_raise: bool = False, interval: Interval = None,
) -> Symbol:
    """The symbol for `function` of the operands; `template` is the same as text.

    `may_raise`: the function raises `Outside` or `SpecError` for some values."""
    now = _evaluated(type, function, operands) or _over_field(type, function, operands)
    if now is not None:
        return now
    text = template.format(*(operand(texts.text(symbol)) for symbol in operands))
    return computed(type, text, total=not may_raise and all(map(total, operands)), interval=interval)


def _evaluated(type: Type, function: Callable[..., Plain], operands: tuple[Symbol, ...]) -> Symbol | None:
    values: list[Plain] = []
    for symbol in operands:
        known = known_value(symbol)
        if known is None:
            return None
        values.append(known[0])
    try:
        return of_value(type, function(*values))
    except (Outside, SpecError):
        return None
    except NOT_THERE:
        return Unbound(type)


def _over_field(type: Type, function: Callable[..., Plain], operands: tuple[Symbol, ...]) -> Symbol | None:
    rows = [row_of(symbol) for symbol in operands]
    fields = {row[0] for row in rows if row is not None}
    if len(fields) != 1:
        return None
    columns: list[dict[int, Plain] | tuple[Plain]] = []
    for row, symbol in zip(rows, operands, strict=True):
        value = known_value(symbol) if row is None else row[1]
        if value is None:
            return None
        columns.append(value)
    tables = [column for column in columns if isinstance(column, dict)]
    contents = [content for content in tables[0] if all(content in table for table in tables)]
    results: dict[int, Plain] = {}
    for content in contents:
        arguments: list[Any] = [column[content] if isinstance(column, dict) else column[0] for column in columns]
        try:
            results[content] = function(*arguments)
        except (Outside, SpecError):
            return None
        except NOT_THERE:
            continue
    possible = next(row[2] for row in rows if row is not None)
    return tabulated(type, fields.pop(), results, possible) if results else Unbound(type)


def row_of(symbol: Symbol) -> tuple[BitField, dict[int, Plain], int] | None:
    """The field, the value for each of its contents, and the possible contents; None where it is no such function."""
    match symbol:
        case Tabulated(field=field, values=values, possible=possible):
            return field, dict(values), possible
        case Truth(formula=Holds(field=field, codes=codes, possible=possible)):
            contents = [content for content in range(possible.bit_length()) if possible >> content & 1]
            return field, {content: bool(codes >> content & 1) for content in contents}, possible
        case _:
            return None
