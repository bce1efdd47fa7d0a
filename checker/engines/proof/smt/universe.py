"""What the types of a spec stand for: all sizes at once, or the elements of one instance.

For all sizes an unordered sort is an uninterpreted sort, an ordered one is the integers from 0 up to a last one,
which may be any (a step that asks for its `next` is not taken), and a family of quorums is an uninterpreted sort with
a relation `member`.  In an instance an element is its position, and every quantifier is a finite conjunction or
disjunction; quorums are given or left open.
"""
# pyright: basic
from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import z3

from checker.core.instance import Instance
from checker.core.types import BoolType, EnumType, IntType, QuorumType, SortType, Type
from checker.engines.proof.smt.logic import (
    Leaf, Symbol, as_term, conjunction, disjunction, free_among, implication, same,
)
from checker.engines.proof.smt.terms import Case, Term


class Universe:
    """The Z3 context of one proof, with the sorts and symbols in it.

    `instance` None is every size.  With `open_quorums` Z3 may choose which elements a quorum of the instance has.
    `definitions` are facts about symbols that the translation introduced (a maximum, the size of a set), each with the
    name of its symbol: there is a value of the symbol that makes it true, whatever the others are.
    `listed`: where these are true, each `range` of an instance has no more numbers than were looked at.
    """

    def __init__(self, instance: Instance | None = None, *, open_quorums: bool = False) -> None:
        self.context = z3.Context()
        self.instance = instance
        self.open_quorums = open_quorums
        self.definitions: list[tuple[str, Symbol]] = []
        self.listed: list[Leaf] = []
        self.memory: dict[Any, Any] = {}
        self._numbers = itertools.count()
        self._bound: list[Symbol] = []
        self._sorts: dict[str, z3.SortRef] = {}
        self._members: dict[str, list[Symbol]] = {}
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
            case EnumType() | SortType() | QuorumType() if self.instance is not None:
                return self.integers
            case EnumType():
                return self._enumeration(type)
            case SortType(name=name) | QuorumType(name=name):
                return self._sorts.setdefault(name, z3.DeclareSort(name_of_sort(name), self.context))
            case _:
                raise AssertionError(f"{type} has no sort of its own")

    def elements(self, type: EnumType | SortType | QuorumType) -> Sequence[Leaf]:
        """The members of an enumeration, or the elements of a sort of the instance, in order."""
        if self.instance is not None:
            return range(self.instance.cardinality(type))
        assert isinstance(type, EnumType), "a proof for all sizes names no element"
        self._enumeration(type)
        return self._members[type.name]

    def _enumeration(self, type: EnumType) -> z3.SortRef:
        if type.name not in self._sorts:
            labels = [f"{type.name}.{member}" for member in type.members]
            self._sorts[type.name], self._members[type.name] = z3.EnumSort(
                name_of_sort(type.name), labels, ctx=self.context
            )
        return self._sorts[type.name]

    def last(self, type: SortType) -> Leaf:
        """The last element of an ordered sort: for all sizes there is one, and it may be any."""
        if self.instance is not None:
            return len(self.elements(type)) - 1
        key = ("last", type)
        if key not in self.memory:
            self.memory[key] = self.constant(f"last of {type.name}", self.integers)
            self.define(self.memory[key], [], self.memory[key] >= 0)
        return self.memory[key]

    def constant(self, name: str, sort: z3.SortRef) -> Symbol:
        """A new constant."""
        return z3.Const(f"{name}!{next(self._numbers)}", sort)

    def define(self, symbol: Symbol, scope: Sequence[Symbol], meaning: Symbol) -> None:
        """Says what holds of a new symbol, which may be applied to the variables of enclosing quantifiers, `scope`."""
        self.definitions.append((symbol.decl().name(), z3.ForAll(list(scope), meaning) if scope else meaning))

    def bound(self, sort: z3.SortRef) -> Symbol:
        """A new constant to be bound by a quantifier."""
        made = self.constant("x", sort)
        self._bound.append(made)
        return made

    def scope_of(self, term: Leaf) -> list[Symbol]:
        """The variables of enclosing quantifiers that occur in the term."""
        return free_among(term, self._bound)

    def function(self, name: str, arguments: Sequence[z3.SortRef], result: z3.SortRef) -> Callable[..., Symbol]:
        """A new function symbol, or a constant where there are no arguments."""
        if not arguments:
            made = z3.Const(name, result)
            return lambda: made
        symbol = z3.Function(name, *arguments, result)
        # an instance asks for the same few applications over and over, and Z3's Python interface is slow to build them
        known: dict[tuple[int, ...], tuple[Symbol, tuple[Leaf, ...]]] = {}
        def apply(*leaves: Leaf) -> Symbol:
            key = tuple(leaf if isinstance(leaf, int) else -1 - leaf.get_id() for leaf in leaves)
            if key not in known:
                known[key] = (symbol(*leaves), leaves)
            return known[key][0]
        return apply

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
        key = ("member", type)
        if key not in self.memory:
            sorts = (self.sort(type.member), self.sort(type))
            self.memory[key] = self.function(f"member of {type.name}", sorts, self.truths)
        return self.memory[key](element, quorum)

    # --- quantifiers ----------------------------------------------------------------------------------------------

    def for_all(self, cases: Sequence[Case], body: Callable[[Term], Leaf]) -> Leaf:
        """Does `body` hold of every value that the cases cover?"""
        return conjunction(self.in_all(case, body(case.value)) for case in cases if case.condition is not False)

    def exists(self, cases: Sequence[Case], body: Callable[[Term], Leaf]) -> Leaf:
        """Does `body` hold of some value that the cases cover?"""
        return disjunction(self.in_some(case, body(case.value)) for case in cases if case.condition is not False)

    def in_all(self, case: Case, body: Leaf) -> Leaf:
        """The formula `body`, for all values of the case's variables that satisfy its condition."""
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

    def in_some(self, case: Case, body: Leaf) -> Leaf:
        """The formula `body`, for some values of the case's variables that satisfy its condition."""
        if not case.variables or isinstance(body, bool) and not body:
            return conjunction((case.condition, body))
        variables, parts = one_point(case.variables, conjuncts(case.condition) + conjuncts(body), [])
        whole = conjunction(parts)
        bound = free_among(whole, variables)
        return z3.Exists(bound, whole) if bound else whole


def name_of_sort(name: str) -> str:
    """What Z3 calls a sort of the spec: no name of its own, such as `Int` or `Array`, has a blank in it."""
    return f"sort {name}"


def conjuncts(formula: Leaf) -> list[Symbol]:
    """The parts of a conjunction."""
    if formula is True:
        return []
    if isinstance(formula, z3.ExprRef) and z3.is_and(formula):
        return [part for child in formula.children() for part in conjuncts(child)]
    return [formula]


def one_point(
    variables: Sequence[Symbol], parts: list[Symbol], rest: list[Symbol]
) -> tuple[list[Symbol], list[Symbol]]:
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


def _solved(variable: Symbol, part: Leaf) -> Symbol | None:
    if not isinstance(part, z3.ExprRef) or not z3.is_eq(part):
        return None
    for one, other in ((part.arg(0), part.arg(1)), (part.arg(1), part.arg(0))):
        if one.eq(variable) and not free_among(other, [variable]):
            return other
    return None
