"""Expressions: from Python's syntax tree to typed IR.

`expression` infers; `expected` is only a wish that gives empty collections and `None` their type.  `typed` insists.
Calls are in `calls.py`, comprehensions in `comprehensions.py`, the inlining of methods in `inline.py`.
"""

from __future__ import annotations

import ast
from enum import Enum
from typing import Any, Literal, cast

from checker.core import ir
from checker.core.errors import Note, Span, UserError, did_you_mean
from checker.core.types import (
    BOOL,
    INT,
    BagType,
    BoolType,
    EnumType,
    IntType,
    MapType,
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
from checker.frontend.coerce import coerce, fits, unify
from checker.frontend.scope import Scope

COLLECTIONS = (SetType, BagType, SeqType, QuorumType)


def typed(node: ast.expr, scope: Scope, expected: Type, because: Note | None = None) -> ir.Expr:
    """The expression, as a value of type `expected`."""
    return coerce(expression(node, scope, expected), expected, scope, node, because)


def truth(node: ast.expr, scope: Scope) -> ir.Expr:
    """The expression as a condition: a bool, or a collection (is it not empty?)."""
    value = expression(node, scope, BOOL)
    match value.type:
        case BoolType():
            return value
        case SetType() | BagType() | SeqType():
            return not_empty(value, scope)
        case OptionType():
            raise UserError(
                "S033",
                f"a condition must be a bool, this is {value.type}",
                scope.span(node),
                help="write `is not None`",
            )
        case _:
            raise UserError(
                "S033",
                f"a condition must be a bool, this is {value.type}",
                scope.span(node),
                help="compare it with something",
            )


def not_empty(value: ir.Expr, scope: Scope) -> ir.Expr:
    """Does the collection hold anything?"""
    if isinstance(value.type, SeqType):
        length = ir.Length(operand=value, type=INT, span=value.span)
        return ir.Less(
            left=ir.Integer(value=0, type=INT, span=value.span),
            right=length,
            or_equal=False,
            type=BOOL,
            span=value.span,
        )
    item = item_type(value.type)
    assert item is not None
    binder = ir.Binder(name=scope.context.fresh("item"), type=item, domain=value)
    return ir.Exists(
        binders=(binder,), body=ir.Boolean(value=True, type=BOOL, span=value.span), type=BOOL, span=value.span
    )


def item_type(type: Type) -> Type | None:
    """The type of what a collection holds; None for what is no collection."""
    match type:
        case SetType(item=item) | BagType(item=item) | SeqType(item=item) | QuorumType(member=item):
            return item
        case _:
            return None


def expression(node: ast.expr, scope: Scope, expected: Type | None = None) -> ir.Expr:
    """The expression with the type it has by itself; `expected` helps where it has none."""
    from checker.frontend import calls, comprehensions

    match node:
        case ast.Constant():
            return _constant(node, scope, expected)
        case ast.Name():
            return _name(node, scope)
        case ast.Attribute():
            return _attribute(node, scope)
        case ast.Subscript():
            return _subscript(node, scope)
        case ast.BoolOp():
            return _bool_op(node, scope)
        case ast.UnaryOp():
            return _unary(node, scope)
        case ast.BinOp():
            return binary(node.op, expression(node.left, scope, expected), node.right, node, scope, expected)
        case ast.Compare():
            return _compare(node, scope)
        case ast.IfExp():
            return _conditional(node, scope, expected)
        case ast.Call():
            return calls.call(node, scope, expected)
        case ast.SetComp():
            return comprehensions.set_of(node, scope, expected)
        case ast.Set():
            return comprehensions.set_display(node.elts, node, scope, expected)
        case ast.Tuple():
            return _tuple(node, scope, expected)
        case _:
            raise _unsupported(node, scope)


# what people write instead of what the language has, and what to write
_INSTEAD: dict[type[ast.AST], tuple[str, str]] = {
    ast.Lambda: ("a `lambda`", "write a helper method"),
    ast.ListComp: ("a list", "use a set comprehension `{...}`, or `Seq([...])` for a sequence"),
    ast.List: ("a list", "use `Seq([...])`, or a tuple after `in`"),
    ast.DictComp: ("a dict", "write `Map({key: value for key in Sort})`"),
    ast.Dict: ("a dict", "write `Map({key: value for key in Sort})`"),
    ast.GeneratorExp: (
        "a generator by itself",
        "use it inside `all`, `any`, `sum`, `min`, `max`, or write a set `{...}`",
    ),
    ast.JoinedStr: ("a formatted string", "specs have no strings: use an Enum"),
    ast.NamedExpr: ("`:=`", "give it a name in a line of its own"),
    ast.Await: ("`await`", "an action is one atomic step"),
    ast.Yield: ("`yield`", "an action is one atomic step"),
    ast.Starred: ("`*`", "write the arguments out"),
}


def _unsupported(node: ast.AST, scope: Scope) -> UserError:
    what, instead = _INSTEAD.get(
        type(node), (f"`{type(node).__name__}`", "see the list of constructs in docs/language.md")
    )
    return UserError("S040", f"{what} is not part of the language here", scope.span(node), help=instead)


# --- names --------------------------------------------------------------------------------------------------------


def _constant(node: ast.Constant, scope: Scope, expected: Type | None) -> ir.Expr:
    span = scope.span(node)
    match node.value:
        case bool() as value:
            return ir.Boolean(value=value, type=BOOL, span=span)
        case int() as value:
            return ir.Integer(value=value, type=INT, span=span)
        case None:
            if not isinstance(expected, OptionType):
                found = f"None cannot be of type {expected}" if expected else "None has no type here"
                raise UserError("S032", found, span, help="declare the place where it goes as `T | None`")
            return ir.Nothing(type=expected, span=span)
        case str():
            raise UserError("S041", "strings are not part of the language", span, help="use an Enum")
        case _:
            raise UserError("S041", f"`{node.value!r}` is not part of the language", span, help="numbers are ints")


def _name(node: ast.Name, scope: Scope) -> ir.Expr:
    span = scope.span(node)
    if node.id in scope.names:
        return scope.narrowed(scope.names[node.id])
    if node.id in scope.states:
        raise UserError(
            "S042", f"`{node.id}` is the whole state and no value", span, help=f"name a variable: `{node.id}.x`"
        )
    if node.id in scope.source.namespace:
        return of_object(scope.lookup(node.id), node.id, span)
    known = {*scope.names, *scope.context.variables, *scope.context.methods}
    if node.id in scope.context.variables or node.id in scope.context.methods:
        raise UserError("S021", f"unknown name `{node.id}`", span, help=f"did you mean `self.{node.id}`?")
    raise UserError(
        "S021", f"unknown name `{node.id}`", span, help=did_you_mean(node.id, known | set(scope.source.namespace))
    )


def of_object(value: Any, name: str, span: Span) -> ir.Expr:
    """A global constant of Python as a literal."""
    if isinstance(value, bool):
        return ir.Boolean(value=value, type=BOOL, span=span)
    if isinstance(value, int):
        return ir.Integer(value=value, type=INT, span=span)
    if isinstance(value, Enum):
        members = tuple(type(value).__members__)
        return ir.EnumMember(name=value.name, type=EnumType(type(value).__name__, members), span=span)
    if isinstance(value, type):
        raise UserError(
            "S043", f"`{name}` is a class and no value", span, help=f"`for x in {name}` runs over its elements"
        )
    raise UserError(
        "S044",
        f"`{name}` cannot be used in a spec: it is of Python's type {type(value).__name__}",
        span,
        help="global names may be sorts, records, enumerations, bools and ints",
    )


def _attribute(node: ast.Attribute, scope: Scope) -> ir.Expr:
    span = scope.span(node)
    if isinstance(node.value, ast.Name) and node.value.id not in scope.names:
        if node.value.id in scope.states:
            return _member(node, scope, primed=scope.states[node.value.id])
        found = _global_attribute(node.value.id, node, scope)
        if found is not None:
            return found
    operand = expression(node.value, scope)
    match operand.type:
        case RecordType() | UnionType():
            type = operand.type.field_type(node.attr)
            if type is None:
                raise _no_field(operand.type, node, scope)
            return scope.narrowed(ir.Field(operand=operand, name=node.attr, type=type, span=span))
        case SortType(ordered=True) if node.attr == "next":
            return ir.Next(operand=operand, type=operand.type, span=span)
        case SortType() if node.attr == "next":
            raise UserError(
                "S034", f"{operand.type} has no order", span, help=f"declare it `class {operand.type}(Ordered)`"
            )
        case OptionType(item=RecordType() | UnionType() | SortType()):
            raise UserError(
                "S035",
                f"this may be None, which has no `.{node.attr}`",
                scope.span(node.value),
                help="test it first: `x is not None and ...`; a subscript or a long expression needs a name for that",
            )
        case _:
            raise UserError("S036", f"{operand.type} has no `.{node.attr}`", span)


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
    raise UserError("S021", f"unknown name `{node.attr}`", _last_word(node, scope), help=did_you_mean(node.attr, known))


def _last_word(node: ast.Attribute, scope: Scope) -> Span:
    """The place of the attribute's name alone."""
    span = scope.span(node)
    return Span(span.file, span.end_line, span.end_column - len(node.attr), span.end_line, span.end_column)


def _global_attribute(name: str, node: ast.Attribute, scope: Scope) -> ir.Expr | None:
    """`Role.LEADER`, or a name of an imported module; None where `name` is no such thing."""
    if name not in scope.source.namespace:
        return None
    owner, span = scope.lookup(name), scope.span(node)
    if isinstance(owner, type) and issubclass(owner, Enum):
        if node.attr not in owner.__members__:
            raise UserError(
                "S022", f"{name} has no member `{node.attr}`", span, help=did_you_mean(node.attr, owner.__members__)
            )
        return of_object(owner[node.attr], node.attr, span)
    if isinstance(owner, type):
        raise UserError("S043", f"`{name}` is a class and has no `.{node.attr}`", span)
    if hasattr(owner, node.attr):
        return of_object(getattr(owner, node.attr), f"{name}.{node.attr}", span)
    return None


def _no_field(type: RecordType | UnionType, node: ast.Attribute, scope: Scope) -> UserError:
    span = _last_word(node, scope)
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


# --- subscripts ---------------------------------------------------------------------------------------------------


def _subscript(node: ast.Subscript, scope: Scope) -> ir.Expr:
    operand = expression(node.value, scope)
    span = scope.span(node)
    match operand.type:
        case MapType(key=key, value=value):
            index = typed(node.slice, scope, key, Note(f"the keys of this map are of type {key}"))
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
    index = typed(node, scope, INT)
    if isinstance(index, ir.Integer) and index.value < 0:
        length = ir.Length(operand=sequence, type=INT, span=index.span)
        distance = ir.Integer(value=-index.value, type=INT, span=index.span)
        return ir.Arithmetic(operator="-", left=length, right=distance, type=INT, span=index.span)
    return index


def _slice(sequence: ir.Expr, cut: ast.Slice, node: ast.AST, scope: Scope) -> ir.Expr:
    span = scope.span(node)
    if cut.step is not None:
        raise UserError("S038", "a slice with a step is not part of the language", scope.span(cut.step))
    start = position(sequence, cut.lower, scope) if cut.lower else ir.Integer(value=0, type=INT, span=span)
    stop = position(sequence, cut.upper, scope) if cut.upper else ir.Length(operand=sequence, type=INT, span=span)
    return ir.Slice(sequence=sequence, start=start, stop=stop, type=sequence.type, span=span)


# --- operators ----------------------------------------------------------------------------------------------------


def _bool_op(node: ast.BoolOp, scope: Scope) -> ir.Expr:
    operands: list[ir.Expr] = []
    conjunction = isinstance(node.op, ast.And)
    for part in node.values:
        operand = truth(part, scope)
        operands.append(operand)
        scope = scope.knowing(operand, conjunction)
    span = scope.span(node)
    if conjunction:
        return ir.And(operands=tuple(operands), type=BOOL, span=span)
    return ir.Or(operands=tuple(operands), type=BOOL, span=span)


def _unary(node: ast.UnaryOp, scope: Scope) -> ir.Expr:
    span = scope.span(node)
    match node.op:
        case ast.Not():
            return ir.Not(operand=truth(node.operand, scope), type=BOOL, span=span)
        case ast.USub():
            operand = typed(node.operand, scope, INT)
            if isinstance(operand, ir.Integer):
                return ir.Integer(value=-operand.value, type=INT, span=span)
            return ir.Arithmetic(
                operator="-", left=ir.Integer(value=0, type=INT, span=span), right=operand, type=INT, span=span
            )
        case _:
            raise UserError("S040", "this operator is not part of the language", span)


_ARITHMETIC: dict[type[ast.operator], Literal["+", "-", "*", "//", "%"]] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.FloorDiv: "//",
    ast.Mod: "%",
}
_SETS: dict[type[ast.operator], Literal["|", "&", "-"]] = {ast.BitOr: "|", ast.BitAnd: "&", ast.Sub: "-"}


def binary(
    op: ast.operator, left: ir.Expr, right_node: ast.expr, node: ast.AST, scope: Scope, expected: Type | None = None
) -> ir.Expr:
    """`left op right`: arithmetic of ints, `+` of sequences, `| & -` of sets, `|` of a bag and a set."""
    span, kind = scope.span(node), type(op)
    match left.type:
        case IntType() if kind in _ARITHMETIC:
            right = typed(right_node, scope, INT, Note(f"`{_ARITHMETIC[kind]}` has an int on its left side"))
            return ir.Arithmetic(operator=_ARITHMETIC[kind], left=left, right=right, type=INT, span=span)
        case SeqType() if kind is ast.Add:
            right = typed(right_node, scope, left.type, Note("`+` has a sequence on its left side"))
            return ir.Concat(left=left, right=right, type=left.type, span=span)
        case SetType() if kind in _SETS:
            wish = expected if isinstance(expected, SetType) and kind is ast.BitOr else left.type
            right = expression(right_node, scope, wish)
            left, right = unify(left, right, scope, node, f"the two sides of `{_SETS[kind]}`")
            return ir.SetOperation(operator=_SETS[kind], left=left, right=right, type=left.type, span=span)
        case BagType(item=item) if kind is ast.BitOr:
            right = typed(right_node, scope, SetType(item), Note("`|=` adds a copy of every item of a set to a bag"))
            return ir.BagAddAll(bag=left, items=right, type=left.type, span=span)
        case SortType(ordered=True):
            raise UserError("S034", f"elements of {left.type} are not numbers", span, help="`.next` is the next one")
        case OptionType():
            raise UserError(
                "S035",
                f"the left side may be None: it is {left.type}",
                left.span,
                help="test it first: `x is not None and ...`",
            )
        case _:
            raise UserError(
                "S034",
                f"`{ast.unparse(node)}`: {left.type} does not have this operator",
                span,
                help="`+ - * // %` of ints, `+` of Seq, `| & -` of Set",
            )


def _conditional(node: ast.IfExp, scope: Scope, expected: Type | None) -> ir.Expr:
    condition = truth(node.test, scope)
    return choose(condition, node.body, node.orelse, node, scope, expected)


def choose(
    condition: ir.Expr, then: ast.expr, otherwise: ast.expr, node: ast.AST, scope: Scope, expected: Type | None
) -> ir.Expr:
    """`then if condition else otherwise`, each side with what the condition shows."""
    sides = [(then, scope.knowing(condition)), (otherwise, scope.knowing(condition, False))]
    values: list[ir.Expr | None] = [None, None]
    # a side that is a bare None takes its type from the other one
    order = (1, 0) if isinstance(then, ast.Constant) and then.value is None else (0, 1)
    for index in order:
        side, inner = sides[index]
        other = values[1 - index]
        wish = expected
        if wish is None and other is not None:
            wish = other.type if isinstance(other.type, OptionType) or not _is_none(side) else OptionType(other.type)
        values[index] = expression(side, inner, wish)
    left, right = unify(cast("ir.Expr", values[0]), cast("ir.Expr", values[1]), scope, node, "the branches")
    return ir.If(condition=condition, then=left, otherwise=right, type=left.type, span=scope.span(node))


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _tuple(node: ast.Tuple, scope: Scope, expected: Type | None) -> ir.Expr:
    wishes = (
        expected.items
        if isinstance(expected, TupleType) and len(expected.items) == len(node.elts)
        else (None,) * len(node.elts)
    )
    items: list[ir.Expr] = []
    for part, wish in zip(node.elts, wishes, strict=True):
        item = expression(part, scope, wish)
        items.append(coerce(item, wish, scope, part) if wish is not None and fits(item.type, wish) else item)
    return ir.MakeTuple(items=tuple(items), type=TupleType(tuple(item.type for item in items)), span=scope.span(node))


# --- comparison ---------------------------------------------------------------------------------------------------


def _compare(node: ast.Compare, scope: Scope) -> ir.Expr:
    parts: list[ir.Expr] = []
    left = node.left
    for operator, right in zip(node.ops, node.comparators, strict=True):
        part = _comparison(operator, left, right, node, scope)
        parts.append(part)
        scope = scope.knowing(part)
        left = right
    return parts[0] if len(parts) == 1 else ir.And(operands=tuple(parts), type=BOOL, span=scope.span(node))


def _comparison(operator: ast.cmpop, left: ast.expr, right: ast.expr, node: ast.AST, scope: Scope) -> ir.Expr:
    span = scope.span(node)
    match operator:
        case ast.Is() | ast.Eq():
            return _equal(left, right, node, scope)
        case ast.IsNot() | ast.NotEq():
            return ir.Not(operand=_equal(left, right, node, scope), type=BOOL, span=span)
        case ast.In():
            return _contains(left, right, node, scope)
        case ast.NotIn():
            return ir.Not(operand=_contains(left, right, node, scope), type=BOOL, span=span)
        case ast.Lt() | ast.LtE():
            return _less(left, right, isinstance(operator, ast.LtE), node, scope)
        case ast.Gt() | ast.GtE():
            return _less(right, left, isinstance(operator, ast.GtE), node, scope)
        case _:
            raise UserError("S040", "this comparison is not part of the language", span)


def _equal(left: ast.expr, right: ast.expr, node: ast.AST, scope: Scope) -> ir.Expr:
    span = scope.span(node)
    if _is_none(left):
        left, right = right, left
    if _is_none(right):
        operand = expression(left, scope)
        if not isinstance(operand.type, OptionType):
            return ir.Boolean(value=False, type=BOOL, span=span)
        return ir.IsNothing(operand=operand, type=BOOL, span=span)
    if _is_empty_display(left):
        left, right = right, left
    one = expression(left, scope)
    other = expression(right, scope, one.type)
    one, other = unify(one, other, scope, node, "the two sides")
    return ir.Equal(left=one, right=other, type=BOOL, span=span)


def _is_empty_display(node: ast.expr) -> bool:
    """`Set()`, `Seq()` and the like: their type comes from the other side."""
    return isinstance(node, ast.Call) and not node.args and not node.keywords and isinstance(node.func, ast.Name)


def _less(left: ast.expr, right: ast.expr, or_equal: bool, node: ast.AST, scope: Scope) -> ir.Expr:
    one, other = expression(left, scope), expression(right, scope)
    for side, value in ((left, one), (right, other)):
        if isinstance(value.type, OptionType) and (
            isinstance(value.type.item, IntType) or _is_ordered(value.type.item)
        ):
            raise UserError(
                "S035",
                f"this may be None, which has no order: it is {value.type}",
                scope.span(side),
                help="test it first: `x is None or x < y` (give it a name to test it once)",
            )
    if isinstance(one.type, SetType) and isinstance(other.type, SetType):
        one, other = unify(one, other, scope, node, "the two sides")
        subset = ir.Subset(left=one, right=other, type=BOOL, span=scope.span(node))
        if or_equal:
            return subset
        differ = ir.Not(
            operand=ir.Equal(left=one, right=other, type=BOOL, span=subset.span), type=BOOL, span=subset.span
        )
        return ir.And(operands=(subset, differ), type=BOOL, span=subset.span)
    for side, value in ((left, one), (right, other)):
        if not (isinstance(value.type, IntType) or _is_ordered(value.type)):
            raise UserError(
                "S034",
                f"{value.type} has no order",
                scope.span(side),
                help="ints and elements of an `Ordered` have one; `<=` of sets means subset",
            )
    one, other = unify(one, other, scope, node, "the two sides")
    return ir.Less(left=one, right=other, or_equal=or_equal, type=BOOL, span=scope.span(node))


def _is_ordered(type: Type) -> bool:
    return isinstance(type, SortType) and type.ordered


def _contains(left: ast.expr, right: ast.expr, node: ast.AST, scope: Scope) -> ir.Expr:
    from checker.frontend import comprehensions

    span = scope.span(node)
    if isinstance(right, (ast.Tuple, ast.List, ast.Set)):
        equal = tuple(_equal(left, item, node, scope) for item in right.elts)
        return equal[0] if len(equal) == 1 else ir.Or(operands=equal, type=BOOL, span=span)
    collection = comprehensions.domain(right, scope)
    item = item_type(collection.type)
    if item is None:
        raise UserError("S039", f"`in` needs a collection, this is {collection.type}", scope.span(right))
    value = expression(left, scope, item)
    value = coerce(value, item, scope, left, Note(f"the collection holds items of type {item}"))
    return ir.Contains(item=value, collection=collection, type=BOOL, span=span)
