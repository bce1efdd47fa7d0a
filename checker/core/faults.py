"""What can go wrong while an expression is evaluated, so that no pass evaluates it where the spec does not."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum, auto
from typing import TypeAlias

from checker.core import ir
from checker.core.types import BagType, IntType, MapType, SeqType, Type, UnionType, parts


class Fault(Enum):
    """An error of the spec; a value that the model has no room for; a value taken out of `None`, or read as another
    kind of record: a test before it excludes that, and nothing may evaluate it without that test."""

    ERROR = auto()
    BOUNDS = auto()
    NARROWING = auto()


Known: TypeAlias = tuple[ir.Expr, ...]
"""Formulas that are true where the expression is evaluated."""


def faults(node: ir.Expr, known: Known = ()) -> set[Fault]:
    """What the evaluation of `node` can end in but a value.  Without any the expression is *total*: it can be evaluated
    anywhere.  What is not seen to be safe counts as a fault."""
    return set(_faults(node, known))


def conjuncts(condition: ir.Expr, truth: bool = True) -> Known:
    """What is true where `condition` has this truth, in the order of evaluation."""
    match condition:
        case ir.And(operands=operands) if truth:
            return tuple(part for operand in operands for part in conjuncts(operand))
        case ir.Or(operands=operands) if not truth:
            return tuple(part for operand in operands for part in conjuncts(operand, False))
        case ir.Not(operand=operand):
            return conjuncts(operand, not truth)
        case _:
            return (condition if truth else ir.Not(operand=condition, type=condition.type, span=condition.span),)


def _faults(node: ir.Expr, known: Known) -> Iterator[Fault]:
    match node:
        case ir.And(operands=operands) | ir.Or(operands=operands):
            for operand in operands:
                yield from _faults(operand, known)
                known += conjuncts(operand, isinstance(node, ir.And))
        case ir.Implies(left=left, right=right):
            yield from _faults(left, known)
            yield from _faults(right, known + conjuncts(left))
        case ir.If(condition=condition, then=then, otherwise=otherwise):
            yield from _faults(condition, known)
            yield from _faults(then, known + conjuncts(condition))
            yield from _faults(otherwise, known + conjuncts(condition, False))
        case ir.ForAll() | ir.Exists() | ir.Sum() | ir.Extremum() | ir.Comprehension():
            yield from _quantified(node, known)
        case _:
            yield from _own(node, known)
            for child in ir.children(node):
                yield from _faults(child, known)


def _quantified(node: ir.Quantified, known: Known) -> Iterator[Fault]:
    inner = known
    for binder in node.binders:
        yield from _faults(binder.domain, inner)
        if binder.condition is not None:
            yield from _faults(binder.condition, inner)
            inner += conjuncts(binder.condition)
    yield from _faults(node.body, inner)
    if isinstance(node, ir.Extremum):
        if node.default is not None:
            yield from _faults(node.default, known)
        elif not all(isinstance(binder.domain, ir.AllOf) and binder.condition is None for binder in node.binders):
            yield Fault.ERROR


def _own(node: ir.Expr, known: Known) -> Iterator[Fault]:
    """What the last step of the evaluation can end in, after all parts of the expression have a value."""
    match node:
        case ir.Unwrap(operand=operand):
            if not any(is_not_nothing(fact, operand) for fact in known):
                yield Fault.NARROWING
        case ir.Narrow(operand=operand, type=type):
            if not any(is_one_of(fact, operand, type) for fact in known):
                yield Fault.NARROWING
        case ir.Next():
            yield Fault.BOUNDS
        case ir.Arithmetic(operator="//" | "%", right=right):
            if not any(is_not_zero(fact, right) for fact in (*known, right)):
                yield Fault.ERROR
        case ir.MakeRecord(type=type):
            if _has_bounds(type):
                yield from (Fault.ERROR, Fault.BOUNDS)
        case ir.Lookup(map=collection) | ir.Replace(map=collection):
            assert isinstance(collection.type, MapType)
            if _has_bounds(collection.type.key):
                yield from (Fault.ERROR, Fault.BOUNDS)
        case ir.Slice(start=start, stop=stop):
            if not (is_natural(start) and is_natural(stop)):
                yield Fault.ERROR
        case ir.BagRemove(if_present=False) | ir.Index() | ir.Undefined():
            yield Fault.ERROR
        case _:
            return


def is_natural(number: ir.Expr, known: Known = ()) -> bool:
    """Is the number plainly not negative?"""
    match number:
        case ir.Integer(value=value):
            return value >= 0
        case ir.Length() | ir.Count():
            return True
        case ir.Arithmetic(operator="+", left=left, right=right):
            return is_natural(left, known) and is_natural(right, known)
        case ir.Arithmetic(operator="-", left=left, right=right):
            return any(
                isinstance(fact, ir.Less) and (fact.left, fact.right) == (right, left) for fact in known
            )
        case ir.If(condition=condition, then=then, otherwise=otherwise):
            return is_natural(then, known + conjuncts(condition)) and is_natural(
                otherwise, known + conjuncts(condition, False)
            )
        case _:
            return False


def _has_bounds(type: Type) -> bool:
    return any(isinstance(part, (IntType, SeqType, BagType)) for part in parts(type))


def is_not_nothing(fact: ir.Expr, operand: ir.Expr) -> bool:
    """Does the fact say that there is a value in the option?"""
    match fact:
        case ir.Not(operand=ir.IsNothing(operand=tested)):
            return tested == operand
        case _:
            return False


def is_one_of(fact: ir.Expr, operand: ir.Expr, type: Type) -> bool:
    """Does the fact say that the record is one of this type?"""
    match fact:
        case ir.IsRecord(operand=tested, records=records):
            allowed = type.members if isinstance(type, UnionType) else (type,)
            return tested == operand and all(record in allowed for record in records)
        case _:
            return False


def is_not_zero(fact: ir.Expr, number: ir.Expr) -> bool:
    """Does the fact say that the number is not 0?  A number that is written is a fact about itself."""
    match fact:
        case ir.Integer(value=value):
            return fact is number and value != 0
        case ir.Not(operand=ir.Equal(left=left, right=right)):
            zero = right if left == number else left if right == number else None
            return isinstance(zero, ir.Integer) and zero.value == 0
        case ir.Less(left=left, right=ir.Integer(value=value), or_equal=or_equal) if left == number:
            return value < 0 or (value == 0 and not or_equal)
        case ir.Less(left=ir.Integer(value=value), right=right, or_equal=or_equal) if right == number:
            return value > 0 or (value == 0 and not or_equal)
        case _:
            return False
