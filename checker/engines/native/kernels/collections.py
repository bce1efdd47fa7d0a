"""Sets, maps, bags and sequences."""

from __future__ import annotations

import operator
from functools import reduce
from typing import TYPE_CHECKING, Any, assert_never

from checker.core import ir
from checker.core.types import BOOL, BagType, MapType, QuorumType, SeqType, SetType, Type
from checker.engines.kernels.formula import FALSE, Formula, all_of, some_of
from checker.engines.native.kernels import sequences

# pyright: basic
from checker.engines.native.kernels.bags import bag_length, bag_value, in_bag
from checker.engines.native.kernels.domains import each_of, plain_items, quorum_mask
from checker.engines.native.kernels.equality import equal
from checker.engines.native.kernels.lifting import lift
from checker.engines.native.kernels.set_expressions import in_set, set_value, subset
from checker.engines.native.kernels.symbols import (
    Known, Listed, Number, Slots, Symbol, Tabulated, Truth, Unbound, known_value, of_value, truth,
)
from checker.engines.native.limits import NotNative

if TYPE_CHECKING:
    from checker.engines.native.kernels.expressions import Evaluator

KEYS_LIMIT = 32
"""The most keys of a map that is written out."""


def evaluate(ev: Evaluator, node: ir.Collecting) -> Symbol:
    """The value of an expression about sets, maps, bags and sequences."""
    match node:
        case ir.AllOf() | ir.Range() | ir.MakeSet() | ir.SetOperation():
            return set_value(ev, node)
        case ir.Contains(item=item, collection=ir.Range(start=start, stop=stop)):
            value, first, end = ev.evaluate(item), ev.evaluate(start), ev.evaluate(stop)
            return Truth(all_of((ev.less(first, value, or_equal=True), ev.less(value, end, or_equal=False))))
        case ir.Contains(item=item, collection=collection):
            value = ev.evaluate(item)
            return Truth(contains(ev, value, ev.evaluate(collection), collection.type))
        case ir.Subset(left=left, right=right):
            return Truth(subset(ev, left, right))
        case ir.Length(operand=inside):
            return _length(ev, ev.evaluate(inside), inside.type, node.type)
        case ir.MakeMap():
            return _make_map(ev, node)
        case ir.Lookup(map=map, key=key):
            assert isinstance(map.type, MapType)
            function = ev.evaluate(map)
            return ev.reader.at_key(function, ev.reader.key(ev.evaluate(key), map.type.key))
        case ir.Replace(map=map, key=key, value=value):
            assert isinstance(map.type, MapType)
            function = ev.evaluate(map)
            place = ev.reader.key(ev.evaluate(key), map.type.key)
            return ev.reader.replaced(function, place, ev.evaluate(value))
        case ir.MakeBag() | ir.BagAdd() | ir.BagAddAll() | ir.BagRemove() | ir.Count():
            return bag_value(ev, node)
        case ir.MakeSeq() | ir.Concat() | ir.Index() | ir.Slice():
            return sequences.evaluate(ev, node)
        case _:
            assert_never(node)


def _make_map(ev: Evaluator, node: ir.MakeMap) -> Symbol:
    assert isinstance(node.type, MapType)
    keys = ev.plain.keys(node.key)
    if len(keys) > KEYS_LIMIT:
        raise NotNative("a map with many keys")
    values = [
        ev.settled(ev.bound(node.name, of_value(node.key, key), lambda: ev.evaluate(node.body))) for key in keys
    ]
    known = [known_value(value) for value in values]
    if all(value is not None for value in known):
        return Known(node.type, tuple(value[0] for value in known if value is not None))
    return Slots(node.type, tuple(values))


# --- sets -------------------------------------------------------------------------------------------------------------


def contains(ev: Evaluator, item: Symbol, collection: Symbol, type: Type) -> Formula:
    """`item in collection`."""
    if isinstance(type, QuorumType):
        return contains(ev, item, quorum_mask(ev, collection, type), SetType(type.member))
    if isinstance(collection, Unbound) or isinstance(item, Unbound):
        return FALSE
    found = lift(BOOL, lambda one, inside: one in plain_items(ev, type, inside), item, collection)
    if found is not None:
        return ev.formula_of(found)
    if isinstance(collection, Tabulated) and isinstance(type, SetType) and not ev.reader.is_mask(
        collection, type
    ):
        return some_of(
            all_of((
                ev.formula_of(lift(BOOL, lambda one, other=other: one == other, collection) or truth(False)),
                contains(ev, item, Known(type, other), type),
            ))
            for other in dict.fromkeys(collection.values.values())
        )
    value = known_value(collection)
    if value is not None and not (isinstance(type, SetType) and isinstance(value[0], int)):
        items = plain_items(ev, type, value[0])
        inner = type.item  # type: ignore[union-attr]
        found = lift(BOOL, lambda one: one in items, item)
        if found is not None:
            return ev.formula_of(found)
        return some_of(equal(ev, item, of_value(inner, other)) for other in items)
    if isinstance(type, SetType):
        return in_set(ev, item, collection)
    if isinstance(type, BagType):
        return in_bag(ev, item, collection)
    emitter = ev.emitter
    found = emitter.function.local(emitter.truth(FALSE))
    for other in each_of(ev, collection, type, is_opened=False):
        with emitter.when(equal(ev, item, other)):
            found.set(1)
            emitter.function.break_()
    return emitter.atom(found.get())


def _length(ev: Evaluator, symbol: Symbol, own: Type, type: Type) -> Symbol:
    reader, emitter = ev.reader, ev.emitter
    if isinstance(own, QuorumType):
        sizes = [len(members) for members in ev.plain.instance.quorums[own.name]]
        found = lift(type, sizes.__getitem__, symbol)
        return found or Number(type, reader.constant_array(tuple(sizes))[reader.raw(symbol)], min(sizes), max(sizes))
    def count(value: Any) -> int:
        if isinstance(value, int):
            return value.bit_count()
        return sum(copies for _, copies in value) if isinstance(own, BagType) else len(value)

    found = lift(type, count, symbol)
    if found is not None:
        return found
    if isinstance(own, BagType):
        return bag_length(ev, symbol, type)
    if isinstance(own, SeqType):
        return Number(type, reader.length(symbol), 0, reader.most(symbol))
    if isinstance(symbol, Listed):
        return Number(type, symbol.memory[0], 0, symbol.plan.capacity)
    assert isinstance(symbol.type, SetType)
    words = reader.words_of_set(symbol, symbol.type)
    if words is None:
        raise NotNative(f"the length of a {own}")
    total = reduce(operator.add, map(emitter.function.count_ones, words))
    return Number(type, total, 0, ev.plain.size(symbol.type.item))
