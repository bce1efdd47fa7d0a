"""What a test shows of the expressions in it: that a value is not None, and which kinds of record it can be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from checker.core import ir
from checker.core.types import OptionType, RecordType, Type, UnionType

Fact: TypeAlias = Type
"""What a test has shown of an expression: the type that it is narrowed to."""


def facts_of(condition: ir.Expr, truth: bool) -> dict[ir.Expr, Fact]:
    """What follows from `condition` being `truth`."""
    match condition:
        case ir.Not(operand=operand):
            return facts_of(operand, not truth)
        case ir.And(operands=operands) | ir.Or(operands=operands):
            each = isinstance(condition, ir.And)
            return _of_all(operands, truth) if truth is each else _of_one([(operand, truth) for operand in operands])
        case ir.Implies(left=left, right=right):
            if truth:
                return _of_one([(left, False), (right, True)])
            return {**facts_of(left, True), **facts_of(right, False)}
        case (ir.Equal(left=subject, right=ir.Some()) | ir.Equal(left=ir.Some(), right=subject)) if truth:
            assert isinstance(subject.type, OptionType)
            return {subject: subject.type.item}
        case ir.IsNothing(operand=operand) if not truth:
            assert isinstance(operand.type, OptionType)
            return {operand: operand.type.item}
        case ir.IsRecord(operand=operand, records=records):
            assert isinstance(operand.type, UnionType)
            left = tuple(member for member in operand.type.members if (member in records) == truth)
            if len(left) == 0 or len(left) == len(operand.type.members):
                return {}
            return {operand: _union(left)}
        case _:
            return {}


def _of_all(operands: Iterable[ir.Expr], truth: bool) -> dict[ir.Expr, Fact]:
    """What follows from all `operands` being `truth`."""
    return {subject: fact for operand in operands for subject, fact in facts_of(operand, truth).items()}


def _of_one(cases: Iterable[tuple[ir.Expr, bool]]) -> dict[ir.Expr, Fact]:
    """What follows from one of the conditions being the truth beside it, and those before it, which were asked first,
    being not: what all of these cases show."""
    shown: list[dict[ir.Expr, Fact]] = []
    before: dict[ir.Expr, Fact] = {}
    for condition, truth in cases:
        shown.append(_by_root({**before, **facts_of(condition, truth)}))
        before |= facts_of(condition, not truth)
    first, *others = shown
    return {
        subject: joined
        for subject in first
        if all(subject in facts for facts in others)
        and (joined := _joined(subject.type, [facts[subject] for facts in shown])) is not None
    }


def _by_root(facts: Mapping[ir.Expr, Fact]) -> dict[ir.Expr, Fact]:
    """The facts of expressions as written: what is known of one that is narrowed already, narrows it further."""
    found: dict[ir.Expr, Fact] = {}
    for subject, fact in facts.items():
        while isinstance(subject, ir.Narrow):
            subject = subject.operand
        found[subject] = fact
    return found


def _joined(type: Type, facts: list[Fact]) -> Fact | None:
    """The narrowest type in which all of these are that an expression of `type` was narrowed to; None for `type`."""
    if not isinstance(type, UnionType):
        return facts[0]  # of what is None or something there is one fact: that it is something
    found = {member for fact in facts for member in (fact.members if isinstance(fact, UnionType) else (fact,))}
    left = tuple(member for member in type.members if member in found)
    return None if len(left) == len(type.members) else _union(left)


def _union(records: tuple[RecordType, ...]) -> RecordType | UnionType:
    return records[0] if len(records) == 1 else UnionType(records)
