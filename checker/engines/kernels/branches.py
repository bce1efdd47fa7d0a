"""`then if condition else otherwise`, part by part where that keeps more known than a Python expression would."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from checker.core.types import BoolType, Type
from checker.engines.kernels.formula import (
    FALSE, TRUE, Formula, Holds, all_of, condition, is_cheap, is_total, negate, some_of,
)
from checker.engines.kernels.lifting import row_of
from checker.engines.kernels.sets import as_members, member
from checker.engines.kernels.settling import SMALL, is_safe
from checker.engines.kernels.symbols import (
    Members, Patched, Product, Stored, Symbol, Truth, Unbound, computed, known_value, tabulated, total,
)
from checker.engines.plain import Plain, bits

if TYPE_CHECKING:
    from checker.engines.kernels.evaluate import Evaluator


def choose(
    evaluator: Evaluator, type: Type, test: Formula, then: Callable[[], Symbol], otherwise: Callable[[], Symbol]
) -> Symbol:
    """The value of a conditional expression."""
    if test in (TRUE, FALSE):
        return then() if test == TRUE else otherwise()
    return merged(evaluator, type, test, then(), otherwise())


def merged(evaluator: Evaluator, type: Type, test: Formula, first: Symbol, second: Symbol) -> Symbol:
    """The first where `test` is true, the second elsewhere."""
    if isinstance(type, BoolType):
        return _truth(evaluator, test, first, second)
    if first == second and is_total(test) and total(first):
        return first
    if isinstance(second, Unbound) and is_safe(first):
        return first
    if isinstance(first, Unbound) and is_safe(second):
        return second
    found = None
    if is_cheap(test) and total(first) and total(second):
        found = _by_parts(evaluator, test, first, second)
    if found is None and isinstance(test, Holds):
        found = _by_content(type, test, first, second)
    if found is not None:
        return found
    texts = evaluator.texts
    text = f"({texts.text(first)} if {condition(test)} else {texts.text(second)})"
    intervals = evaluator.interval(first), evaluator.interval(second)
    interval = None
    if intervals[0] is not None and intervals[1] is not None:
        interval = min(intervals[0][0], intervals[1][0]), max(intervals[0][1], intervals[1][1])
    return computed(type, text, total=is_total(test) and total(first) and total(second), interval=interval)


def _by_content(type: Type, test: Holds, first: Symbol, second: Symbol) -> Symbol | None:
    """Where all three are functions of one field: another one."""
    values: dict[int, Plain] = {}
    for symbol, codes in ((first, test.codes), (second, test.possible & ~test.codes)):
        known, row = known_value(symbol), row_of(symbol)
        if known is None and (row is None or row[0] != test.field):
            return None
        for content in bits(codes):
            if known is not None:
                values[content] = known[0]
            elif row is not None and content in row[1]:
                values[content] = row[1][content]
    return tabulated(type, test.field, values, test.possible) if values else None


def _truth(evaluator: Evaluator, test: Formula, first: Symbol, second: Symbol) -> Symbol:
    formulas = [symbol.formula if isinstance(symbol, Truth) else FALSE for symbol in (first, second)]
    if is_cheap(test) or FALSE in formulas:
        return Truth(some_of((all_of((test, formulas[0])), all_of((negate(test), formulas[1])))))
    texts = [evaluator.texts.text(Truth(formula)) for formula in formulas]
    text = f"({texts[0]} if {condition(test)} else {texts[1]})"
    return computed(BoolType(), text, total=is_total(test) and all(map(is_total, formulas)))


def _by_parts(evaluator: Evaluator, test: Formula, first: Symbol, second: Symbol) -> Symbol | None:
    match first, second:
        case Product(parts=ones), Product(parts=others) if first.type == second.type:
            pairs = zip(ones, others, strict=True)
            return replace(first, parts=tuple(merged(evaluator, one.type, test, one, other) for one, other in pairs))
        case (Patched() | Stored()), (Patched() | Stored()):
            return _patches(evaluator, test, first, second)
        case (Members() | Stored()), (Members() | Stored()):
            return _members(test, first, second)
        case _:
            return None


def _patches(
    evaluator: Evaluator, test: Formula, first: Patched | Stored, second: Patched | Stored
) -> Symbol | None:
    """Two versions of one map in the state: a patch wherever either has one."""
    from checker.engines.kernels.collections import lookup

    origins = [symbol.origin if isinstance(symbol, Patched) else symbol for symbol in (first, second)]
    if origins[0] != origins[1]:
        return None
    keys = [key for symbol in (first, second) if isinstance(symbol, Patched) for key, _ in symbol.patches]
    computed_keys = [key for key in keys if isinstance(key, str)]
    if computed_keys and (len(set(keys)) > 1 or not SMALL.fullmatch(computed_keys[0])):
        return None
    result = first if isinstance(first, Patched) else second
    if not isinstance(result, Patched):
        return first
    patches: list[tuple[int | str, Symbol]] = []
    for key in dict.fromkeys(keys):
        one, other = (lookup(evaluator, symbol, key) for symbol in (first, second))
        patches.append((key, merged(evaluator, result.type.value, test, one, other)))
    return Patched(result.type, result.origin, tuple(patches)) if all(total(value) for _, value in patches) else None


def _members(test: Formula, first: Members | Stored, second: Members | Stored) -> Symbol | None:
    """Two versions of one set in the state: each member by the formula that belongs to it."""
    sets = [as_members(symbol) for symbol in (first, second)]
    one, other = sets
    if one is None or other is None or one.added or other.added or one.origin != other.origin:
        return None
    touched = {*one.formulas, *other.formulas, *bits(one.dropped | other.dropped)}
    formulas = {
        code: some_of((all_of((test, member(one, code))), all_of((negate(test), member(other, code)))))
        for code in sorted(touched)
    }
    if not all(is_total(formula) for formula in formulas.values()):
        return None
    dropped = sum(1 << code for code in formulas)
    return Members(one.type, one.origin, dropped if one.origin is not None else 0, formulas)
