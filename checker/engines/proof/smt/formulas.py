"""Quantifiers, as a proof needs them.

A goal is a formula that must have no model.  Its outer existential quantifiers become constants.  A hypothesis becomes
clauses: universal variables over a matrix without universal quantifiers at its surface.  A clause with an existential
quantifier inside gives Z3 no good term to wait for, so it is replaced by its instances at the constants of the goal.
"""
# pyright: basic
from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import z3

from checker.core.structs import struct
from checker.engines.proof.smt.logic import Symbol
from checker.engines.proof.smt.traversal import contents
from checker.engines.proof.smt.triggers import triggers
from checker.engines.proof.smt.universe import Universe

MOST_CLAUSES = 12
"""A disjunction that would fall into more clauses than this stays whole."""

Constants = dict[str, list[Symbol]]
"""Constants by the name of their sort."""


@struct
class Clause:
    """Universal variables over a matrix; the whole as a formula; is there a quantifier inside of the matrix; and which
    symbols it speaks of."""

    variables: tuple[Symbol, ...]
    matrix: Symbol
    formula: Symbol
    is_existential: bool
    symbols: frozenset[str]


def clause(variables: Sequence[Symbol], matrix: Symbol) -> Clause:
    """The matrix, for all values of the variables."""
    inside = contents([matrix])
    is_existential = bool(variables) and inside.has_quantifier
    symbols = inside.symbols - {variable.decl().name() for variable in variables}
    return Clause(tuple(variables), matrix, _for_all(variables, matrix), is_existential, symbols)


def _for_all(variables: Sequence[Symbol], matrix: Symbol) -> Symbol:
    return z3.ForAll(list(variables), matrix, patterns=triggers(variables, matrix)) if variables else matrix


def opened(universe: Universe, quantifier: Symbol) -> tuple[list[Symbol], Symbol]:
    """The body of a quantifier, with new constants for its variables."""
    made = [
        universe.constant(quantifier.var_name(index).partition("!")[0], quantifier.var_sort(index))
        for index in range(quantifier.num_vars())
    ]
    return made, z3.substitute_vars(quantifier.body(), *reversed(made))


def skolemised(universe: Universe, formula: Symbol, *, positive: bool = True) -> Symbol:
    """The formula (its negation where not `positive`), with constants for the outer existential quantifiers."""
    if z3.is_not(formula):
        return skolemised(universe, formula.arg(0), positive=not positive)
    formula = _without_choice(formula, as_cases=positive)
    if z3.is_quantifier(formula) and not formula.is_lambda() and formula.is_exists() == positive:
        return skolemised(universe, opened(universe, formula)[1], positive=positive)
    if z3.is_and(formula) or z3.is_or(formula):
        parts = [skolemised(universe, child, positive=positive) for child in formula.children()]
        return z3.And(*parts) if z3.is_and(formula) == positive else z3.Or(*parts)
    if z3.is_implies(formula):
        left = skolemised(universe, formula.arg(0), positive=not positive)
        right = skolemised(universe, formula.arg(1), positive=positive)
        return z3.Or(left, right) if positive else z3.And(left, right)
    return formula if positive else z3.Not(formula)


def _without_choice(formula: Symbol, *, as_cases: bool) -> Symbol:
    """A choice between quantified formulas as a disjunction of cases, or as a conjunction; others as they are."""
    if not z3.is_app_of(formula, z3.Z3_OP_ITE) or not contents([formula]).has_quantifier:
        return formula
    condition, one, other = formula.children()
    if as_cases:
        return z3.Or(z3.And(condition, one), z3.And(z3.Not(condition), other))
    return z3.And(z3.Or(z3.Not(condition), one), z3.Or(condition, other))


def clauses(universe: Universe, formula: Symbol) -> list[Clause]:
    """Clauses whose conjunction is the formula."""
    return [clause(variables, matrix) for variables, matrix in _split(universe, formula, True)]


Split = list[tuple[list[Symbol], Symbol]]


def _split(universe: Universe, formula: Symbol, positive: bool) -> Split:
    if z3.is_not(formula):
        return _split(universe, formula.arg(0), not positive)
    formula = _without_choice(formula, as_cases=not positive)
    if z3.is_quantifier(formula) and not formula.is_lambda() and formula.is_forall() == positive:
        variables, body = opened(universe, formula)
        return [(variables + inner, matrix) for inner, matrix in _split(universe, body, positive)]
    if z3.is_and(formula) or z3.is_or(formula):
        parts = [_split(universe, child, positive) for child in formula.children()]
        return _all_of(parts) if z3.is_and(formula) == positive else _one_of(parts, formula, positive)
    if z3.is_implies(formula):
        parts = [_split(universe, formula.arg(0), not positive), _split(universe, formula.arg(1), positive)]
        return _one_of(parts, formula, positive) if positive else _all_of(parts)
    return [([], formula if positive else z3.Not(formula))]


def _all_of(parts: Sequence[Split]) -> Split:
    return [entry for part in parts for entry in part]


def _one_of(parts: Sequence[Split], whole: Symbol, positive: bool) -> Split:
    """A disjunction of conjunctions as a conjunction of disjunctions, where that is not too long."""
    count = 1
    for part in parts:
        count *= len(part)
    if count > MOST_CLAUSES:
        return [([], whole if positive else z3.Not(whole))]
    return [
        ([variable for variables, _ in chosen for variable in variables], z3.Or(*(matrix for _, matrix in chosen)))
        for chosen in itertools.product(*parts)
    ]


def instances(clause: Clause, constants: Constants, chosen: Sequence[Symbol], *, most: int) -> list[Symbol]:
    """The clause at all combinations of the constants, for the chosen ones of its variables.

    Nothing where there would be more than `most`, or where a sort has no constant.
    """
    if not chosen:
        return [clause.formula]
    rest = [v for v in clause.variables if not any(v.eq(other) for other in chosen)]
    choices = [constants.get(str(variable.sort()), []) for variable in chosen]
    if not 0 < math.prod(map(len, choices)) <= most:
        return []
    return [
        _for_all(rest, z3.substitute(clause.matrix, *zip(chosen, combination, strict=True)))
        for combination in itertools.product(*choices)
    ]
