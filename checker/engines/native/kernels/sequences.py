"""Sequences: read where they lie; one that is computed is a list in memory of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from checker.core import ir
from checker.core.faults import is_natural
from checker.core.types import SeqType, Type
from checker.engines.kernels.runtime import item_at, slice_of

# pyright: basic
from checker.engines.native.code.builder import Value
from checker.engines.native.kernels.lifting import lift
from checker.engines.native.kernels.symbols import Known, Listed, ListPlan, Symbol, Unbound, known_value

if TYPE_CHECKING:
    from checker.engines.native.kernels.expressions import Evaluator


def evaluate(ev: Evaluator, node: ir.MakeSeq | ir.Concat | ir.Index | ir.Slice) -> Symbol:
    """The value of an expression about sequences."""
    match node:
        case ir.MakeSeq(items=items):
            return _make(ev, node.type, [ev.evaluate(item) for item in items])
        case ir.Concat(left=left, right=right):
            return _concat(ev, node.type, ev.evaluate(left), ev.evaluate(right))
        case ir.Index(sequence=sequence, index=index):
            return _index(ev, ev.evaluate(sequence), ev.evaluate(index), node.type)
        case ir.Slice(sequence=sequence, start=start, stop=stop):
            values = ev.evaluate(sequence)
            ends = [ev.evaluate(end) for end in (start, stop)]
            _check_ends(ev, [symbol for end, symbol in zip((start, stop), ends, strict=True) if not is_natural(end)])
            return _slice(ev, node.type, values, *ends)
        case _:
            assert_never(node)


def _make(ev: Evaluator, type: Type, items: list[Symbol]) -> Symbol:
    assert isinstance(type, SeqType)
    values = [known_value(item) for item in items]
    if all(value is not None for value in values):
        return Known(type, tuple(value[0] for value in values if value is not None))
    reader = ev.reader
    item = reader.joined([reader.plan_of(item, type.item) for item in items], type.item)
    result = _new(ev, ListPlan(type, item, len(items)))
    result.memory[0] = ev.emitter.number(len(items))
    for index, symbol in enumerate(items):
        reader.write(item, symbol, result.memory, ev.emitter.number(1 + index * item.words))
    return result


def _new(ev: Evaluator, plan: ListPlan) -> Listed:
    return Listed(plan.type, ev.emitter.scratch(plan.words), plan)


def _concat(ev: Evaluator, type: Type, left: Symbol, right: Symbol) -> Symbol:
    found = lift(type, lambda one, other: (*one, *other), left, right)
    if found is not None:
        return found
    reader = ev.reader
    plans = [reader.plan_of(symbol, type) for symbol in (left, right)]
    assert all(isinstance(plan, ListPlan) for plan in plans)
    joined = reader.joined(plans, type)
    assert isinstance(joined, ListPlan)
    result = _new(ev, ListPlan(type, joined.item, reader.most(left) + reader.most(right)))
    memory, stride = result.memory, joined.item.words
    reader.write(ListPlan(type, joined.item, result.plan.capacity), left, memory, ev.emitter.number(0))
    first = memory[0]
    if isinstance(right, Known):
        right = reader.listed(right, ListPlan(type, joined.item, len(right.value)))
    length = reader.length(right)
    with ev.emitter.function.for_(0, length) as index:
        reader.write(joined.item, reader.item(right, index), memory, (first + index) * stride + 1)
    memory[0] = first + length
    return result


def _index(ev: Evaluator, sequence: Symbol, index: Symbol, type: Type) -> Symbol:
    found = lift(type, item_at, sequence, index)
    if found is not None:
        return found
    reader = ev.reader
    value, place = known_value(sequence), known_value(index)
    if value is not None and place is not None:
        reader.fail()
        return Unbound(type)
    raw = reader.raw(index)
    length = reader.length(sequence)
    ev.emitter.fail_if(raw >= length)  # a negative one is a very large one
    if place is not None and not 0 <= place[0] < reader.most(sequence):
        return Unbound(type)
    return reader.item(sequence, raw)


def _check_ends(ev: Evaluator, ends: list[Symbol]) -> None:
    """An error of the spec where an end of a slice is negative."""
    for end in ends:
        if not isinstance(end, Unbound) and ev.reader.interval(end)[0] < 0:
            ev.emitter.fail_if(ev.reader.raw(end).signed_less(ev.emitter.number(0)))


def _slice(ev: Evaluator, type: Type, sequence: Symbol, start: Symbol, stop: Symbol) -> Symbol:
    found = lift(type, slice_of, sequence, start, stop)
    if found is not None:
        return found
    reader, emitter = ev.reader, ev.emitter
    length = reader.length(sequence)
    ends = [_inside(ev, symbol, length) for symbol in (start, stop)]
    plan = reader.plan_of(sequence, type)
    assert isinstance(plan, ListPlan)
    most = min(plan.capacity, _longest(ev, start, stop))
    result = _new(ev, ListPlan(type, plan.item, max(0, most)))
    count = ends[1]
    if ends[0].number != 0:
        count = (ends[0] < ends[1]).choose(ends[1] - ends[0], emitter.number(0)).within(0, max(0, most))
    result.memory[0] = count
    if isinstance(sequence, Known):
        sequence = reader.listed(sequence)
    with emitter.function.for_(0, count) as index:
        item = reader.item(sequence, ends[0] + index)
        reader.write(plan.item, item, result.memory, index * plan.stride + 1)
    return result


def _longest(ev: Evaluator, start: Symbol, stop: Symbol) -> int:
    """The most items between two ends."""
    return max(0, ev.reader.interval(stop)[1] - max(0, ev.reader.interval(start)[0]))


def _inside(ev: Evaluator, symbol: Symbol, length: Value) -> Value:
    """An end of a slice, brought into 0..length."""
    reader = ev.reader
    raw = reader.raw(symbol)
    zero = ev.emitter.number(0)
    low, _ = reader.interval(symbol)
    if low < 0:
        raw = raw.signed_less(zero).choose(zero, raw)
    if raw.number == 0:
        return raw
    return (raw < length).choose(raw, length).within(0, min(raw.greatest, length.greatest))
