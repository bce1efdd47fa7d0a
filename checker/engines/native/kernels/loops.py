"""Quantifiers as loops."""

from __future__ import annotations

# pyright: basic
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, assert_never

from checker.core import ir
from checker.core.types import SetType
from checker.engines.kernels.formula import FALSE, TRUE, negate
from checker.engines.native.kernels.domains import each, most_bindings
from checker.engines.native.kernels.symbols import Known, Listed, ListPlan, Mask, Number, Symbol, Truth, Unbound
from checker.engines.native.limits import NotNative

if TYPE_CHECKING:
    from checker.engines.native.kernels.expressions import Evaluator

LISTED_LIMIT = 4096
"""The most items of a set that is gathered in a list."""


def evaluate(ev: Evaluator, node: ir.Quantified) -> Symbol:
    """The value of a quantifier, computed by a loop for each binder."""
    match node:
        case ir.ForAll(binders=binders, body=body):
            return _truth_loop(ev, binders, body, False)
        case ir.Exists(binders=binders, body=body):
            return _truth_loop(ev, binders, body, True)
        case ir.Sum():
            return _number_loop(ev, node)
        case ir.Extremum():
            return _extremum_loop(ev, node)
        case ir.Comprehension():
            return _set_loop(ev, node)
        case _:
            assert_never(node)


def bindings(ev: Evaluator, binders: tuple[ir.Binder, ...], visit: Callable[[], None]) -> None:
    """Emits `visit` inside of a loop for each binder."""
    if not binders:
        visit()
        return
    first, rest = binders[0], binders[1:]

    def inside() -> None:
        test = TRUE if first.condition is None else ev.formula(first.condition)
        if test == FALSE:
            return
        with ev.emitter.when(test):
            bindings(ev, rest, visit)

    for item in each(ev, first):
        ev.bound(first.name, item, inside)


def _truth_loop(ev: Evaluator, binders: tuple[ir.Binder, ...], body: ir.Expr, some: bool) -> Symbol:
    emitter = ev.emitter
    result = emitter.function.local(emitter.truth(FALSE if some else TRUE))
    done = emitter.new_block("done")

    def visit() -> None:
        found = ev.formula(body)
        with emitter.when(found if some else negate(found)):
            if found != (FALSE if some else TRUE):
                result.set(int(some))
                emitter.jump(done)
                emitter.at(emitter.new_block("never"))

    bindings(ev, binders, visit)
    emitter.jump(done)
    emitter.at(done)
    return Truth(emitter.atom(result.get()))


def _number_loop(ev: Evaluator, node: ir.Sum) -> Symbol:
    emitter = ev.emitter
    total = emitter.function.local(0)
    ends: list[tuple[int, int]] = []

    def visit() -> None:
        value = ev.evaluate(node.body)
        count = most_bindings(ev, node.binders)
        ends.extend((count * end, count * end) for end in ev.reader.interval(value))
        total.set(total.get() + ev.reader.raw(value))

    bindings(ev, node.binders, visit)
    low, high = min((0, *(low for low, _ in ends))), max((0, *(high for _, high in ends)))
    if max(abs(low), abs(high)) >= 1 << 62:
        raise NotNative("numbers of more than 64 bits")
    return Number(node.type, total.get(), low, high)


def _extremum_loop(ev: Evaluator, node: ir.Extremum) -> Symbol:
    emitter, reader = ev.emitter, ev.reader
    best, some = emitter.function.local(0), emitter.function.local(emitter.truth(FALSE))
    ends: list[tuple[int, int]] = []

    def visit() -> None:
        value = ev.evaluate(node.body)
        ends.append(reader.interval(value))
        raw = reader.raw(value)
        better = raw.signed_less(best.get()) if node.kind == "min" else best.get().signed_less(raw)
        with emitter.function.if_(better | ~some.get()):
            best.set(raw)
        some.set(1)

    bindings(ev, node.binders, visit)
    if node.default is None:
        emitter.fail_if(~some.get())
    else:
        with emitter.function.if_(~some.get()):
            value = ev.evaluate(node.default)
            ends.append(reader.interval(value))
            best.set(reader.raw(value))
    low, high = min((low for low, _ in ends), default=0), max((high for _, high in ends), default=0)
    return Number(node.type, best.get(), low, high)


def _set_loop(ev: Evaluator, node: ir.Comprehension) -> Symbol:
    """The items are added to a set of bits where they all have codes, else to a list."""
    emitter, reader = ev.emitter, ev.reader
    type = node.type
    assert isinstance(type, SetType)
    start, body = emitter.new_block("start"), emitter.new_block("gather")
    emitter.jump(start)
    emitter.at(body)
    found: list[Symbol] = []
    masked: list[Any] = []

    def visit() -> None:
        item = ev.evaluate(node.body)
        if isinstance(item, Unbound):
            return
        if reader.is_maskable(type) and reader.is_inside(item, type.item):
            words = -(-ev.plain.size(type.item) // 64)
            memory = emitter.scratch(max(1, words))
            code = reader.code(item, type.item)
            place = code >> 6
            memory[place] = memory[place] | (emitter.number(1) << (code & 63))
            found.append(Mask(type, tuple([code] * max(1, words))))
            masked.append(memory)
            return
        plan = ListPlan(type, reader.item_word_plan(item, type.item), most_bindings(ev, node.binders))
        if plan.capacity > LISTED_LIMIT:
            raise NotNative(f"a {type} of items that may be beyond the model's bounds")
        listed = Listed(type, emitter.scratch(plan.words), plan)
        reader.insert(listed, reader.word_of(item, type.item), emitter.number(1))
        found.append(listed)

    bindings(ev, node.binders, visit)
    end = emitter.block
    emitter.at(start)
    if not found:
        emitter.jump(body)
        emitter.at(end)
        return Known(type, 0 if ev.plain.is_masked(type.item) else frozenset())
    if len(found) > 1:
        raise NotNative("a set that is gathered in several places")
    result = found[0]
    if isinstance(result, Listed):
        result.memory[0] = 0
        emitter.jump(body)
        emitter.at(end)
        return result
    assert isinstance(result, Mask)
    count = len(result.words)
    for index in range(count):
        masked[0][index] = 0
    emitter.jump(body)
    emitter.at(end)
    return Mask(type, tuple(masked[0][index] for index in range(count)))
