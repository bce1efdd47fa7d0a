"""From an expression to what is known of its value: names, logic, arithmetic and structures.

This is the interpreter once more, over symbols: what it can, it computes now, and for the rest it writes code.
Sets, maps, bags and sequences are in `collections`, quantifiers in `quantifiers`.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, assert_never

from checker.core import ir
from checker.core.types import BoolType, EnumType, IntType, RecordType
from checker.engines.kernels import collections, quantifiers, structures
from checker.engines.kernels.branches import choose
from checker.engines.kernels.formula import FALSE, TRUE, Formula, Text, all_of, implies
from checker.engines.kernels.formula import negate, some_of
from checker.engines.kernels.lifting import lift
from checker.engines.kernels.names import AFTER, STATE
from checker.engines.kernels.runtime import floor_divide, modulo, successor
from checker.engines.kernels.settling import Bind, settled
from checker.engines.kernels.symbols import (
    Computed, Known, Product, Stored, Symbol, Tabulated, Truth, Unbound, computed, known_value, of_value, total, truth,
)
from checker.engines.kernels.texts import Texts

ARITHMETIC: dict[str, tuple[Callable[[int, int], int], str]] = {
    "+": (operator.add, "{} + {}"),
    "-": (operator.sub, "{} - {}"),
    "*": (operator.mul, "{} * {}"),
    "//": (floor_divide, "floor_divide({}, {})"),
    "%": (modulo, "modulo({}, {})"),
}

CONDITIONAL = (
    ir.And, ir.Or, ir.Implies, ir.If, ir.Let, ir.MakeMap, ir.ForAll, ir.Exists, ir.Sum, ir.Extremum, ir.Comprehension
)
"""Nodes that may evaluate a part of them not at all, or several times, or with names of their own."""


class Evaluator:
    """Evaluates the expressions of one generated function.  `names`: what each local name stands for."""

    def __init__(self, texts: Texts) -> None:
        self.texts = texts
        self.plain = texts.plain
        self.names: dict[str, Symbol] = {}
        self.in_domain = 0
        """How many domains of comprehensions are around: Python allows no `:=` there."""
        self.bind: Bind | None = None
        """How to name the value of what is evaluated whatever else is; None under a condition."""
        self.budget: int | None = None
        """How many more bodies of quantifiers may be written out one by one; None outside of all quantifiers."""
        self._remembered: dict[tuple[object, ...], Symbol] = {}
        self._free: dict[int, tuple[str, ...]] = {}

    def bound(self, name: str, symbol: Symbol, evaluate: Callable[[], Any]) -> Any:
        """The result of `evaluate` with `name` standing for `symbol`."""
        before = self.names.get(name)
        self.names[name] = symbol
        try:
            return evaluate()
        finally:
            if before is None:
                del self.names[name]
            else:
                self.names[name] = before

    def remembered(self, node: ir.Expr, evaluate: Callable[[], Symbol]) -> Symbol:
        """The result of `evaluate` for `node`, kept for when the same known values occur again."""
        free = self._free.get(id(node))
        if free is None:
            inside = list(ir.walk(node))
            free = tuple({part.name: None for part in inside if isinstance(part, ir.Local)})
            self._free[id(node)] = free
        values = [self.names[name] for name in free if name in self.names]
        if not all(isinstance(value, Known) for value in values):
            return evaluate()
        key = (id(node), self.in_domain > 0, *values)
        if key not in self._remembered:
            self._remembered[key] = evaluate()
        return self._remembered[key]

    def formula(self, node: ir.Expr) -> Formula:
        """The value of a truth-valued expression."""
        return self.formula_of(self.evaluate(node))

    def formula_of(self, symbol: Symbol) -> Formula:
        """A truth value as a formula."""
        match symbol:
            case Truth(formula=formula):
                return formula
            case Known(value=value):
                return TRUE if value else FALSE
            case Unbound():
                return FALSE
            case _:
                return Text(self.texts.text(symbol), total(symbol))

    def evaluate(self, node: ir.Expr) -> Symbol:
        """What is known of the value of `node`.  What may raise is named at once where no condition is around it."""
        bind = self.bind
        if bind is None:
            return self._evaluate(node)
        if isinstance(node, CONDITIONAL):
            self.bind = None
        try:
            symbol = self._evaluate(node)
        finally:
            self.bind = bind
        return symbol if total(symbol) else settled(self.texts, symbol, "value", bind)

    def evaluate_strictly(self, node: ir.Expr, bind: Bind) -> Symbol:
        """`evaluate`, where every part that may raise is given a name through `bind`, in the order of evaluation."""
        self.bind = None if isinstance(node, CONDITIONAL) else bind
        try:
            return self._evaluate(node)
        finally:
            self.bind = None

    def _evaluate(self, node: ir.Expr) -> Symbol:
        # a chain of `isinstance` for groups, the most frequent first, takes half of the time of a `match`
        if isinstance(node, ir.Local):
            return self.names[node.name]
        if isinstance(node, ir.Structural):
            return structures.evaluate(self, node)
        if isinstance(node, ir.Logical):
            return Truth(self._logic(node))
        if isinstance(node, ir.Collecting):
            return collections.evaluate(self, node)
        if isinstance(node, ir.Comparison):
            return self._comparison(node)
        if isinstance(node, ir.Basic):
            return self._basic(node)
        return self.remembered(node, lambda: quantifiers.evaluate(self, node))

    def _basic(self, node: ir.Basic) -> Symbol:
        match node:
            case ir.Boolean(value=value):
                return truth(value)
            case ir.Integer(value=value):
                return Known(node.type, value)
            case ir.EnumMember(name=name):
                assert isinstance(node.type, EnumType)
                return Known(node.type, node.type.members.index(name))
            case ir.Nothing():
                return Known(node.type, None)
            case ir.First():
                return Known(node.type, 0)
            case ir.Undefined():
                return Unbound(node.type)
            case ir.Variable(name=name, primed=primed):
                place = self.texts.layout.place(name)
                source = AFTER if primed else STATE
                return self.texts.load(Stored(place.type, source, place.position, place.shape))
            case ir.Let():
                return self._let(node)
            case ir.If(condition=test, then=then, otherwise=otherwise):
                return choose(
                    self, node.type, self.formula(test), lambda: self.evaluate(then), lambda: self.evaluate(otherwise)
                )
            case _:
                assert_never(node)

    def _let(self, node: ir.Let) -> Symbol:
        """Binds what is not cheap with `:=`, or with a call where that is not allowed."""
        bindings: list[tuple[str, str]] = []

        def bind(hint: str, text: str) -> str:
            name = self.texts.scope.fresh(hint)
            bindings.append((name, text))
            return name

        value = settled(self.texts, self.evaluate(node.value), node.name, bind)
        body: Symbol = self.bound(node.name, value, lambda: self.evaluate(node.body))
        if not bindings:
            return body
        # a body that does not mention the names still has to come after them: they may raise
        text = self.texts.text(body)
        if self.in_domain:
            for name, bound_text in reversed(bindings):
                text = f"(lambda {name}: {text})({bound_text})"
        else:
            listed = ", ".join(f"{name} := {bound_text}" for name, bound_text in bindings)
            text = f"({listed}, {text})[-1]"
        return computed(node.type, text, total=False, interval=body.interval if isinstance(body, Computed) else None)

    def _logic(self, node: ir.Logical) -> Formula:
        match node:
            case ir.Not(operand=inside):
                return negate(self.formula(inside))
            case ir.And(operands=operands):
                return all_of(self._until(operands, FALSE))
            case ir.Or(operands=operands):
                return some_of(self._until(operands, TRUE))
            case ir.Implies(left=left, right=right):
                first = self.formula(left)
                return TRUE if first == FALSE else implies(first, self.formula(right))
            case _:
                assert_never(node)

    def _until(self, operands: tuple[ir.Expr, ...], decided: Formula) -> list[Formula]:
        """The operands up to the first one that is known to decide."""
        found: list[Formula] = []
        for inside in operands:
            found.append(self.formula(inside))
            if found[-1] == decided:
                break
        return found

    def _comparison(self, node: ir.Comparison) -> Symbol:
        match node:
            case ir.Equal(left=left, right=right):
                return Truth(self.equal(self.evaluate(left), self.evaluate(right)))
            case ir.Less(left=left, right=right, or_equal=or_equal):
                compare, sign = (operator.le, "<=") if or_equal else (operator.lt, "<")
                return lift(
                    self.texts, node.type, compare, f"{{}} {sign} {{}}", self.evaluate(left), self.evaluate(right)
                )
            case ir.Arithmetic(operator=sign, left=left, right=right):
                function, template = ARITHMETIC[sign]
                first, second = self.evaluate(left), self.evaluate(right)
                return lift(
                    self.texts, node.type, function, template, first, second, may_raise=sign in ("//", "%"),
                    interval=_interval(function, self.interval(first), self.interval(second)) if sign in "+-" else None,
                )
            case ir.Next(operand=inside):
                last = self.plain.size(node.type) - 1
                return lift(
                    self.texts, node.type, lambda position: successor(position, last), f"successor({{}}, {last})",
                    self.evaluate(inside), may_raise=True,
                )
            case _:
                assert_never(node)

    def interval(self, symbol: Symbol) -> tuple[int, int] | None:
        """The least and the greatest value of an int, where they are known."""
        value = known_value(symbol)
        match symbol:
            case _ if not isinstance(symbol.type, IntType):
                return None
            case _ if value is not None:
                return (value[0], value[0])
            case Computed(interval=interval):
                return interval
            case Tabulated(values=values):
                return min(values.values()), max(values.values())
            case _:
                return None

    def equal(self, left: Symbol, right: Symbol) -> Formula:
        """Are two values the same?"""
        if isinstance(left, Truth) and isinstance(right, Truth):
            for first, second in ((left.formula, right.formula), (right.formula, left.formula)):
                if first in (TRUE, FALSE):
                    return second if first == TRUE else negate(second)
        if isinstance(right, Product) and not isinstance(left, Product):
            left, right = (right, left) if total(left) else (left, right)
        if isinstance(left, Product) and isinstance(right, Product) and str(left.type) != str(right.type):
            return FALSE
        if isinstance(left, Product) and (isinstance(right, Product) or known_value(right) is not None):
            return self._equal_parts(left, right)
        same = lift(self.texts, BoolType(), operator.eq, "{} == {}", left, right)
        assert isinstance(same, Truth | Unbound)
        return same.formula if isinstance(same, Truth) else FALSE

    def _equal_parts(self, left: Product, right: Symbol) -> Formula:
        if isinstance(right, Product):
            return all_of(self.equal(first, second) for first, second in zip(left.parts, right.parts, strict=True))
        value = known_value(right)
        assert value is not None
        inside = value[0]
        if isinstance(left.type, RecordType):
            if inside is None or inside[0] != left.type.name:
                return FALSE
            inside = inside[1:]
        elif inside is None:
            return FALSE
        pairs = zip(left.parts, inside, strict=True)
        return all_of(self.equal(part, of_value(part.type, other)) for part, other in pairs)


def _interval(
    function: Callable[[int, int], int], left: tuple[int, int] | None, right: tuple[int, int] | None
) -> tuple[int, int] | None:
    if left is None or right is None:
        return None
    corners = [function(first, second) for first in left for second in right]
    return min(corners), max(corners)
