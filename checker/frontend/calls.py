"""Calls: the built-in functions, methods of collections, and the spec's own methods (inlined)."""

from __future__ import annotations

import ast
from enum import Enum
from types import FunctionType

from checker.core import ir, language
from checker.core.errors import UserError, did_you_mean
from checker.core.types import (
    BOOL,
    INT,
    BagType,
    BoolType,
    OptionType,
    QuorumType,
    RecordType,
    SeqType,
    SetType,
    SortType,
    TupleType,
    Type,
    UnionType,
)
from checker.frontend import comprehensions, constructors, expressions, inline
from checker.frontend.coerce import records_of, unify
from checker.frontend.scope import Scope

_NO_VALUE = {"require", "print", "setattr", "exec", "eval"}


def call(node: ast.Call, scope: Scope, expected: Type | None) -> ir.Expr:
    """A call that has a value."""
    match node.func:
        case ast.Name(id=name) if name not in scope.names:
            return _named(name, node, scope, expected)
        case ast.Subscript(value=ast.Name(id=name)) if name in ("Seq", "Set", "Bag", "Map"):
            type, _ = scope.context.declarations.resolve(node.func, scope.source, "")
            return constructors.collection(name, node, scope, type)
        case ast.Attribute(value=ast.Name(id=owner), attr=method) if owner in scope.states:
            return inline.method_call(owner, method, node, scope, expected)
        case ast.Attribute(value=ast.Call(func=ast.Name(id="super")), attr=method):
            return inline.super_call(method, node, scope, expected)
        case ast.Attribute(value=ast.Name(id=name), attr="first") if _is_class(name, scope):
            return _first(name, node, scope)
        case ast.Attribute(value=owner, attr=method):
            return _method(expressions.expression(owner, scope), method, node, scope)
        case _:
            raise UserError("S040", f"`{ast.unparse(node.func)}` cannot be called here", scope.span(node))


def _is_class(name: str, scope: Scope) -> bool:
    return name not in scope.names and isinstance(scope.source.namespace.get(name), type)


def _named(name: str, node: ast.Call, scope: Scope, expected: Type | None) -> ir.Expr:
    span = scope.span(node)
    match name:
        case "all" | "any":
            return comprehensions.quantifier(name, _only(node, scope), scope)
        case "sum":
            return comprehensions.total(_only(node, scope), scope)
        case "min" | "max":
            return _extremum(name == "min", node, scope)
        case "len":
            return _length(_only(node, scope), node, scope)
        case "isinstance":
            return _isinstance(node, scope)
        case "implies":
            return _implies(node, scope)
        case "set" | "frozenset" | "Set" | "Map" | "Bag" | "Seq":
            return constructors.collection({"set": "Set", "frozenset": "Set"}.get(name, name), node, scope, expected)
        case "bool":
            return expressions.truth(_only(node, scope), scope)
        case (
            "abs"
            | "int"
            | "str"
            | "list"
            | "dict"
            | "tuple"
            | "sorted"
            | "enumerate"
            | "zip"
            | "map"
            | "filter"
            | "range"
        ):
            raise UserError(
                "S060",
                f"`{name}` is not part of the language here",
                span,
                help="see the list of constructs in docs/language.md",
            )
        case _ if name in _NO_VALUE:
            raise UserError(
                "S061",
                f"`{name}(...)` has no value",
                span,
                help="`require(...)` is a line of its own in an action" if name == "require" else None,
            )
        case _:
            return _global(name, node, scope, expected)


def _global(name: str, node: ast.Call, scope: Scope, expected: Type | None) -> ir.Expr:
    span = scope.span(node.func)
    owner = scope.source.namespace.get(name)
    if isinstance(owner, type):
        declared = scope.context.declarations.of_class(owner, span)
        if isinstance(declared, RecordType):
            return constructors.record(declared, node, scope)
        if isinstance(declared, SortType):
            raise UserError(
                "S062",
                f"an element of the sort `{name}` cannot be made",
                span,
                help="elements come from parameters, quantifiers and the state"
                + ("; the least one is `" + name + ".first()`" if declared.ordered else ""),
            )
        if issubclass(owner, Enum):
            raise UserError("S062", f"`{name}(...)` cannot be called", span, help=f"write `{name}.MEMBER`")
    if isinstance(owner, FunctionType):
        return inline.function_call(owner, node, scope, expected)
    if name in scope.context.methods:
        raise UserError("S021", f"unknown name `{name}`", span, help=f"did you mean `self.{name}(...)`?")
    known = {*scope.source.namespace, "all", "any", "sum", "min", "max", "len", "isinstance", "implies"}
    raise UserError("S021", f"unknown name `{name}`", span, help=did_you_mean(name, known))


def _only(node: ast.Call, scope: Scope) -> ast.expr:
    if len(node.args) != 1 or node.keywords:
        raise UserError("S063", f"`{ast.unparse(node.func)}` takes one argument here", scope.span(node))
    return node.args[0]


def _extremum(least: bool, node: ast.Call, scope: Scope) -> ir.Expr:
    span = scope.span(node)
    defaults = [keyword.value for keyword in node.keywords if keyword.arg == "default"]
    if len(defaults) != len(node.keywords):
        raise UserError("S063", "`min` and `max` take no other keyword than `default`", span)
    if len(node.args) == 1:
        return comprehensions.extremum(
            "min" if least else "max", node.args[0], defaults[0] if defaults else None, scope
        )
    values = [expressions.expression(argument, scope) for argument in node.args]
    named: list[tuple[str, ir.Expr]] = []

    def once(value: ir.Expr) -> ir.Expr:
        """Something that stands for `value` and can be compared and then be the result."""
        if inline.simple(value):
            return value
        named.append((scope.context.fresh("argument"), value))
        return ir.Local(name=named[-1][0], type=value.type, span=value.span)

    result = values[0]
    for value, argument in zip(values[1:], node.args[1:], strict=True):
        result, value = map(once, unify(result, value, scope, argument, "the arguments"))
        if str(result.type) != "int" and not (isinstance(result.type, SortType) and result.type.ordered):
            raise UserError("S034", f"{result.type} has no order", scope.span(argument))
        left, right = (result, value) if least else (value, result)
        smaller = ir.Less(left=left, right=right, or_equal=True, type=BOOL, span=span)
        result = ir.If(condition=smaller, then=result, otherwise=value, type=result.type, span=span)
    for name, value in reversed(named):
        result = ir.Let(name=name, value=value, body=result, type=result.type, span=span)
    return result


def _length(argument: ast.expr, node: ast.Call, scope: Scope) -> ir.Expr:
    span = scope.span(node)
    if isinstance(argument, ast.ListComp):
        bound, _ = comprehensions.binders(argument.generators, scope)
        return ir.Sum(binders=bound, body=ir.Integer(value=1, type=INT, span=span), type=INT, span=span)
    if isinstance(argument, (ast.Name, ast.Attribute, ast.Subscript)) and not _is_class(ast.unparse(argument), scope):
        value = expressions.expression(argument, scope)
        if isinstance(value.type, TupleType):
            return ir.Integer(value=len(value.type.items), type=INT, span=span)
    operand = comprehensions.domain(argument, scope)
    return ir.Length(operand=operand, type=INT, span=span)


def _isinstance(node: ast.Call, scope: Scope) -> ir.Expr:
    span = scope.span(node)
    if len(node.args) != 2:
        raise UserError("S063", "`isinstance` takes a value and a record", span)
    operand = expressions.expression(node.args[0], scope)
    records = tuple(record for part in _classes(node.args[1]) for record in _records(part, scope))
    if isinstance(operand.type, OptionType) and records_of(operand.type.item):
        there = ir.Not(operand=ir.IsNothing(operand=operand, type=BOOL, span=span), type=BOOL, span=span)
        inside = ir.Unwrap(operand=operand, type=operand.type.item, span=span)
        return ir.And(operands=(there, _is_one_of(inside, records, node, scope)), type=BOOL, span=span)
    return _is_one_of(operand, records, node, scope)


def _is_one_of(operand: ir.Expr, records: tuple[RecordType, ...], node: ast.Call, scope: Scope) -> ir.Expr:
    span = scope.span(node)
    if isinstance(operand.type, RecordType):
        return ir.Boolean(value=operand.type in records, type=BOOL, span=span)
    if not isinstance(operand.type, UnionType):
        raise UserError(
            "S064",
            f"`isinstance` tells the records of a union apart; this is {operand.type}",
            scope.span(node.args[0]),
            help="for `T | None` write `is not None`",
        )
    for record in records:
        if record not in operand.type.members:
            raise UserError("S064", f"this is {operand.type}, and never a {record}", scope.span(node.args[1]))
    return ir.IsRecord(operand=operand, records=records, type=BOOL, span=span)


def _classes(node: ast.expr) -> list[ast.expr]:
    match node:
        case ast.Tuple(elts=parts):
            return parts
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return [*_classes(left), *_classes(right)]
        case _:
            return [node]


def _records(node: ast.expr, scope: Scope) -> tuple[RecordType, ...]:
    type, _ = scope.context.declarations.resolve(node, scope.source, "")
    if not records_of(type):
        raise UserError("S064", f"`{ast.unparse(node)}` is not a record", scope.span(node))
    return records_of(type)


def _implies(node: ast.Call, scope: Scope) -> ir.Expr:
    if len(node.args) != 2 or node.keywords:
        raise UserError("S063", "`implies` takes two conditions", scope.span(node))
    left = expressions.truth(node.args[0], scope)
    right = expressions.truth(node.args[1], scope.knowing(left))
    return ir.Implies(left=left, right=right, type=BOOL, span=scope.span(node))


def _first(name: str, node: ast.Call, scope: Scope) -> ir.Expr:
    span = scope.span(node)
    type = scope.context.declarations.of_class(scope.lookup(name), span)
    if not isinstance(type, SortType) or not type.ordered:
        raise UserError("S034", f"`{name}` has no least element", span, help=f"declare it `class {name}(Ordered)`")
    return ir.First(type=type, span=span)


def _method(operand: ir.Expr, name: str, node: ast.Call, scope: Scope) -> ir.Expr:
    span = scope.span(node)
    match operand.type:
        case BagType(item=item) if name == "count":
            return ir.Count(bag=operand, item=expressions.typed(_only(node, scope), scope, item), type=INT, span=span)
        case SeqType(item=item) if name == "count":
            raise UserError(
                "S060", "`.count` of a sequence is not part of the language", span, help="`sum(x == y for x in s)`"
            )
        case SetType() if name in ("issubset", "issuperset"):
            other = expressions.expression(_only(node, scope), scope, operand.type)
            operand, other = unify(operand, other, scope, node, "the two sets")
            left, right = (operand, other) if name == "issubset" else (other, operand)
            return ir.Subset(left=left, right=right, type=BoolType(), span=span)
        case SetType() if name in ("union", "intersection", "difference"):
            other = expressions.expression(_only(node, scope), scope, operand.type)
            operand, other = unify(operand, other, scope, node, "the two sets")
            operators = {"union": "|", "intersection": "&", "difference": "-"}
            return ir.SetOperation(operator=operators[name], left=operand, right=other, type=operand.type, span=span)  # type: ignore[arg-type]
        case SetType() | BagType() | SeqType() if name in ("add", "discard", "remove", "append", "update"):
            raise UserError(
                "S061",
                f"`.{name}(...)` changes a variable and has no value",
                span,
                help=f"it is a line of its own in an action: `self.x.{name}(...)`",
            )
        case QuorumType() | SortType() | _ if hasattr(language.Spec, name):
            raise UserError("S036", f"{operand.type} has no method `{name}`", span)
        case _:
            raise UserError(
                "S036",
                f"{operand.type} has no method `{name}`",
                span,
                help="collections have `in`, `len`, and the methods of docs/language.md",
            )
