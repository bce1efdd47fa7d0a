"""What a binder or a parameter goes through: a few known items, or a loop."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeAlias

from checker.core import ir
from checker.core.types import BagType, QuorumType, RecordType, SeqType, SetType, Type, parts
from checker.engines.kernels.formula import FALSE, TRUE, Formula, all_of

# pyright: basic
from checker.engines.native.kernels import structures
from checker.engines.native.kernels.lifting import lift
from checker.engines.native.kernels.sets import as_members, member, possible_codes
from checker.engines.native.kernels.symbols import (
    Coded, Known, Listed, Mask, Number, Product, Symbol, item_type, known_value, of_value,
)
from checker.engines.native.limits import NotNative

if TYPE_CHECKING:
    from checker.engines.native.kernels.expressions import Evaluator

Choice: TypeAlias = tuple[Symbol, Formula]
"""An item that a domain may have, and when it does."""

DOMAIN_LIMIT = 64
"""The most items of a domain that is written out."""


def choices(ev: Evaluator, binder: ir.Binder | ir.Parameter, limit: int = DOMAIN_LIMIT) -> list[Choice] | None:
    """The items that the domain may have, in order; None where they are too many or not known.

    Where it is None, nothing may have been emitted: the domain is evaluated again.
    """
    domain = binder.domain
    if isinstance(domain, ir.AllOf):
        if ev.plain.size(binder.type) > limit:
            return None
        return [(of_value(binder.type, value), TRUE) for value in ev.plain.all_of(binder.type)]
    mark = ev.emitter.mark()
    if isinstance(domain, ir.Range):
        found = _range(ev, domain, binder.type)
    else:
        found = _known_items(ev, domain, binder.type, limit)
    if found is None:
        ev.emitter.roll_back(mark)
    return found


def _known_items(ev: Evaluator, domain: ir.Expr, type: Type, limit: int) -> list[Choice] | None:
    selected = selection(domain)
    if selected is not None and isinstance(selected[0].type, BagType):
        return None
    symbol = ev.evaluate(domain)
    value = known_value(symbol)
    if value is not None:
        items = plain_items(ev, domain.type, value[0])
        return None if len(items) > limit else [(of_value(type, item), TRUE) for item in items]
    members = as_members(symbol)
    if members is None or not isinstance(domain.type, SetType):
        return None
    codes = possible_codes(members, ev.plain.size(members.type.item))
    if codes is None or len(codes) > 8 * limit:
        return None
    found = [(of_value(type, value), member(members, code))
             for code, value in ev.plain.in_order(members.type.item, codes)]
    return [(item, test) for item, test in found if test != FALSE]


def _range(ev: Evaluator, domain: ir.Range, type: Type) -> list[Choice] | None:
    """Each int that may be in the range; whether it is depends on the two ends."""
    start, stop = ev.evaluate(domain.start), ev.evaluate(domain.stop)
    low, high = ev.reader.interval(start), ev.reader.interval(stop)
    if high[1] - low[0] > DOMAIN_LIMIT:
        return None
    found: list[Choice] = []
    for value in range(low[0], high[1]):
        known = Known(type, value)
        tests = (ev.less(start, known, True), ev.less(known, stop, False))
        found.append((known, all_of(tests)))
    return [(value, test) for value, test in found if test != FALSE]


def plain_items(ev: Evaluator, type: Type, value: object) -> list:
    """The items of a known collection, in order."""
    match type:
        case SetType(item=item):
            return ev.plain.members(item, value)
        case BagType():
            return [item for item, _ in value]  # type: ignore[attr-defined]
        case QuorumType(name=name):
            return list(ev.plain.instance.quorums[name][value])  # type: ignore[index]
        case _:
            return list(value)  # type: ignore[call-overload]


def selection(domain: ir.Expr) -> tuple[ir.Expr, tuple[RecordType, ...]] | None:
    """The collection and the records where `domain` is `{m for m in collection if isinstance(m, ...)}`."""
    if not isinstance(domain, ir.Comprehension) or len(domain.binders) != 1:
        return None
    binder, body = domain.binders[0], domain.body
    while isinstance(body, ir.Narrow | ir.Widen):
        body = body.operand
    if not isinstance(body, ir.Local) or body.name != binder.name:
        return None
    if not isinstance(binder.domain.type, BagType | SetType):
        return None
    match binder.condition:
        case ir.IsRecord(operand=ir.Local(name=name), records=records) if name == binder.name:
            return binder.domain, records
        case _:
            return None


# --- loops ------------------------------------------------------------------------------------------------------------


def each(ev: Evaluator, binder: ir.Binder | ir.Parameter) -> Iterator[Symbol]:
    """The items one after the other, as a loop: the body of `for item in each(...)` is built once, inside of it."""
    domain = binder.domain
    if isinstance(domain, ir.AllOf):
        yield from _each_value(ev, binder.type)
    elif isinstance(domain, ir.Range):
        yield from _each_int(ev, domain, binder.type)
    elif (selected := selection(domain)) is not None and isinstance(selected[0].type, BagType):
        yield from _each_selected(ev, selected[0], binder.type, selected[1])
    else:
        yield from each_of(ev, ev.evaluate(domain), domain.type)


def _each_value(ev: Evaluator, type: Type) -> Iterator[Symbol]:
    codes = [ev.plain.code(type, value) for value in ev.plain.all_of(type)]
    with ev.emitter.function.for_(0, len(codes)) as index:
        code = index if codes == list(range(len(codes))) else ev.reader.constant_array(tuple(codes))[index]
        yield opened(ev, ev.reader.from_code(type, code))


def _each_int(ev: Evaluator, domain: ir.Range, type: Type) -> Iterator[Symbol]:
    start, stop = ev.evaluate(domain.start), ev.evaluate(domain.stop)
    low, high = ev.reader.interval(start)[0], ev.reader.interval(stop)[1]
    function = ev.emitter.function
    now, end = function.local(ev.reader.raw(start)), ev.reader.raw(stop)
    with function.while_(lambda: now.get().signed_less(end)):
        value = now.get()
        now.set(value + 1)
        yield Number(type, value, low, max(low, high - 1))


def _each_selected(
    ev: Evaluator, collection: ir.Expr, type: Type, records: tuple[RecordType, ...]
) -> Iterator[Symbol]:
    for item in each_of(ev, ev.evaluate(collection), collection.type, is_opened=False):
        test = structures.is_record(ev, item, {record.name for record in records})
        if test == FALSE:
            continue
        with ev.emitter.when(test):
            yield opened(ev, structures.narrowed(ev, item, type))


def each_of(ev: Evaluator, symbol: Symbol, type: Type, *, is_opened: bool = True) -> Iterator[Symbol]:
    """The items of a collection."""
    match type:
        case SetType():
            items = _each_member(ev, symbol, type)
        case BagType():
            items = _each_entry(ev, symbol, type)
        case SeqType():
            items = _each_item(ev, symbol)
        case QuorumType():
            items = _each_of_quorum(ev, symbol, type)
        case _:
            raise AssertionError(f"{type} is no collection")
    for item in items:
        yield opened(ev, item) if is_opened else item


def opened(ev: Evaluator, symbol: Symbol) -> Symbol:
    """A record or a tuple part by part, so that each part is computed once."""
    if isinstance(symbol, Coded) and isinstance(symbol.type, RecordType):
        return Product(symbol.type, ev.reader.parts(symbol))
    return symbol


def _each_member(ev: Evaluator, symbol: Symbol, type: SetType) -> Iterator[Symbol]:
    reader, function = ev.reader, ev.emitter.function
    if isinstance(symbol, Listed):
        with function.for_(0, symbol.memory[0]) as index:
            yield reader.item_of_word(symbol.memory[index + 1], symbol.plan.item)
        return
    own = symbol.type if isinstance(symbol.type, SetType) and reader.is_mask(symbol, symbol.type) else type
    if not reader.is_mask(symbol, own):
        plan = reader.list_plan(symbol, own)
        yield from _each_member(ev, reader.listed(symbol, plan), own)
        return
    if not any(isinstance(part, SetType | BagType) for part in parts(own.item)):
        for code in reader.codes_of(symbol, own):
            yield reader.from_code(own.item, code)
        return
    codes = [code for code, _ in ev.plain.in_order(own.item, range(ev.plain.size(own.item)))]
    words = reader.words_of_set(symbol, own)
    assert words is not None
    memory = ev.emitter.scratch(len(words))
    for index, word in enumerate(words):
        memory[index] = word
    table = reader.constant_array(tuple(codes))
    with function.for_(0, len(codes)) as index:
        code = table[index]
        with function.if_((memory[code >> 6] >> (code & 63) & 1) != 0):
            yield reader.from_code(own.item, code)


def _each_entry(ev: Evaluator, symbol: Symbol, type: BagType) -> Iterator[Symbol]:
    reader = ev.reader
    if known_value(symbol) is not None:
        plan = reader.list_plan(symbol, type)
        symbol = reader.listed(symbol, plan)
    item = item_type(symbol.type)
    reader.check_order(item)
    plan = symbol.plan.item if isinstance(symbol, Listed) else reader.word_plan(item)
    with ev.emitter.function.for_(0, reader.distinct(symbol)) as index:
        word, _ = reader.entry(symbol, index)
        yield reader.item_of_word(word, plan)


def _each_item(ev: Evaluator, symbol: Symbol) -> Iterator[Symbol]:
    with ev.emitter.function.for_(0, ev.reader.length(symbol)) as index:
        yield ev.reader.item(symbol, index)


def _each_of_quorum(ev: Evaluator, symbol: Symbol, type: QuorumType) -> Iterator[Symbol]:
    mask = quorum_mask(ev, symbol, type)
    yield from _each_member(ev, mask, SetType(type.member))


def quorum_mask(ev: Evaluator, symbol: Symbol, type: QuorumType) -> Symbol:
    """The members of a quorum as a set."""
    masks = tuple(sum(1 << position for position in members) for members in ev.plain.instance.quorums[type.name])
    found = lift(SetType(type.member), masks.__getitem__, symbol)
    if found is not None:
        return found
    if ev.plain.size(type.member) > 64:
        raise NotNative("quorums of more than 64 elements")
    return Mask(SetType(type.member), (ev.reader.constant_array(masks)[ev.reader.raw(symbol)],))


def most_bindings(ev: Evaluator, binders: tuple[ir.Binder, ...]) -> int:
    """How many bindings there can be at most."""
    count = 1
    for binder in binders:
        count *= most_items(ev, binder.domain)
    return count


def most_items(ev: Evaluator, domain: ir.Expr) -> int:
    """How many different items a domain can have at most.  The names in it have their meaning."""
    if isinstance(domain, ir.AllOf):
        assert isinstance(domain.type, SetType)
        return ev.plain.size(domain.type.item)
    selected = selection(domain)
    if selected is not None:
        return most_items(ev, selected[0])
    mark = ev.emitter.mark()
    if isinstance(domain, ir.Range):
        low = ev.reader.interval(ev.evaluate(domain.start))[0]
        count = max(0, ev.reader.interval(ev.evaluate(domain.stop))[1] - low)
    elif isinstance(domain.type, QuorumType):
        count = ev.plain.size(domain.type.member)
    else:
        count = ev.reader.most(ev.evaluate(domain))
    ev.emitter.roll_back(mark)
    return count
