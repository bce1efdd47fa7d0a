"""Sets over symbols: as long as it is known where a set comes from, a membership is a test of one bit."""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from checker.core import ir
from checker.core.types import BOOL, BagType, QuorumType, SeqType, SetType, Type, erase_bounds
from checker.engines.kernels.formula import FALSE, TRUE, Text, all_of, bit, implies, is_total, negate, some_of
from checker.engines.kernels.formula import Formula
from checker.engines.kernels.lifting import lift
from checker.engines.kernels.names import operand
from checker.engines.kernels.symbols import (
    Known, Members, Stored, Symbol, Tabulated, Truth, computed, known_value, total,
)
from checker.engines.layout import SetShape
from checker.engines.plain import Plain, bits

if TYPE_CHECKING:
    from checker.engines.kernels.evaluate import Evaluator

EXPANSION_LIMIT = 512
"""The most possible items of a set for which each membership is looked at by itself."""


def as_members(symbol: Symbol) -> Members | None:
    """The set as its members, where they are known or lie in the state."""
    match symbol:
        case Members():
            return symbol
        case Stored(type=SetType() as type, shape=SetShape()):
            return Members(type, symbol, 0, {})
        case Known(type=SetType() as type, value=int() as mask):
            return Members(type, None, 0, dict.fromkeys(bits(mask), TRUE))
        case _:
            return None


def member(members: Members, code: int) -> Formula:
    """Is the item with this code in the set?"""
    parts: list[Formula] = []
    origin = members.origin
    if origin is not None and not members.dropped >> code & 1:
        if origin.offset:
            parts.append(Text(f"{origin.source} >> {operand(origin.offset)} + {origin.position + code} & 1"))
        else:
            parts.append(bit(origin.source, origin.position + code))
    parts.append(members.formulas.get(code, FALSE))
    parts += [Text(f"{operand(added)} == {code}") for added in members.added]
    return some_of(parts)


def possible_codes(evaluator: Evaluator, members: Members) -> list[int] | None:
    """The codes of all items that the set can hold; None where there are too many."""
    if members.origin is None and not members.added:
        return sorted(members.formulas)
    size = evaluator.plain.size(members.type.item)
    return list(range(size)) if size <= EXPANSION_LIMIT else None


def set_symbol(evaluator: Evaluator, node: ir.Expr, item: Type) -> Symbol:
    """The different items of a collection, as a set of `item`."""
    symbol = evaluator.evaluate(node)
    plain = evaluator.plain
    if isinstance(node.type, SetType) and erase_bounds(node.type.item) == erase_bounds(item):
        return symbol
    listed = spread(evaluator, symbol, node.type)
    if not plain.is_masked(item):
        return lift(evaluator.texts, SetType(item), frozenset, "frozenset({})", listed)
    gather = partial(plain.set_of, item)
    table = evaluator.texts.program.table("set", item, gather, f"items -> set of {item}")
    return lift(evaluator.texts, SetType(item), gather, f"{table}[{{}}]", listed)


def spread(evaluator: Evaluator, symbol: Symbol, type: Type) -> Symbol:
    """The items of a collection as a tuple, in the order in which a binder goes through them."""
    plain, texts = evaluator.plain, evaluator.texts
    match type:
        case SetType(item=item):

            def members(value: Plain) -> Plain:
                return tuple(plain.members(item, value))

            table = texts.program.table("items", type, members, "its items in order")
            return lift(texts, SeqType(item), members, f"{table}[{{}}]", symbol)
        case BagType(item=item):
            table = texts.program.table("items", type, _different_items, "its different items in order")
            return lift(texts, SeqType(item), _different_items, f"{table}[{{}}]", symbol)
        case QuorumType(member=item):
            name, sets = quorum_sets(evaluator, type)
            return lift(texts, SeqType(item), sets.__getitem__, f"{name}[{{}}]", symbol)
        case _:
            return symbol


def quorum_sets(evaluator: Evaluator, type: QuorumType) -> tuple[str, tuple[tuple[int, ...], ...]]:
    """The name of the tuple of all sets of a family of quorums, and the tuple."""
    sets = tuple(tuple(members) for members in evaluator.plain.instance.quorums[type.name])
    return evaluator.texts.program.define(("quorums", type.name), f"{type.name}_sets", lambda: sets, str(sets)), sets


def _different_items(bag: Plain) -> Plain:
    return tuple(item for item, _ in bag)


def contains(evaluator: Evaluator, item: Symbol, collection: ir.Expr) -> Symbol:
    """`item in collection`."""
    texts, type = evaluator.texts, collection.type
    symbol = evaluator.evaluate(collection)
    if isinstance(type, SetType) and evaluator.plain.is_masked(type.item):
        return _in_mask(evaluator, item, symbol, type.item)
    if isinstance(type, SetType):
        return lift(texts, BOOL, lambda value, inside: value in inside, "{} in {}", item, symbol)
    listed = spread(evaluator, symbol, type)
    return lift(texts, BOOL, lambda value, inside: value in inside, "{} in {}", item, listed)


def _in_mask(evaluator: Evaluator, item: Symbol, symbol: Symbol, type: Type) -> Symbol:
    members, value = as_members(symbol), known_value(item)
    if members is not None and value is not None:
        return Truth(member(members, evaluator.plain.code(type, value[0])))
    if isinstance(item, Tabulated) and (isinstance(symbol, Tabulated) or known_value(symbol) is not None):
        found = lift(
            evaluator.texts, BOOL, lambda one, mask: bool(mask >> evaluator.plain.code(type, one) & 1), "", item, symbol
        )
        if not (isinstance(found, Truth) and isinstance(found.formula, Text)):
            return found
    if isinstance(item, Tabulated) and members is not None and not members.added and len(item.values) <= 16:
        return Truth(_by_content(evaluator, item, members, type))
    code, is_code_total = evaluator.texts.code(item, type)
    is_all_total = is_code_total and total(symbol)
    if isinstance(symbol, Stored):
        place = evaluator.texts.position(symbol)
        position = operand(code) if place == "0" else f"{operand(code)} + {place}"
        return computed(BOOL, f"{symbol.source} >> {position} & 1 == 1", total=is_all_total)
    return computed(BOOL, f"{operand(evaluator.texts.text(symbol))} >> {operand(code)} & 1 == 1", total=is_all_total)


def _by_content(evaluator: Evaluator, item: Tabulated, members: Members, type: Type) -> Formula:
    """For each content of the field that `item` is a function of, the test of one bit."""
    return some_of(
        all_of((
            evaluator.formula_of(lift(evaluator.texts, BOOL, lambda v, w=value: v == w, "", item)),
            member(members, evaluator.plain.code(type, value)),
        ))
        for value in dict.fromkeys(item.values.values())
    )


def combined(evaluator: Evaluator, type: Type, sign: str, left: ir.Expr, right: ir.Expr) -> Symbol:
    """Union, intersection or difference."""
    assert isinstance(type, SetType)
    first, second = set_symbol(evaluator, left, type.item), set_symbol(evaluator, right, type.item)
    masked = evaluator.plain.is_masked(type.item)
    if masked and total(first) and total(second):
        one, other = as_members(first), as_members(second)
        if one is not None and other is not None:
            found = _combined_members(evaluator, sign, one, other)
            if found is not None:
                return found
    function, template = _PLAIN_OPERATIONS[sign, masked]
    return lift(evaluator.texts, type, function, template, first, second)


_PLAIN_OPERATIONS: dict[tuple[str, bool], tuple[Callable[[Any, Any], Any], str]] = {
    ("|", True): (lambda left, right: left | right, "{} | {}"),
    ("&", True): (lambda left, right: left & right, "{} & {}"),
    ("-", True): (lambda left, right: left & ~right, "{} & ~{}"),
    ("|", False): (lambda left, right: left | right, "{} | {}"),
    ("&", False): (lambda left, right: left & right, "{} & {}"),
    ("-", False): (lambda left, right: left - right, "{} - {}"),
}


def _combined_members(evaluator: Evaluator, sign: str, left: Members, right: Members) -> Members | None:
    if sign == "|":
        return _union(evaluator, left, right)
    removed = known_value(right)
    if sign == "-" and removed is not None and not left.added:
        kept = {code: formula for code, formula in left.formulas.items() if not removed[0] >> code & 1}
        return Members(left.type, left.origin, left.dropped | removed[0], kept)
    codes = possible_codes(evaluator, left)
    if codes is None or any(origin is not None and origin.offset for origin in (left.origin, right.origin)):
        return None
    change: Callable[[Formula], Formula] = negate if sign == "-" else _unchanged
    formulas = {code: all_of((member(left, code), change(member(right, code)))) for code in codes}
    return Members(left.type, None, 0, {code: formula for code, formula in formulas.items() if formula != FALSE})


def _unchanged(formula: Formula) -> Formula:
    return formula


def _union(evaluator: Evaluator, left: Members, right: Members) -> Members | None:
    if left.origin is None:
        left, right = right, left
    if right.origin is not None:
        codes = possible_codes(evaluator, right)
        if codes is None or right.origin.offset:
            return None
        right = Members(right.type, None, 0, {code: member(right, code) for code in codes})
    formulas = dict(left.formulas)
    for code, formula in right.formulas.items():
        formulas[code] = some_of((formulas.get(code, FALSE), formula))
    return Members(left.type, left.origin, left.dropped, formulas, (*left.added, *right.added))


def subset(evaluator: Evaluator, left: ir.Expr, right: ir.Expr) -> Symbol:
    """Is every item of `left` in `right`?"""
    item = left.type.item if isinstance(left.type, SetType) else _item_of(left.type)
    first, second = set_symbol(evaluator, left, item), set_symbol(evaluator, right, item)
    if not evaluator.plain.is_masked(item):
        return lift(evaluator.texts, BOOL, operator.le, "{} <= {}", first, second)
    one, other = as_members(first), as_members(second)
    codes = None if one is None else possible_codes(evaluator, one)
    if one is not None and other is not None and codes is not None and not one.added and not other.added:
        formula = all_of(implies(member(one, code), member(other, code)) for code in codes)
        if is_total(formula):
            return Truth(formula)
    return lift(evaluator.texts, BOOL, lambda a, b: a & ~b == 0, "{} & ~{} == 0", first, second)


def _item_of(type: Type) -> Type:
    match type:
        case BagType(item=item) | SeqType(item=item) | QuorumType(member=item):
            return item
        case _:
            raise AssertionError(f"{type} is no collection")
