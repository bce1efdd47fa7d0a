"""What is known of a value while code is generated.

A value is either known, or the code that will compute it, or something between: which values a small field can hold,
where in the packed state it lies, the parts of a record.  The less is left to the generated code, the faster it is.

Only `Computed` and `Truth` may stand for code that raises; the parts of everything else are total, so that leaving
one out, or having one twice, changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeAlias, Union, cast

from checker.core.structs import struct
from checker.core.types import BOOL, BoolType, MapType, RecordType, SetType, TupleType, Type
from checker.engines.kernels.formula import FALSE, TRUE, BitField, Constant, Formula, Text, holds, is_total
from checker.engines.layout import Shape
from checker.engines.plain import Plain


@struct
class Known:
    """The plain value itself."""

    type: Type
    value: Plain


@struct
class Computed:
    """A Python expression for the plain value.  `interval`: the least and the greatest value of an int, if known."""

    type: Type
    text: str
    total: bool = True
    interval: tuple[int, int] | None = None


@struct
class Tabulated:
    """A function of a small field: for each content of the field that can occur here, the plain value."""

    type: Type
    field: BitField
    values: Mapping[int, Plain]
    possible: int


@struct
class Stored:
    """A part of the packed state `source`: the shape that begins at `position`, plus the int `offset` computes."""

    type: Type
    source: str
    position: int
    shape: Shape
    offset: str = ""


@struct
class Truth:
    """A truth value."""

    formula: Formula
    type: Type = BOOL


@struct
class Product:
    """A record or a tuple, part by part."""

    type: RecordType | TupleType
    parts: tuple[Symbol, ...]


@struct
class Members:
    """A set with a bit for each code: those of `origin` but for `dropped`, those whose formula in `formulas` is true,
    and the codes that the expressions `added` compute."""

    type: SetType
    origin: Stored | None
    dropped: int
    formulas: Mapping[int, Formula]
    added: tuple[str, ...] = ()


@struct
class Patched:
    """A map in the packed state with other values at some keys, the last one first to be looked at."""

    type: MapType
    origin: Stored
    patches: tuple[tuple[int | str, Symbol], ...]


@struct
class Slots:
    """A map, value by value."""

    type: MapType
    values: tuple[Symbol, ...]


@struct
class Unbound:
    """The value of a name on a path that does not bind it."""

    type: Type


Symbol: TypeAlias = Union[Known, Computed, Tabulated, Stored, Truth, Product, Members, Patched, Slots, Unbound]


def truth(value: bool) -> Truth:
    """A truth value that is known."""
    return Truth(TRUE if value else FALSE)


def of_value(type: Type, value: Plain) -> Symbol:
    """A known value."""
    return truth(value) if isinstance(type, BoolType) else Known(type, value)


def computed(type: Type, text: str, *, total: bool, interval: tuple[int, int] | None = None) -> Symbol:
    """A value that the generated code computes."""
    return Truth(Text(text, total)) if isinstance(type, BoolType) else Computed(type, text, total, interval)


def tabulated(type: Type, field: BitField, values: Mapping[int, Plain], possible: int) -> Symbol:
    """A function of a field.  One that has the same value everywhere is known."""
    if isinstance(type, BoolType):
        codes = sum(1 << code for code, value in values.items() if value)
        return Truth(holds(field, codes, possible))
    results = set(values.values())
    if len(results) == 1:
        return Known(type, results.pop())
    return Tabulated(type, field, values, possible)


def known_value(symbol: Symbol) -> tuple[Plain] | None:
    """The value in a tuple of its own where it is known, else None."""
    match symbol:
        case Known(value=value):
            return (value,)
        case Truth(formula=Constant(value=value)):
            return (value,)
        case Product(type=type, parts=parts):
            values = [known_value(part) for part in parts]
            if any(value is None for value in values):
                return None
            inside = tuple(value[0] for value in values if value is not None)
            return ((type.name, *inside) if isinstance(type, RecordType) else inside,)
        case Slots(values=values):
            found = [known_value(value) for value in values]
            return None if any(value is None for value in found) else (tuple(value[0] for value in found if value),)
        case Members(origin=None, formulas=formulas, added=()):
            if all(isinstance(formula, Constant) for formula in formulas.values()):
                return (sum(1 << code for code, formula in formulas.items() if formula == TRUE),)
            return None
        case _:
            return None


def total(symbol: Symbol) -> bool:
    """Can the code for it do nothing but give a value?"""
    match symbol:
        case Computed(total=total):
            return total
        case Truth(formula=formula):
            return is_total(formula)
        case _:
            return True


def retyped(symbol: Symbol, type: Type) -> Symbol:
    """The same plain value as a value of another type: widened, narrowed, or taken out of an option."""
    match symbol:
        case Computed() | Tabulated() if isinstance(type, BoolType):
            if isinstance(symbol, Computed):
                return Truth(Text(symbol.text, symbol.total))
            return tabulated(type, symbol.field, symbol.values, symbol.possible)
        case Known() if isinstance(type, BoolType):
            return truth(symbol.value)
        case Known() | Computed() | Tabulated() | Unbound():
            return replace(symbol, type=type)
        case _:
            # a record keeps its own type: it says more than the union's
            return cast("Symbol", symbol)
