"""Binders, and what is said over all bindings.

`all`, `any` and comprehensions are exact.  Sums, sizes and extrema are exact over a known list of cases, so always in
an instance.  For all sizes they are constants (functions of the enclosing quantifiers' variables) of which something
true is known: a sum is 0 when all summands are, and positive when one of them is and none is negative; a maximum is one
of the values and no less than any, where there is such a value.
"""
# pyright: basic
from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, assert_never

import z3

from checker.core import ir
from checker.core.types import (
    BagType, IntType, MapType, QuorumType, SeqType, SetType, SortType, Type, UnionType, parts,
)
from checker.engines.proof.smt.logic import (
    Leaf, Symbol, as_term, choice, conjunction, disjunction, implication, less, negation, same,
)
from checker.engines.proof.smt.shapes import as_union, cases_of, positive
from checker.engines.proof.smt.terms import BagTerm, Case, SequenceTerm, SetTerm, Term
from checker.engines.proof.smt.universe import Universe
from checker.engines.proof.smt.values import equal, has_domain, positions, restricted

if TYPE_CHECKING:
    from checker.engines.proof.smt.translate import Names, Translator


def quantified(translator: Translator, node: ir.Quantified, names: Names) -> Term:
    """The symbolic value of an expression with binders."""
    universe = translator.universe
    match node:
        case ir.ForAll(binders=binders, body=body):
            with translator.perhaps():
                return conjunction(
                    universe.in_all(case, translator.under(case.condition, translator.formula, body, inner))
                    for case, inner in bindings(translator, binders, names)
                )
        case ir.Exists(binders=binders, body=body):
            with translator.perhaps():
                return disjunction(
                    universe.in_some(case, translator.under(case.condition, translator.formula, body, inner))
                    for case, inner in bindings(translator, binders, names)
                )
        case ir.Sum(binders=binders, body=body):
            return total(translator, [
                (case, translator.under(case.condition, translator.term, body, inner))
                for case, inner in bindings(translator, binders, names, once=True)
            ])
        case ir.Extremum():
            return _extremum(translator, node, names)
        case ir.Comprehension():
            return _comprehension(translator, node, names)
        case _:
            assert_never(node)


# --- domains and bindings -----------------------------------------------------------------------------------------


def _cases(translator: Translator, term: Term, domain: ir.Expr, *, once: bool) -> list[Case]:
    """Cases that cover the items of a binder's domain, which is `term`; with `once`, every item exactly once."""
    universe = translator.universe
    match domain.type:
        case SetType(item=item):
            assert isinstance(term, SetTerm)
            exact = isinstance(domain, (ir.AllOf, ir.Range))
            return distinct_items(universe, term, item) if once and not exact else term.cases()
        case BagType(item=item):
            assert isinstance(term, BagTerm)
            return distinct_items(universe, term, item) if once else term.cases()
        case SeqType():
            assert isinstance(term, SequenceTerm)
            return [Case(c.variables, c.condition, term.at(c.value)) for c in positions(universe, term)]
        case QuorumType() as family:
            return cases_of(universe, family.member, lambda value: universe.member(value, term, family))
        case _:
            raise AssertionError(f"nothing to iterate over in {domain.type}")


def distinct_items(universe: Universe, items: SetTerm | BagTerm, type: Type) -> list[Case]:
    """Cases that cover every item of a set or bag exactly once."""
    if has_domain(universe, type):
        return cases_of(universe, type, _membership(items))
    found: list[Case] = []
    for case in items.cases():
        earlier = [conjunction((other.condition, equal(universe, other.value, case.value, type))) for other in found]
        found += restricted([case], negation(disjunction(earlier)))
    return found


def _membership(items: SetTerm | BagTerm) -> Callable[[Term], Leaf]:
    return items.contains if isinstance(items, SetTerm) else lambda value: positive(items.count(value))


def _narrowed(
    translator: Translator, binder: ir.Binder, outer: Leaf, names: Names, *, once: bool
) -> list[tuple[Case, Names]]:
    """The cases of one binder, its condition included, where `outer` holds."""
    found: list[tuple[Case, Names]] = []
    term = translator.under(outer, translator.term, binder.domain, names)
    for case in _cases(translator, term, binder.domain, once=once):
        inner = {**names, binder.name: case.value}
        if binder.condition is not None:
            present = conjunction((outer, case.condition))
            holds = translator.under(present, translator.formula, binder.condition, inner)
            case = Case(case.variables, conjunction((case.condition, holds)), case.value)
        if case.condition is not False:
            found.append((case, inner))
    return found


def bindings(
    translator: Translator, binders: Sequence[ir.Binder], names: Names, *, once: bool = False
) -> list[tuple[Case, Names]]:
    """The cases of several binders together."""
    found: list[tuple[Case, Names]] = [(Case((), True, None), names)]
    for binder in binders:
        longer: list[tuple[Case, Names]] = []
        for outer, known in found:
            for case, inner in _narrowed(translator, binder, outer.condition, known, once=once):
                condition = conjunction((outer.condition, case.condition))
                longer.append((Case((*outer.variables, *case.variables), condition, None), inner))
        found = [entry for entry in longer if entry[0].condition is not False]
    return found


def _comprehension(translator: Translator, node: ir.Comprehension, names: Names) -> SetTerm:
    assert isinstance(node.type, SetType)
    universe, item, path = translator.universe, node.type.item, translator.path
    def body(case: Case, inner: Names) -> Term:
        return translator.under(conjunction((path, case.condition)), translator.term, node.body, inner)
    def cases() -> list[Case]:
        return [
            Case(case.variables, case.condition, body(case, inner))
            for case, inner in bindings(translator, node.binders, names)
        ]
    def contains(value: Term) -> Leaf:
        filtered = _filtered(translator, node, names, value)
        if filtered is not None:
            return filtered
        return disjunction(
            universe.in_some(case, equal(universe, body(case, inner), value, item))
            for case, inner in bindings(translator, node.binders, names)
        )
    return SetTerm(contains, cases)


def _filtered(translator: Translator, node: ir.Comprehension, names: Names, value: Term) -> Leaf | None:
    """Membership in `{x for x in domain if condition}`, where `x` may be narrowed: in the domain, and the condition.
    None for other forms."""
    narrowed = isinstance(node.body, ir.Narrow)
    local = node.body.operand if isinstance(node.body, ir.Narrow) else node.body
    if len(node.binders) != 1 or not isinstance(local, ir.Local) or local.name != node.binders[0].name:
        return None
    (binder,) = node.binders
    if narrowed:
        assert isinstance(binder.type, UnionType)
        value = as_union(value, binder.type)
    holds = contains(translator, binder.domain, names, value)
    if binder.condition is None or holds is False:
        return holds
    condition, inner = binder.condition, {**names, binder.name: value}
    return conjunction((holds, translator.under(holds, translator.formula, condition, inner)))


def contains(translator: Translator, collection: ir.Expr, names: Names, item: Term) -> Leaf:
    """Is the item in a set, bag, sequence or quorum?"""
    universe, term = translator.universe, translator.term(collection, names)
    match collection.type:
        case SetType():
            return term.contains(item)
        case BagType():
            return positive(term.count(item))
        case SeqType(item=type):
            found = [Case(c.variables, c.condition, term.at(c.value)) for c in positions(universe, term)]
            return universe.exists(found, lambda value: equal(universe, value, item, type))
        case QuorumType():
            return universe.member(item, term, collection.type)
        case _:
            raise AssertionError(f"nothing is in {collection.type}")


# --- sums and extrema ---------------------------------------------------------------------------------------------


def total(translator: Translator, summands: Sequence[tuple[Case, Leaf]]) -> Leaf:
    """The sum of a number a case, over all values of the case's variables."""
    found: Leaf = 0
    for case, number in summands:
        value = choice(case.condition, number, 0)
        found = found + (_open_sum(translator, case, value) if case.variables else value)
    return found


def _open_sum(translator: Translator, case: Case, value: Leaf) -> Leaf:
    """A number of which is known what can be said of a sum without adding up; the same one for the same summands."""
    universe = translator.universe
    probes = [z3.Const(f"summand {place}", v.sort()) for place, v in enumerate(case.variables)]
    summands: Symbol = z3.substitute(as_term(value, universe.context), *zip(case.variables, probes, strict=True))
    # two sums of one summand over different sorts, or over one sort and pairs of it, are two numbers
    key = ("sum", summands.get_id(), *(probe.get_id() for probe in probes))
    if key not in universe.memory:
        scope = universe.scope_of(summands)
        name = str(universe.constant("sum", universe.integers))
        result: Symbol = universe.function(name, [variable.sort() for variable in scope], universe.integers)(*scope)
        never_negative = z3.ForAll(probes, summands >= 0)
        meaning = z3.And(
            z3.Implies(z3.ForAll(probes, summands == 0), result == 0),
            z3.Implies(never_negative, result >= 0),
            z3.Implies(z3.And(never_negative, z3.Exists(probes, summands > 0)), result > 0),
        )
        universe.define(result, scope, meaning)
        universe.memory[key] = (result, summands, probes)  # the terms are kept, so that their numbers stay theirs
    return universe.memory[key][0]


def _extremum(translator: Translator, node: ir.Extremum, names: Names) -> Term:
    """The same one where it is asked for again: two maxima of one set would have to be proved equal."""
    if translator.universe.instance is not None:  # there each evaluation makes demands of its own
        return _new_extremum(translator, node, names)
    read = [names[name] for name in sorted(ir.free_locals(node))]
    key = (ir.numbered(node), *map(id, read))
    if key not in translator.extrema:
        # what is read is kept alive, so that its number stays its own
        translator.extrema[key] = (_new_extremum(translator, node, names), read)
    return translator.extrema[key][0]


def _new_extremum(translator: Translator, node: ir.Extremum, names: Names) -> Term:
    if _is_of_order(node):
        return 0 if node.kind == "min" else translator.universe.last(ir.sort_of(node))
    found = [
        (case, translator.under(case.condition, translator.term, node.body, inner))
        for case, inner in bindings(translator, node.binders, names)
    ]
    least = node.kind == "min"
    if any(case.variables for case, _ in found):
        known = all(_is_finite(binder.domain) for binder in node.binders)
        some, best = _open_extremum(translator, found, least=least, known_to_exist=known)
    else:
        some, best = _listed_extremum(found, least=least)
    if node.default is None:
        translator.demand(some)
        return best
    default = node.default
    return choice(some, best, translator.under(negation(some), translator.term, default, names))


def _is_of_order(node: ir.Extremum) -> bool:
    """Is it the least or greatest element of a whole ordered sort?"""
    (binder, *others), body = node.binders, node.body
    whole = isinstance(binder.domain, ir.AllOf) and binder.condition is None and not others
    return whole and isinstance(node.type, SortType) and isinstance(body, ir.Local) and body.name == binder.name


def _listed_extremum(found: Sequence[tuple[Case, Leaf]], *, least: bool) -> tuple[Leaf, Leaf]:
    """Is there a value, and the least or greatest one."""
    some, best = False, 0
    for case, value in found:
        better = less(value, best, or_equal=False) if least else less(best, value, or_equal=False)
        best = choice(conjunction((case.condition, disjunction((negation(some), better)))), value, best)
        some = disjunction((some, case.condition))
    return some, best


def _open_extremum(
    translator: Translator, found: Sequence[tuple[Case, Leaf]], *, least: bool, known_to_exist: bool
) -> tuple[Leaf, Leaf]:
    """The same over cases with variables.  Unless it is known to exist, nothing is said where there is no bound."""
    universe = translator.universe
    def all_within(limit: Leaf) -> Leaf:
        return conjunction(
            universe.in_all(case, less(*((limit, value) if least else (value, limit)), or_equal=True))
            for case, value in found
        )
    def one_is(number: Leaf) -> Leaf:
        return disjunction(universe.in_some(case, same(value, number)) for case, value in found)
    some = disjunction(universe.in_some(case, True) for case, _ in found)
    probe = z3.Const("extremum of", universe.integers)
    values = as_term(one_is(probe), universe.context)
    key = ("extremum", least, values.get_id())
    if key not in universe.memory:
        scope = universe.scope_of(values)
        number = universe.constant("least" if least else "greatest", universe.integers).decl().name()
        best = universe.function(number, [variable.sort() for variable in scope], universe.integers)(*scope)
        limit = universe.bound(universe.integers)
        bounded = True if known_to_exist else z3.Exists([limit], as_term(all_within(limit), universe.context))
        meaning = implication(conjunction((some, bounded)), conjunction((one_is(best), all_within(best))))
        meaning = as_term(meaning, universe.context)
        universe.define(best, scope, meaning)
        # `values` is kept alive with its number
        universe.memory[key] = (best, values)
    return some, universe.memory[key][0]


def _is_finite(domain: ir.Expr) -> bool:
    """Is the domain finite for all sizes, where the ints have no end?"""
    match domain:
        case ir.AllOf(type=type):
            return not any(map(_has_no_end, parts(type)))
        case ir.Comprehension(binders=binders):
            return all(_is_finite(binder.domain) for binder in binders)
        case ir.SetOperation(operator=operator, left=left, right=right):
            sides = (_is_finite(left), _is_finite(right))
            return all(sides) if operator == "|" else any(sides) if operator == "&" else sides[0]
        case ir.Let(body=body):
            return _is_finite(body)
        case ir.If(then=then, otherwise=otherwise):
            return _is_finite(then) and _is_finite(otherwise)
        case _:
            # a set inside of a variable of an enclosing quantifier may be any set of Z3's, also an infinite one
            return not any(isinstance(part, ir.Local) and _holds_a_set(part.type) for part in ir.walk(domain))


def _has_no_end(type: Type) -> bool:
    return isinstance(type, (IntType, SeqType))


def _holds_a_set(type: Type) -> bool:
    return any(isinstance(part, (SetType, BagType, MapType)) for part in parts(type))


