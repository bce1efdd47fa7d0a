"""Expressions of the intermediate representation as symbolic values.

Evaluation in the language can end in an error or leave the model's bounds; a term always has a value. In an instance
the translator therefore collects in `defined` what must hold for the evaluation to have one, so that a counterexample
to induction is a step that the interpreter takes too. Of these `certain` are those that are evaluated whatever decides
an `all` or `any`, and `records` says that no int of a record is below its range, which is an error. For all sizes an
erroneous step counts as one that may do anything with the value in question, which is sound: it only makes a lemma
harder to prove.
"""
# pyright: basic
from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import assert_never

from checker.core import ir
from checker.core.types import EnumType, OptionType, RecordType, Type, UnionType
from checker.engines.proof.smt import containers, quantify
from checker.engines.proof.smt.logic import Leaf, choice, conjunction, implication, less, negation
from checker.engines.proof.smt.columns import fresh
from checker.engines.proof.smt.fitting import fits
from checker.engines.proof.smt.shapes import as_union
from checker.engines.proof.smt.terms import OptionTerm, RecordTerm, Term, TupleTerm, UnionTerm
from checker.engines.proof.smt.universe import Universe
from checker.engines.proof.smt.values import equal, largest_number, merge, smallest_number, well_typed

Names = Mapping[str, Term]


class Translator:
    """Translates over one state (`after`: its successor, for step invariants)."""

    def __init__(self, universe: Universe, state: Mapping[str, Term], after: Mapping[str, Term] | None = None) -> None:
        self.universe = universe
        self.state = state
        self.after = after
        self.defined: list[Leaf] = []
        self.extrema: dict[tuple[object, ...], tuple[Term, object]] = {}
        self.certain: list[Leaf] = []
        self.records: list[Leaf] = []
        self._path: list[Leaf] = []
        self._perhaps = 0

    def formula(self, node: ir.Expr, names: Names) -> Leaf:
        """A truth value."""
        found = self.term(node, names)
        assert found is not None, "a truth value that nobody looks at was looked at"
        return found

    def demand(self, condition: Leaf) -> None:
        """Without this the expression under translation has no value."""
        if self.universe.instance is not None and condition is not True:
            self.defined.append(implication(conjunction(self._path), condition))
            if not self._perhaps:
                self.certain.append(self.defined[-1])

    def list_numbers(self, start: Leaf, stop: Leaf) -> None:
        """A range is about to be looked at, of which in an instance no numbers are looked at but those it may store."""
        instance = self.universe.instance
        if instance is not None and not (isinstance(start, int) and isinstance(stop, int)):
            low = True if isinstance(start, int) else smallest_number(instance) <= start
            high = True if isinstance(stop, int) else stop <= largest_number(instance) + 1
            self.universe.listed.append(implication(conjunction(self._path), conjunction((low, high))))

    def assume(self, condition: Leaf) -> None:
        """What is translated from here on is only evaluated where the condition holds."""
        self._path.append(condition)

    @contextmanager
    def perhaps(self) -> Iterator[None]:
        """What is translated meanwhile need not be evaluated, for an evaluation stops at what decides."""
        self._perhaps += 1
        yield
        self._perhaps -= 1

    @property
    def path(self) -> Leaf:
        """What is true where the expression under translation is evaluated: for what is only translated later."""
        return conjunction(self._path)

    def under(self, condition: Leaf, evaluate: Callable[[ir.Expr, Names], Term], node: ir.Expr, names: Names) -> Term:
        """What `evaluate` makes of an expression that is only evaluated where the condition holds."""
        self._path.append(condition)
        found = evaluate(node, names)
        self._path.pop()
        return found

    def term(self, node: ir.Expr, names: Names) -> Term:
        """The symbolic value of an expression."""
        match node:
            case ir.Boolean() | ir.Integer() | ir.EnumMember() | ir.Nothing() | ir.Undefined() | ir.First():
                return self._literal(node)
            case ir.Variable() | ir.Local() | ir.Let():
                return self._name(node, names)
            case ir.Not() | ir.And() | ir.Or() | ir.Implies() | ir.If():
                return self._logic(node, names)
            case ir.Equal() | ir.Less() | ir.Arithmetic() | ir.Next():
                return self._comparison(node, names)
            case ir.Some() | ir.IsNothing() | ir.Unwrap() | ir.MakeTuple() | ir.Item():
                return self._option_or_tuple(node, names)
            case ir.MakeRecord() | ir.Field() | ir.Widen() | ir.IsRecord() | ir.Narrow():
                return self._record(node, names)
            case ir.ForAll() | ir.Exists() | ir.Sum() | ir.Extremum() | ir.Comprehension():
                return quantify.quantified(self, node, names)
            case (
                ir.AllOf() | ir.Range() | ir.Contains() | ir.Length() | ir.MakeMap() | ir.Lookup() | ir.Replace()
                | ir.MakeSet() | ir.SetOperation() | ir.Subset() | ir.MakeBag() | ir.BagAdd() | ir.BagAddAll()
                | ir.BagRemove() | ir.Count() | ir.MakeSeq() | ir.Concat() | ir.Index() | ir.Slice()
            ):
                return containers.collection(self, node, names)
            case _:
                assert_never(node)

    def _literal(
        self, node: ir.Boolean | ir.Integer | ir.EnumMember | ir.Nothing | ir.Undefined | ir.First
    ) -> Term:
        match node:
            case ir.Boolean(value=value) | ir.Integer(value=value):
                return value
            case ir.EnumMember(type=type, name=name):
                assert isinstance(type, EnumType)
                return self.universe.elements(type)[type.members.index(name)]
            case ir.Nothing():
                return OptionTerm(True, None)
            case ir.Undefined():
                return None
            case ir.First():
                return 0
            case _:
                assert_never(node)

    def _name(self, node: ir.Variable | ir.Local | ir.Let, names: Names) -> Term:
        match node:
            case ir.Variable(name=name, primed=primed):
                if not primed:
                    return self.state[name]
                assert self.after is not None, "a successor is read outside of a step invariant"
                return self.after[name]
            case ir.Local(name=name):
                return names[name]
            case ir.Let(name=name, value=value, body=body):
                return self.term(body, {**names, name: self.term(value, names)})
            case _:
                assert_never(node)

    def _logic(self, node: ir.Not | ir.And | ir.Or | ir.Implies | ir.If, names: Names) -> Term:
        match node:
            case ir.Not(operand=operand):
                return negation(self.formula(operand, names))
            case ir.And(operands=operands):
                return self._in_order(operands, names, stop=False)
            case ir.Or(operands=operands):
                return self._in_order(operands, names, stop=True)
            case ir.Implies(left=left, right=right):
                given = self.formula(left, names)
                return True if given is False else implication(
                    given, self.under(given, self.formula, right, names)
                )
            case ir.If(condition=condition, then=then, otherwise=otherwise):
                given = self.formula(condition, names)
                if isinstance(given, bool):
                    return self.term(then if given else otherwise, names)
                return merge(
                    given,
                    self.under(given, self.term, then, names),
                    self.under(negation(given), self.term, otherwise, names),
                )
            case _:
                assert_never(node)

    def _in_order(self, operands: Sequence[ir.Expr], names: Names, *, stop: bool) -> Leaf:
        """`And` (which stops at a false one) or `Or` (which stops at a true one)."""
        found: Leaf = not stop
        depth = len(self._path)
        for operand in operands:
            value = self.formula(operand, names)
            found = negation(conjunction((negation(found), negation(value)))) if stop else conjunction((found, value))
            if found is stop:
                break
            self._path.append(negation(value) if stop else value)
        del self._path[depth:]
        return found

    def _comparison(self, node: ir.Equal | ir.Less | ir.Arithmetic | ir.Next, names: Names) -> Term:
        if isinstance(node, ir.Next):
            operand = self.term(node.operand, names)
            if self.universe.instance is not None:
                self.demand(less(operand, self.universe.last(ir.sort_of(node)), or_equal=False))
            return operand + 1
        left, right = self.term(node.left, names), self.term(node.right, names)
        match node:
            case ir.Equal():
                return equal(self.universe, left, right, node.left.type)
            case ir.Less(or_equal=or_equal):
                return less(left, right, or_equal=or_equal)
            case ir.Arithmetic(operator=operator):
                return self._arithmetic(operator, left, right)
            case _:
                assert_never(node)

    def _arithmetic(self, operator: str, left: Leaf, right: Leaf) -> Leaf:
        match operator:
            case "+":
                return left + right
            case "-":
                return left - right
            case "*":
                return left * right
            case "//" | "%":
                self.demand(right != 0)
                return _rounded(operator, left, right)
            case _:
                raise AssertionError(operator)

    def _option_or_tuple(
        self, node: ir.Some | ir.IsNothing | ir.Unwrap | ir.MakeTuple | ir.Item, names: Names
    ) -> Term:
        match node:
            case ir.Some(operand=operand):
                return OptionTerm(False, self.term(operand, names))
            case ir.IsNothing(operand=operand):
                return self.term(operand, names).nothing
            case ir.Unwrap(operand=operand):
                assert isinstance(operand.type, OptionType)
                return self.known(self.term(operand, names).item, operand.type.item)
            case ir.MakeTuple(items=items):
                return TupleTerm(tuple(self.term(item, names) for item in items))
            case ir.Item(operand=operand, index=index):
                return self.term(operand, names).items[index]
            case _:
                assert_never(node)

    def _record(
        self, node: ir.MakeRecord | ir.Field | ir.Widen | ir.IsRecord | ir.Narrow, names: Names
    ) -> Term:
        if isinstance(node, ir.MakeRecord):
            assert isinstance(node.type, RecordType)
            made = RecordTerm(node.type, tuple(self.term(argument, names) for argument in node.arguments))
            if self.universe.instance is not None:
                self.demand(well_typed(self.universe, made, node.type))
                is_not_below = fits(self.universe, made, node.type, above=False)
                self.records += [] if is_not_below is True else [implication(conjunction(self._path), is_not_below)]
            return made
        operand = self.term(node.operand, names)
        match node:
            case ir.Field(name=name, type=type):
                return self._field(operand, name, type)
            case ir.Widen(type=type):
                assert isinstance(type, UnionType)
                return as_union(operand, type)
            case ir.IsRecord(records=records):
                flags = zip(operand.type.members, operand.flags, strict=True)
                return negation(conjunction(negation(flag) for member, flag in flags if member in records))
            case ir.Narrow(type=type):
                if isinstance(type, UnionType):
                    return as_union(operand, type)
                assert isinstance(type, RecordType)
                return self.known(operand.members[operand.type.members.index(type)], type)
            case _:
                assert_never(node)

    def _field(self, operand: Term, name: str, type: Type) -> Term:
        if isinstance(operand, RecordTerm):
            return operand.field(name)
        assert isinstance(operand, UnionTerm)
        found: Term = None
        for flag, record in zip(operand.flags, operand.members, strict=True):
            if flag is not False and record is not None:
                found = merge(flag, record.field(name), found)
        return self.known(found, type)

    def known(self, term: Term, type: Type) -> Term:
        """The term, or an unknown one on a path that is never taken, where there is none."""
        return fresh(self.universe, "unused", type) if term is None else term


def _rounded(operator: str, left: Leaf, right: Leaf) -> Leaf:
    """Division as in Python, towards minus infinity: Z3 rounds so that the remainder is never negative."""
    if isinstance(left, int) and isinstance(right, int):
        return 0 if right == 0 else left // right if operator == "//" else left % right
    if isinstance(left, int):
        left = left + 0 * right
    quotient, remainder = left / right, left % right
    below = conjunction((right < 0, remainder != 0))
    return choice(below, quotient - 1, quotient) if operator == "//" else choice(below, remainder + right, remainder)


