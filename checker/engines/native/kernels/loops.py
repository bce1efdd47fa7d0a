"""Quantifiers as loops."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, assert_never

from checker.core import ir
from checker.core.types import SetType
from checker.engines.kernels.formula import FALSE, TRUE, negate

# pyright: basic
from checker.engines.native.code.builder import Array
from checker.engines.native.kernels.domains import each, most_bindings
from checker.engines.native.kernels.emitter import BITS
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
    """The items are added to a set of bits where they all have codes, else to a list.

    Which of the two is known when the body has been built, so the memory is made empty in a block before the loop.
    """
    emitter = ev.emitter
    type = node.type
    assert isinstance(type, SetType)
    start, body = emitter.new_block("start"), emitter.new_block("gather")
    emitter.jump(start)
    emitter.at(body)
    found: list[Array | Listed] = []

    def visit() -> None:
        item = ev.evaluate(node.body)
        if not isinstance(item, Unbound):
            found.append(_added(ev, node, type, item))

    bindings(ev, node.binders, visit)
    end = emitter.block
    emitter.at(start)
    words = max(1, -(-ev.plain.size(type.item) // BITS)) if found and isinstance(found[0], Array) else 1
    for gathered in found:
        memory = gathered.memory if isinstance(gathered, Listed) else gathered
        for index in range(words):
            memory[index] = 0
    emitter.jump(body)
    emitter.at(end)
    match found:
        case [Array() as memory]:
            return Mask(type, tuple(memory[index] for index in range(words)))
        case [Listed() as listed]:
            return listed
        case []:
            return Known(type, ev.plain.set_of(type.item, ()))
        case _:
            raise AssertionError("the body of a loop is built once")


def _added(ev: Evaluator, node: ir.Comprehension, type: SetType, item: Symbol) -> Array | Listed:
    """Adds an item, and gives the memory to which it is added."""
    emitter, reader = ev.emitter, ev.reader
    if reader.is_maskable(type) and reader.is_inside(item, type.item):
        memory = emitter.scratch(max(1, -(-ev.plain.size(type.item) // BITS)))
        code = reader.code(item, type.item)
        memory[code >> 6] = memory[code >> 6] | (emitter.number(1) << (code & 63))
        return memory
    plan = ListPlan(type, reader.item_word_plan(item, type.item), most_bindings(ev, node.binders))
    if plan.capacity > LISTED_LIMIT:
        raise NotNative(f"a {type} of items that may be beyond the model's bounds")
    listed = Listed(type, emitter.scratch(plan.words), plan)
    reader.insert(listed, reader.word_of(item, type.item), emitter.number(1))
    return listed
