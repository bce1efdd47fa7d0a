"""Calls: the built-in functions, methods of collections, and the spec's own methods (inlined)."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from types import FunctionType, ModuleType
from typing import Literal

from checker.core import ir, language
from checker.core.errors import UserError, with_article
from checker.core.types import (
    BOOL,
    INT,
    BagType,
    EnumType,
    OptionType,
    RecordType,
    SeqType,
    SetType,
    SortType,
    TupleType,
    Type,
    UnionType,
)
from checker.frontend import (
    access,
    bodies,
    comparisons,
    comprehensions,
    constructors,
    expressions,
    inline,
    names,
    operators,
    patterns,
)
from checker.frontend.advice import FUNCTIONS, instead_of_method, instead_of_module
from checker.frontend.coerce import records_of, unify
from checker.frontend.scope import MISSING, Scope

_NO_VALUE = {"require", "print", "setattr", "exec", "eval"}
_NOT_SPOKEN = {
    *("abs", "int", "str", "list", "dict", "tuple", "sorted", "reversed", "round", "pow", "divmod"),
    *("enumerate", "zip", "map", "filter", "range", "iter", "next", "hash", "id", "type", "getattr", "repr"),
}


def call(node: ast.Call, scope: Scope, expected: Type | None) -> ir.Expr:
    """A call that has a value."""
    match node.func:
        case ast.Name(id=name) if name not in scope.names:
            return _named(scope.word(name), node, scope, expected)
        case ast.Subscript(value=ast.Name(id=name)) if (word := scope.word(name)) in ("Seq", "Set", "Bag", "Map"):
            declared, _ = scope.context.declarations.resolve(node.func, scope.source)
            return constructors.collection(word, node, scope, declared)
        case ast.Attribute(value=ast.Name(id=owner), attr=method) if owner in scope.states:
            return inline.method_call(owner, method, node, scope, expected)
        case ast.Attribute(value=owner, attr=method) if scope.calls(owner, "super"):
            return inline.super_call(method, node, scope, expected)
        case ast.Attribute(value=owner, attr="first") if isinstance(scope.python_object(owner), type):
            return _first(owner, node, scope)
        case ast.Attribute(value=owner) as method:
            function = scope.python_object(method)
            if function is not MISSING:
                return _call_of(function, node, scope, expected)
            if isinstance(scope.python_object(owner), (ModuleType, type)):
                return access.attribute(method, scope)  # raises, and says what is missing
            return _method(expressions.expression(owner, scope), method, node, scope)
        case _:
            raise UserError(
                "S040",
                f"`{scope.text(node.func)}` cannot be called here",
                scope.span(node.func),
                help="a local name is a value; a spec calls records, its own methods, and functions of a module",
            )


def _named(word: str | None, node: ast.Call, scope: Scope, expected: Type | None) -> ir.Expr:
    """The call of a word of the language, or of what a module defines."""
    span = scope.span(node)
    match word:
        case "all" | "any":
            return comprehensions.quantifier(word, _only(node, scope), scope)
        case "sum":
            return comprehensions.total(_only(node, scope), scope)
        case "min" | "max":
            return _extremum(word, node, scope)
        case "len":
            return _length(_only(node, scope), node, scope)
        case patterns.LENGTH:
            return _pattern_length(node, scope)
        case "isinstance":
            return _isinstance(node, scope)
        case "implies":
            return _implies(node, scope)
        case "set" | "frozenset" | "Set" | "Map" | "Bag" | "Seq":
            return constructors.collection({"set": "Set", "frozenset": "Set"}.get(word, word), node, scope, expected)
        case "bool":
            return expressions.truth(_only(node, scope), scope)
        case _ if word in _NOT_SPOKEN:
            raise UserError(
                "S060",
                f"`{word}` is not part of the language here",
                span,
                help=FUNCTIONS.get(word, "see the list of constructs in docs/language.md"),
            )
        case _ if word in _NO_VALUE:
            raise UserError(
                "S061",
                f"`{word}(...)` has no value",
                span,
                help="`require(...)` is a line of its own in an action" if word == "require" else FUNCTIONS.get(word),
            )
        case _:
            return _global(node, scope, expected)


def _global(node: ast.Call, scope: Scope, expected: Type | None) -> ir.Expr:
    assert isinstance(node.func, ast.Name)
    name = node.func.id
    found = scope.python_object(node.func)
    if found is not MISSING:
        return _call_of(found, node, scope, expected)
    if name in scope.context.methods:
        state = next(iter(scope.states), "self")
        raise UserError(
            "S021", f"unknown name `{name}`", scope.span(node.func), help=f"did you mean `{state}.{name}(...)`?"
        )
    raise names.unknown(node.func, scope)


def _call_of(found: object, node: ast.Call, scope: Scope, expected: Type | None) -> ir.Expr:
    """The call of an object of Python: of a record, or of a function that is inlined."""
    span, name = scope.span(node.func), scope.text(node.func)
    if isinstance(found, FunctionType):
        return inline.function_call(found, node, scope, expected)
    declared = scope.context.declarations.of_class(found, span) if isinstance(found, type) else None
    match declared:
        case RecordType():
            return constructors.record(declared, node, scope)
        case SortType(ordered=ordered):
            least = f"; the least one is `{name}.first()`" if ordered else ""
            raise UserError(
                "S062",
                f"an element of the sort `{name}` cannot be made",
                span,
                help=f"elements come from parameters, quantifiers and the state{least}",
            )
        case EnumType():
            raise UserError("S062", f"`{name}(...)` cannot be called", span, help=f"write `{name}.MEMBER`")
        case _:
            usual = "a spec calls records, its own methods, and functions whose source can be read"
            hidden = f"this `{name}` is one of another module: `from checker import {name}`"
            raise UserError(
                "S060",
                f"`{name}` cannot be called here",
                span,
                help=hidden if name in vars(language) else instead_of_module(name) or usual,
            )


def _only(node: ast.Call, scope: Scope) -> ast.expr:
    if len(node.args) != 1 or node.keywords:
        raise UserError("S063", f"`{scope.text(node.func)}` takes one argument here", scope.span(node))
    return node.args[0]


def _extremum(kind: Literal["min", "max"], node: ast.Call, scope: Scope) -> ir.Expr:
    defaults = [keyword.value for keyword in node.keywords if keyword.arg == "default"]
    if not node.args or len(defaults) != len(node.keywords) or (defaults and len(node.args) > 1):
        raise UserError(
            "S063",
            f"`{kind}` takes one collection, and perhaps a `default`, or several values",
            scope.span(node),
            help=f"`{kind}((x.ballot for x in votes), default=...)`, `{kind}(x, y)`",
        )
    if len(node.args) == 1:
        return comprehensions.extremum(kind, node.args[0], defaults[0] if defaults else None, scope)
    return _extremum_of(kind, node, scope)


def _extremum_of(kind: Literal["min", "max"], node: ast.Call, scope: Scope) -> ir.Expr:
    """`min(x, y, z)`; what is not simple is computed once, and gets a name."""
    span = scope.span(node)
    bindings: list[tuple[str, ir.Expr]] = []

    def named(value: ir.Expr) -> ir.Expr:
        if bodies.simple(value):
            return value
        bindings.append((scope.context.fresh(kind), value))
        return ir.Local(name=bindings[-1][0], type=value.type, span=value.span)

    result: ir.Expr | None = None
    for argument in node.args:
        value = expressions.expression(argument, scope)
        if not comparisons.is_ordered(value.type):
            raise comparisons.without_order(value.type, argument, scope)
        if result is None:
            result = value
            continue
        unify(result, value, scope, argument, "the arguments")
        result, value = named(result), named(value)
        left, right = (result, value) if kind == "min" else (value, result)
        first = ir.Less(left=left, right=right, or_equal=True, type=BOOL, span=span)
        result = ir.If(condition=first, then=result, otherwise=value, type=result.type, span=span)
    assert result is not None
    for name, value in reversed(bindings):
        result = ir.Let(name=name, value=value, body=result, type=result.type, span=span)
    return result


def _length(argument: ast.expr, node: ast.Call, scope: Scope) -> ir.Expr:
    span = scope.span(node)
    if isinstance(argument, ast.ListComp):
        bound, _ = comprehensions.binders(argument.generators, scope)
        return ir.Sum(binders=bound, body=ir.Integer(value=1, type=INT, span=span), type=INT, span=span)
    if isinstance(argument, (ast.Name, ast.Attribute, ast.Subscript)) and scope.python_object(argument) is MISSING:
        value = expressions.expression(argument, scope)
        if isinstance(value.type, TupleType):
            return ir.Integer(value=len(value.type.items), type=INT, span=span)
    operand = comprehensions.domain(argument, scope, "len")
    return ir.Length(operand=operand, type=INT, span=span)


def _pattern_length(node: ast.Call, scope: Scope) -> ir.Expr:
    """The length of what `case (a, b)` is matched with."""
    type = expressions.expression(node.args[0], scope).type
    if not isinstance(type, (TupleType, SeqType)):
        raise UserError(
            "S051",
            f"this pattern is for a tuple or a sequence, and not for {with_article(type)}",
            scope.span(node),
            help="a record is matched by name: `Vote(ballot=b)`",
        )
    return _length(node.args[0], node, scope)


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
            members = " or ".join(member.name for member in operand.type.members)
            raise UserError("S064", f"this is {members}, and never {with_article(record)}", scope.span(node.args[1]))
    if set(operand.type.members) <= set(records):
        return ir.Boolean(value=True, type=BOOL, span=span)
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
    type, _ = scope.context.declarations.resolve(node, scope.source)
    if not records_of(type):
        raise UserError(
            "S064",
            f"`{scope.text(node)}` is not a record",
            scope.span(node),
            help="`isinstance` tells records apart; for `T | None` write `is not None`",
        )
    return records_of(type)


def _implies(node: ast.Call, scope: Scope) -> ir.Expr:
    if len(node.args) != 2 or node.keywords:
        raise UserError("S063", "`implies` takes two conditions", scope.span(node))
    left = expressions.truth(node.args[0], scope)
    if operators.is_settled(node.args[0], left, False):
        return ir.Boolean(value=True, type=BOOL, span=scope.span(node))
    right = expressions.truth(node.args[1], scope.knowing(left))
    return ir.Implies(left=left, right=right, type=BOOL, span=scope.span(node))


def _first(owner: ast.expr, node: ast.Call, scope: Scope) -> ir.Expr:
    span, name = scope.span(node), scope.text(owner)
    type = scope.context.declarations.of_class(scope.python_object(owner), span)
    if not isinstance(type, SortType) or not type.ordered:
        raise UserError("S034", f"`{name}` has no least element", span, help=f"declare it `class {name}(Ordered)`")
    if node.args or node.keywords:
        raise UserError("S063", f"`{name}.first` takes no argument", span)
    return ir.First(type=type, span=span)


_SET_METHODS: Mapping[str, Literal["|", "&", "-"]] = {"union": "|", "intersection": "&", "difference": "-"}
_CHANGES = ("add", "discard", "remove", "append", "update")


def _method(operand: ir.Expr, method: ast.Attribute, node: ast.Call, scope: Scope) -> ir.Expr:
    """`x.method(...)` of a value."""
    span, name = scope.span(node), method.attr
    match operand.type:
        case BagType(item=item) if name == "count":
            return ir.Count(bag=operand, item=expressions.typed(_only(node, scope), scope, item), type=INT, span=span)
        case SetType() if name in ("issubset", "issuperset"):
            operand, other = _two_sets(operand, node, scope)
            left, right = (operand, other) if name == "issubset" else (other, operand)
            return ir.Subset(left=left, right=right, type=BOOL, span=span)
        case SetType() if name in _SET_METHODS:
            operand, other = _two_sets(operand, node, scope)
            return ir.SetOperation(
                operator=_SET_METHODS[name], left=operand, right=other, type=operand.type, span=span
            )
        case SetType() | BagType() | SeqType() if name in _CHANGES:
            raise UserError(
                "S061",
                f"`.{name}(...)` changes a variable and has no value",
                span,
                help=f"it is a line of its own in an action: `self.x.{name}(...)`",
            )
        case SortType(ordered=True) if name == "next":
            raise UserError(
                "S036", f"`.{name}` is no method", scope.last_word(method),
                help=f"without brackets: `{scope.text(method)}`",
            )
        case _:
            usual = "collections have `in`, `len`, and the methods of docs/language.md"
            help = instead_of_method(operand.type, name) or usual
            raise UserError("S036", f"{operand.type} has no method `{name}` here", scope.last_word(method), help=help)


def _two_sets(operand: ir.Expr, node: ast.Call, scope: Scope) -> tuple[ir.Expr, ir.Expr]:
    other = expressions.expression(_only(node, scope), scope, operand.type)
    return unify(operand, other, scope, node, "the two sets")
