"""Sets as expressions: bit by bit, word by word, or as a list of words."""

from __future__ import annotations

import operator
from functools import reduce
from typing import TYPE_CHECKING, assert_never

from checker.core import ir
from checker.core.types import BOOL, IntType, QuorumType, SetType, Type
from checker.engines.kernels.formula import TRUE, Formula, all_of, implies, some_of
from checker.engines.layout import SetShape
from checker.engines.native.code.builder import Value
from checker.engines.native.kernels.domains import each_of, plain_items, quorum_mask

# pyright: basic
from checker.engines.native.kernels.emitter import Chain
from checker.engines.native.kernels.lifting import lift
from checker.engines.native.kernels.loops import LISTED_LIMIT
from checker.engines.native.kernels.quantifiers import collapsed
from checker.engines.native.kernels.sets import as_members, combined, member, possible_codes
from checker.engines.native.kernels.symbols import (
    Known, Listed, ListPlan, Mask, Members, Number, Stored, Symbol, Tabulated, item_type, known_value, truth,
)
from checker.engines.native.limits import NotNative
from checker.engines.plain import Outside
from checker.engines.system import SpecError

if TYPE_CHECKING:
    from checker.engines.native.kernels.expressions import Evaluator


def set_value(ev: Evaluator, node: ir.AllOf | ir.Range | ir.MakeSet | ir.SetOperation) -> Symbol:
    """The value of an expression that makes a set."""
    assert isinstance(node.type, SetType)
    match node:
        case ir.AllOf():
            values = ev.plain.all_of(node.type.item)
            return Known(node.type, ev.plain.set_of(node.type.item, values))
        case ir.Range(start=start, stop=stop):
            return _range(ev, node.type, ev.evaluate(start), ev.evaluate(stop))
        case ir.MakeSet(items=items):
            return _make_set(ev, node.type, [ev.evaluate(item) for item in items])
        case ir.SetOperation(operator=sign, left=left, right=right):
            first = as_set(ev, ev.evaluate(left), left.type, node.type)
            second = as_set(ev, ev.evaluate(right), right.type, node.type)
            return _combined(ev, node.type, sign, first, second)
        case _:
            assert_never(node)


def _range(ev: Evaluator, type: SetType, start: Symbol, stop: Symbol) -> Symbol:
    found = lift(type, lambda low, high: ev.plain.set_of(type.item, range(low, high)), start, stop)
    if found is not None:
        return found
    low, high = ev.reader.interval(start)[0], ev.reader.interval(stop)[1]
    plan = ListPlan(type, ev.reader.item_word_plan(Number(type.item, ev.emitter.number(0), low, high), type.item),
                    max(0, high - low))
    if plan.capacity > LISTED_LIMIT:
        raise NotNative("a long range as a set")
    memory = ev.emitter.scratch(plan.words)
    memory[0] = 0
    first, last = ev.reader.raw(start), ev.reader.raw(stop)
    with ev.emitter.function.if_(first.signed_less(last)):
        memory[0] = last - first
        with ev.emitter.function.for_(0, last - first) as index:
            memory[index + 1] = first + index
    return Listed(type, memory, plan)


def _make_set(ev: Evaluator, type: SetType, items: list[Symbol]) -> Symbol:
    reader = ev.reader
    values = [known_value(item) for item in items]
    if all(value is not None for value in values):
        try:
            return Known(type, ev.plain.set_of(type.item, [value[0] for value in values if value is not None]))
        except (Outside, SpecError) as error:
            raise NotNative(f"a {type} of items beyond the model's bounds") from error
    if reader.is_maskable(type) and all(reader.is_inside(item, type.item) for item in items):
        formulas, added = dict[int, Formula](), []
        for item, value in zip(items, values, strict=True):
            if value is not None:
                formulas[ev.plain.code(type.item, value[0])] = TRUE
            else:
                added.append(reader.code_inside(item, type.item))
        return Members(type, None, 0, formulas, tuple(added))
    plan = ListPlan(type, reader.joined([reader.item_word_plan(item, type.item) for item in items], type.item),
                    len(items))
    listed = Listed(type, ev.emitter.scratch(plan.words), plan)
    listed.memory[0] = 0
    for item in items:
        reader.insert(listed, reader.word_of(item, type.item), ev.emitter.number(1))
    return listed


def as_set(ev: Evaluator, symbol: Symbol, own: Type, type: SetType) -> Symbol:
    """The different items of a collection, as a set."""
    if isinstance(own, SetType):
        return symbol
    if isinstance(own, QuorumType):
        return quorum_mask(ev, symbol, own)
    value = known_value(symbol)
    if value is not None:
        return Known(type, ev.plain.set_of(type.item, plain_items(ev, own, value[0])))
    inner = own.item  # type: ignore[union-attr]
    reader = ev.reader
    if not reader.is_maskable(SetType(inner)) or isinstance(inner, IntType):
        raise NotNative(f"the items of a {own} as a set")
    words = max(1, -(-ev.plain.size(inner) // 64))
    memory = ev.emitter.scratch(words)
    for index in range(words):
        memory[index] = 0
    for item in each_of(ev, symbol, own, is_opened=False):
        code = reader.code(item, inner)
        memory[code >> 6] = memory[code >> 6] | (ev.emitter.number(1) << (code & 63))
    return Mask(SetType(inner), tuple(memory[index] for index in range(words)))


def _combined(ev: Evaluator, type: SetType, sign: str, left: Symbol, right: Symbol) -> Symbol:
    reader = ev.reader
    one, other = as_members(left), as_members(right)
    if one is not None and other is not None and one.type.item == other.type.item:
        found = combined(sign, one, other, ev.plain.size(one.type.item))
        if found is not None:
            return collapsed(ev, found)
    own = next((symbol.type for symbol in (left, right) if isinstance(symbol.type, SetType)
                and reader.is_mask(left, symbol.type) and reader.is_mask(right, symbol.type)), None)
    if own is not None:
        first, second = reader.words_of_set(left, own), reader.words_of_set(right, own)
        if first is not None and second is not None:
            pairs = zip(first, second, strict=True)
            if sign == "|":
                return Mask(own, tuple(a | b for a, b in pairs))
            return Mask(own, tuple(a & (b if sign == "&" else ~b) for a, b in pairs))
    return _combined_lists(ev, type, sign, left, right)


def _words_plan(ev: Evaluator, symbol: Symbol) -> ListPlan:
    """How a set is held as a list of words."""
    plan = ev.reader.plan_of(symbol, symbol.type)
    if isinstance(plan, ListPlan):
        return plan
    item = item_type(symbol.type)
    return ListPlan(symbol.type, ev.reader.word_plan(item), ev.plain.size(item))


def _combined_lists(ev: Evaluator, type: SetType, sign: str, left: Symbol, right: Symbol) -> Symbol:
    reader = ev.reader
    plans = [_words_plan(ev, symbol) for symbol in (left, right)]
    first, second = (reader.listed_words(symbol, plan) for symbol, plan in zip((left, right), plans, strict=True))
    capacity = plans[0].capacity + (plans[1].capacity if sign == "|" else 0)
    if capacity > LISTED_LIMIT:
        raise NotNative("large sets of items that may be beyond the model's bounds")
    plan = ListPlan(type, reader.join(plans[0].item, plans[1].item), capacity)
    result = Listed(type, ev.emitter.scratch(plan.words), plan)
    result.memory[0] = 0
    one = ev.emitter.number(1)
    with ev.emitter.function.for_(0, first.memory[0]) as index:
        word = first.memory[index + 1]
        if sign == "|":
            reader.insert(result, word, one)
        else:
            there = reader.find(second, word) < second.memory[0]
            with ev.emitter.function.if_(there if sign == "&" else ~there):
                reader.insert(result, word, one)
    if sign == "|":
        with ev.emitter.function.for_(0, second.memory[0]) as index:
            reader.insert(result, second.memory[index + 1], one)
    return result


def in_set(ev: Evaluator, item: Symbol, collection: Symbol) -> Formula:
    """Is the item in the set?"""
    reader, emitter = ev.reader, ev.emitter
    own = collection.type
    assert isinstance(own, SetType)
    if isinstance(collection, Listed):
        word = reader.word_of(item, own.item)
        return emitter.atom(reader.find(collection, word) < collection.memory[0])
    if not reader.is_inside(item, own.item):
        if not isinstance(own.item, IntType):
            raise NotNative(f"a {own.item} that may be beyond the model's bounds in a set")
        return _int_in_set(ev, item, collection, own)
    members, value = as_members(collection), known_value(item)
    if members is not None and not members.added:
        if value is not None:
            return member(members, ev.plain.code(own.item, value[0]))
        if isinstance(item, Tabulated) and len(item.values) <= 16:
            return some_of(
                all_of((
                    ev.formula_of(lift(BOOL, lambda one, other=other: one == other, item) or truth(False)),
                    member(members, ev.plain.code(own.item, other)),
                ))
                for other in dict.fromkeys(item.values.values())
            )
    code = reader.code(item, own.item)
    return _bit(ev, collection, own, code)


def _int_in_set(ev: Evaluator, item: Symbol, collection: Symbol, own: SetType) -> Formula:
    """An int that may have no code is first compared with the range."""
    assert isinstance(own.item, IntType)
    low, high = ev.plain.instance.ranges[own.item.bound or "int"]
    raw = ev.reader.raw(item)
    inside = ev.emitter.atom((raw - low) < high - low + 1)
    chain = Chain(ev.emitter, conjunction=True)
    chain.add(lambda: inside)
    chain.flush()
    chain.add(lambda: _bit(ev, collection, own, raw - low))
    return chain.result()


def _bit(ev: Evaluator, collection: Symbol, own: SetType, code: Value) -> Formula:
    reader, emitter = ev.reader, ev.emitter
    if isinstance(collection, Stored) and isinstance(collection.shape, SetShape):
        return emitter.is_set(reader.bits_at(collection.source, reader.position(collection) + code, 1))
    words = reader.words_of_set(collection, own)
    if words is None:
        raise NotNative(f"membership in a {own}")
    word = words[0]
    for index, other in enumerate(words[1:], 1):
        word = ((code >> 6) == index).choose(other, word)
    return emitter.is_set(word >> (code & 63) & 1)


def subset(ev: Evaluator, left: ir.Expr, right: ir.Expr) -> Formula:
    """Is every item of `left` in `right`?"""
    reader = ev.reader
    item = left.type.member if isinstance(left.type, QuorumType) else left.type.item  # type: ignore[union-attr]
    first = as_set(ev, ev.evaluate(left), left.type, SetType(item))
    second = as_set(ev, ev.evaluate(right), right.type, SetType(item))
    one, other = as_members(first), as_members(second)
    if one is not None and other is not None and not other.added:
        codes = possible_codes(one, ev.plain.size(one.type.item))
        if codes is not None and len(codes) <= 64:
            return all_of(implies(member(one, code), member(other, code)) for code in codes)
    own = next((symbol.type for symbol in (first, second) if isinstance(symbol.type, SetType)
                and reader.is_mask(first, symbol.type) and reader.is_mask(second, symbol.type)), None)
    if own is not None:
        ones, others = reader.words_of_set(first, own), reader.words_of_set(second, own)
        if ones is not None and others is not None:
            rest = reduce(operator.or_, (a & ~b for a, b in zip(ones, others, strict=True)))
            return ev.emitter.atom(rest == 0)
    rest = _combined_lists(ev, SetType(item), "-", first, second)
    assert isinstance(rest, Listed)
    return ev.emitter.atom(rest.memory[0] == 0)
