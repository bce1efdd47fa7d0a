"""What the types of a spec stand for: all sizes at once, or the elements of one instance.

For all sizes an unordered sort is an uninterpreted sort, an ordered one is the integers from 0 (a least element, and a
`next` for each), and a family of quorums is an uninterpreted sort with a relation `member`.  In an instance sorts are
enumerations and every quantifier is a finite conjunction or disjunction; quorums are given or left open.
"""
# pyright: basic
from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import z3

from checker.core.instance import Instance
from checker.core.types import BoolType, EnumType, IntType, QuorumType, SortType, Type
from checker.engines.smt.logic import (
    Leaf, as_term, conjunction, disjunction, free_among, implication, same,
)
from checker.engines.smt.terms import Case, Term


class Universe:
    """The Z3 context of one proof, with the sorts and symbols in it.

    `instance` None is every size.  With `open_quorums` Z3 may choose which elements a quorum of the instance has.
    `definitions` are facts about symbols that the translation introduced (a maximum, the size of a set).
    """

    def __init__(self, instance: Instance | None = None, *, open_quorums: bool = False) -> None:
        self.context = z3.Context()
        self.instance = instance
        self.open_quorums = open_quorums
        self.definitions: list[z3.BoolRef] = []
        self.memory: dict[Any, Any] = {}
        self._numbers = itertools.count()
        self._bound: list[z3.ExprRef] = []
        self._sorts: dict[str, z3.SortRef] = {}
        self._elements: dict[str, list[z3.ExprRef]] = {}
        self.integers = z3.IntSort(self.context)
        self.truths = z3.BoolSort(self.context)

    # --- sorts and symbols ----------------------------------------------------------------------------------------

    def sort(self, type: Type) -> z3.SortRef:
        """The Z3 sort of a type whose values are single leaves."""
        match type:
            case BoolType():
                return self.truths
            case IntType() | SortType(ordered=True):
                return self.integers
            case EnumType(name=name, members=members):
                return self._enumeration(name, members)
            case SortType(name=name):
                return self._elements_sort(name, len(self.instance.labels[name]) if self.instance else None)
            case QuorumType(name=name):
                return self._elements_sort(name, len(self.instance.quorums[name]) if self.instance else None)
            case _:
                raise AssertionError(f"{type} has no sort of its own")

    def elements(self, type: EnumType | SortType | QuorumType) -> Sequence[Leaf]:
        """The values of an enumeration, or of a sort of the instance, in order."""
        if isinstance(type, SortType) and type.ordered:
            assert self.instance is not None
            return range(len(self.instance.labels[type.name]))
        self.sort(type)
        return self._elements[type.name]

    def _elements_sort(self, name: str, size: int | None) -> z3.SortRef:
        if size is not None:
            return self._enumeration(name, tuple(str(index) for index in range(size)))
        if name not in self._sorts:
            self._sorts[name] = z3.DeclareSort(name, self.context)
        return self._sorts[name]

    def _enumeration(self, name: str, members: tuple[str, ...]) -> z3.SortRef:
        if name not in self._sorts:
            labels = [f"{name}.{member}" for member in members]
            self._sorts[name], self._elements[name] = z3.EnumSort(name, labels, ctx=self.context)
        return self._sorts[name]

    def constant(self, name: str, sort: z3.SortRef) -> z3.ExprRef:
        """A new constant."""
        return z3.Const(f"{name}!{next(self._numbers)}", sort)

    def bound(self, sort: z3.SortRef) -> z3.ExprRef:
        """A new constant to be bound by a quantifier."""
        made = self.constant("x", sort)
        self._bound.append(made)
        return made

    def scope_of(self, term: Leaf) -> list[z3.ExprRef]:
        """The variables of enclosing quantifiers that occur in the term."""
        return free_among(term, self._bound)

    def function(self, name: str, arguments: Sequence[z3.SortRef], result: z3.SortRef) -> Callable[..., z3.ExprRef]:
        """A new function symbol, or a constant where there are no arguments."""
        if arguments:
            return z3.Function(name, *arguments, result)
        made = z3.Const(name, result)
        return lambda: made

    # --- quorums --------------------------------------------------------------------------------------------------

    def member(self, element: Leaf, quorum: Leaf, type: QuorumType) -> Leaf:
        """Is the element in the quorum?"""
        if self.instance is not None and not self.open_quorums:
            sets = zip(self.elements(type), self.instance.quorums[type.name], strict=True)
            everyone = self.elements(type.member)
            return disjunction(
                conjunction((same(quorum, each), disjunction(same(element, everyone[index]) for index in members)))
                for each, members in sets
            )
        relation = z3.Function(f"member of {type.name}", self.sort(type.member), self.sort(type), self.truths)
        return relation(element, quorum)

    # --- quantifiers ----------------------------------------------------------------------------------------------

    def for_all(self, cases: Sequence[Case], body: Callable[[Term], Leaf]) -> Leaf:
        """Does `body` hold of every value that the cases cover?"""
        return conjunction(self._for_all(case, body(case.value)) for case in cases if case.condition is not False)

    def exists(self, cases: Sequence[Case], body: Callable[[Term], Leaf]) -> Leaf:
        """Does `body` hold of some value that the cases cover?"""
        return disjunction(self._exists(case, body(case.value)) for case in cases if case.condition is not False)

    def _for_all(self, case: Case, body: Leaf) -> Leaf:
        if not case.variables or isinstance(body, bool) and body:
            return implication(case.condition, body)
        parts = conjuncts(case.condition)
        while isinstance(body, z3.ExprRef) and z3.is_implies(body):
            parts += conjuncts(body.arg(0))
            body = body.arg(1)
        variables, (*parts, body) = one_point(case.variables, parts, [as_term(body, self.context)])
        whole = implication(conjunction(parts), body)
        bound = free_among(whole, variables)
        return z3.ForAll(bound, whole) if bound else whole

    def _exists(self, case: Case, body: Leaf) -> Leaf:
        if not case.variables or isinstance(body, bool) and not body:
            return conjunction((case.condition, body))
        variables, parts = one_point(case.variables, conjuncts(case.condition) + conjuncts(body), [])
        whole = conjunction(parts)
        bound = free_among(whole, variables)
        return z3.Exists(bound, whole) if bound else whole


def conjuncts(formula: Leaf) -> list[z3.ExprRef]:
    """The parts of a conjunction."""
    if formula is True:
        return []
    if isinstance(formula, z3.ExprRef) and z3.is_and(formula):
        return [part for child in formula.children() for part in conjuncts(child)]
    return [formula]


def one_point(
    variables: Sequence[z3.ExprRef], parts: list[z3.ExprRef], rest: list[z3.ExprRef]
) -> tuple[list[z3.ExprRef], list[z3.ExprRef]]:
    """Drops every variable that a part says is equal to a term without it, and puts the term in its place everywhere.

    This keeps `x = a and R(x)` under a quantifier from reading as an existential fact, which it is not.
    """
    left = list(variables)
    for variable in variables:
        for part in parts:
            term = _solved(variable, part)
            if term is not None:
                parts = [z3.substitute(other, (variable, term)) for other in parts if other is not part]
                rest = [z3.substitute(other, (variable, term)) for other in rest]
                left = [other for other in left if not other.eq(variable)]
                break
    return left, [part for part in parts if not z3.is_true(part)] + rest


def _solved(variable: z3.ExprRef, part: Leaf) -> z3.ExprRef | None:
    if not isinstance(part, z3.ExprRef) or not z3.is_eq(part):
        return None
    for one, other in ((part.arg(0), part.arg(1)), (part.arg(1), part.arg(0))):
        if one.eq(variable) and not free_among(other, [variable]):
            return other
    return None
