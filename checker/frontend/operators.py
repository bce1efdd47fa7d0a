"""Operators: logic, arithmetic, sets and sequences, and the conditional expression."""

from __future__ import annotations

import ast
from typing import Literal, cast

from checker.core import ir
from checker.core.errors import Note, UserError
from checker.core.types import (
    BOOL,
    INT,
    BagType,
    BoolType,
    IntType,
    MapType,
    OptionType,
    SeqType,
    SetType,
    SortType,
    TupleType,
    Type,
)
from checker.frontend import chains, expressions
from checker.frontend.coerce import coerce, fits, unify
from checker.frontend.names import is_none
from checker.frontend.scope import Scope


def is_settled(node: ast.expr, condition: ir.Expr, truth: bool) -> bool:
    """Do tests before show that this question for the kind of a value has the answer `truth`?

    Then what it guards is never evaluated, and need not make sense: a helper may be called where more is known than in
    it.
    """
    asks = isinstance(node, ast.Compare) or (isinstance(node, ast.Call) and isinstance(node.func, ast.Name))
    return asks and isinstance(condition, ir.Boolean) and condition.value == truth


def bool_op(node: ast.BoolOp, scope: Scope) -> ir.Expr:
    operands: list[ir.Expr] = []
    conjunction = isinstance(node.op, ast.And)
    for part in node.values:
        operand = expressions.truth(part, scope)
        operands.append(operand)
        if is_settled(part, operand, not conjunction):
            break
        scope = scope.knowing(operand, conjunction)
    if len(operands) == 1:
        return operands[0]
    span = scope.span(node)
    if conjunction:
        return ir.And(operands=tuple(operands), type=BOOL, span=span)
    return ir.Or(operands=tuple(operands), type=BOOL, span=span)


def unary(node: ast.UnaryOp, scope: Scope) -> ir.Expr:
    span = scope.span(node)
    match node.op:
        case ast.Not():
            return ir.Not(operand=expressions.truth(node.operand, scope, negated=True), type=BOOL, span=span)
        case ast.USub():
            operand = expressions.typed(node.operand, scope, INT)
            if isinstance(operand, ir.Integer):
                return ir.Integer(value=-operand.value, type=INT, span=span)
            return ir.Arithmetic(
                operator="-", left=ir.Integer(value=0, type=INT, span=span), right=operand, type=INT, span=span
            )
        case _:
            raise UserError("S040", "this operator is not part of the language", span, help="`not`, and `-` of ints")


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
            right = expressions.typed(
                right_node, scope, INT, Note(f"`{_ARITHMETIC[kind]}` has an int on its left side")
            )
            return ir.Arithmetic(operator=_ARITHMETIC[kind], left=left, right=right, type=INT, span=span)
        case SeqType() if kind is ast.Add:
            right = expressions.typed(right_node, scope, left.type, Note("`+` has a sequence on its left side"))
            return ir.Concat(left=left, right=right, type=left.type, span=span)
        case SetType() if kind in _SETS:
            wish = expected if isinstance(expected, SetType) and kind is ast.BitOr else left.type
            right = expressions.expression(right_node, scope, wish)
            left, right = unify(left, right, scope, node, f"the two sides of `{_SETS[kind]}`", united=True)
            return ir.SetOperation(operator=_SETS[kind], left=left, right=right, type=left.type, span=span)
        case BagType(item=item) if kind is ast.BitOr:
            right = expressions.typed(
                right_node, scope, SetType(item), Note("`|=` adds a copy of every item of a set to a bag")
            )
            return ir.BagAddAll(bag=left, items=right, type=left.type, span=span)
        case _:
            raise _no_operator(op, left, node, scope)


def _no_operator(op: ast.operator, left: ir.Expr, node: ast.AST, scope: Scope) -> UserError:
    span = scope.span(node)
    match left.type:
        case SortType(ordered=True):
            return UserError("S034", f"elements of {left.type} are not numbers", span, help="`.next` is the next one")
        case OptionType():
            return UserError(
                "S035",
                f"the left side may be None: it is {left.type}",
                left.span,
                help="test it first: `x is not None and ...`",
            )
        case _:
            message = f"{left.type} does not have the operator of `{scope.text(node)}`"
            return UserError("S034", message, span, help=_operator_instead(op, left.type))


def _operator_instead(op: ast.operator, type: Type) -> str:
    match op, type:
        case ast.Div(), _:
            return "`//` divides ints and rounds down"
        case ast.Pow(), _:
            return "multiply: `x * x`"
        case ast.BitAnd() | ast.BitOr(), IntType() | BoolType():
            return "conditions are joined by `and` and `or`"
        case _, MapType():
            return "`self.m[k] = v` changes one entry of a Map"
        case _, SortType():
            return "elements of a sort are compared with `==` alone; those of an `Ordered` have `.next`"
        case ast.Add(), SetType():
            return "`|` joins two sets"
        case _:
            return "`+ - * // %` of ints, `+` of Seq, `| & -` of Set"


def conditional(node: ast.IfExp, scope: Scope, expected: Type | None) -> ir.Expr:
    """`a if condition else b`, or many of these one after the other."""
    parts = [node]
    while isinstance(parts[-1].orelse, ast.IfExp):
        parts.append(parts[-1].orelse)
    if len(parts) > chains.LONGEST:
        return _long_conditional(parts, scope, expected)
    condition = expressions.truth(node.test, scope)
    return choose(condition, node.body, node.orelse, node, scope, expected)


def _long_conditional(parts: list[ast.IfExp], scope: Scope, expected: Type | None) -> ir.Expr:
    """A long chain of conditional expressions, whose values have one type: where none is expected, the first's."""
    links: list[tuple[ir.Expr, ir.Expr]] = []
    span = scope.span(parts[0])
    for part in parts:
        condition = expressions.truth(part.test, scope)
        value = expressions.expression(part.body, scope.knowing(condition), expected)
        expected = expected or value.type
        links.append((condition, coerce(value, expected, scope, part.body)))
        scope = scope.knowing(condition, False)
    last = parts[-1].orelse
    otherwise = expressions.expression(last, scope, expected)
    if expected is not None:
        otherwise = coerce(otherwise, expected, scope, last)
    return chains.tree(links, otherwise, lambda condition, then, otherwise: ir.If(
        condition=condition, then=then, otherwise=otherwise, type=then.type, span=span
    ))


def choose(
    condition: ir.Expr, then: ast.expr, otherwise: ast.expr, node: ast.AST, scope: Scope, expected: Type | None
) -> ir.Expr:
    """`then if condition else otherwise`, each side with what the condition shows."""
    if isinstance(node, ast.IfExp) and isinstance(condition, ir.Boolean) and is_settled(
        node.test, condition, condition.value
    ):
        return expressions.expression(then if condition.value else otherwise, scope, expected)
    sides = [(then, scope.knowing(condition)), (otherwise, scope.knowing(condition, False))]
    values: list[ir.Expr | None] = [None, None]
    # a side that is a bare None takes its type from the other one
    order = (1, 0) if is_none(then) else (0, 1)
    for index in order:
        side, inner = sides[index]
        other = values[1 - index]
        wish = expected if expected is not None or other is None else other.type
        if wish is not None and is_none(side) and not isinstance(wish, OptionType):
            wish = OptionType(wish)
        values[index] = expressions.expression(side, inner, wish)
    one, other = cast("ir.Expr", values[0]), cast("ir.Expr", values[1])
    left, right = unify(one, other, scope, node, "the branches", united=True)
    return ir.If(condition=condition, then=left, otherwise=right, type=left.type, span=scope.span(node))


def tuple_of(node: ast.Tuple, scope: Scope, expected: Type | None) -> ir.Expr:
    wishes = (
        expected.items
        if isinstance(expected, TupleType) and len(expected.items) == len(node.elts)
        else (None,) * len(node.elts)
    )
    items: list[ir.Expr] = []
    for part, wish in zip(node.elts, wishes, strict=True):
        item = expressions.expression(part, scope, wish)
        items.append(coerce(item, wish, scope, part) if wish is not None and fits(item.type, wish) else item)
    return ir.MakeTuple(items=tuple(items), type=TupleType(tuple(item.type for item in items)), span=scope.span(node))
