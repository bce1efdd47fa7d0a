"""`then if condition else otherwise`, and what two ways lead to."""

from __future__ import annotations

# pyright: basic
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from checker.core.types import BagType, BoolType, MapType, SeqType, Type
from checker.engines.kernels.formula import FALSE, TRUE, Formula, Holds, all_of, is_cheap, negate, some_of
from checker.engines.native.code.builder import Value
from checker.engines.native.kernels.lifting import row_of
from checker.engines.native.kernels.sets import as_members, member
from checker.engines.native.kernels.symbols import (
    ListPlan, Members, Number, Patched, PatchPlan, Plan, Stored, Symbol, Truth, Unbound, is_scalar, item_type,
    known_value, same_key, same_place, tabulated,
)
from checker.engines.plain import Plain, bits

if TYPE_CHECKING:
    from checker.engines.native.kernels.expressions import Evaluator


def choose(
    ev: Evaluator, type: Type, test: Formula, then: Callable[[], Symbol], otherwise: Callable[[], Symbol]
) -> Symbol:
    """The value of a conditional expression; each side is evaluated where it is needed."""
    if test in (TRUE, FALSE):
        return then() if test == TRUE else otherwise()
    emitter = ev.emitter
    if not is_cheap(test):
        test = emitter.settled(test)
    start, since = emitter.block, len(emitter.function.blocks)
    sides: list[tuple[Any, Any, Symbol]] = []
    for evaluate in (then, otherwise):
        block = emitter.new_block("side")
        emitter.at(block)
        symbol = evaluate()
        sides.append((block, emitter.block, symbol))
    pure = [end is block and not block.lines for block, end, _ in sides]
    first, second = (symbol for _, _, symbol in sides)
    if all(pure):
        for block, _, _ in sides:
            emitter.remove(block)
        emitter.at(start)
        found = _lazily(ev, type, test, first, second)
        if found is not None:
            return found
        ends = [emitter.new_block("side") for _ in sides]
        begins = ends
    else:
        begins, ends = [block for block, _, _ in sides], [end for _, end, _ in sides]
    emitter.at(start)
    emitter.branch(test, begins[0], begins[1])
    return _met(ev, type, [(ends[0], first), (ends[1], second)], since)


def _met(ev: Evaluator, type: Type, sides: list[tuple[Any, Symbol]], since: int) -> Symbol:
    """The value after two ways have met.  Blocks from the number `since` on belong to the sides."""
    emitter, reader = ev.emitter, ev.reader
    symbols = [symbol for _, symbol in sides]
    plan = _patch_plan(ev, symbols, since)
    ends = [block for block, _ in sides]
    if plan is None:
        plans: list[Plan] = []
        for index, symbol in enumerate(symbols):
            if not isinstance(symbol, Unbound):
                emitter.at(ends[index])
                plans.append(reader.plan_of(symbol, type))
                ends[index] = emitter.block
        plan = reader.joined(plans, type) if plans else None
    after = emitter.new_block("met")
    gathered: list[tuple[list[Value], Any]] = []
    for end, symbol in zip(ends, symbols, strict=True):
        emitter.at(end)
        gathered.append(([] if plan is None else reader.leaves(plan, symbol), emitter.block))
        emitter.jump(after)
    emitter.at(after)
    if plan is None:
        return Unbound(type)
    merged = [
        emitter.phi(leaf.type, [(leaves[index], block) for leaves, block in gathered])
        for index, leaf in enumerate(gathered[0][0])
    ]
    return reader.rebuilt(plan, merged)


def _patch_plan(ev: Evaluator, symbols: list[Symbol], since: int) -> PatchPlan | None:
    """How two versions of one map in the state are held, when it is known which keys differ."""
    first, second = symbols
    found = _patched_keys(first, second)
    if found is None:
        return None
    origin, keys = found
    inside = ev.emitter.function.blocks[since:]
    if any(isinstance(key, Number) and key.raw.block in inside for key in keys):
        return None  # a key that one side computes
    patches: list[tuple[Symbol, Plan]] = []
    for key in keys:
        plan = _value_plan(ev, symbols, key, item_type(origin.type), since)
        if plan is None:
            return None
        patches.append((key, plan))
    return PatchPlan(origin.type, origin, tuple(patches))


def _value_plan(ev: Evaluator, symbols: list[Symbol], key: Symbol, type: Type, since: int) -> Plan | None:
    """How the value at `key` is held."""
    if isinstance(type, MapType):
        return _patch_plan(ev, [ev.reader.at_key(symbol, key) for symbol in symbols], since)
    if isinstance(type, SeqType | BagType):
        return None
    plans = [ev.reader.plan_of_type(type)]
    for symbol in symbols:
        for other, value in symbol.patches if isinstance(symbol, Patched) else ():
            if same_key(key, other):
                if not is_scalar(type) and not isinstance(type, BoolType) and not ev.reader.is_inside(value, type):
                    return None
                plans.append(ev.reader.plan_of(value, type))
    return ev.reader.joined(plans, type)


def _patched_keys(first: Symbol, second: Symbol) -> tuple[Stored, list[Symbol]] | None:
    if not isinstance(first, Patched | Stored) or not isinstance(second, Patched | Stored):
        return None
    origins = [symbol.origin if isinstance(symbol, Patched) else symbol for symbol in (first, second)]
    if not any(isinstance(symbol, Patched) for symbol in (first, second)) or not same_place(*origins):
        return None
    keys: list[Symbol] = []
    for key in (key for symbol in (first, second) if isinstance(symbol, Patched) for key, _ in symbol.patches):
        if not any(same_key(key, other) for other in keys):
            keys.append(key)
    if len(keys) > 1 and any(known_value(key) is None for key in keys):
        return None
    return origins[0], keys


def _lazily(ev: Evaluator, type: Type, test: Formula, first: Symbol, second: Symbol) -> Symbol | None:
    """The value without a branch, where neither side takes code."""
    if isinstance(first, Unbound):
        return second
    if isinstance(second, Unbound):
        return first
    if isinstance(type, BoolType):
        ones, others = ev.formula_of(first), ev.formula_of(second)
        return Truth(some_of((all_of((test, ones)), all_of((negate(test), others)))))
    if first is second or same_place(first, second):
        return first
    one, other = known_value(first), known_value(second)
    if one is not None and one == other:
        return first
    found = _by_content(type, test, first, second) if isinstance(test, Holds) else None
    if found is None:
        found = _patches(ev, test, first, second)
    if found is None:
        found = _members(test, first, second)
    return found if found is not None else _selected(ev, type, test, first, second)


def _selected(ev: Evaluator, type: Type, test: Formula, first: Symbol, second: Symbol) -> Symbol | None:
    """Both are computed, and one is taken."""
    emitter, reader = ev.emitter, ev.reader
    mark = emitter.mark()
    plan = reader.joined([reader.plan_of(first, type), reader.plan_of(second, type)], type)
    if isinstance(plan, ListPlan) or plan.words > 4:
        emitter.roll_back(mark)
        return None
    pairs = zip(reader.leaves(plan, first), reader.leaves(plan, second), strict=True)
    if emitter.exits != mark.exits or emitter.block is not mark.block:
        emitter.roll_back(mark)
        return None
    chosen = emitter.truth(test)
    return reader.rebuilt(plan, [chosen.choose(one, other) for one, other in pairs])


def _by_content(type: Type, test: Holds, first: Symbol, second: Symbol) -> Symbol | None:
    """Where all three are functions of one field: another one."""
    values: dict[int, Plain] = {}
    for symbol, codes in ((first, test.codes), (second, test.possible & ~test.codes)):
        known, row = known_value(symbol), row_of(symbol)
        if known is None and (row is None or row[0] != test.field):
            return None
        for content in bits(codes):
            if known is not None:
                values[content] = known[0]
            elif row is not None and content in row[1]:
                values[content] = row[1][content]
    return tabulated(type, test.field, values, test.possible) if values else None


def _patches(ev: Evaluator, test: Formula, first: Symbol, second: Symbol) -> Symbol | None:
    """Two versions of one map in the state: a patch wherever either has one."""
    found = _patched_keys(first, second)
    if found is None:
        return None
    origin, keys = found
    patches: list[tuple[Symbol, Symbol]] = []
    for key in keys:
        value = choose(
            ev, item_type(origin.type), test,
            lambda key=key: ev.reader.at_key(first, key), lambda key=key: ev.reader.at_key(second, key),
        )
        patches.append((key, value))
    return Patched(origin.type, origin, tuple(patches))


def _members(test: Formula, first: Symbol, second: Symbol) -> Symbol | None:
    """Two versions of one set in the state: each member by the formula that belongs to it."""
    one, other = as_members(first), as_members(second)
    if one is None or other is None or one.added or other.added:
        return None
    if (one.origin is None) != (other.origin is None):
        return None
    if one.origin is not None and other.origin is not None and not same_place(one.origin, other.origin):
        return None
    touched = {*one.formulas, *other.formulas, *bits(one.dropped | other.dropped)}
    formulas = {
        code: some_of((all_of((test, member(one, code))), all_of((negate(test), member(other, code)))))
        for code in sorted(touched)
    }
    dropped = sum(1 << code for code in formulas)
    return Members(one.type, one.origin, dropped if one.origin is not None else 0, formulas)
