"""Quantifiers: written out binding by binding where the bindings are few and known, a loop elsewhere.

Written out, a binding's parts are known, so that most of a body is decided while code is generated and the rest are
tests of bits that merge.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, TypeAlias, assert_never

from checker.core import ir
from checker.core.types import BOOL, BagType, QuorumType, SeqType, SetType, Type
from checker.engines.kernels.formula import (
    FALSE, TRUE, Formula, Text, all_of, condition, implies, is_total, some_of,
)
from checker.engines.kernels.names import operand, type_name
from checker.engines.kernels.runtime import greatest, least
from checker.engines.kernels.lifting import lift
from checker.engines.kernels.sets import as_members, member, possible_codes, spread
from checker.engines.plain import Plain, Table
from checker.engines.kernels.symbols import (
    Computed, Known, Members, Symbol, Truth, computed, known_value, of_value, total,
)

if TYPE_CHECKING:
    from checker.engines.kernels.evaluate import Evaluator

BODIES = 4_000
"""How many bodies are written out for one quantifier, those inside of it included."""

DOMAIN_LIMIT = 512
"""The most items of a domain that is written out."""

Choice: TypeAlias = tuple[Symbol, Formula]
"""An item that a domain may have, and when it does."""


class TooMany(Exception):
    """More bodies than `BODIES`."""


def evaluate(evaluator: Evaluator, node: ir.Quantified) -> Symbol:
    """The value of a quantifier: written out, or where that is too long or impossible, as a loop."""
    outermost = evaluator.budget is None
    if outermost:
        evaluator.budget = BODIES
    try:
        found = _written_out(evaluator, node)
        if found is not None:
            return found
    except TooMany:
        if not outermost:
            raise
    finally:
        if outermost:
            evaluator.budget = None
    return _loop(evaluator, node)


def _written_out(evaluator: Evaluator, node: ir.Quantified) -> Symbol | None:
    match node:
        case ir.ForAll(binders=binders, body=body):
            return _truth(evaluator, binders, body, some=False)
        case ir.Exists(binders=binders, body=body):
            return _truth(evaluator, binders, body, some=True)
        case ir.Sum() | ir.Extremum() | ir.Comprehension():
            cases = _cases(evaluator, node.binders, node.body)
            if cases is None or not all(is_total(test) and total(value) for test, value in cases):
                return None
            return _gathered(evaluator, node, cases)
        case _:
            assert_never(node)


def _truth(evaluator: Evaluator, binders: tuple[ir.Binder, ...], body: ir.Expr, *, some: bool) -> Symbol | None:
    if not binders:
        _spend(evaluator)
        return Truth(evaluator.formula(body))
    first, rest = binders[0], binders[1:]
    found = choices(evaluator, first)
    if found is None:
        return None
    formulas: list[Formula] = []
    for item, present in found:
        inside = partial(_guarded, evaluator, first, present, rest, body, some)
        guard, inner = evaluator.bound(first.name, item, inside)
        if inner is None:
            return None
        formulas.append(all_of((guard, inner)) if some else implies(guard, inner))
        if formulas[-1] == (TRUE if some else FALSE):
            break
    return Truth(some_of(formulas) if some else all_of(formulas))


def _guarded(
    evaluator: Evaluator, binder: ir.Binder, present: Formula, rest: tuple[ir.Binder, ...], body: ir.Expr, some: bool
) -> tuple[Formula, Formula | None]:
    guard = _with_condition(evaluator, binder, present)
    if guard == FALSE:
        return FALSE, FALSE
    inner = _truth(evaluator, rest, body, some=some)
    if inner is None:
        # a loop inside of what is written out
        kind = ir.Exists if some else ir.ForAll
        inner = _loop(evaluator, kind(type=body.type, span=body.span, binders=rest, body=body))
    assert isinstance(inner, Truth)
    return guard, inner.formula


def _with_condition(evaluator: Evaluator, binder: ir.Binder, present: Formula) -> Formula:
    if present == FALSE or binder.condition is None:
        return present
    return all_of((present, evaluator.formula(binder.condition)))


def _spend(evaluator: Evaluator) -> None:
    assert evaluator.budget is not None
    evaluator.budget -= 1
    if evaluator.budget < 0:
        raise TooMany


def _cases(evaluator: Evaluator, binders: tuple[ir.Binder, ...], body: ir.Expr) -> list[tuple[Formula, Symbol]] | None:
    """Every binding: when it is one, and the value of the body."""
    if not binders:
        _spend(evaluator)
        return [(TRUE, evaluator.evaluate(body))]
    first, rest = binders[0], binders[1:]
    found = choices(evaluator, first)
    if found is None:
        return None
    cases: list[tuple[Formula, Symbol]] = []

    def visit(present: Formula) -> bool:
        guard = _with_condition(evaluator, first, present)
        inner = [] if guard == FALSE else _cases(evaluator, rest, body)
        if inner is None:
            return False
        cases.extend((all_of((guard, test)), value) for test, value in inner)
        return True

    for item, present in found:
        if not evaluator.bound(first.name, item, lambda present=present: visit(present)):
            return None
    return cases


def choices(evaluator: Evaluator, binder: ir.Binder | ir.Parameter, limit: int = DOMAIN_LIMIT) -> list[Choice] | None:
    """The items that the domain may have, in order; None where they are too many or not known."""
    plain, domain = evaluator.plain, binder.domain
    if isinstance(domain, ir.AllOf):
        if (given := plain.instance.given(binder.gives) if isinstance(binder, ir.Parameter) else None) is not None:
            return [(of_value(binder.type, plain.plain(binder.type, value)), TRUE) for value in given]
        if plain.size(binder.type) > limit:
            return None
        return [(of_value(binder.type, value), TRUE) for value in plain.all_of(binder.type)]
    if isinstance(domain, ir.Range):
        return _range(evaluator, domain, binder.type)
    symbol = _domain(evaluator, domain)
    value = known_value(symbol)
    if value is not None:
        items = known_value(spread(evaluator, symbol, domain.type))
        assert items is not None
        return None if len(items[0]) > limit else [(of_value(binder.type, item), TRUE) for item in items[0]]
    members = as_members(symbol)
    if members is None or not isinstance(domain.type, SetType):
        return None
    if members.origin is not None and members.origin.offset:
        return None
    return _members(evaluator, members, binder.type, limit)


def _domain(evaluator: Evaluator, domain: ir.Expr) -> Symbol:
    evaluator.in_domain += 1
    try:
        return evaluator.evaluate(domain)
    finally:
        evaluator.in_domain -= 1


def _members(evaluator: Evaluator, members: Members, type: Type, limit: int) -> list[Choice] | None:
    codes = possible_codes(evaluator, members)
    if codes is None or len(codes) > limit:
        return None
    found = [(of_value(type, value), member(members, code))
             for code, value in evaluator.plain.in_order(members.type.item, codes)]
    return [(value, test) for value, test in found if test != FALSE]


def _range(evaluator: Evaluator, domain: ir.Range, type: Type) -> list[Choice] | None:
    """Each int that may be in the range; whether it is depends on the two ends."""
    start, stop = _domain(evaluator, domain.start), _domain(evaluator, domain.stop)
    low, high = evaluator.interval(start), evaluator.interval(stop)
    if low is None or high is None or high[1] - low[0] > DOMAIN_LIMIT or not (total(start) and total(stop)):
        return None
    found: list[Choice] = []
    for value in range(low[0], high[1]):
        known = Known(type, value)
        tests = (
            evaluator.formula_of(lift(evaluator.texts, BOOL, lambda a, b: a <= b, "{} <= {}", start, known)),
            evaluator.formula_of(lift(evaluator.texts, BOOL, lambda a, b: a < b, "{} < {}", known, stop)),
        )
        found.append((known, all_of(tests)))
    return [(value, test) for value, test in found if test != FALSE]


def _gathered(
    evaluator: Evaluator, node: ir.Sum | ir.Extremum | ir.Comprehension, cases: list[tuple[Formula, Symbol]]
) -> Symbol | None:
    """One value out of all bindings; None where a loop says it better."""
    texts = evaluator.texts
    cases = [(test, value) for test, value in cases if test != FALSE]
    match node:
        case ir.Sum():
            constant, terms = 0, list[str]()
            for test, value in cases:
                known = known_value(value)
                if test == TRUE and known is not None:
                    constant += known[0]
                elif test == TRUE:
                    terms.append(operand(texts.text(value)))
                else:
                    terms.append(f"({texts.text(value)} if {condition(test)} else 0)")
            if not terms:
                return Known(node.type, constant)
            return Computed(node.type, " + ".join([*terms, *([str(constant)] if constant else [])]))
        case ir.Extremum(kind=kind):
            if not cases or any(test != TRUE for test, _ in cases):
                return None
            function = least if kind == "min" else greatest
            template = f"{function.__name__}(({'{}, ' * len(cases)}))"
            return lift(texts, node.type, lambda *values: function(values), template, *(value for _, value in cases))
        case ir.Comprehension():
            return _set_of_cases(evaluator, node, cases)
        case _:
            assert_never(node)


def _set_of_cases(evaluator: Evaluator, node: ir.Comprehension, cases: list[tuple[Formula, Symbol]]) -> Symbol | None:
    assert isinstance(node.type, SetType)
    item = node.type.item
    values = [known_value(value) for _, value in cases]
    if not evaluator.plain.is_masked(item):
        if any(value is None for value in values) or any(test != TRUE for test, _ in cases):
            return None
        return Known(node.type, frozenset(value[0] for value in values if value is not None))
    formulas: dict[int, Formula] = {}
    added: list[str] = []
    for (test, symbol), value in zip(cases, values, strict=True):
        if value is not None:
            code = evaluator.plain.code(item, value[0])
            formulas[code] = some_of((formulas.get(code, FALSE), test))
            continue
        text, is_code_total = evaluator.texts.code(symbol, item)
        if test != TRUE or not is_code_total:
            return None
        added.append(text)
    return Members(node.type, None, 0, formulas, tuple(added))


# --- loops ------------------------------------------------------------------------------------------------------------


def _loop(evaluator: Evaluator, node: ir.Quantified) -> Symbol:
    """The quantifier as a Python comprehension."""
    clauses: list[str] = []
    totals: list[bool] = []

    def inside() -> Symbol:
        return _loop_result(evaluator, node, clauses, totals)

    return _in_clauses(evaluator, node.binders, clauses, totals, inside)


def _in_clauses(
    evaluator: Evaluator, binders: tuple[ir.Binder, ...], clauses: list[str], totals: list[bool],
    inside: Callable[[], Symbol],
) -> Symbol:
    """Adds a `for` for every binder, and evaluates `inside` with their names bound."""
    if not binders:
        return inside()
    first, rest = binders[0], binders[1:]
    iterable, interval, is_iterable_total = items_text(evaluator, first)
    name = evaluator.texts.scope.fresh(first.name)
    clauses.append(f"for {name} in {iterable}")
    totals.append(is_iterable_total)
    symbol = computed(first.type, name, total=True, interval=interval)

    def bound() -> Symbol:
        if first.condition is not None:
            test = evaluator.formula(first.condition)
            clauses.append(f"if {condition(test)}")
            totals.append(is_total(test))
        return _in_clauses(evaluator, rest, clauses, totals, inside)

    return evaluator.bound(first.name, symbol, bound)


def items_text(
    evaluator: Evaluator, binder: ir.Binder | ir.Parameter
) -> tuple[str, tuple[int, int] | None, bool]:
    """What to write after `in`, the interval of the items where they are ints, and whether it is total."""
    texts, domain = evaluator.texts, binder.domain
    if isinstance(domain, ir.AllOf):
        values = tuple(evaluator.plain.all_of(binder.type))
        key = ("all", binder.type)
        return texts.program.define(key, f"all_{type_name(binder.type)}", lambda: values, "every value"), None, True
    if isinstance(domain, ir.Range):
        start, stop = _domain(evaluator, domain.start), _domain(evaluator, domain.stop)
        low, high = evaluator.interval(start), evaluator.interval(stop)
        interval = (low[0], high[1] - 1) if low is not None and high is not None else None
        return f"range({texts.text(start)}, {texts.text(stop)})", interval, total(start) and total(stop)
    selected = selection(domain)
    if selected is not None:
        listed = _selected(evaluator, *selected)
        return operand(texts.text(listed)), None, total(listed)
    symbol = _domain(evaluator, domain)
    assert isinstance(domain.type, SetType | BagType | SeqType | QuorumType)
    listed = spread(evaluator, symbol, domain.type)
    return operand(texts.text(listed)), None, total(listed)


def selection(domain: ir.Expr) -> tuple[ir.Expr, tuple[str, ...]] | None:
    """The collection and the names of the records where `domain` is `{m for m in collection if isinstance(m, ...)}`."""
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
            return binder.domain, tuple(sorted(record.name for record in records))
        case _:
            return None


def _selected(evaluator: Evaluator, collection: ir.Expr, names: tuple[str, ...]) -> Symbol:
    """The items that are such records, in order."""
    listed = spread(evaluator, _domain(evaluator, collection), collection.type)

    def select(items: tuple[Plain, ...]) -> tuple[Plain, ...]:
        return tuple(item for item in items if item[0] in names)

    hint, meaning = "_".join(("those", *names)), f"those items that are a {' or a '.join(names)}"
    table = evaluator.texts.program.define(("records", names), hint, lambda: Table(select), meaning)
    return lift(evaluator.texts, listed.type, select, f"{table}[{{}}]", listed)


def _loop_result(evaluator: Evaluator, node: ir.Quantified, clauses: list[str], totals: list[bool]) -> Symbol:
    texts = evaluator.texts
    match node:
        case ir.ForAll(body=body) | ir.Exists(body=body):
            formula = evaluator.formula(body)
            word = "any" if isinstance(node, ir.Exists) else "all"
            is_all_total = all(totals) and is_total(formula)
            return Truth(Text(f"{word}({condition(formula)} {' '.join(clauses)})", is_all_total))
        case ir.Sum(body=body):
            value = evaluator.evaluate(body)
            return Computed(node.type, f"sum({texts.text(value)} {' '.join(clauses)})", all(totals) and total(value))
        case ir.Extremum(kind=kind, body=body, default=default):
            value = evaluator.evaluate(body)
            loop = f"{texts.text(value)} {' '.join(clauses)}"
            if default is None:
                return Computed(node.type, f"{'least' if kind == 'min' else 'greatest'}({loop})", False)
            return _with_default(evaluator, node, loop, all(totals) and total(value), default)
        case ir.Comprehension(body=body):
            assert isinstance(node.type, SetType)
            value = evaluator.evaluate(body)
            return _set_loop(evaluator, node.type, value, clauses, all(totals))
        case _:
            assert_never(node)


def _with_default(evaluator: Evaluator, node: ir.Extremum, loop: str, is_total: bool, default: ir.Expr) -> Symbol:
    """Python evaluates a default always; one that may raise is evaluated when it is needed."""
    other = evaluator.evaluate(default)
    text = evaluator.texts.text(other)
    if total(other):
        return Computed(node.type, f"{node.kind}(({loop}), default={text})", is_total)
    return Computed(node.type, f"{node.kind}([{loop}] or [{text}])", False)


def _set_loop(evaluator: Evaluator, type: SetType, value: Symbol, clauses: list[str], is_loop_total: bool) -> Symbol:
    if not evaluator.plain.is_masked(type.item):
        text = f"frozenset([{evaluator.texts.text(value)} {' '.join(clauses)}])"
        return Computed(type, text, is_loop_total and total(value))
    code, is_code_total = evaluator.texts.code(value, type.item)
    return Computed(type, f"mask_of([{code} {' '.join(clauses)}])", is_loop_total and is_code_total)
