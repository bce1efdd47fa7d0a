"""When an expression has a value: a formula of the language itself, which is true where its evaluation is no error.

The formula follows the order of evaluation.  What an earlier part of an `and`, an `if` or a comprehension excludes is
excluded, a `require` excludes for all that comes after it, and a name stands for its value.  Quantifiers are taken to
look at every binding, though they stop at one that decides, since elements of a sort are in no order.  Where the
formula is evaluated in the same order, from left to right, it is never an error itself.

What is plainly safe is left out, so of most expressions there is nothing to say (None).  Left out too is whatever
depends on the bounds of a model: a value that has no room there, and in an action the `next` of the last element, where
the step is not taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from checker.core import ir
from checker.core.errors import Span
from checker.core.faults import Known, conjuncts, is_natural, is_not_nothing, is_not_zero, is_one_of
from checker.core.structs import struct
from checker.core.types import BOOL, INT, RecordType, SetType, SortType, UnionType


@struct
class Demand:
    """`condition` must be true where it is evaluated, or else the evaluation does what the `problem` says, `about`."""

    condition: ir.Expr
    problem: str
    about: ir.Expr


Formula: TypeAlias = ir.Expr | None
"""None: plainly true."""


@struct
class Definedness:
    """`formula` is true exactly where all demands are met that are reached; it is None where there are none.

    It is made of the conditions of the demands, in their order, by `And`, by `Implies` and `Or` with what excludes a
    demand on the left, by `Let` and by `ForAll`.
    """

    formula: Formula
    demands: tuple[Demand, ...]


def of_property(entry: ir.Property) -> Definedness:
    """When a property has a value."""
    collected = _Collected(next_is_cut=False)
    return Definedness(collected.value(entry.formula, ()), tuple(collected.demands))


def of_action(action: ir.LoweredAction) -> Definedness:
    """When an action can be evaluated for every choice of its parameters: guards, then updates where they hold."""
    collected = _Collected(next_is_cut=True)
    return Definedness(collected.choices(action, 0, ()), tuple(collected.demands))


def within_order(node: ir.Expr) -> Formula:
    """What is true wherever the evaluation of `node` asks for no `next` of a last element.

    It says nothing of what is inside of an `all` or `any`, since these need not come to every element."""
    return _Collected(next_is_cut=False, next_alone=True).value(node, ())


class _Collected:
    """The demands of one evaluation, in the order in which they are written.

    `next_is_cut`: nothing is demanded of a `next`; `next_alone`: of nothing else, and only where it is certainly asked.
    """

    def __init__(self, *, next_is_cut: bool, next_alone: bool = False) -> None:
        self.next_is_cut = next_is_cut
        self.next_alone = next_alone
        self.demands: list[Demand] = []

    # --- actions --------------------------------------------------------------------------------------------------

    def choices(self, action: ir.LoweredAction, position: int, known: Known) -> Formula:
        """From the choice of the parameter at `position` on."""
        if position == len(action.parameters):
            return self.steps(action, 0, known)
        parameter = action.parameters[position]
        chosen = ir.Local(name=parameter.name, type=parameter.type, span=parameter.span)
        inside = ir.Contains(item=chosen, collection=parameter.domain, type=BOOL, span=parameter.span)
        found: list[Formula] = []
        guarded = known
        for guard in parameter.guards:
            found.append(_implied(guarded[len(known) :], self.value(guard, guarded)))
            guarded += conjuncts(guard)
        binder = ir.Binder(name=parameter.name, type=parameter.type, domain=parameter.domain)
        domain = self.value(parameter.domain, guarded)
        later = self.choices(action, position + 1, (*guarded, inside))
        found.append(_implied(guarded[len(known) :], _all_of([domain, _for_all((binder,), later)])))
        return _all_of(found)

    def steps(self, action: ir.LoweredAction, position: int, known: Known) -> Formula:
        """From the step at `position` on."""
        if position == len(action.steps):
            return _all_of([self.value(value, known) for _, value in action.updates])
        match action.steps[position]:
            case ir.Require(condition=condition):
                here = self.value(condition, known)
                later = self.steps(action, position + 1, known + conjuncts(condition))
                return _all_of([here, _implied((condition,), later)])
            case ir.Bind(name=name, value=value):
                here = self.value(value, known)
                return _all_of([here, _named(name, value, self.steps(action, position + 1, known))])

    # --- expressions ----------------------------------------------------------------------------------------------

    def value(self, node: ir.Expr, known: Known) -> Formula:
        """When `node` has a value, where the formulas `known` are true."""
        match node:
            case ir.And(operands=operands) | ir.Or(operands=operands):
                return self._in_order(operands, isinstance(node, ir.And), known)
            case ir.Implies(left=left, right=right):
                here = self.value(left, known)
                return _all_of([here, _implied((left,), self.value(right, known + conjuncts(left)))])
            case ir.If(condition=condition, then=then, otherwise=otherwise):
                here = self.value(condition, known)
                yes = self.value(then, known + conjuncts(condition))
                no = self.value(otherwise, known + conjuncts(condition, False))
                return _all_of([here, _implied((condition,), yes), _unless(condition, no)])
            case ir.Let(name=name, value=value, body=body):
                return _all_of([self.value(value, known), _named(name, value, self.value(body, known))])
            case ir.MakeMap(name=name, key=key, body=body, span=span):
                every = ir.AllOf(type=SetType(key), span=span)
                return _for_all((ir.Binder(name=name, type=key, domain=every),), self.value(body, known))
            case ir.ForAll() | ir.Exists() | ir.Sum() | ir.Extremum() | ir.Comprehension():
                return self._quantified(node, known)
            case _:
                parts = [self.value(part, known) for part in ir.children(node)]
                return _all_of([*parts, *(self._demanded(demand) for demand in self._own(node, known))])

    def _in_order(self, operands: Sequence[ir.Expr], truth: bool, known: Known) -> Formula:
        """An `And` goes on while what it has seen is true, an `Or` while it is false."""
        first, *rest = operands
        here = self.value(first, known)
        if not rest:
            return here
        later = self._in_order(rest, truth, known + conjuncts(first, truth))
        return _all_of([here, _implied((first,), later) if truth else _unless(first, later)])

    def _quantified(self, node: ir.Quantified, known: Known) -> Formula:
        if self.next_alone and isinstance(node, (ir.ForAll, ir.Exists)):
            return self.value(node.binders[0].domain, known)
        found: list[Formula] = []
        inner, outer = known, list[ir.Binder]()
        for binder in node.binders:
            found.append(_for_all(outer, self.value(binder.domain, inner)))
            local = ir.Local(name=binder.name, type=binder.type, span=node.span)
            inner += (ir.Contains(item=local, collection=binder.domain, type=BOOL, span=node.span),)
            if binder.condition is not None:
                unconditional = ir.Binder(name=binder.name, type=binder.type, domain=binder.domain)
                found.append(_for_all([*outer, unconditional], self.value(binder.condition, inner)))
                inner += conjuncts(binder.condition)
            outer.append(binder)
        found.append(_for_all(outer, self.value(node.body, inner)))
        if isinstance(node, ir.Extremum):
            found.append(self._of_something(node, known))
        return _all_of(found)

    def _of_something(self, node: ir.Extremum, known: Known) -> Formula:
        """A least or greatest value is there, or the default is."""
        true = ir.Boolean(value=True, type=BOOL, span=node.span)
        some = ir.Exists(binders=node.binders, body=true, type=BOOL, span=node.span)
        if node.default is not None:
            return _unless(some, self.value(node.default, known))
        if self.next_alone or all(_is_plainly_not_empty(binder) for binder in node.binders):
            return None
        return self._demanded(Demand(some, f"take the `{node.kind}` of nothing in", node))

    def _demanded(self, demand: Demand) -> ir.Expr:
        self.demands.append(demand)
        return demand.condition

    def _own(self, node: ir.Expr, known: Known) -> list[Demand]:
        """What the last step of the evaluation asks for, once all parts of the expression have a value."""
        match node:
            case ir.Next(operand=operand, type=SortType() as sort, span=span) if not self.next_is_cut:
                below = ir.Less(left=operand, right=_last(sort, span), or_equal=False, type=BOOL, span=span)
                return [Demand(below, "ask for what follows the last element in", node)]
            case _ if self.next_alone:
                return []
            case ir.Index(sequence=sequence, index=index):
                return _index_demands(sequence, index, known)
            case ir.Slice(sequence=sequence, start=start, stop=stop):
                return [
                    Demand(_at_most(_zero(end), end), "take a slice with a negative bound of", sequence)
                    for end in (start, stop) if not is_natural(end, known) and not _is_at_least_0(end, known)
                ]
            case ir.Arithmetic(operator="//" | "%", right=right, span=span):
                if any(is_not_zero(fact, right) for fact in (*known, right)):
                    return []
                is_zero = ir.Equal(left=right, right=_zero(right), type=BOOL, span=span)
                return [Demand(_negated(is_zero), "divide by zero in", node)]
            case ir.BagRemove(bag=bag, item=item, if_present=False, span=span):
                held = ir.Contains(item=item, collection=bag, type=BOOL, span=span)
                return [] if held in known else [Demand(held, "remove what is not there from", bag)]
            case ir.Unwrap(operand=operand, span=span):
                if any(is_not_nothing(fact, operand) for fact in known):
                    return []
                nothing = ir.IsNothing(operand=operand, type=BOOL, span=span)
                return [Demand(_negated(nothing), "take a value out of `None` in", node)]
            case ir.Narrow(operand=operand, type=type, span=span):
                if any(is_one_of(fact, operand, type) for fact in known):
                    return []
                assert isinstance(type, (RecordType, UnionType))
                records = type.members if isinstance(type, UnionType) else (type,)
                one = ir.IsRecord(operand=operand, records=records, type=BOOL, span=span)
                return [Demand(one, "meet another kind of record in", node)]
            case _:
                return []


def _index_demands(sequence: ir.Expr, index: ir.Expr, known: Known) -> list[Demand]:
    length = ir.Length(operand=sequence, type=INT, span=index.span)
    found: list[Demand] = []
    match index:
        case ir.Arithmetic(operator="-", left=left, right=ir.Integer(value=back)) if left == length and back > 0:
            if any(_is_longer(fact, length, back - 1) for fact in known):
                return []
        case _:
            pass
    if not is_natural(index, known) and not _is_at_least_0(index, known):
        found.append(Demand(_at_most(_zero(index), index), "index before the start of", sequence))
    place = index.value if isinstance(index, ir.Integer) else None
    written = sequence.items if isinstance(sequence, ir.MakeSeq) else ()
    if place is not None and (0 <= place < len(written) or any(_is_longer(fact, length, place) for fact in known)):
        return found
    below = ir.Less(left=index, right=length, or_equal=False, type=BOOL, span=index.span)
    if below not in known and not _is_in_range(index, length, known):
        found.append(Demand(below, "index past the end of", sequence))
    return found


def _is_longer(fact: ir.Expr, length: ir.Expr, place: int) -> bool:
    """Does the fact say that the length is more than `place`?"""
    match fact:
        case ir.Less(left=ir.Integer(value=value), right=right, or_equal=or_equal):
            return right == length and value >= place + or_equal
        case ir.Not(operand=ir.Equal(left=left, right=ir.Integer(value=0))):
            return left == length and place == 0
        case _:
            return False


def _is_at_least_0(number: ir.Expr, known: Known) -> bool:
    """Is it taken out of a range that begins with something that is not negative?"""
    return any(
        isinstance(fact, ir.Contains) and fact.item == number and isinstance(fact.collection, ir.Range)
        and is_natural(fact.collection.start, known)
        for fact in known
    )


def _is_in_range(number: ir.Expr, stop: ir.Expr, known: Known) -> bool:
    return any(
        isinstance(fact, ir.Contains) and fact.item == number and isinstance(fact.collection, ir.Range)
        and fact.collection.stop == stop
        for fact in known
    )


def _is_plainly_not_empty(binder: ir.Binder) -> bool:
    if binder.condition is not None:
        return False
    match binder.domain:
        case ir.AllOf():
            return True
        case ir.MakeSet(items=items) | ir.MakeSeq(items=items) | ir.MakeBag(items=items):
            return bool(items)
        case _:
            return False


# --- formulas -----------------------------------------------------------------------------------------------------


def _all_of(parts: Sequence[Formula]) -> Formula:
    kept = [part for part in parts if part is not None]
    if not kept:
        return None
    return kept[0] if len(kept) == 1 else ir.And(operands=tuple(kept), type=BOOL, span=kept[0].span)


def _implied(given: Sequence[ir.Expr], formula: Formula) -> Formula:
    left = _all_of(given)
    if left is None or formula is None:
        return formula
    return ir.Implies(left=left, right=formula, type=BOOL, span=formula.span)


def _unless(excluded: ir.Expr, formula: Formula) -> Formula:
    return None if formula is None else ir.Or(operands=(excluded, formula), type=BOOL, span=formula.span)


def _for_all(binders: Sequence[ir.Binder], formula: Formula) -> Formula:
    if formula is None or not binders:
        return formula
    return ir.ForAll(binders=tuple(binders), body=formula, type=BOOL, span=formula.span)


def _named(name: str, value: ir.Expr, formula: Formula) -> Formula:
    if formula is None or name not in ir.free_locals(formula):
        return formula
    return ir.Let(name=name, value=value, body=formula, type=BOOL, span=formula.span)


def _negated(formula: ir.Expr) -> ir.Expr:
    return ir.Not(operand=formula, type=BOOL, span=formula.span)


def _at_most(left: ir.Expr, right: ir.Expr) -> ir.Expr:
    return ir.Less(left=left, right=right, or_equal=True, type=BOOL, span=right.span)


def _last(sort: SortType, span: Span) -> ir.Expr:
    """The greatest element: `max(sort)`."""
    local = ir.Local(name="greatest", type=sort, span=span)
    binder = ir.Binder(name=local.name, type=sort, domain=ir.AllOf(type=SetType(sort), span=span))
    return ir.Extremum(kind="max", binders=(binder,), body=local, default=None, type=sort, span=span)


def _zero(beside: ir.Expr) -> ir.Expr:
    return ir.Integer(value=0, type=INT, span=beside.span)
