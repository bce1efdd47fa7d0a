"""The value of an expression: the meaning of every node of the intermediate representation, on plain Python values.

It is slow and obvious on purpose; every faster way to compute the same is tested against it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from typing import Final, assert_never, cast

from checker.core import ir
from checker.core.errors import Span, UserError
from checker.core.instance import Instance
from checker.core.show import show
from checker.core.structs import struct
from checker.core.types import EnumType, MapType, RecordType, SetType
from checker.core.values import (
    Element, EnumValue, FrozenBag, FrozenMap, QuorumValue, RecordValue, Sequence, Value, in_order,
)
from checker.engines.interpreter.bounds import OutOfBounds, check_bounds

UNDEFINED: Final = cast("Value", object())
"""What a name stands for on a path that did not bind it.  Nothing looks at it."""


@struct
class Environment:
    """What the names in an expression stand for: state variables (`after`: in the successor), and local names."""

    instance: Instance
    variables: Mapping[str, Value]
    after: Mapping[str, Value] | None = None
    names: Mapping[str, Value] = field(default_factory=dict[str, Value])

    def bind(self, name: str, value: Value) -> Environment:
        """The same, with `name` standing for `value`."""
        return replace(self, names={**self.names, name: value})

    def assign(self, variable: str, value: Value) -> Environment:
        """The same, with another value of a state variable."""
        return replace(self, variables={**self.variables, variable: value})


def evaluate(node: ir.Expr, env: Environment) -> Value:
    """The value of `node`.  Raises `UserError` R001..R005 for an error of the spec, and `OutOfBounds`."""
    match node:
        case (
            ir.Boolean() | ir.Integer() | ir.EnumMember() | ir.Nothing() | ir.Undefined() | ir.Variable() | ir.Local()
            | ir.Let() | ir.If() | ir.First()
        ):
            return _name_or_literal(node, env)
        case (
            ir.Not() | ir.And() | ir.Or() | ir.Implies() | ir.ForAll() | ir.Exists() | ir.Equal() | ir.Less()
            | ir.IsNothing() | ir.IsRecord() | ir.Contains() | ir.Subset()
        ):
            return truth(node, env)
        case ir.Arithmetic() | ir.Sum() | ir.Length() | ir.Count():
            return number(node, env)
        case ir.Next() | ir.Extremum():
            return _ordered(node, env)
        case (
            ir.Some() | ir.Unwrap() | ir.MakeRecord() | ir.Field() | ir.Widen() | ir.Narrow() | ir.MakeTuple()
            | ir.Item()
        ):
            return _structure(node, env)
        case ir.AllOf() | ir.Range() | ir.Comprehension() | ir.MakeSet() | ir.SetOperation():
            return _set(node, env)
        case ir.MakeMap() | ir.Lookup() | ir.Replace():
            return _map(node, env)
        case ir.MakeBag() | ir.BagAdd() | ir.BagAddAll() | ir.BagRemove():
            return _bag(node, env)
        case ir.MakeSeq() | ir.Concat() | ir.Index() | ir.Slice():
            return _sequence(node, env)
        case _:
            assert_never(node)


def bindings(binders: tuple[ir.Binder, ...], env: Environment) -> Iterator[Environment]:
    """An environment for each way to choose values for the binders, in order."""
    if not binders:
        yield env
        return
    first, *rest = binders
    for value in items(evaluate(first.domain, env)):
        inner = env.bind(first.name, value)
        if first.condition is None or truth(first.condition, inner):
            yield from bindings(tuple(rest), inner)


def items(collection: Value) -> list[Value]:
    """What a binder over `collection` goes through, in order."""
    match collection:
        case frozenset():
            return in_order(collection)
        case QuorumValue(members=members):
            return list(members)
        case FrozenBag() | Sequence():
            return list(collection)
        case _:
            raise AssertionError(f"not a collection: {collection!r}")


def _name_or_literal(
    node: (
        ir.Boolean | ir.Integer | ir.EnumMember | ir.Nothing | ir.Undefined | ir.Variable | ir.Local | ir.Let | ir.If
        | ir.First
    ),
    env: Environment,
) -> Value:
    match node:
        case ir.Boolean(value=value) | ir.Integer(value=value):
            return value
        case ir.EnumMember(name=name):
            assert isinstance(node.type, EnumType)
            return EnumValue(node.type.name, node.type.members.index(name), name)
        case ir.Nothing():
            return None
        case ir.Undefined():
            return UNDEFINED
        case ir.Variable(name=name, primed=False):
            return env.variables[name]
        case ir.Variable(name=name):
            assert env.after is not None, "a primed variable outside of a step invariant"
            return env.after[name]
        case ir.Local(name=name):
            assert env.names[name] is not UNDEFINED, f"{name} is read on a path that does not bind it"
            return env.names[name]
        case ir.Let(name=name, value=value, body=body):
            return evaluate(body, env.bind(name, evaluate(value, env)))
        case ir.If(condition=condition, then=then, otherwise=otherwise):
            return evaluate(then if truth(condition, env) else otherwise, env)
        case ir.First():
            return env.instance.elements(ir.sort_of(node).name)[0]
        case _:
            assert_never(node)


def truth(node: ir.Expr, env: Environment) -> bool:
    """The value of a formula."""
    match node:
        case ir.Not(operand=operand):
            return not truth(operand, env)
        case ir.And(operands=operands):
            return all(truth(operand, env) for operand in operands)
        case ir.Or(operands=operands):
            return any(truth(operand, env) for operand in operands)
        case ir.Implies(left=left, right=right):
            return not truth(left, env) or truth(right, env)
        case ir.ForAll(binders=binders, body=body):
            return all(truth(body, inner) for inner in bindings(binders, env))
        case ir.Exists(binders=binders, body=body):
            return any(truth(body, inner) for inner in bindings(binders, env))
        case ir.Equal(left=left, right=right):
            return evaluate(left, env) == evaluate(right, env)
        case ir.Less(left=left, right=right, or_equal=or_equal):
            first, second = rank(evaluate(left, env)), rank(evaluate(right, env))
            return first <= second if or_equal else first < second
        case ir.IsNothing(operand=operand):
            return evaluate(operand, env) is None
        case ir.IsRecord(operand=operand, records=records):
            return _record(operand, env).record in [record.name for record in records]
        case ir.Contains(item=item, collection=collection):
            value = evaluate(item, env)
            return value in items(evaluate(collection, env))
        case ir.Subset(left=left, right=right):
            return _members(left, env) <= _members(right, env)
        case _:
            value = evaluate(node, env)
            assert isinstance(value, bool)
            return value


def number(node: ir.Expr, env: Environment) -> int:
    """The value of an int expression."""
    match node:
        case ir.Arithmetic():
            return _arithmetic(node, env)
        case ir.Sum(binders=binders, body=body):
            return sum(number(body, inner) for inner in bindings(binders, env))
        case ir.Length(operand=operand):
            collection = evaluate(operand, env)
            return len(collection if isinstance(collection, FrozenBag) else items(collection))
        case ir.Count(bag=bag, item=item):
            return _bag_value(bag, env).count(evaluate(item, env))
        case _:
            value = evaluate(node, env)
            assert isinstance(value, int)
            return value


def _arithmetic(node: ir.Arithmetic, env: Environment) -> int:
    left, right = number(node.left, env), number(node.right, env)
    match node.operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "//" | "%":
            if right == 0:
                raise UserError("R004", f"{left} {node.operator} 0: division by zero", node.span)
            return left // right if node.operator == "//" else left % right


def rank(value: Value) -> int:
    """The position of an int or of an element of an ordered sort among its like."""
    if isinstance(value, Element):
        return value.index
    assert isinstance(value, int)
    return value


def _ordered(node: ir.Next | ir.Extremum, env: Environment) -> Value:
    match node:
        case ir.Next(operand=operand):
            value = evaluate(operand, env)
            assert isinstance(value, Element)
            elements = env.instance.elements(value.sort)
            if value.index + 1 == len(elements):
                raise OutOfBounds(f"{value!r} is the last {value.sort} of the model", node.span)
            return elements[value.index + 1]
        case ir.Extremum(kind=kind, binders=binders, body=body, default=default):
            values = [evaluate(body, inner) for inner in bindings(binders, env)]
            if values:
                return min(values, key=rank) if kind == "min" else max(values, key=rank)
            if default is not None:
                return evaluate(default, env)
            raise UserError(
                "R002", f"{kind} of nothing", node.span,
                help=f"give it a value for that case: `{kind}(..., default=...)`",
            )
        case _:
            assert_never(node)


def _structure(
    node: ir.Some | ir.Unwrap | ir.MakeRecord | ir.Field | ir.Widen | ir.Narrow | ir.MakeTuple | ir.Item,
    env: Environment,
) -> Value:
    match node:
        case ir.Some(operand=operand) | ir.Widen(operand=operand) | ir.Narrow(operand=operand):
            return evaluate(operand, env)
        case ir.Unwrap(operand=operand):
            value = evaluate(operand, env)
            assert value is not None, f"{node.span}: a value was taken out of None"
            return value
        case ir.MakeRecord(arguments=arguments):
            return _make_record(node, tuple(evaluate(argument, env) for argument in arguments), env.instance)
        case ir.Field(operand=operand, name=name):
            record = _record(operand, env)
            return record.values[record.names.index(name)]
        case ir.MakeTuple(items=components):
            return tuple(evaluate(component, env) for component in components)
        case ir.Item(operand=operand, index=index):
            value = evaluate(operand, env)
            assert isinstance(value, tuple)
            return value[index]
        case _:
            assert_never(node)


def _make_record(node: ir.MakeRecord, values: tuple[Value, ...], instance: Instance) -> RecordValue:
    assert isinstance(node.type, RecordType)
    record = RecordValue(node.type.name, tuple(name for name, _ in node.type.fields), values)
    check_bounds(record, node.type, instance, node.span)
    return record


def _record(node: ir.Expr, env: Environment) -> RecordValue:
    value = evaluate(node, env)
    assert isinstance(value, RecordValue)
    return value


def _set(
    node: ir.AllOf | ir.Range | ir.Comprehension | ir.MakeSet | ir.SetOperation, env: Environment
) -> frozenset[Value]:
    match node:
        case ir.AllOf():
            assert isinstance(node.type, SetType)
            return frozenset(env.instance.domain(node.type.item))
        case ir.Range(start=start, stop=stop):
            return frozenset(range(number(start, env), number(stop, env)))
        case ir.Comprehension(binders=binders, body=body):
            return frozenset([evaluate(body, inner) for inner in bindings(binders, env)])
        case ir.MakeSet(items=members):
            return frozenset([evaluate(member, env) for member in members])
        case ir.SetOperation(operator=operator, left=left, right=right):
            first, second = _members(left, env), _members(right, env)
            match operator:
                case "|":
                    return first | second
                case "&":
                    return first & second
                case "-":
                    return first - second
        case _:
            assert_never(node)


def _members(node: ir.Expr, env: Environment) -> frozenset[Value]:
    """The different items of a collection, a set as a rule."""
    return frozenset(items(evaluate(node, env)))


def _map(node: ir.MakeMap | ir.Lookup | ir.Replace, env: Environment) -> Value:
    match node:
        case ir.MakeMap(name=name, key=key, body=body):
            keys = env.instance.domain(key)
            return FrozenMap(tuple((value, evaluate(body, env.bind(name, value))) for value in keys))
        case ir.Lookup(map=map, key=key):
            function = _map_value(map, env)
            return function[_key(map, key, env)]
        case ir.Replace(map=map, key=key, value=value):
            function = _map_value(map, env)
            place = _key(map, key, env)
            return function.replace(place, evaluate(value, env))
        case _:
            assert_never(node)


def _map_value(node: ir.Expr, env: Environment) -> FrozenMap:
    value = evaluate(node, env)
    assert isinstance(value, FrozenMap)
    return value


def _key(map: ir.Expr, node: ir.Expr, env: Environment) -> Value:
    """The value of a key; one that the model has no room for is out of bounds, as if it had been stored."""
    assert isinstance(map.type, MapType)
    key = evaluate(node, env)
    check_bounds(key, map.type.key, env.instance, node.span)
    return key


def _bag(node: ir.MakeBag | ir.BagAdd | ir.BagAddAll | ir.BagRemove, env: Environment) -> FrozenBag:
    match node:
        case ir.MakeBag(items=members):
            return FrozenBag.of([evaluate(member, env) for member in members])
        case ir.BagAdd(bag=bag, item=item):
            before = _bag_value(bag, env)
            return before.change(evaluate(item, env), 1)
        case ir.BagAddAll(bag=bag, items=added):
            result = _bag_value(bag, env)
            for value in items(evaluate(added, env)):
                result = result.change(value, 1)
            return result
        case ir.BagRemove(bag=bag, item=item, if_present=if_present):
            before = _bag_value(bag, env)
            value = evaluate(item, env)
            if value not in before and not if_present:
                raise UserError(
                    "R003", f"the bag holds no {show(value)} to remove", node.span,
                    help="require that it is in the bag, or use `.discard`",
                )
            return before.change(value, -1)
        case _:
            assert_never(node)


def _bag_value(node: ir.Expr, env: Environment) -> FrozenBag:
    value = evaluate(node, env)
    assert isinstance(value, FrozenBag)
    return value


def _sequence(node: ir.MakeSeq | ir.Concat | ir.Index | ir.Slice, env: Environment) -> Value:
    match node:
        case ir.MakeSeq(items=members):
            return Sequence([evaluate(member, env) for member in members])
        case ir.Concat(left=left, right=right):
            return Sequence([*_sequence_value(left, env), *_sequence_value(right, env)])
        case ir.Index(sequence=sequence, index=index):
            values, position = _sequence_value(sequence, env), number(index, env)
            if not 0 <= position < len(values):
                raise _outside(position, len(values), node.span)
            return values[position]
        case ir.Slice(sequence=sequence, start=start, stop=stop):
            values = _sequence_value(sequence, env)
            ends = number(start, env), number(stop, env)
            if min(ends) < 0:
                raise _before(min(ends), node.span)
            return Sequence(values[ends[0] : ends[1]])
        case _:
            assert_never(node)


def _outside(position: int, length: int, span: Span) -> UserError:
    return UserError(
        "R001", f"index {position} is outside of a sequence of length {length}", span,
        help="indices run from 0 to the length minus 1; a test before the access can guard it",
    )


def _before(end: int, span: Span) -> UserError:
    return UserError(
        "R001", f"a slice ends at {end}, which is computed and negative", span,
        help="only a written number counts from the end, `[:-1]`; from the start it is `[: len(s) - k]`, behind a test",
    )


def _sequence_value(node: ir.Expr, env: Environment) -> Sequence:
    value = evaluate(node, env)
    assert isinstance(value, Sequence)
    return value
