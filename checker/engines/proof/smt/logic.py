"""Truth values and numbers, known or symbolic.

A leaf is a Python `bool` or `int` where its value is known, and a Z3 term where it is not.  The constructors below fold
what is known, so that a formula over a finite instance stays small, and a fact about the types never reaches Z3.
"""
# pyright: basic
from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

import z3

from checker.engines.proof.smt.traversal import occurring

Symbol: TypeAlias = Any
"""A Z3 term, of a sort that Python's types do not tell."""

Leaf: TypeAlias = Any
"""`bool | int | Symbol`: which one follows from a type of the language, which a type checker cannot see."""


def conjunction(parts: Iterable[Leaf]) -> Leaf:
    """All of them; stops at the first that is known to be false."""
    kept: list[Symbol] = []
    for part in parts:
        if part is False:
            return False
        if part is not True:
            kept.append(part)
    return True if not kept else kept[0] if len(kept) == 1 else z3.And(*kept)


def disjunction(parts: Iterable[Leaf]) -> Leaf:
    """One of them; stops at the first that is known to be true."""
    kept: list[Symbol] = []
    for part in parts:
        if part is True:
            return True
        if part is not False:
            kept.append(part)
    return False if not kept else kept[0] if len(kept) == 1 else z3.Or(*kept)


def negation(part: Leaf) -> Leaf:
    if isinstance(part, bool):
        return not part
    return part.arg(0) if z3.is_not(part) else z3.Not(part)


def implication(left: Leaf, right: Leaf) -> Leaf:
    if left is False or right is True:
        return True
    if left is True:
        return right
    return negation(left) if right is False else z3.Implies(left, right)


def choice(condition: Leaf, then: Leaf, otherwise: Leaf) -> Leaf:
    """`then` where the condition holds, else `otherwise`: two truth values, or two terms of one Z3 sort."""
    if condition is True:
        return then
    if condition is False:
        return otherwise
    if isinstance(then, bool) or isinstance(otherwise, bool):
        if then is otherwise:
            return then
        return conjunction((implication(condition, then), disjunction((condition, otherwise))))
    if _identical(then, otherwise):
        return then
    return z3.If(condition, *numerals(then, otherwise, condition.ctx))


def numerals(left: Leaf, right: Leaf, context: z3.Context) -> tuple[Symbol, Symbol]:
    """Both as Z3 terms."""
    return as_term(left, context), as_term(right, context)


def as_term(leaf: Leaf, context: z3.Context) -> Symbol:
    """The leaf as a Z3 term."""
    if isinstance(leaf, bool):
        return z3.BoolVal(leaf, context)
    return z3.IntVal(leaf, context) if isinstance(leaf, int) else leaf


def same(left: Leaf, right: Leaf) -> Leaf:
    """Are two leaves of one kind equal?"""
    if isinstance(left, (bool, int)) and isinstance(right, (bool, int)):
        return left == right
    if isinstance(left, bool):
        return right if left else negation(right)
    if isinstance(right, bool):
        return left if right else negation(left)
    if _identical(left, right):
        return True
    if _is_member(left) and _is_member(right):
        return False
    return left == right


def less(left: Leaf, right: Leaf, *, or_equal: bool) -> Leaf:
    if _identical(left, right):
        return or_equal
    return left <= right if or_equal else left < right


def free_among(term: Leaf, wanted: Sequence[Symbol]) -> list[Symbol]:
    """Which of the constants `wanted` occur in the term, in their order."""
    if isinstance(term, (bool, int)):
        return []
    return occurring(term, wanted)


def _identical(left: Leaf, right: Leaf) -> bool:
    if isinstance(left, int) or isinstance(right, int):
        return isinstance(left, int) and isinstance(right, int) and left == right
    return left.ast.value == right.ast.value  # Z3 makes equal terms one object


def _is_member(term: Leaf) -> bool:
    """Is it a constant of an enumeration?  Two different ones are never equal."""
    return isinstance(term, z3.ExprRef) and z3.is_app(term) and term.decl().kind() == z3.Z3_OP_DT_CONSTRUCTOR
