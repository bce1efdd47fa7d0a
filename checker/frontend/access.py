"""Parts of values: attributes and subscripts."""

from __future__ import annotations

import ast
from enum import Enum
from types import ModuleType
from typing import cast

from checker.core import ir, language
from checker.core.errors import Note, UserError, did_you_mean
from checker.core.types import (
    BOOL, INT,
    EnumType,
    MapType,
    OptionType,
    RecordType,
    SeqType,
    SortType,
    TupleType,
    UnionType,
)
from checker.frontend import expressions
from checker.frontend.names import of_object, use_of_class
from checker.frontend.scope import Scope


def attribute(node: ast.Attribute, scope: Scope) -> ir.Expr:
    span = scope.span(node)
    if isinstance(node.value, ast.Name) and node.value.id in scope.states and node.value.id not in scope.names:
        return _member(node, scope, primed=scope.states[node.value.id])
    owner = scope.python_object(node.value)
    if isinstance(owner, (ModuleType, type)):
        return _global_attribute(owner, node, scope)
    operand = expressions.expression(node.value, scope)
    match operand.type:
        case RecordType() | UnionType():
            declared = operand.type.field_type(node.attr)
            if declared is None:
                raise _no_field(operand.type, node, scope)
            return scope.narrowed(ir.Field(operand=operand, name=node.attr, type=declared, span=span))
        case SortType(ordered=True) if node.attr == "next":
            return ir.Next(operand=operand, type=operand.type, span=span)
        case SortType() if node.attr == "next":
            raise UserError(
                "S034",
                f"{operand.type} has no order, and so no `.next`",
                span,
                help=f"declare it `class {operand.type}(Ordered)`",
            )
        case OptionType(item=RecordType() | UnionType() | SortType()):
            raise UserError(
                "S035",
                f"this may be None, which has no `.{node.attr}`",
                scope.span(node.value),
                help=f"test it first: `{scope.text(node.value)} is not None and ...`",
            )
        case SortType(ordered=True):
            raise UserError(
                "S036", f"{operand.type} has no `.{node.attr}`", scope.last_word(node),
                help="an element of an `Ordered` has `.next`, and is compared with `<` and `==`",
            )
        case EnumType():
            raise UserError(
                "S036", f"{operand.type} has no `.{node.attr}`", scope.last_word(node),
                help=f"a member is compared with `==`; `Map[{operand.type}, int]` gives each a number",
            )
        case _:
            help = "records have fields; of other values docs/language.md says what can be done with them"
            raise UserError("S036", f"{operand.type} has no `.{node.attr}`", scope.last_word(node), help=help)


def _member(node: ast.Attribute, scope: Scope, primed: bool) -> ir.Expr:
    """`self.x`: a state variable or a constant."""
    context, span = scope.context, scope.span(node)
    if node.attr in context.variables:
        variable = ir.Variable(name=node.attr, primed=primed, type=context.variables[node.attr].type, span=span)
        return scope.narrowed(variable)
    if node.attr in context.constants:
        return of_object(context.constants[node.attr], node.attr, span)
    if node.attr in context.methods:
        raise UserError("S045", f"`{node.attr}` is a method", span, help=f"call it: `self.{node.attr}(...)`")
    known = {*context.variables, *context.constants, *context.methods}
    help = did_you_mean(node.attr, known) or f"a variable is declared in the class: `{node.attr}: Type`"
    raise UserError("S021", f"unknown name `{node.attr}`", scope.last_word(node), help=help)


def _global_attribute(owner: ModuleType | type, node: ast.Attribute, scope: Scope) -> ir.Expr:
    """`Role.LEADER`, or a name of an imported module."""
    span, name = scope.span(node), scope.text(node.value)
    if isinstance(owner, ModuleType):
        if not hasattr(owner, node.attr):
            raise UserError(
                "S021",
                f"module `{name}` has no name `{node.attr}`",
                scope.last_word(node),
                help=did_you_mean(node.attr, vars(owner)),
            )
        return of_object(getattr(owner, node.attr), f"{name}.{node.attr}", span)
    if not issubclass(owner, Enum):
        help = use_of_class(cast("type[object]", owner), name)
        if issubclass(owner, language.Ordered):
            last = f"the least element is `{name}.first()`; a model has a last one, `max({name})`"
            help = f"with brackets: `{name}.first()`" if node.attr == "first" else last
        raise UserError("S043", f"`{name}` is a class, and `{scope.text(node)}` is no value", span, help=help)
    if node.attr not in owner.__members__:
        raise UserError(
            "S022",
            f"{name} has no member `{node.attr}`",
            scope.last_word(node),
            help=did_you_mean(node.attr, owner.__members__) or f"its members are {', '.join(owner.__members__)}",
        )
    return of_object(owner.__members__[node.attr], node.attr, span)


def _no_field(type: RecordType | UnionType, node: ast.Attribute, scope: Scope) -> UserError:
    span = scope.last_word(node)
    if isinstance(type, RecordType):
        fields = [name for name, _ in type.fields]
        return UserError(
            "S023",
            f"{type.name} has no field `{node.attr}`",
            span,
            help=did_you_mean(node.attr, fields) or f"its fields are {', '.join(fields)}",
        )
    having = [member.name for member in type.members if member.field_type(node.attr) is not None]
    if having:
        return UserError(
            "S023",
            f"not every record of {type} has a field `{node.attr}` of one type",
            span,
            help=f"test it first: `isinstance(m, {having[0]})`",
        )
    return UserError(
        "S023",
        f"no record of {type} has a field `{node.attr}`",
        span,
        help=did_you_mean(node.attr, {name for member in type.members for name, _ in member.fields}),
    )


def subscript(node: ast.Subscript, scope: Scope) -> ir.Expr:
    owner = scope.python_object(node.value)
    if isinstance(owner, type) and issubclass(owner, (Enum, language.Sort)):
        name = scope.text(node.value)
        if issubclass(owner, Enum):
            known = node.slice.value if isinstance(node.slice, ast.Constant) else None
            help = f"write `{name}.{known if known in owner.__members__ else 'MEMBER'}`"
        else:
            help = f"elements have no position: a parameter, or `for x in {name}`, stands for one"
        raise UserError("S043", f"`{name}` is a class and no value", scope.span(node.value), help=help)
    operand = expressions.expression(node.value, scope)
    span = scope.span(node)
    match operand.type:
        case MapType(key=key, value=value):
            index = expressions.typed(node.slice, scope, key, Note(f"the keys of this map are of type {key}"))
            return scope.narrowed(ir.Lookup(map=operand, key=index, type=value, span=span))
        case SeqType() if isinstance(node.slice, ast.Slice):
            return _slice(operand, node.slice, node, scope)
        case SeqType(item=item):
            return scope.narrowed(
                ir.Index(sequence=operand, index=position(operand, node.slice, scope), type=item, span=span)
            )
        case TupleType(items=items):
            match node.slice:
                case ast.Constant(value=int() as index) if 0 <= index < len(items):
                    return scope.narrowed(ir.Item(operand=operand, index=index, type=items[index], span=span))
                case _:
                    raise UserError(
                        "S037",
                        f"a part of {operand.type} is 0 to {len(items) - 1}, written as a number",
                        scope.span(node.slice),
                    )
        case _:
            raise UserError(
                "S036", f"{operand.type} cannot be indexed", scope.span(node.value), help="Map, Seq and tuple can"
            )


def position(sequence: ir.Expr, node: ast.expr, scope: Scope) -> ir.Expr:
    """An index; a literal negative one counts from the end."""
    index = expressions.typed(node, scope, INT)
    if isinstance(index, ir.Integer) and index.value < 0:
        length = ir.Length(operand=sequence, type=INT, span=index.span)
        distance = ir.Integer(value=-index.value, type=INT, span=index.span)
        return ir.Arithmetic(operator="-", left=length, right=distance, type=INT, span=index.span)
    return index


def _bound(sequence: ir.Expr, node: ast.expr, scope: Scope) -> ir.Expr:
    """An end of a slice; a literal negative one counts from the end, and is 0 where the sequence is shorter."""
    index = position(sequence, node, scope)
    match index:
        case ir.Arithmetic(operator="-", left=ir.Length(operand=counted) as length, right=ir.Integer() as distance) if (
            counted is sequence
        ):
            is_long = ir.Less(left=distance, right=length, or_equal=True, type=BOOL, span=index.span)
            zero = ir.Integer(value=0, type=INT, span=index.span)
            return ir.If(condition=is_long, then=index, otherwise=zero, type=INT, span=index.span)
        case _:
            return index


def _slice(sequence: ir.Expr, cut: ast.Slice, node: ast.AST, scope: Scope) -> ir.Expr:
    span = scope.span(node)
    if cut.step is not None:
        help = "a slice takes neighbours: `s[i:j]`"
        raise UserError("S038", "a slice with a step is not part of the language", scope.span(cut.step), help=help)
    start = _bound(sequence, cut.lower, scope) if cut.lower else ir.Integer(value=0, type=INT, span=span)
    stop = _bound(sequence, cut.upper, scope) if cut.upper else ir.Length(operand=sequence, type=INT, span=span)
    return ir.Slice(sequence=sequence, start=start, stop=stop, type=sequence.type, span=span)
