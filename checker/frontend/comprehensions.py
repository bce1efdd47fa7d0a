"""What runs over something: quantifiers, comprehensions, and the domains that they run over."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Sequence
from dataclasses import replace
from enum import Enum
from typing import Literal, TypeAlias

from checker.core import ir, language
from checker.core.errors import Span, UserError
from checker.core.types import BOOL, INT, BoolType, IntType, MapType, OptionType, SeqType, SetType, TupleType, Type
from checker.frontend import comparisons, expressions
from checker.frontend.annotations import GENERICS
from checker.frontend.coerce import coerce, fits, join
from checker.frontend.scope import MISSING, Scope


Purpose: TypeAlias = Literal["for", "in", "len"]


def domain(node: ast.expr, scope: Scope, purpose: Purpose = "for") -> ir.Expr:
    """What a `for` runs over, stands on the right of `in`, or has a `len`: a class, a `range`, or a collection."""
    span, owner = scope.span(node), scope.python_object(node)
    match node:
        case ast.Name() | ast.Attribute() if isinstance(owner, type):
            if issubclass(owner, (language.Sort, Enum)):
                item = scope.context.declarations.of_class(owner, span)
                assert item is not None
                return ir.AllOf(type=SetType(item), span=span)
            raise _no_collection(f"`{scope.text(node)}`", purpose, span)
        case ast.Subscript(value=generic) if _is_generic(generic, scope):
            raise UserError(
                "S046",
                f"`{scope.text(node)}` is a type, and not a collection of the state",
                span,
                help=f"an action chooses a value of it by a parameter, `x: {scope.text(node)}`; a property speaks of "
                "elements: `for x in Sort`",
            )
        case ast.Call(args=arguments) if scope.calls(node, "range"):
            return _range(arguments, node, scope)
        case ast.Tuple(elts=[_, *_] as items) | ast.List(elts=[_, *_] as items):
            values, item = written_items(items, scope, None)
            return ir.MakeSeq(items=values, type=SeqType(item), span=span)
        case ast.GeneratorExp() | ast.ListComp() if purpose == "in":
            return set_of(node, scope, None)
        case ast.Call(func=ast.Attribute(value=owner, attr="keys" | "values" | "items" as part), args=[]):
            collection = expressions.expression(owner, scope)
            if isinstance(collection.type, MapType):
                return _map_domain(collection, "keys" if purpose == "len" else part, scope)
        case _:
            pass
    value = expressions.expression(node, scope)
    if isinstance(value.type, MapType):
        return _map_domain(value, "keys", scope)
    if expressions.item_type(value.type) is None:
        raise _no_collection(str(value.type), purpose, span)
    return value


def _is_generic(node: ast.expr, scope: Scope) -> bool:
    """Is this `Set`, `Map` and the like, which with brackets are types?"""
    found = scope.python_object(node)
    if found is MISSING and isinstance(node, ast.Name) and node.id not in scope.names:
        found = getattr(builtins, node.id, None)
    return isinstance(found, type) and found in GENERICS


def _no_collection(what: str, purpose: Purpose, span: Span) -> UserError:
    if purpose == "for":
        return UserError(
            "S046",
            f"{what} has no elements to run over",
            span,
            help="a `for` runs over a Sort, an Enum, a Quorum, `range(n)`, or a collection of the state",
        )
    return UserError(
        "S039",
        f"`{purpose}` needs a collection, this is {what}",
        span,
        help="a collection is a Set, Bag, Seq, Map or Quorum, or all of a Sort",
    )


def _range(arguments: list[ast.expr], node: ast.AST, scope: Scope) -> ir.Expr:
    span = scope.span(node)
    if not 1 <= len(arguments) <= 2:
        raise UserError("S047", "a range has a stop, or a start and a stop", span, help="`range(n)` or `range(m, n)`")
    bounds = [expressions.typed(argument, scope, INT) for argument in arguments]
    start = bounds[0] if len(bounds) == 2 else ir.Integer(value=0, type=INT, span=span)
    return ir.Range(start=start, stop=bounds[-1], type=SetType(INT), span=span)


def _map_domain(collection: ir.Expr, part: str, scope: Scope) -> ir.Expr:
    """The keys of a map, or its values or pairs, as a set."""
    assert isinstance(collection.type, MapType)
    span, key = collection.span, collection.type.key
    keys = ir.AllOf(type=SetType(key), span=span)
    if part == "keys":
        return keys
    name = scope.context.fresh("key")
    local = ir.Local(name=name, type=key, span=span)
    value: ir.Expr = ir.Lookup(map=collection, key=local, type=collection.type.value, span=span)
    if part == "items":
        value = ir.MakeTuple(items=(local, value), type=TupleType((key, collection.type.value)), span=span)
    binder = ir.Binder(name=name, type=key, domain=keys)
    return ir.Comprehension(binders=(binder,), body=value, type=SetType(value.type), span=span)


def binders(generators: list[ast.comprehension], scope: Scope) -> tuple[tuple[ir.Binder, ...], Scope]:
    """`for x in ... if ...`, as binders, and the scope inside."""
    made: list[ir.Binder] = []
    for generator in generators:
        name = generator.target.id if isinstance(generator.target, ast.Name) else "item"
        binder, value = _each(generator.iter, name, scope)
        scope = bind_target(generator.target, value, scope)
        conditions: list[ir.Expr] = []
        for test in generator.ifs:
            condition = expressions.truth(test, scope)
            scope = scope.knowing(condition)
            conditions.append(condition)
        made.append(replace(binder, condition=_conjunction(conditions)))
    return tuple(made), scope


def _each(node: ast.expr, name: str, scope: Scope) -> tuple[ir.Binder, ir.Expr]:
    """A binder that runs over `node`, and the value that each turn gives: its own name, or for `m.values()`, where the
    same value may come several times, what the map holds at it."""
    span = scope.span(node)
    match node:
        case ast.Call(func=ast.Attribute(value=owner, attr="values" | "items" as part), args=[]):
            collection = expressions.expression(owner, scope)
            if isinstance(collection.type, MapType):
                key, value = collection.type.key, collection.type.value
                local = ir.Local(name=scope.context.fresh("key"), type=key, span=span)
                binder = ir.Binder(name=local.name, type=key, domain=ir.AllOf(type=SetType(key), span=span))
                found: ir.Expr = ir.Lookup(map=collection, key=local, type=value, span=span)
                if part == "items":
                    found = ir.MakeTuple(items=(local, found), type=TupleType((key, value)), span=span)
                return binder, found
        case _:
            pass
    source = domain(node, scope)
    item = expressions.item_type(source.type)
    assert item is not None
    local = ir.Local(name=scope.context.fresh(name), type=item, span=span)
    return ir.Binder(name=local.name, type=item, domain=source), local


def _conjunction(conditions: list[ir.Expr]) -> ir.Expr | None:
    if len(conditions) < 2:
        return conditions[0] if conditions else None
    return ir.And(operands=tuple(conditions), type=BOOL, span=conditions[0].span)


def bind_target(target: ast.expr, value: ir.Expr, scope: Scope) -> Scope:
    """The scope in which `target`, a name or a tuple of names, stands for `value` or its parts."""
    match target:
        case ast.Name(id=name):
            return scope.bind(name, value)
        case ast.Tuple(elts=parts) if isinstance(value.type, TupleType) and len(parts) == len(value.type.items):
            for index, part in enumerate(parts):
                item: ir.Expr = ir.Item(operand=value, index=index, type=value.type.items[index], span=scope.span(part))
                scope = bind_target(part, value.items[index] if isinstance(value, ir.MakeTuple) else item, scope)
            return scope
        case _:
            raise UserError(
                "S048",
                f"{value.type} cannot be taken apart into `{scope.text(target)}`",
                scope.span(target),
                help="a name, or as many names as a tuple has parts",
            )


def quantifier(kind: Literal["all", "any"], node: ast.expr, scope: Scope) -> ir.Expr:
    """`all(...)` and `any(...)` of a generator (or of a set)."""
    span = scope.span(node)
    if isinstance(node, (ast.GeneratorExp, ast.ListComp, ast.SetComp)):
        bound, inner = binders(node.generators, scope)
        body = expressions.truth(node.elt, inner)
    else:
        bound, body = bound_values(node, scope)
        if not isinstance(body.type, BoolType):
            raise UserError(
                "S033",
                f"`{kind}` needs conditions, these are of type {body.type}",
                span,
                help=f"`{kind}(condition for x in ...)`",
            )
    if kind == "all":
        return ir.ForAll(binders=bound, body=body, type=BOOL, span=span)
    return ir.Exists(binders=bound, body=body, type=BOOL, span=span)


def bound_values(node: ast.expr, scope: Scope) -> tuple[tuple[ir.Binder, ...], ir.Expr]:
    """The binders and the value of a generator, or of a collection as the generator of its items."""
    if isinstance(node, (ast.GeneratorExp, ast.ListComp)):
        bound, inner = binders(node.generators, scope)
        return bound, expressions.expression(node.elt, inner)
    binder, value = _each(node, "item", scope)
    return (binder,), value


def total(node: ast.expr, scope: Scope) -> ir.Expr:
    """`sum(...)`; a bool counts as 1 where it is true, as in Python."""
    bound, body = bound_values(node, scope)
    span = scope.span(node)
    if isinstance(body.type, BoolType):
        one, zero = (ir.Integer(value=value, type=INT, span=span) for value in (1, 0))
        body = ir.If(condition=body, then=one, otherwise=zero, type=INT, span=span)
    if not isinstance(body.type, IntType):
        raise UserError(
            "S034", f"`sum` adds ints, these are of type {body.type}", span, help="`sum(1 for ...)` counts"
        )
    return ir.Sum(binders=bound, body=body, type=INT, span=span)


def extremum(kind: Literal["min", "max"], node: ast.expr, default: ast.expr | None, scope: Scope) -> ir.Expr:
    """`min(...)` or `max(...)` of a generator or a collection."""
    bound, body = bound_values(node, scope)
    span = scope.span(node)
    if not comparisons.is_ordered(body.type):
        raise UserError(
            "S034",
            f"`{kind}` needs ints or elements of an `Ordered`, these are of type {body.type}",
            span,
            help="leave out None with `if x is not None`" if isinstance(body.type, OptionType) else None,
        )
    otherwise = expressions.typed(default, scope, body.type) if default is not None else None
    return ir.Extremum(kind=kind, binders=bound, body=body, default=otherwise, type=body.type, span=span)


def set_of(node: ast.SetComp | ast.GeneratorExp | ast.ListComp, scope: Scope, expected: Type | None) -> ir.Expr:
    """`{body for x in ... if ...}`."""
    bound, inner = binders(node.generators, scope)
    wish = expected.item if isinstance(expected, SetType) else None
    body = expressions.expression(node.elt, inner, wish)
    if wish is not None and fits(body.type, wish):
        body = coerce(body, wish, inner, node.elt)
    return ir.Comprehension(binders=bound, body=body, type=SetType(body.type), span=scope.span(node))


def set_display(items: Sequence[ast.expr], node: ast.AST, scope: Scope, expected: Type | None) -> ir.Expr:
    """`{x, y}`."""
    values, item = written_items(items, scope, expected.item if isinstance(expected, SetType) else None)
    return ir.MakeSet(items=values, type=SetType(item), span=scope.span(node))


def written_items(
    items: Sequence[ast.expr], scope: Scope, expected: Type | None
) -> tuple[tuple[ir.Expr, ...], Type]:
    """Items that are written out, with their one type: the narrowest that all fit, where it is not `expected`."""
    values = [expressions.expression(item, scope, expected) for item in items]
    type = expected or values[0].type
    for value in values:
        wider = join(type, value.type)
        if wider is not None and (expected is None or fits(expected, value.type)):
            type = wider
    return tuple(coerce(value, type, scope, item) for value, item in zip(values, items, strict=True)), type


def map_of(node: ast.DictComp, scope: Scope, expected: Type | None) -> ir.Expr:
    """`{key: value for key in Sort}`: a value for every key, so the generators run over whole types."""
    bound, inner = binders(node.generators, scope)
    span = scope.span(node)
    key = expressions.expression(node.key, inner)
    parts = key.items if isinstance(key, ir.MakeTuple) else (key,)
    names = [part.name for part in parts if isinstance(part, ir.Local)]
    whole = all(isinstance(binder.domain, ir.AllOf) and binder.condition is None for binder in bound)
    if not whole or names != [binder.name for binder in bound]:
        raise UserError(
            "S049",
            "a Map has a value for every key",
            span,
            help="write `{key: value for key in Sort}`, with no `if`; a value of `T | None` can say that there is none",
        )
    value, body_scope, name = expected.value if isinstance(expected, MapType) else None, inner, bound[0].name
    if isinstance(key, ir.MakeTuple):
        name = scope.context.fresh("key")
        whole_key = ir.Local(name=name, type=key.type, span=span)
        assert isinstance(key.type, TupleType)
        replaced = {part.name: index for index, part in enumerate(parts) if isinstance(part, ir.Local)}
        items = key.type.items
        changed = {
            word: ir.Item(operand=whole_key, index=replaced[old.name], type=items[replaced[old.name]], span=old.span)
            if isinstance(old, ir.Local) and old.name in replaced
            else old
            for word, old in inner.names.items()
        }
        body_scope = replace(inner, names=changed)
    body = expressions.expression(node.value, body_scope, value)
    if value is not None:
        body = coerce(body, value, body_scope, node.value)
    return ir.MakeMap(name=name, key=key.type, body=body, type=MapType(key.type, body.type), span=span)
