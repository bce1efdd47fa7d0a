"""The meaning of every node of the intermediate representation, on plain Python values.

It is obvious on purpose; every faster way to compute the same is tested against it.  The functions raise `UserError`
R001..R005 for an error of the spec, and `OutOfBounds`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, assert_never, cast

from checker.core import ir
from checker.core.errors import UserError
from checker.core.types import EnumType, RecordType
from checker.core.values import Element, EnumValue, RecordValue, Value
from checker.engines.interpreter.bounds import OutOfBounds
from checker.engines.interpreter.meaning_of_collections import collecting
from checker.engines.interpreter.meaning_of_quantifiers import quantified
from checker.engines.interpreter.scope import Environment, Meaning, Scope, Truth

UNDEFINED: Final = cast("Value", object())
"""What a name stands for on a path that did not bind it.  Nothing looks at it."""


def meaning(node: ir.Expr, scope: Scope) -> Meaning:
    """The function of an expression."""
    if isinstance(node, ir.Local):
        return _local(scope.keys.get(node.name, node.name))
    if isinstance(node, ir.Basic):
        return _basic(node, scope)
    if isinstance(node, ir.Logical):
        return _logical(node, scope)
    if isinstance(node, ir.Comparison):
        return _comparison(node, scope)
    if isinstance(node, ir.Structural):
        return _structural(node, scope)
    if isinstance(node, ir.Quantified):
        return quantified(node, scope)
    return collecting(node, scope)


def _local(key: str) -> Meaning:
    def local(env: Environment) -> Value:
        value = env.names[key]
        assert value is not UNDEFINED, f"{key} is read on a path that does not bind it"
        return value

    return local


def _basic(node: ir.Basic, scope: Scope) -> Meaning:
    match node:
        case ir.Boolean(value=value) | ir.Integer(value=value):
            return lambda env: value
        case ir.EnumMember(name=name):
            assert isinstance(node.type, EnumType)
            member = EnumValue(node.type.name, node.type.members.index(name), name)
            return lambda env: member
        case ir.Nothing():
            return lambda env: None
        case ir.Undefined():
            return lambda env: UNDEFINED
        case ir.Variable(name=name, primed=False):
            return lambda env: env.variables[name]
        case ir.Variable(name=name):
            return _primed(name)
        case ir.Let(name=name, value=value, body=body):
            return _let(scope.value(value), *scope.bind(name), body)
        case ir.If(condition=condition, then=then, otherwise=otherwise):
            test, one, other = scope.truth(condition), scope.value(then), scope.value(otherwise)
            return lambda env: one(env) if test(env) else other(env)
        case ir.First():
            sort = ir.sort_of(node)
            return lambda env: scope.instance.element(sort.name, 0)
        case _:
            assert_never(node)


def _primed(name: str) -> Meaning:
    def primed(env: Environment) -> Value:
        assert env.after is not None, "a primed variable outside of a step invariant"
        return env.after[name]

    return primed


def _let(value: Meaning, key: str, inside: Scope, body: ir.Expr) -> Meaning:
    result = inside.value(body)

    def let(env: Environment) -> Value:
        env.names[key] = value(env)
        return result(env)

    return let


# --- logic, comparison, arithmetic --------------------------------------------------------------------------------


def _logical(node: ir.Logical, scope: Scope) -> Truth:
    match node:
        case ir.Not(operand=operand):
            denied = scope.truth(operand)
            return lambda env: not denied(env)
        case ir.And(operands=operands):
            return _junction(operands, scope, decides=False)
        case ir.Or(operands=operands):
            return _junction(operands, scope, decides=True)
        case ir.Implies(left=left, right=right):
            premise, conclusion = scope.truth(left), scope.truth(right)
            return lambda env: not premise(env) or conclusion(env)
        case _:
            assert_never(node)


def _junction(operands: tuple[ir.Expr, ...], scope: Scope, *, decides: bool) -> Truth:
    """Operands are looked at in order, up to one that decides."""
    parts = [scope.truth(operand) for operand in operands]

    def junction(env: Environment) -> bool:
        for part in parts:
            if part(env) is decides:
                return decides
        return not decides

    return junction


def _comparison(node: ir.Comparison, scope: Scope) -> Meaning:
    match node:
        case ir.Equal(left=left, right=right):
            one, other = scope.value(left), scope.value(right)
            return lambda env: one(env) == other(env)
        case ir.Less(left=left, right=right, or_equal=or_equal):
            one, other = scope.rank(left), scope.rank(right)
            if or_equal:
                return lambda env: one(env) <= other(env)
            return lambda env: one(env) < other(env)
        case ir.Arithmetic():
            return _arithmetic(node, scope)
        case ir.Next(operand=operand):
            return _next(node, scope.value(operand), scope)
        case _:
            assert_never(node)


def _arithmetic(node: ir.Arithmetic, scope: Scope) -> Meaning:
    left, right = scope.number(node.left), scope.number(node.right)
    match node.operator:
        case "+":
            return lambda env: left(env) + right(env)
        case "-":
            return lambda env: left(env) - right(env)
        case "*":
            return lambda env: left(env) * right(env)
        case "//" | "%" as operator:
            def divide(env: Environment) -> int:
                dividend, divisor = left(env), right(env)
                if divisor == 0:
                    raise UserError("R004", f"{dividend} {operator} 0: division by zero", node.span)
                return dividend // divisor if operator == "//" else dividend % divisor

            return divide


def _next(node: ir.Next, operand: Meaning, scope: Scope) -> Meaning:
    def following(env: Environment) -> Value:
        value = cast("Element", operand(env))
        if value.index + 1 == len(scope.instance.labels[value.sort]):
            raise OutOfBounds(f"{value!r} is the last {value.sort} of the model", node.span)
        return scope.instance.element(value.sort, value.index + 1)

    return following


# --- options, records, tuples -------------------------------------------------------------------------------------


def _structural(node: ir.Structural, scope: Scope) -> Meaning:
    match node:
        case ir.Some(operand=operand) | ir.Widen(operand=operand) | ir.Narrow(operand=operand):
            return scope.value(operand)
        case ir.IsNothing(operand=operand):
            option = scope.value(operand)
            return lambda env: option(env) is None
        case ir.Unwrap(operand=operand):
            return _unwrap(node, scope.value(operand))
        case ir.MakeRecord(arguments=arguments):
            return _make_record(node, scope.values(arguments), scope)
        case ir.Field(operand=operand, name=name):
            return _field(scope.record(operand), name)
        case ir.IsRecord(operand=operand, records=records):
            record, wanted = scope.record(operand), {entry.name for entry in records}
            return lambda env: record(env).record in wanted
        case ir.MakeTuple(items=components):
            parts = scope.values(components)
            return lambda env: tuple([part(env) for part in parts])
        case ir.Item(operand=operand, index=index):
            components = scope.value(operand)
            return lambda env: cast("tuple[Value, ...]", components(env))[index]
        case _:
            assert_never(node)


def _unwrap(node: ir.Unwrap, operand: Meaning) -> Meaning:
    def unwrap(env: Environment) -> Value:
        value = operand(env)
        assert value is not None, f"{node.span}: a value was taken out of None"
        return value

    return unwrap


def _make_record(node: ir.MakeRecord, arguments: list[Meaning], scope: Scope) -> Meaning:
    assert isinstance(node.type, RecordType)
    type = node.type
    fields = tuple(name for name, _ in type.fields)
    return scope.bounded(
        lambda env: RecordValue(type.name, fields, tuple([argument(env) for argument in arguments])),
        type, node.span,
    )


def _field(operand: Callable[[Environment], RecordValue], name: str) -> Meaning:
    def read(env: Environment) -> Value:
        record = operand(env)
        return record.values[record.names.index(name)]

    return read
