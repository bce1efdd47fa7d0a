"""What a picture can tell of the value of an expression, without an engine: names, fields, entries, and simple tests.

What it cannot tell is `UNKNOWN`, and so is what the expression does not have here, such as a field of another record.
"""

from __future__ import annotations

from typing import Final, cast

from checker.core import ir
from checker.core.structs import struct
from checker.core.types import EnumType, RecordType, UnionType
from checker.core.values import EnumValue, FrozenMap, RecordValue, Value

UNKNOWN: Final = cast("Value", object())
"""Stands for the value of an expression that cannot be told."""


@struct
class Glimpse:
    """What the names and the state variables stand for at a point of a step; both grow and change along the way."""

    variables: dict[str, Value]
    names: dict[str, Value]

    def value(self, node: ir.Expr) -> Value:
        """The value of the expression, or `UNKNOWN`."""
        match node:
            case ir.Local(name=name):
                return self.names.get(name, UNKNOWN)
            case ir.Variable(name=name):
                return self.variables.get(name, UNKNOWN)
            case ir.Boolean(value=value) | ir.Integer(value=value):
                return value
            case ir.EnumMember(name=name, type=EnumType(name=enum, members=members)):
                return EnumValue(enum, members.index(name), name)
            case ir.Nothing():
                return None
            case ir.Widen(operand=operand) | ir.Some(operand=operand) | ir.Unwrap(operand=operand):
                return self.value(operand)
            case ir.Narrow(operand=operand):
                record = self.value(operand)
                return record if isinstance(record, RecordValue) and record.record in _records(node) else UNKNOWN
            case ir.Field() | ir.Item() | ir.Lookup():
                return self._part(node)
            case ir.Let(name=name, value=value, body=body):
                self.names[name] = self.value(value)
                return self.value(body)
            case ir.If(condition=condition, then=then, otherwise=otherwise):
                truth = self.value(condition)
                return UNKNOWN if truth is UNKNOWN else self.value(then if truth else otherwise)
            case _:
                return self._truth(node)

    def _part(self, node: ir.Field | ir.Item | ir.Lookup) -> Value:
        match node:
            case ir.Field(operand=operand, name=name):
                record = self.value(operand)
                fields = zip(record.names, record.values, strict=True) if isinstance(record, RecordValue) else ()
                return dict(fields).get(name, UNKNOWN)
            case ir.Item(operand=operand, index=index):
                whole = self.value(operand)
                return whole[index] if isinstance(whole, tuple) and index < len(whole) else UNKNOWN
            case ir.Lookup(map=map, key=key):
                whole, at = self.value(map), self.value(key)
                entries = whole.items if isinstance(whole, FrozenMap) else ()
                return next((value for other, value in entries if other == at), UNKNOWN)

    def _truth(self, node: ir.Expr) -> Value:
        """The value of a test; UNKNOWN for every other expression."""
        match node:
            case ir.Not(operand=operand):
                truth = self.value(operand)
                return UNKNOWN if truth is UNKNOWN else not truth
            case ir.And(operands=operands) | ir.Or(operands=operands):
                values = [self.value(operand) for operand in operands]
                decisive = isinstance(node, ir.Or)
                return decisive if decisive in values else UNKNOWN if UNKNOWN in values else not decisive
            case ir.Equal(left=left, right=right):
                one, other = self.value(left), self.value(right)
                return UNKNOWN if UNKNOWN in (one, other) else one == other
            case ir.IsNothing(operand=operand):
                value = self.value(operand)
                return UNKNOWN if value is UNKNOWN else value is None
            case ir.IsRecord(operand=operand, records=records):
                value, names = self.value(operand), {record.name for record in records}
                return value.record in names if isinstance(value, RecordValue) else UNKNOWN
            case _:
                return UNKNOWN


def _records(node: ir.Narrow) -> set[str]:
    """The records that a union is narrowed to."""
    match node.type:
        case RecordType(name=name):
            return {name}
        case UnionType(members=members):
            return {member.name for member in members}
        case _:
            return set()
