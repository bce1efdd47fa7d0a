"""Bags: a bag that is changed is copied into a list of words and counts, which is put back when it is stored."""

from __future__ import annotations

# pyright: basic
from typing import TYPE_CHECKING, assert_never

from checker.core import ir
from checker.core.types import BagType, IntType, Type
from checker.engines.kernels.formula import Formula
from checker.engines.native.kernels.domains import each_of, plain_items
from checker.engines.native.kernels.loops import LISTED_LIMIT
from checker.engines.native.kernels.symbols import (
    Known, Listed, ListPlan, Number, Stored, Symbol, known_value, of_value,
)
from checker.engines.native.limits import NotNative

ADDED = 1 << 20
"""More copies than one action adds: each takes a place in its code, or in memory of at most `SCRATCH_LIMIT` words."""

if TYPE_CHECKING:
    from checker.engines.native.kernels.expressions import Evaluator


def bag_length(ev: Evaluator, symbol: Symbol, type: Type) -> Symbol:
    """How many items with all copies."""
    total = ev.emitter.function.local(0)
    with ev.emitter.function.for_(0, ev.reader.distinct(symbol)) as index:
        total.set(total.get() + ev.reader.entry(symbol, index)[1])
    return Number(type, total.get(), 0, ev.reader.most(symbol) * _most_copies(ev, symbol))


def _most_copies(ev: Evaluator, bag: Symbol) -> int:
    """The most copies of one item; a bag that was computed can have more than the model allows."""
    if isinstance(bag, Stored) and isinstance(bag.type, BagType):
        return ev.plain.bag_bound(bag.type)[1]
    return ADDED + max((limit.copies for limit in ev.plain.instance.bags.values()), default=0)


def in_bag(ev: Evaluator, item: Symbol, bag: Symbol) -> Formula:
    """Does the bag hold a copy?"""
    word = ev.reader.word_of(item, _item(bag.type))
    return ev.emitter.atom(ev.reader.find(bag, word) < ev.reader.distinct(bag))


def _changeable(ev: Evaluator, bag: Symbol, more: int, items: list[Symbol]) -> Listed:
    """A copy of the bag with room for more."""
    assert isinstance(bag.type, BagType)
    reader, type = ev.reader, bag.type
    plan = reader.plan_of(bag, type)
    assert isinstance(plan, ListPlan)
    item = reader.joined([*([plan.item] if plan.capacity else []),
                          *(reader.item_word_plan(item, type.item) for item in items)] or [plan.item], type.item)
    return reader.listed_words(bag, ListPlan(type, item, plan.capacity + more))


def bag_value(ev: Evaluator, node: ir.MakeBag | ir.BagAdd | ir.BagAddAll | ir.BagRemove | ir.Count) -> Symbol:
    """The value of an expression about bags."""
    reader, one = ev.reader, ev.emitter.number(1)
    match node:
        case ir.MakeBag(items=items):
            symbols = [ev.evaluate(item) for item in items]
            bag = _changeable(ev, Known(node.type, ()), len(items), symbols) if items else None
            if bag is None:
                return Known(node.type, ())
            for symbol in symbols:
                reader.insert(bag, reader.word_of(symbol, _item(node.type)), one)
            return bag
        case ir.BagAdd(bag=inside, item=item):
            before, symbol = ev.evaluate(inside), ev.evaluate(item)
            bag = _changeable(ev, before, 1, [symbol])
            reader.insert(bag, reader.word_of(symbol, _item(bag.type)), one)
            return bag
        case ir.BagAddAll(bag=inside, items=items):
            return _bag_add_all(ev, ev.evaluate(inside), ev.evaluate(items), items.type)
        case ir.BagRemove(bag=inside, item=item, if_present=if_present):
            before, symbol = ev.evaluate(inside), ev.evaluate(item)
            bag = _changeable(ev, before, 0, [])
            reader.remove(bag, reader.word_of(symbol, _item(bag.type)), must_be_there=not if_present)
            return bag
        case ir.Count(bag=inside, item=item):
            before, symbol = ev.evaluate(inside), ev.evaluate(item)
            return _count(ev, before, symbol, node.type)
        case _:
            assert_never(node)


def _item(type: Type) -> Type:
    assert isinstance(type, BagType)
    return type.item


def _bag_add_all(ev: Evaluator, before: Symbol, added: Symbol, type: Type) -> Symbol:
    reader = ev.reader
    value = known_value(added)
    if value is not None:
        symbols = [of_value(type.item, item) for item in plain_items(ev, type, value[0])]  # type: ignore[union-attr]
        bag = _changeable(ev, before, len(symbols), symbols)
        for symbol in symbols:
            reader.insert(bag, reader.word_of(symbol, _item(bag.type)), ev.emitter.number(1))
        return bag
    most = reader.most(added)
    capacity = reader.most(before) + most
    if capacity > LISTED_LIMIT:
        raise NotNative("a large set of messages that are sent at once")
    own = _item(before.type)
    if isinstance(own, IntType):
        raise NotNative("many ints added to a bag")
    bag = _changeable(ev, before, most, [])
    for item in each_of(ev, added, type, is_opened=False):
        reader.insert(bag, reader.word_of(item, own), ev.emitter.number(1))
    return bag


def _count(ev: Evaluator, before: Symbol, item: Symbol, type: Type) -> Symbol:
    bag = _changeable(ev, before, 0, [])
    word = ev.reader.word_of(item, _item(bag.type))
    found = ev.reader.find(bag, word)
    copies = ev.emitter.function.local(0)
    with ev.emitter.function.if_(found < bag.memory[0]):
        copies.set(bag.memory[found * bag.plan.stride + 2])
    return Number(type, copies.get(), 0, _most_copies(ev, before))
