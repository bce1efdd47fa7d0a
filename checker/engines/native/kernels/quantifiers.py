"""Quantifiers: written out binding by binding where that takes little code, a loop elsewhere.

Written out, a binding's parts are known, so that most of a body is decided while code is generated and the rest are
tests of bits that merge.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, assert_never

from checker.core import ir
from checker.core.types import SetType, Type
from checker.engines.kernels.formula import FALSE, TRUE, Formula, all_of, negate, some_of
from checker.engines.kernels.runtime import greatest, least

# pyright: basic
from checker.engines.native.kernels import loops
from checker.engines.native.kernels.domains import choices
from checker.engines.native.kernels.emitter import Chain
from checker.engines.native.kernels.lifting import lift
from checker.engines.native.kernels.symbols import Known, Members, Number, Symbol, Truth, known_value

if TYPE_CHECKING:
    from checker.engines.native.kernels.expressions import Evaluator

BODIES = 4_000
"""How many bodies are written out for one quantifier, those inside of it included."""

INSTRUCTIONS = 600
"""How much code a quantifier that is written out may take."""


class TooMany(Exception):
    """More bodies than `BODIES`, or more code than `INSTRUCTIONS`."""


def evaluate(ev: Evaluator, node: ir.Quantified) -> Symbol:
    """The value of a quantifier: written out, or where that is too long or impossible, as a loop."""
    outermost = ev.budget is None
    if outermost:
        ev.budget = BODIES
    mark = ev.emitter.mark()
    try:
        found = _written_out(ev, node, mark)
        if found is not None:
            return found
    except TooMany:
        pass
    finally:
        if outermost:
            ev.budget = None
    ev.emitter.roll_back(mark)
    return loops.evaluate(ev, node)


def _spend(ev: Evaluator, mark: Any) -> None:
    assert ev.budget is not None
    ev.budget -= 1
    if ev.budget < 0 or ev.emitter.emitted(mark) > INSTRUCTIONS:
        raise TooMany


def _written_out(ev: Evaluator, node: ir.Quantified, mark: Any) -> Symbol | None:
    match node:
        case ir.ForAll(binders=binders, body=body):
            return _truth(ev, binders, body, False, mark)
        case ir.Exists(binders=binders, body=body):
            return _truth(ev, binders, body, True, mark)
        case ir.Sum() | ir.Extremum() | ir.Comprehension():
            cases = _cases(ev, node.binders, node.body, TRUE, mark)
            return None if cases is None else _gathered(ev, node, cases)
        case _:
            assert_never(node)


def _truth(ev: Evaluator, binders: tuple[ir.Binder, ...], body: ir.Expr, some: bool, mark: Any) -> Symbol | None:
    if not binders:
        _spend(ev, mark)
        return Truth(ev.formula(body))
    first, rest = binders[0], binders[1:]
    found = choices(ev, first)
    if found is None:
        return None
    chain = Chain(ev.emitter, conjunction=not some)

    def part(present: Formula) -> Formula:
        guarded = Chain(ev.emitter, conjunction=True)
        guarded.add(lambda: present)
        condition = first.condition
        if condition is not None:
            guarded.add(lambda: ev.formula(condition))
        if guarded.is_decided:
            return guarded.result() if some else negate(guarded.result())

        def inner() -> Formula:
            symbol = _truth(ev, rest, body, some, mark)
            if symbol is None:
                if ev.emitter.emitted(mark) > INSTRUCTIONS:
                    raise TooMany
                kind = ir.Exists if some else ir.ForAll
                symbol = loops.evaluate(ev, kind(type=body.type, span=body.span, binders=rest, body=body))
            formula = ev.formula_of(symbol)
            return formula if some else negate(formula)

        guarded.add(inner)
        result = guarded.result()
        return result if some else negate(result)

    for item, present in found:
        chain.add(lambda item=item, present=present: ev.bound(first.name, item, lambda: part(present)))
        if chain.is_decided:
            break
    return Truth(chain.result())


def _cases(
    ev: Evaluator, binders: tuple[ir.Binder, ...], body: ir.Expr, guard: Formula, mark: Any
) -> list[tuple[Formula, Symbol]] | None:
    """Every binding: when it is one, and the value of the body.  None where that cannot be said without a branch."""
    if not binders:
        _spend(ev, mark)
        exits = ev.emitter.exits
        block = ev.emitter.block
        value = ev.evaluate(body)
        if guard != TRUE and (ev.emitter.exits != exits or ev.emitter.block is not block):
            return None
        return [(guard, value)]
    first, rest = binders[0], binders[1:]
    block, exits = ev.emitter.block, ev.emitter.exits
    found = choices(ev, first)
    if found is None or (guard != TRUE and (ev.emitter.block is not block or ev.emitter.exits != exits)):
        return None
    cases: list[tuple[Formula, Symbol]] = []

    def visit(present: Formula) -> bool:
        test = all_of((guard, present))
        if first.condition is not None and test != FALSE:
            block, exits = ev.emitter.block, ev.emitter.exits
            condition = ev.formula(first.condition)
            if test != TRUE and (ev.emitter.block is not block or ev.emitter.exits != exits):
                return False
            test = all_of((test, condition))
        if test == FALSE:
            return True
        inner = _cases(ev, rest, body, test, mark)
        if inner is None:
            return False
        cases.extend(inner)
        return True

    for item, present in found:
        if not ev.bound(first.name, item, lambda present=present: visit(present)):
            return None
    return cases


def _gathered(
    ev: Evaluator, node: ir.Sum | ir.Extremum | ir.Comprehension, cases: list[tuple[Formula, Symbol]]
) -> Symbol | None:
    """One value out of all bindings; None where a loop says it better."""
    match node:
        case ir.Sum():
            return _sum(ev, node.type, cases)
        case ir.Extremum(kind=kind):
            if not cases or any(test != TRUE for test, _ in cases):
                return None
            function = least if kind == "min" else greatest
            found = lift(node.type, lambda *values: function(values), *(value for _, value in cases))
            if found is not None:
                return found
            result = cases[0][1]
            for _, value in cases[1:]:
                result = _extreme(ev, kind, result, value)
            return result
        case ir.Comprehension():
            return _set_of_cases(ev, node, cases)
        case _:
            assert_never(node)


def _extreme(ev: Evaluator, kind: str, left: Symbol, right: Symbol) -> Symbol:
    """The lesser or the greater of two numbers."""
    found = lift(left.type, min if kind == "min" else max, left, right)
    if found is not None:
        return found
    one, other = ev.reader.raw(left), ev.reader.raw(right)
    (low, high), (lowest, highest) = ev.reader.interval(left), ev.reader.interval(right)
    pick = min if kind == "min" else max
    first = one.signed_less_or_equal(other) if kind == "min" else other.signed_less_or_equal(one)
    return Number(left.type, first.choose(one, other), pick(low, lowest), pick(high, highest))


def _sum(ev: Evaluator, type: Type, cases: list[tuple[Formula, Symbol]]) -> Symbol:
    constant, low, high = 0, 0, 0
    total = None
    for test, value in cases:
        known = known_value(value)
        if test == TRUE and known is not None:
            constant += known[0]
            continue
        least, greatest = ev.reader.interval(value)
        term = ev.reader.raw(value)
        if test != TRUE:
            least, greatest = min(0, least), max(0, greatest)
            term = ev.emitter.truth(test).choose(term, ev.emitter.number(0))
        low, high = low + least, high + greatest
        total = term if total is None else total + term
    if total is None:
        return Known(type, constant)
    return Number(type, total + constant, low + constant, high + constant)


def _set_of_cases(ev: Evaluator, node: ir.Comprehension, cases: list[tuple[Formula, Symbol]]) -> Symbol | None:
    assert isinstance(node.type, SetType)
    type, reader = node.type, ev.reader
    values = [known_value(value) for _, value in cases]
    if not reader.is_maskable(type) or not all(reader.is_inside(value, type.item) for _, value in cases):
        if all(value is not None for value in values) and all(test == TRUE for test, _ in cases):
            return Known(type, frozenset(value[0] for value in values if value is not None))
        return None
    formulas: dict[int, Formula] = {}
    added = []
    for (test, symbol), value in zip(cases, values, strict=True):
        if value is not None:
            code = ev.plain.code(type.item, value[0])
            formulas[code] = some_of((formulas.get(code, FALSE), test))
        elif test == TRUE:
            added.append(reader.code_inside(symbol, type.item))
        else:
            return None
    return collapsed(ev, Members(type, None, 0, formulas, tuple(added)))


def collapsed(ev: Evaluator, members: Members) -> Symbol:
    """The set; as a known one where it is."""
    formulas = members.formulas
    if members.origin is not None or members.added or any(test not in (TRUE, FALSE) for test in formulas.values()):
        return members
    codes = [code for code, formula in formulas.items() if formula == TRUE]
    item = members.type.item
    if ev.plain.is_masked(item):
        return Known(members.type, sum(1 << code for code in codes))
    return Known(members.type, frozenset(ev.plain.value(item, code) for code in codes))
