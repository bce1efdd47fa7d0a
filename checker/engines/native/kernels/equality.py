"""Are two values the same?  Test by test, part by part, and item by item in a loop where that is needed."""

from __future__ import annotations

import operator
from functools import reduce
from typing import TYPE_CHECKING

from checker.core.types import (
    BOOL, BagType, MapType, OptionType, RecordType, SeqType, SetType, TupleType, Type, UnionType,
)
from checker.engines.kernels.formula import FALSE, TRUE, Formula, all_of, negate, some_of
from checker.engines.native.kernels.emitter import Chain
from checker.engines.native.kernels.lifting import lift
from checker.engines.native.kernels.sets import as_members, member, possible_codes

# pyright: basic
from checker.engines.native.kernels.structures import is_present
from checker.engines.native.kernels.symbols import (
    Known, Product, Slots, Symbol, Truth, is_scalar, item_type, known_value, of_value, same_place,
)

if TYPE_CHECKING:
    from checker.engines.native.kernels.expressions import Evaluator


def equal(ev: Evaluator, left: Symbol, right: Symbol) -> Formula:
    """Are two values the same?"""
    if left is right or same_place(left, right):
        return TRUE
    found = lift(BOOL, operator.eq, left, right)
    if found is not None:
        return ev.formula_of(found)
    if isinstance(left, Truth) or isinstance(right, Truth) or left.type == BOOL:
        return _same_truth(ev, left, right)
    type = _inner(left.type)
    if is_scalar(type) and not isinstance(left.type, OptionType) and not isinstance(right.type, OptionType):
        return _same_number(ev, left, right)
    if isinstance(left.type, OptionType) or isinstance(right.type, OptionType):
        return _same_option(ev, left, right)
    match type:
        case RecordType() | UnionType() | TupleType():
            return _same_structure(ev, left, right)
        case SetType():
            return same_set(ev, left, right)
        case MapType() | SeqType():
            return _same_items(ev, left, right)
        case BagType():
            return _same_bag(ev, left, right)
        case _:
            raise AssertionError(f"values of {type}")


def _inner(type: Type) -> Type:
    return type.item if isinstance(type, OptionType) else type


def _same_truth(ev: Evaluator, left: Symbol, right: Symbol) -> Formula:
    if not (isinstance(left, Truth) and isinstance(right, Truth)) and OptionType in (type(left.type), type(right.type)):
        return _same_option(ev, left, right)
    first, second = ev.formula_of(left), ev.formula_of(right)
    for one, other in ((first, second), (second, first)):
        if one in (TRUE, FALSE):
            return other if one == TRUE else negate(other)
    return negate(ev.emitter.atom(ev.emitter.truth(first) ^ ev.emitter.truth(second)))


def _same_number(ev: Evaluator, left: Symbol, right: Symbol) -> Formula:
    (low, high), (least, greatest) = ev.reader.interval(left), ev.reader.interval(right)
    if high < least or greatest < low:
        return FALSE
    return ev.emitter.atom(ev.reader.raw(left) == ev.reader.raw(right))


def _same_option(ev: Evaluator, left: Symbol, right: Symbol) -> Formula:
    type = left.type if isinstance(left.type, OptionType) else right.type
    if ev.reader.is_inside(left, type) and ev.reader.is_inside(right, type) and _is_small(ev, type):
        return ev.emitter.atom(ev.reader.code(left, type) == ev.reader.code(right, type))
    first, second = is_present(ev, left), is_present(ev, right)
    if FALSE in (first, second):
        return negate(second if first == FALSE else first)
    first, second = ev.emitter.settled(first), ev.emitter.settled(second)
    both = Chain(ev.emitter, conjunction=True)
    both.add(lambda: all_of((first, second)))
    both.add(lambda: equal(ev, ev.reader.maybe(left)[1], ev.reader.maybe(right)[1]))
    return some_of((both.result(), all_of((negate(first), negate(second)))))


def _is_small(ev: Evaluator, type: Type) -> bool:
    try:
        return ev.plain.size(type) <= 1 << 62
    except KeyError:
        return False


def _same_structure(ev: Evaluator, left: Symbol, right: Symbol) -> Formula:
    if isinstance(left.type, RecordType) and isinstance(right.type, RecordType) and left.type.name != right.type.name:
        return FALSE
    if isinstance(left, Product) or isinstance(right, Product):
        type = left.type if isinstance(left, Product) else right.type
        known = known_value(right if isinstance(left, Product) else left)
        if known is not None and isinstance(type, RecordType) and known[0][0] != type.name:
            return FALSE
        if known is None and UnionType in (left.type.__class__, right.type.__class__):
            return _same_code(ev, left, right)
        parts = [_parts(ev, symbol, type) for symbol in (left, right)]
        return _all_equal(ev, list(zip(*parts, strict=True)))
    return _same_code(ev, left, right)


def _parts(ev: Evaluator, symbol: Symbol, type: Type) -> tuple[Symbol, ...]:
    value = known_value(symbol)
    if value is None or isinstance(symbol, Product):
        return ev.reader.components(symbol)
    return ev.reader.components(Known(type, value[0]))


def _same_code(ev: Evaluator, left: Symbol, right: Symbol) -> Formula:
    type = left.type if isinstance(left.type, UnionType) else right.type
    if isinstance(type, TupleType) and not (ev.reader.is_inside(left, type) and ev.reader.is_inside(right, type)):
        pairs = zip(ev.reader.components(left), ev.reader.components(right), strict=True)
        return _all_equal(ev, list(pairs))
    match left.type, right.type:
        case UnionType(members=ones), UnionType(members=others) if len(others) > len(ones):
            type = right.type
    return ev.emitter.atom(ev.reader.code(left, type) == ev.reader.code(right, type))


def _all_equal(ev: Evaluator, pairs: list[tuple[Symbol, Symbol]]) -> Formula:
    chain = Chain(ev.emitter, conjunction=True)
    for left, right in pairs:
        chain.add(lambda left=left, right=right: equal(ev, left, right))
    return chain.result()


def same_set(ev: Evaluator, left: Symbol, right: Symbol) -> Formula:
    """Do two sets hold the same items?"""
    one, other = as_members(left), as_members(right)
    if one is not None and other is not None and not one.added and not other.added:
        codes = [possible_codes(members, ev.plain.size(members.type.item)) for members in (one, other)]
        if None not in codes and len(codes[0] or ()) <= 64:
            both = sorted({*(codes[0] or ()), *(codes[1] or ())})
            tests = [(member(one, code), member(other, code)) for code in both]
            if all(TRUE in pair or FALSE in pair for pair in tests):
                return all_of(_same_truth(ev, Truth(first), Truth(second)) for first, second in tests)
    words = _words(ev, left, right)
    if words is not None:
        different = reduce(operator.or_, (first ^ second for first, second in zip(*words, strict=True)))
        return ev.emitter.atom(different == 0)
    return _same_words(ev, left, right)


def _words(ev: Evaluator, left: Symbol, right: Symbol) -> tuple | None:
    for type in (left.type, right.type):
        if isinstance(type, SetType) and ev.reader.is_mask(left, type) and ev.reader.is_mask(right, type):
            first, second = ev.reader.words_of_set(left, type), ev.reader.words_of_set(right, type)
            if first is not None and second is not None:
                return first, second
    return None


def _same_items(ev: Evaluator, left: Symbol, right: Symbol) -> Formula:
    emitter, reader = ev.emitter, ev.reader
    if isinstance(left, Slots | Known) and isinstance(right, Slots | Known):
        values = [_values(symbol) for symbol in (left, right)]
        if len(values[0]) != len(values[1]):
            return FALSE
        return _all_equal(ev, list(zip(*values, strict=True)))
    if isinstance(left, Slots):
        left = reader.listed(left)
    if isinstance(right, Slots):
        right = reader.listed(right)
    first, second = reader.length(left), reader.length(right)
    same = emitter.function.local(first == second)
    with emitter.when(emitter.atom(same.get())), emitter.function.for_(0, first) as index:
        found = equal(ev, reader.item(left, index), reader.item(right, index))
        with emitter.when(negate(found)):
            same.set(0)
            emitter.function.break_()
    return emitter.atom(same.get())


def _values(symbol: Slots | Known) -> tuple[Symbol, ...]:
    if isinstance(symbol, Slots):
        return symbol.values
    return tuple(of_value(item_type(symbol.type), value) for value in symbol.value)


def _same_bag(ev: Evaluator, left: Symbol, right: Symbol) -> Formula:
    return _same_words(ev, left, right)


def _same_words(ev: Evaluator, left: Symbol, right: Symbol) -> Formula:
    """Two lists of ascending words, item by item."""
    emitter, reader = ev.emitter, ev.reader
    lists = []
    for symbol in (left, right):
        plan = reader.list_plan(symbol, symbol.type)
        lists.append(reader.listed_words(symbol, plan))
    first, second = (reader.distinct(listed) for listed in lists)
    same = emitter.function.local(first == second)
    with emitter.when(emitter.atom(same.get())), emitter.function.for_(0, first) as index:
        pairs = zip(reader.entry(lists[0], index), reader.entry(lists[1], index), strict=True)
        found = reduce(operator.and_, (one == other for one, other in pairs))
        with emitter.function.if_(~found):
            same.set(0)
            emitter.function.break_()
    return emitter.atom(same.get())
