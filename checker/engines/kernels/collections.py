"""Sets, maps, bags and sequences over symbols."""

from __future__ import annotations

import operator
from dataclasses import replace
from typing import TYPE_CHECKING, assert_never

from checker.core import ir
from checker.core.faults import is_natural
from checker.core.types import (
    BOOL, BagType, BoolType, EnumType, IntType, MapType, QuorumType, SeqType, SetType, SortType,
)
from checker.engines.kernels.formula import TRUE
from checker.engines.kernels.lifting import lift
from checker.engines.kernels.names import operand, type_name
from checker.engines.kernels.runtime import (
    bag_add, bag_add_all, bag_count, bag_discard, bag_of, bag_remove, bag_size, item_at, replaced, slice_of,
)
from checker.engines.kernels.sets import combined, contains, quorum_sets, spread, subset
from checker.engines.kernels.structures import checked
from checker.engines.kernels.symbols import (
    Computed, Known, Members, Patched, Slots, Stored, Symbol, computed, known_value, of_value, total,
)
from checker.engines.layout import MapShape

if TYPE_CHECKING:
    from checker.engines.kernels.evaluate import Evaluator

KEYS_LIMIT = 256
"""The most keys for which the body of a map is written out one by one."""


def evaluate(evaluator: Evaluator, node: ir.Collecting) -> Symbol:
    """What is known of the value of an expression about collections."""
    match node:
        case ir.AllOf() | ir.Range() | ir.MakeSet() | ir.SetOperation():
            return _set(evaluator, node)
        case ir.Contains(item=item, collection=ir.Range() as interval):
            return _between(evaluator, item, interval)
        case ir.Contains(item=item, collection=collection):
            return contains(evaluator, evaluator.evaluate(item), collection)
        case ir.Subset(left=left, right=right):
            return subset(evaluator, left, right)
        case ir.Length() | ir.Count():
            return _size(evaluator, node)
        case ir.MakeMap():
            return _make_map(evaluator, node)
        case ir.Lookup(map=map, key=key):
            function = evaluator.evaluate(map)
            return lookup(evaluator, function, _key(evaluator, map, key))
        case ir.Replace():
            return _replace(evaluator, node)
        case ir.MakeBag() | ir.BagAdd() | ir.BagAddAll() | ir.BagRemove():
            return _bag(evaluator, node)
        case ir.MakeSeq() | ir.Concat() | ir.Index() | ir.Slice():
            return _sequence(evaluator, node)
        case _:
            assert_never(node)


def _set(evaluator: Evaluator, node: ir.AllOf | ir.Range | ir.MakeSet | ir.SetOperation) -> Symbol:
    assert isinstance(node.type, SetType)
    item = node.type.item
    plain = evaluator.plain
    match node:
        case ir.AllOf():
            return Known(node.type, plain.set_of(item, plain.all_of(item)))
        case ir.Range(start=start, stop=stop):
            ends = evaluator.evaluate(start), evaluator.evaluate(stop)
            return lift(
                evaluator.texts, node.type, lambda first, last: frozenset(range(first, last)),
                "frozenset(range({}, {}))", *ends,
            )
        case ir.MakeSet(items=items):
            return make_set(evaluator, node.type, [evaluator.evaluate(member) for member in items])
        case ir.SetOperation(operator=sign, left=left, right=right):
            return combined(evaluator, node.type, sign, left, right)
        case _:
            assert_never(node)


def make_set(evaluator: Evaluator, type: SetType, items: list[Symbol]) -> Symbol:
    """The set of these items."""
    plain, texts = evaluator.plain, evaluator.texts
    if not plain.is_masked(type.item):
        return lift(texts, type, lambda *members: frozenset(members), _listed("frozenset(({}))", len(items)), *items)
    codes = [texts.code(item, type.item) for item in items]
    if all(is_total for _, is_total in codes):
        formulas = {int(code): TRUE for code, _ in codes if code.isdecimal()}
        return Members(type, None, 0, formulas, tuple(code for code, _ in codes if not code.isdecimal()))
    text = " | ".join(f"1 << {operand(code)}" for code, _ in codes)
    return Computed(type, text, False)


def _listed(template: str, count: int) -> str:
    return template.replace("{}", "{}, " * count)


def _between(evaluator: Evaluator, item: ir.Expr, interval: ir.Range) -> Symbol:
    value, start, stop = map(evaluator.evaluate, (item, interval.start, interval.stop))
    texts = evaluator.texts
    # a chain of comparisons is faster, but goes from left to right
    template = "{1} <= {0} < {2}" if all(map(total, (value, start, stop))) else "{} in range({}, {})"
    return lift(texts, BOOL, _is_between, template, value, start, stop)


def _is_between(value: int, start: int, stop: int) -> bool:
    return start <= value < stop


def _size(evaluator: Evaluator, node: ir.Length | ir.Count) -> Symbol:
    texts = evaluator.texts
    if isinstance(node, ir.Count):
        bag, item = evaluator.evaluate(node.bag), evaluator.evaluate(node.item)
        return lift(texts, node.type, bag_count, "bag_count({}, {})", bag, item)
    symbol, type = evaluator.evaluate(node.operand), node.operand.type
    match type:
        case SetType(item=item) if evaluator.plain.is_masked(item):
            most = evaluator.plain.size(item)
            return lift(texts, node.type, int.bit_count, "{}.bit_count()", symbol, interval=(0, most))
        case BagType():
            return lift(texts, node.type, bag_size, "bag_size({})", symbol)
        case QuorumType():
            sets = quorum_sets(evaluator, type)
            sizes = tuple(map(len, sets[1]))
            return lift(texts, node.type, sizes.__getitem__, f"len({sets[0]}[{{}}])", symbol)
        case SeqType(bound=bound) if isinstance(symbol, Stored) and bound is not None:
            return lift(texts, node.type, len, "len({})", symbol, interval=(0, evaluator.plain.instance.lengths[bound]))
        case _:
            return lift(texts, node.type, len, "len({})", symbol)


# --- maps -------------------------------------------------------------------------------------------------------------


def _make_map(evaluator: Evaluator, node: ir.MakeMap) -> Symbol:
    assert isinstance(node.type, MapType)
    keys = evaluator.plain.keys(node.key)
    if len(keys) > KEYS_LIMIT:
        name = evaluator.texts.scope.fresh(node.name)
        body = evaluator.bound(node.name, computed(node.key, name, total=True), lambda: evaluator.evaluate(node.body))
        program = evaluator.texts.program
        listed = program.define(("keys", node.key), f"keys_{type_name(node.key)}", lambda: tuple(keys), "every key")
        return Computed(node.type, f"tuple([{evaluator.texts.text(body)} for {name} in {listed}])", total(body))
    values = tuple(
        evaluator.bound(node.name, of_value(node.key, key), lambda: evaluator.evaluate(node.body)) for key in keys
    )
    slots = Slots(node.type, values)
    return slots if all(map(total, values)) else Computed(node.type, evaluator.texts.text(slots), False)


def _key(evaluator: Evaluator, map: ir.Expr, key: ir.Expr) -> Symbol:
    """The position of a key.  One that the model has no room for is out of bounds, as if it had been stored."""
    assert isinstance(map.type, MapType)
    symbol, type = checked(evaluator, evaluator.evaluate(key), map.type.key), map.type.key
    match type:
        case EnumType() | SortType() | QuorumType():
            return symbol
        case BoolType():
            return lift(evaluator.texts, IntType(), int, "int({})", symbol)
        case IntType(bound=bound):
            low = evaluator.plain.instance.ranges[bound or "int"][0]
            if low == 0:
                return symbol
            return lift(evaluator.texts, IntType(), lambda value: value - low, f"{{}} - {low}", symbol)
        case _:
            positions = {value: index for index, value in enumerate(evaluator.plain.keys(type))}
            hint = f"key_{type_name(type)}"
            name = evaluator.texts.program.define(("position", type), hint, lambda: positions, "key -> slot")
            return lift(evaluator.texts, IntType(), lambda value: positions[value], f"{name}[{{}}]", symbol)


def lookup(evaluator: Evaluator, function: Symbol, key: Symbol | int | str) -> Symbol:
    """The value of a map at the slot `key`."""
    if isinstance(key, int | str):
        key = Known(IntType(), key) if isinstance(key, int) else Computed(IntType(), key)
    assert isinstance(function.type, MapType)
    type = function.type.value
    known: tuple[int] | None = known_value(key)
    match function:
        case Slots(values=values) if known is not None:
            return values[known[0]]
        case Stored(shape=MapShape(item=item, stride=stride), position=position) if known is not None:
            return evaluator.texts.load(
                Stored(type, function.source, position + stride * known[0], item, function.offset)
            )
        case Stored(shape=MapShape(item=item, stride=stride)) if total(key):
            step = f"{stride}*{operand(evaluator.texts.text(key))}" if stride != 1 else evaluator.texts.text(key)
            offset = f"{function.offset} + {step}" if function.offset else step
            return evaluator.texts.load(Stored(type, function.source, function.position, item, offset))
        case Patched() if total(key):
            return _lookup_patched(evaluator, function, key)
        case _:
            return lift(evaluator.texts, type, operator.getitem, "{}[{}]", function, key)


def _lookup_patched(evaluator: Evaluator, function: Patched, key: Symbol) -> Symbol:
    from checker.engines.kernels.branches import merged  # which looks into maps, too

    known, text = known_value(key), evaluator.texts.text(key)
    result = lookup(evaluator, function.origin, key)
    for other, value in function.patches:
        if (known is not None and known[0] == other) or (known is None and text == other):
            result = value
        elif known is None or isinstance(other, str):
            same = lift(evaluator.texts, BOOL, operator.eq, "{} == {}", key, _slot(other))
            result = merged(evaluator, function.type.value, evaluator.formula_of(same), value, result)
    return result


def _slot(key: int | str) -> Symbol:
    return Known(IntType(), key) if isinstance(key, int) else Computed(IntType(), key)


def _replace(evaluator: Evaluator, node: ir.Replace) -> Symbol:
    assert isinstance(node.type, MapType)
    function = evaluator.evaluate(node.map)
    key = _key(evaluator, node.map, node.key)
    value = evaluator.evaluate(node.value)
    known = known_value(key)
    if total(key) and total(value):
        place = evaluator.texts.text(key) if known is None else known[0]
        match function:
            case Stored(shape=MapShape()) if not function.offset:
                return Patched(node.type, function, ((place, value),))
            case Patched(patches=patches):
                others = tuple(patch for patch in patches if patch[0] != place)
                return replace(function, patches=(*others, (place, value)))
            case Slots(values=values) if known is not None:
                return replace(function, values=(*values[: known[0]], value, *values[known[0] + 1 :]))
            case _:
                pass
    return lift(evaluator.texts, node.type, replaced, "replaced({}, {}, {})", function, key, value)


# --- bags and sequences -----------------------------------------------------------------------------------------------


def _bag(evaluator: Evaluator, node: ir.MakeBag | ir.BagAdd | ir.BagAddAll | ir.BagRemove) -> Symbol:
    assert isinstance(node.type, BagType)
    texts, item = evaluator.texts, node.type.item
    order = evaluator.plain.order(item)
    key = texts.program.table("order", item, order, f"{item} -> what it is sorted by")
    sort = f"{key}.__getitem__"
    match node:
        case ir.MakeBag(items=items):
            symbols = [evaluator.evaluate(member) for member in items]
            template = _listed("bag_of(({}), ", len(items)) + f"{sort})"
            return lift(texts, node.type, lambda *members: bag_of(members, order), template, *symbols)
        case ir.BagAdd(bag=bag, item=added):
            before, new = evaluator.evaluate(bag), evaluator.evaluate(added)
            return lift(
                texts, node.type, lambda bag, item: bag_add(bag, item, order),
                f"bag_add({{}}, {{}}, {sort})", before, new,
            )
        case ir.BagAddAll(bag=bag, items=added):
            before, new = evaluator.evaluate(bag), spread(evaluator, evaluator.evaluate(added), added.type)
            return lift(
                texts, node.type, lambda bag, items: bag_add_all(bag, items, order),
                f"bag_add_all({{}}, {{}}, {sort})", before, new,
            )
        case ir.BagRemove(bag=bag, item=removed, if_present=if_present):
            before, item = evaluator.evaluate(bag), evaluator.evaluate(removed)
            if if_present:
                return lift(texts, node.type, bag_discard, "bag_discard({}, {})", before, item)
            return lift(texts, node.type, bag_remove, "bag_remove({}, {})", before, item, may_raise=True)
        case _:
            assert_never(node)


def _sequence(evaluator: Evaluator, node: ir.MakeSeq | ir.Concat | ir.Index | ir.Slice) -> Symbol:
    texts = evaluator.texts
    match node:
        case ir.MakeSeq(items=items):
            symbols = [evaluator.evaluate(member) for member in items]
            return lift(texts, node.type, lambda *members: members, _listed("({})", len(items)), *symbols)
        case ir.Concat(left=left, right=right):
            return lift(
                texts, node.type, operator.add, "{} + {}", evaluator.evaluate(left), evaluator.evaluate(right)
            )
        case ir.Index(sequence=sequence, index=index):
            return lift(
                texts, node.type, item_at, "item_at({}, {})", evaluator.evaluate(sequence), evaluator.evaluate(index),
                may_raise=True,
            )
        case ir.Slice(sequence=sequence, start=start, stop=stop):
            ends = evaluator.evaluate(start), evaluator.evaluate(stop)
            may_raise = not all(
                is_natural(end) or _is_from_0(evaluator, symbol)
                for end, symbol in zip((start, stop), ends, strict=True)
            )
            return lift(
                texts, node.type, slice_of, "slice_of({}, {}, {})", evaluator.evaluate(sequence), *ends,
                may_raise=may_raise,
            )
        case _:
            assert_never(node)


def _is_from_0(evaluator: Evaluator, number: Symbol) -> bool:
    interval = evaluator.interval(number)
    return interval is not None and interval[0] >= 0
