"""An operation on known values, or on every content of one small field: done now, for no code at all."""

from __future__ import annotations

# pyright: basic
from collections.abc import Callable
from typing import Any

from checker.core.types import Type
from checker.engines.kernels.formula import BitField, Holds
from checker.engines.native.kernels.symbols import Symbol, Tabulated, Truth, Unbound, known_value, of_value, tabulated
from checker.engines.plain import Outside, Plain
from checker.engines.system import SpecError

NOT_THERE = (TypeError, IndexError, KeyError)
"""What an operation raises on a content that a test before it has excluded, such as a field of None."""


def lift(type: Type, function: Callable[..., Plain], *operands: Symbol) -> Symbol | None:
    """The symbol for `function` of the operands; None where it takes code."""
    values: list[Plain] = []
    for operand in operands:
        if isinstance(operand, Unbound):
            return Unbound(type)
        known = known_value(operand)
        if known is not None:
            values.append(known[0])
    if len(values) == len(operands):
        try:
            return of_value(type, function(*values))
        except (Outside, SpecError):
            return None
        except NOT_THERE:
            return Unbound(type)
    return _over_field(type, function, operands)


def _over_field(type: Type, function: Callable[..., Plain], operands: tuple[Symbol, ...]) -> Symbol | None:
    rows = [row_of(operand) for operand in operands]
    if len({row[0] for row in rows if row is not None}) != 1:
        return None
    columns: list[Any] = []
    for row, operand in zip(rows, operands, strict=True):
        value = known_value(operand) if row is None else row[1]
        if value is None:
            return None
        columns.append(value)
    tables = [column for column in columns if isinstance(column, dict)]
    results: dict[int, Plain] = {}
    for content in (content for content in tables[0] if all(content in table for table in tables)):
        arguments = [column[content] if isinstance(column, dict) else column[0] for column in columns]
        try:
            results[content] = function(*arguments)
        except (Outside, SpecError):
            return None
        except NOT_THERE:
            continue
    found = next(row for row in rows if row is not None)
    return tabulated(type, found[0], results, found[2]) if results else Unbound(type)


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
