"""From an expression to what is known of its value: names, logic, comparison, arithmetic.

This is the interpreter once more, over symbols: what it can, it computes now, and for the rest it emits code, where
the interpreter would evaluate it.  Structures, collections and quantifiers have files of their own.
"""

from __future__ import annotations

# pyright: basic
import operator
from collections.abc import Callable
from typing import Any, assert_never

from checker.core import ir
from checker.core.types import BoolType, EnumType, Type
from checker.engines.kernels.formula import FALSE, TRUE, Formula, negate
from checker.engines.kernels.runtime import floor_divide, modulo, successor
from checker.engines.layout import Layout
from checker.engines.native.code.builder import Value
from checker.engines.native.kernels import collections, equality, quantifiers, structures
from checker.engines.native.kernels.branches import choose
from checker.engines.native.kernels.emitter import AFTER, STATE, Chain, Emitter
from checker.engines.native.kernels.gathering import Gatherer
from checker.engines.native.kernels.lifting import lift
from checker.engines.native.kernels.symbols import (
    Known, Members, Number, Stored, Symbol, Truth, Unbound, known_value, truth,
)
from checker.engines.native.limits import NotNative

ARITHMETIC: dict[str, Callable[[int, int], int]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "//": floor_divide, "%": modulo,
}


class Evaluator:
    """Evaluates the expressions of one function.  `names`: what each local name stands for."""

    def __init__(self, emitter: Emitter, layout: Layout) -> None:
        self.emitter = emitter
        self.layout = layout
        self.plain = layout.plain
        self.reader = Gatherer(emitter, layout)
        self.names: dict[str, Symbol] = {}
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
        """The result of `evaluate`, kept for when the same known values occur again, where it has emitted nothing."""
        free = self._free.get(id(node))
        if free is None:
            free = tuple({part.name: None for part in ir.walk(node) if isinstance(part, ir.Local)})
            self._free[id(node)] = free
        values = [known_value(self.names[name]) for name in free if name in self.names]
        if any(value is None for value in values):
            return evaluate()
        key = (id(node), *values)
        if key not in self._remembered:
            mark, atoms = self.emitter.mark(), self.emitter.atoms
            found = evaluate()
            if self.emitter.asked(mark) or self.emitter.atoms != atoms:
                return found
            self._remembered[key] = found
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
                raise NotNative(f"a value of type {symbol.type} as a truth value")

    def settled(self, symbol: Symbol) -> Symbol:
        """The same value, so that it costs little wherever it is used."""
        match symbol:
            case Truth(formula=formula):
                return Truth(self.emitter.settled(formula))
            case Members(formulas=formulas):
                settled = {code: self.emitter.settled(formula) for code, formula in formulas.items()}
                return Members(symbol.type, symbol.origin, symbol.dropped, settled, symbol.added)
            case _:
                return symbol

    def evaluate(self, node: ir.Expr) -> Symbol:
        """What is known of the value of `node`; the code for the rest is emitted."""
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
                place = self.layout.place(name)
                source = self.emitter.sources[AFTER if primed else STATE]
                return self.reader.load(Stored(place.type, source, place.position, place.shape))
            case ir.Let(name=name, value=value, body=body):
                return self.bound(name, self.settled(self.evaluate(value)), lambda: self.evaluate(body))
            case ir.If(condition=test, then=then, otherwise=otherwise):
                return choose(
                    self, node.type, self.formula(test), lambda: self.evaluate(then), lambda: self.evaluate(otherwise)
                )
            case _:
                assert_never(node)

    def _logic(self, node: ir.Logical) -> Formula:
        match node:
            case ir.Not(operand=inside):
                return negate(self.formula(inside))
            case ir.And(operands=operands) | ir.Or(operands=operands):
                chain = Chain(self.emitter, conjunction=isinstance(node, ir.And))
                for inside in operands:
                    chain.add(lambda inside=inside: self.formula(inside))
                return chain.result()
            case ir.Implies(left=left, right=right):
                chain = Chain(self.emitter, conjunction=False)
                chain.add(lambda: negate(self.formula(left)))
                chain.add(lambda: self.formula(right))
                return chain.result()
            case _:
                assert_never(node)

    def _comparison(self, node: ir.Comparison) -> Symbol:
        match node:
            case ir.Equal(left=left, right=right):
                return Truth(equality.equal(self, self.evaluate(left), self.evaluate(right)))
            case ir.Less(left=left, right=right, or_equal=or_equal):
                return Truth(self.less(self.evaluate(left), self.evaluate(right), or_equal))
            case ir.Arithmetic(operator=sign, left=left, right=right):
                return self._arithmetic(node.type, sign, self.evaluate(left), self.evaluate(right))
            case ir.Next(operand=inside):
                return self._next(node.type, self.evaluate(inside))
            case _:
                assert_never(node)

    def less(self, left: Symbol, right: Symbol, or_equal: bool) -> Formula:
        """`left < right`, or `left <= right`."""
        found = lift(BoolType(), operator.le if or_equal else operator.lt, left, right)
        if found is not None:
            return self.formula_of(found)
        (low, high), (least, greatest) = self.reader.interval(left), self.reader.interval(right)
        if high < least or (or_equal and high == least):
            return TRUE
        if low > greatest or (not or_equal and low == greatest):
            return FALSE
        first, second = self.reader.raw(left), self.reader.raw(right)
        found = first.signed_less_or_equal(second) if or_equal else first.signed_less(second)
        return self.emitter.atom(found)

    def _arithmetic(self, type: Type, sign: str, left: Symbol, right: Symbol) -> Symbol:
        found = lift(type, ARITHMETIC[sign], left, right)
        if found is not None:
            return found
        reader = self.reader
        ones, others = reader.interval(left), reader.interval(right)
        first, second = reader.raw(left), reader.raw(right)
        if sign in ("//", "%"):
            return self._division(type, sign, (first, ones), (second, others))
        corners = [ARITHMETIC[sign](one, other) for one in ones for other in others]
        raw = first + second if sign == "+" else first - second if sign == "-" else first * second
        return Number(type, raw, min(corners), max(corners))

    def _division(
        self, type: Type, sign: str, left: tuple[Value, tuple[int, int]], right: tuple[Value, tuple[int, int]]
    ) -> Symbol:
        """Rounds towards minus infinity, as Python does."""
        (first, (low, high)), (second, (least, greatest)) = left, right
        if least <= 0 <= greatest:
            self.emitter.fail_if(second == 0)
        quotient, rest = first.signed_quotient(second), first.signed_rest(second)
        signs_differ = (rest ^ second).signed_less(self.emitter.number(0))
        down = (rest != 0) & signs_differ
        if sign == "//":
            furthest = max(abs(low), abs(high))
            return Number(type, down.choose(quotient - 1, quotient), -furthest, furthest)
        return Number(type, down.choose(rest + second, rest), min(0, least), max(0, greatest))

    def _next(self, type: Type, symbol: Symbol) -> Symbol:
        last = self.plain.size(type) - 1
        found = lift(type, lambda position: successor(position, last), symbol)
        if found is not None:
            return found
        if known_value(symbol) is not None:
            self.reader.leave()
            return Unbound(type)
        raw = self.reader.raw(symbol)
        if self.reader.interval(symbol)[1] >= last:
            self.emitter.leave_if(raw >= last)
        return Number(type, raw + 1, 1, last)
