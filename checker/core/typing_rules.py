"""The type rule of every expression.  An expression that breaks one is a mistake of this program, never of a user."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import assert_never

from checker.core import ir
from checker.core.structs import struct
from checker.core.types import (
    BOOL, INT, BagType, EnumType, IntType, MapType, OptionType, QuorumType, RecordType, SeqType, SetType, SortType,
    TupleType, Type, UnionType, erase_bounds,
)


class IllegalIR(AssertionError):
    """The intermediate representation is not what its stage allows."""


@struct
class Scope:
    """What may be named.  `primed`: variables of the successor too.  `lowered`: `Undefined` too."""

    variables: Mapping[str, Type]
    names: Mapping[str, Type]
    primed: bool = False
    lowered: bool = False

    def bind(self, name: str, type: Type) -> Scope:
        """The scope in which `name` has a value of `type`."""
        if name in self.names:
            raise IllegalIR(f"the name {name} is bound where it has a meaning already")
        return replace(self, names={**self.names, name: type})


def same(left: Type, right: Type) -> bool:
    """Are the two types interchangeable in an expression?"""
    return erase_bounds(left) == erase_bounds(right)


def item_type(type: Type) -> Type:
    """What a binder over a collection of this type stands for."""
    match type:
        case SetType(item=item) | BagType(item=item) | SeqType(item=item):
            return item
        case QuorumType(member=member):
            return member
        case _:
            raise IllegalIR(f"{type} is not a collection")


def check_expression(node: ir.Expr, scope: Scope) -> None:
    """Raises `IllegalIR` unless `node` and everything in it obeys its rule."""
    match node:
        case ir.Boolean() | ir.Integer() | ir.EnumMember() | ir.Nothing() | ir.Undefined() | ir.First():
            _check_literal(node, scope)
        case ir.Variable() | ir.Local() | ir.Let() | ir.If():
            _check_name(node, scope)
        case ir.Not() | ir.And() | ir.Or() | ir.Implies() | ir.Equal() | ir.Less() | ir.Contains() | ir.Subset():
            _check_formula(node, scope)
        case ir.Arithmetic() | ir.Next() | ir.Length() | ir.Count():
            _check_number(node, scope)
        case ir.Some() | ir.IsNothing() | ir.Unwrap() | ir.MakeTuple() | ir.Item():
            _check_structure(node, scope)
        case ir.MakeRecord() | ir.Field() | ir.Widen() | ir.IsRecord() | ir.Narrow():
            _check_record(node, scope)
        case ir.ForAll() | ir.Exists() | ir.Sum() | ir.Extremum() | ir.Comprehension():
            _check_quantified(node, scope)
        case ir.MakeMap() | ir.Lookup() | ir.Replace():
            _check_map(node, scope)
        case ir.AllOf() | ir.Range() | ir.MakeSet() | ir.SetOperation():
            _check_set(node, scope)
        case ir.MakeBag() | ir.BagAdd() | ir.BagAddAll() | ir.BagRemove():
            _check_bag(node, scope)
        case ir.MakeSeq() | ir.Concat() | ir.Index() | ir.Slice():
            _check_sequence(node, scope)
        case _:
            assert_never(node)


def _expect(legal: bool, node: ir.Expr, rule: str) -> None:
    if not legal:
        raise IllegalIR(f"{node.span}: {type(node).__name__} of type {node.type}: {rule}")


def _check_typed(node: ir.Expr, expected: Type, scope: Scope) -> None:
    """`node` is legal, and of the type that its place asks for."""
    check_expression(node, scope)
    _expect(same(node.type, expected), node, f"expected {expected}")


def _check_each(nodes: tuple[ir.Expr, ...], expected: Type, scope: Scope) -> None:
    for node in nodes:
        _check_typed(node, expected, scope)


def _check_literal(
    node: ir.Boolean | ir.Integer | ir.EnumMember | ir.Nothing | ir.Undefined | ir.First, scope: Scope
) -> None:
    match node:
        case ir.Boolean():
            _expect(node.type == BOOL, node, "a truth value is a bool")
        case ir.Integer():
            _expect(isinstance(node.type, IntType), node, "a number is an int")
        case ir.EnumMember(name=name):
            _expect(isinstance(node.type, EnumType) and name in node.type.members, node, f"no member {name}")
        case ir.Nothing():
            _expect(isinstance(node.type, OptionType), node, "None is an option")
        case ir.Undefined():
            _expect(scope.lowered, node, "only the lowered form has undefined values")
        case ir.First():
            _expect(isinstance(node.type, SortType) and node.type.ordered, node, "only an ordered sort has a first")
        case _:
            assert_never(node)


def _check_name(node: ir.Variable | ir.Local | ir.Let | ir.If, scope: Scope) -> None:
    match node:
        case ir.Variable(name=name, primed=primed):
            declared = scope.variables.get(name)
            _expect(declared is not None and same(declared, node.type), node, f"variable {name} is {declared}")
            _expect(not primed or scope.primed, node, f"{name} of the successor outside of a step invariant")
        case ir.Local(name=name):
            bound = scope.names.get(name)
            _expect(bound is not None and same(bound, node.type), node, f"name {name} is {bound}")
        case ir.Let(name=name, value=value, body=body):
            check_expression(value, scope)
            _check_typed(body, node.type, scope.bind(name, value.type))
        case ir.If(condition=condition, then=then, otherwise=otherwise):
            _check_typed(condition, BOOL, scope)
            _check_each((then, otherwise), node.type, scope)
        case _:
            assert_never(node)


def _check_formula(
    node: ir.Not | ir.And | ir.Or | ir.Implies | ir.Equal | ir.Less | ir.Contains | ir.Subset, scope: Scope
) -> None:
    _expect(node.type == BOOL, node, "a formula is a bool")
    match node:
        case ir.Not(operand=operand):
            _check_typed(operand, BOOL, scope)
        case ir.And(operands=operands) | ir.Or(operands=operands):
            _check_each(operands, BOOL, scope)
        case ir.Implies(left=left, right=right):
            _check_each((left, right), BOOL, scope)
        case ir.Equal(left=left, right=right):
            check_expression(left, scope)
            _check_typed(right, left.type, scope)
        case ir.Less(left=left, right=right):
            check_expression(left, scope)
            _expect(_has_order(left.type), node, f"{left.type} has no order")
            _check_typed(right, left.type, scope)
        case ir.Contains(item=item, collection=collection):
            check_expression(collection, scope)
            _check_typed(item, item_type(collection.type), scope)
        case ir.Subset(left=left, right=right):
            check_expression(left, scope)
            _expect(isinstance(left.type, SetType), node, f"{left.type} is not a set")
            _check_typed(right, left.type, scope)
        case _:
            assert_never(node)


def _has_order(type: Type) -> bool:
    return isinstance(type, IntType) or (isinstance(type, SortType) and type.ordered)


def _check_number(node: ir.Arithmetic | ir.Next | ir.Length | ir.Count, scope: Scope) -> None:
    if isinstance(node, ir.Next):
        _expect(isinstance(node.type, SortType) and node.type.ordered, node, "only an ordered sort has a next")
        _check_typed(node.operand, node.type, scope)
        return
    _expect(isinstance(node.type, IntType), node, "a number is an int")
    match node:
        case ir.Arithmetic(left=left, right=right):
            _check_each((left, right), INT, scope)
        case ir.Length(operand=operand):
            check_expression(operand, scope)
            item_type(operand.type)
        case ir.Count(bag=bag, item=item):
            check_expression(bag, scope)
            _expect(isinstance(bag.type, BagType), node, f"{bag.type} is not a bag")
            _check_typed(item, item_type(bag.type), scope)
        case _:
            assert_never(node)


def _check_structure(node: ir.Some | ir.IsNothing | ir.Unwrap | ir.MakeTuple | ir.Item, scope: Scope) -> None:
    match node:
        case ir.Some(operand=operand):
            assert isinstance(node.type, OptionType), node
            _check_typed(operand, node.type.item, scope)
        case ir.IsNothing(operand=operand):
            check_expression(operand, scope)
            _expect(node.type == BOOL and isinstance(operand.type, OptionType), node, "asks of an option")
        case ir.Unwrap(operand=operand):
            _check_typed(operand, OptionType(node.type), scope)
        case ir.MakeTuple(items=items):
            _expect(same(node.type, TupleType(tuple(item.type for item in items))), node, "has other items")
            for item in items:
                check_expression(item, scope)
        case ir.Item(operand=operand, index=index):
            check_expression(operand, scope)
            assert isinstance(operand.type, TupleType), node
            _expect(same(node.type, operand.type.items[index]), node, f"item {index} of {operand.type}")
        case _:
            assert_never(node)


def _check_record(node: ir.MakeRecord | ir.Field | ir.Widen | ir.IsRecord | ir.Narrow, scope: Scope) -> None:
    if isinstance(node, ir.MakeRecord):
        assert isinstance(node.type, RecordType), node
        for argument, (_, field) in zip(node.arguments, node.type.fields, strict=True):
            _check_typed(argument, field, scope)
        return
    check_expression(node.operand, scope)
    possible = records_of(node.operand.type)
    match node:
        case ir.Field(name=name):
            found = [record.field_type(name) for record in possible]
            legal = bool(found) and all(field is not None and same(field, node.type) for field in found)
            _expect(legal, node, f"field {name} of {node.operand.type}")
        case ir.Widen():
            legal = bool(possible) and isinstance(node.type, UnionType) and set(possible) <= set(node.type.members)
            _expect(legal, node, f"{node.operand.type} is no part of it")
        case ir.IsRecord(records=records):
            legal = isinstance(node.operand.type, UnionType) and set(records) <= set(possible)
            _expect(legal and node.type == BOOL, node, f"asks of {node.operand.type}")
        case ir.Narrow():
            narrowed = records_of(node.type)
            legal = isinstance(node.operand.type, UnionType) and bool(narrowed) and set(narrowed) <= set(possible)
            _expect(legal, node, f"is no part of {node.operand.type}")
        case _:
            assert_never(node)


def records_of(type: Type) -> tuple[RecordType, ...]:
    """The records that a value of this type can be; none where it is not a record."""
    match type:
        case RecordType():
            return (type,)
        case UnionType(members=members):
            return members
        case _:
            return ()


def _check_quantified(node: ir.Quantified, scope: Scope) -> None:
    inner = scope
    for binder in node.binders:
        check_expression(binder.domain, inner)
        _expect(same(binder.type, item_type(binder.domain.type)), node, f"{binder.name} is drawn from another type")
        inner = inner.bind(binder.name, binder.type)
        if binder.condition is not None:
            _check_typed(binder.condition, BOOL, inner)
    match node:
        case ir.ForAll(body=body) | ir.Exists(body=body):
            _expect(node.type == BOOL, node, "a formula is a bool")
            _check_typed(body, BOOL, inner)
        case ir.Sum(body=body):
            _expect(isinstance(node.type, IntType), node, "a sum is an int")
            _check_typed(body, INT, inner)
        case ir.Extremum(body=body, default=default):
            _expect(_has_order(node.type), node, "has no order")
            _check_typed(body, node.type, inner)
            if default is not None:
                _check_typed(default, node.type, scope)
        case ir.Comprehension(body=body):
            assert isinstance(node.type, SetType), node
            _check_typed(body, node.type.item, inner)
        case _:
            assert_never(node)


def _check_map(node: ir.MakeMap | ir.Lookup | ir.Replace, scope: Scope) -> None:
    match node:
        case ir.MakeMap(name=name, key=key, body=body):
            assert isinstance(node.type, MapType), node
            _expect(same(node.type.key, key), node, f"has the keys {key}")
            _check_typed(body, node.type.value, scope.bind(name, key))
        case ir.Lookup(map=map, key=key):
            check_expression(map, scope)
            assert isinstance(map.type, MapType), node
            _expect(same(node.type, map.type.value), node, f"looked up in {map.type}")
            _check_typed(key, map.type.key, scope)
        case ir.Replace(map=map, key=key, value=value):
            assert isinstance(node.type, MapType), node
            _check_typed(map, node.type, scope)
            _check_typed(key, node.type.key, scope)
            _check_typed(value, node.type.value, scope)
        case _:
            assert_never(node)


def _check_set(node: ir.AllOf | ir.Range | ir.MakeSet | ir.SetOperation, scope: Scope) -> None:
    assert isinstance(node.type, SetType), node
    match node:
        case ir.AllOf():
            pass
        case ir.Range(start=start, stop=stop):
            _expect(same(node.type.item, INT), node, "a range is a set of ints")
            _check_each((start, stop), INT, scope)
        case ir.MakeSet(items=items):
            _check_each(items, node.type.item, scope)
        case ir.SetOperation(left=left, right=right):
            _check_each((left, right), node.type, scope)
        case _:
            assert_never(node)


def _check_bag(node: ir.MakeBag | ir.BagAdd | ir.BagAddAll | ir.BagRemove, scope: Scope) -> None:
    assert isinstance(node.type, BagType), node
    match node:
        case ir.MakeBag(items=items):
            _check_each(items, node.type.item, scope)
        case ir.BagAdd(bag=bag, item=item) | ir.BagRemove(bag=bag, item=item):
            _check_typed(bag, node.type, scope)
            _check_typed(item, node.type.item, scope)
        case ir.BagAddAll(bag=bag, items=items):
            _check_typed(bag, node.type, scope)
            _check_typed(items, SetType(node.type.item), scope)
        case _:
            assert_never(node)


def _check_sequence(node: ir.MakeSeq | ir.Concat | ir.Index | ir.Slice, scope: Scope) -> None:
    match node:
        case ir.MakeSeq(items=items):
            assert isinstance(node.type, SeqType), node
            _check_each(items, node.type.item, scope)
        case ir.Concat(left=left, right=right):
            _expect(isinstance(node.type, SeqType), node, "is not a sequence")
            _check_each((left, right), node.type, scope)
        case ir.Index(sequence=sequence, index=index):
            check_expression(sequence, scope)
            legal = isinstance(sequence.type, SeqType) and same(node.type, sequence.type.item)
            _expect(legal, node, f"an item of {sequence.type}")
            _check_typed(index, INT, scope)
        case ir.Slice(sequence=sequence, start=start, stop=stop):
            _expect(isinstance(node.type, SeqType), node, "is not a sequence")
            _check_typed(sequence, node.type, scope)
            _check_each((start, stop), INT, scope)
        case _:
            assert_never(node)
