"""Expressions: from Python's syntax tree to typed IR.

`expression` infers; `expected` is only a wish that gives empty collections and `None` their type.  `typed` insists.
What the different kinds of expression mean stands in the modules beside this one; they call back here for their parts,
and import this module, not its names, since each needs the other.
"""

from __future__ import annotations

import ast

from checker.core import ir
from checker.core.errors import Note, UserError
from checker.core.types import (
    BOOL,
    INT,
    BagType,
    BoolType,
    OptionType,
    QuorumType,
    SeqType,
    SetType,
    Type,
)
from checker.frontend import access, calls, comparisons, comprehensions, names, operators
from checker.frontend.coerce import coerce
from checker.frontend.scope import Scope


def typed(node: ast.expr, scope: Scope, expected: Type, because: Note | None = None) -> ir.Expr:
    """The expression, as a value of type `expected`."""
    return coerce(expression(node, scope, expected), expected, scope, node, because)


def truth(node: ast.expr, scope: Scope, negated: bool = False) -> ir.Expr:
    """The expression as a condition: a bool, or a collection (is it not empty?); `negated`: after a `not`."""
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
                help=f"write `{scope.text(node)} {'is None' if negated else 'is not None'}`",
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
    match node:
        case ast.Constant():
            return names.constant(node, scope, expected)
        case ast.Name():
            return names.name(node, scope)
        case ast.Attribute():
            return access.attribute(node, scope)
        case ast.Subscript():
            return access.subscript(node, scope)
        case ast.BoolOp():
            return operators.bool_op(node, scope)
        case ast.UnaryOp():
            return operators.unary(node, scope)
        case ast.BinOp():
            return operators.binary(node.op, expression(node.left, scope, expected), node.right, node, scope, expected)
        case ast.Compare():
            return comparisons.compare(node, scope)
        case ast.IfExp():
            return operators.conditional(node, scope, expected)
        case ast.Call():
            return calls.call(node, scope, expected)
        case ast.SetComp():
            return comprehensions.set_of(node, scope, expected)
        case ast.Set():
            return comprehensions.set_display(node.elts, node, scope, expected)
        case ast.Tuple():
            return operators.tuple_of(node, scope, expected)
        case _:
            raise _unsupported(node, scope, expected)


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
    ast.Starred: ("`*`", "write the arguments out; `s | {x}` is a set with one item more, `s + Seq([x])` a sequence"),
}


# how a collection without items is written
_EMPTY: dict[type[Type], str] = {SetType: "Set()", BagType: "Bag()", SeqType: "Seq()"}


def _unsupported(node: ast.AST, scope: Scope, expected: Type | None) -> UserError:
    what, instead = _INSTEAD.get(
        type(node), (f"`{type(node).__name__}`", "see the list of constructs in docs/language.md")
    )
    instead = _for_type(node, expected) or instead
    return UserError("S040", f"{what} is not part of the language here", scope.span(node), help=instead)


def _for_type(node: ast.AST, expected: Type | None) -> str | None:
    """What to write instead of Python's brackets where the type that is wanted says more than they do."""
    match node, expected:
        case _, OptionType(item=item):
            return _for_type(node, item)
        case ast.Dict(keys=[]) | ast.List(elts=[]), SetType() | BagType() | SeqType():
            return f"write `{_EMPTY[type(expected)]}`"
        case ast.List(), SetType():
            return "write a set, `{x, y}`"
        case ast.ListComp(), SetType():
            return "use a set comprehension, `{... for ...}`"
        case ast.List(), BagType():
            return "write `Bag([x, y])`"
        case _:
            return None
