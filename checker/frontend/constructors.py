"""Constructors: records and collections that are written out."""

from __future__ import annotations

import ast

from checker.core import ir
from checker.core.errors import Note, Span, UserError, did_you_mean
from checker.core.types import (
    BOOL,
    BagType,
    EnumType,
    MapType,
    RecordType,
    SeqType,
    SetType,
    Type,
)
from checker.frontend import comprehensions, expressions
from checker.frontend.coerce import coerce
from checker.frontend.scope import Scope


def record(type: RecordType, node: ast.Call, scope: Scope) -> ir.Expr:
    span = scope.span(node)
    names = [name for name, _ in type.fields]
    if len(node.args) > len(names):
        raise UserError(
            "S065",
            f"{type.name} has {len(names)} fields, {len(node.args)} values were given",
            span,
            help=f"its fields are {', '.join(names)}",
        )
    given: dict[str, ast.expr] = dict(zip(names, node.args, strict=False))
    for keyword in node.keywords:
        if keyword.arg is None or keyword.arg not in names:
            raise UserError(
                "S023",
                f"{type.name} has no field `{keyword.arg}`",
                scope.span(keyword),
                help=did_you_mean(keyword.arg or "", names) or f"its fields are {', '.join(names)}",
            )
        if keyword.arg in given:
            raise UserError("S065", f"field `{keyword.arg}` is given twice", scope.span(keyword))
        given[keyword.arg] = keyword.value
    missing = [name for name in names if name not in given]
    if missing:
        raise UserError(
            "S065", f"{type.name} needs a value for `{missing[0]}`", span, help=f"its fields are {', '.join(names)}"
        )
    arguments: list[ir.Expr] = []
    for name, field in type.fields:
        place = scope.context.declarations.places.get(f"{type.name}.{name}")
        because = Note(f"field `{name}` of {type.name} is declared as {field}", place)
        arguments.append(expressions.typed(given[name], scope, field, because))
    return ir.MakeRecord(arguments=tuple(arguments), type=type, span=span)


def collection(kind: str, node: ast.Call, scope: Scope, expected: Type | None) -> ir.Expr:
    span = scope.span(node)
    if len(node.args) > 1 or node.keywords:
        example = "Map({key: value for key in Sort})" if kind == "Map" else f"{kind}([x, y])"
        raise UserError("S063", f"`{kind}` takes at most one argument", span, help=f"for example `{example}`")
    argument = node.args[0] if node.args else None
    if kind == "Map":
        return _map(argument, node, scope, expected)
    item = expressions.item_type(expected) if isinstance(expected, (SetType, BagType, SeqType)) else None
    if kind != "Set" and isinstance(argument, (ast.Set, ast.SetComp, ast.ListComp, ast.GeneratorExp)):
        raise _not_written_out(kind, span)
    items = _items(argument, item, scope)
    if items is None and kind == "Set":
        assert argument is not None
        if isinstance(argument, (ast.SetComp, ast.GeneratorExp, ast.ListComp)):
            return comprehensions.set_of(argument, scope, expected)
        return _as_set(comprehensions.domain(argument, scope), scope, argument)
    if items is None:
        if argument is not None and kind == "Seq":
            value = expressions.expression(argument, scope, expected)
            if isinstance(value.type, SeqType):
                return value
        raise _not_written_out(kind, span)
    if item is None and not items:
        raise UserError("S032", f"the type of this empty {kind} is not known here", span, help=f"write `{kind}[T]()`")
    type = item if item is not None else items[0].type
    made = tuple(coerce(value, type, scope, node) for value in items)
    match kind:
        case "Set":
            return ir.MakeSet(items=made, type=SetType(type), span=span)
        case "Bag":
            return ir.MakeBag(items=made, type=BagType(type), span=span)
        case _:
            return ir.MakeSeq(items=made, type=SeqType(type), span=span)


def _not_written_out(kind: str, span: Span) -> UserError:
    instead = {
        "Seq": "`Seq([x, y])`, `s + t`, `s[i:j]`; a set or a comprehension has no order that a spec could speak of",
        "Bag": "`Bag([x, y])`; `self.net |= {... for ...}` adds a copy of each item of a set",
    }
    return UserError("S066", f"a {kind} is made from items that are written out", span, help=instead[kind])


def _items(argument: ast.expr | None, item: Type | None, scope: Scope) -> list[ir.Expr] | None:
    """The items that are written out, or None where the argument is something else."""
    if argument is None:
        return []
    if not isinstance(argument, (ast.List, ast.Tuple, ast.Set)):
        return None
    if item is not None:
        return [expressions.typed(part, scope, item) for part in argument.elts]
    return list(comprehensions.written_items(argument.elts, scope, None)[0]) if argument.elts else []


def _as_set(value: ir.Expr, scope: Scope, node: ast.expr) -> ir.Expr:
    """The different items of any collection."""
    if isinstance(value.type, SetType):
        return value
    item = expressions.item_type(value.type)
    assert item is not None
    name = scope.context.fresh("item")
    local = ir.Local(name=name, type=item, span=scope.span(node))
    return ir.Comprehension(
        binders=(ir.Binder(name=name, type=item, domain=value),), body=local, type=SetType(item), span=scope.span(node)
    )


def _map(argument: ast.expr | None, node: ast.Call, scope: Scope, expected: Type | None) -> ir.Expr:
    match argument:
        case ast.DictComp():
            return comprehensions.map_of(argument, scope, expected)
        case ast.Dict(keys=keys, values=values) if isinstance(expected, MapType) and keys and None not in keys:
            return _written_map([key for key in keys if key is not None], values, node, scope, expected)
        case None | ast.Dict():
            raise UserError(
                "S049",
                "a Map has a value for every key",
                scope.span(node),
                help="write `Map({key: value for key in Sort})`",
            )
        case _:
            value = expressions.expression(argument, scope, expected)
            if isinstance(value.type, MapType):
                return value
            raise UserError("S049", "a Map is made from `{key: value for key in Sort}`", scope.span(node))


def _written_map(
    keys: list[ast.expr], values: list[ast.expr], node: ast.Call, scope: Scope, expected: MapType
) -> ir.Expr:
    """`Map({Role.A: 1, Role.B: 2})`: all members of an enumeration, each with its value."""
    span = scope.span(node)
    made = [expressions.typed(key, scope, expected.key) for key in keys]
    members = [key.name for key in made if isinstance(key, ir.EnumMember)]
    if not isinstance(expected.key, EnumType) or sorted(members) != sorted(expected.key.members):
        raise UserError(
            "S049",
            "a Map has a value for every key",
            span,
            help="name every member of the Enum once, or write `Map({key: value for key in Sort})`",
        )
    name = scope.context.fresh("key")
    local = ir.Local(name=name, type=expected.key, span=span)
    body = expressions.typed(values[-1], scope, expected.value)
    for key, value in zip(made[-2::-1], values[-2::-1], strict=True):
        test = ir.Equal(left=local, right=key, type=BOOL, span=span)
        body = ir.If(
            condition=test,
            then=expressions.typed(value, scope, expected.value),
            otherwise=body,
            type=expected.value,
            span=span,
        )
    return ir.MakeMap(name=name, key=expected.key, body=body, type=expected, span=span)
