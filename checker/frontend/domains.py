"""Where a parameter's values come from: `require(m in self.net)` draws `m` from the net and not from all messages.

The meaning of an action is what Python would do for each choice of its parameters, over all values of their types: go
through the `require`s from left to right, to the first that is false or in error.  A collection in one of them is drawn
from only where that comes to the same:

- Every guard before it can be tested before the parameter has a value, in order, and is (`ir.Parameter.guards`);
- or the guard mentions the parameter, or a later one, but is no error whatever their values; and then the collection
  and the guards that are tested early cannot go wrong either, since the values that reach them are not known.

Otherwise the parameter runs over its type.  The ints have no end, so of a type with a bound that the state does not
have the collection is drawn from all the same, as soon as the guards hold that mention neither this nor a later one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from checker.core import ir
from checker.core.faults import Fault, conjuncts, faults
from checker.core.structs import struct
from checker.core.types import BOOL, BagType, IntType, SeqType, SetType, Type, erase_bounds, parts
from checker.frontend.coerce import records_of


def with_domains(
    parameters: Sequence[ir.Parameter], body: Sequence[ir.Statement], stored: Collection[Type]
) -> tuple[ir.Parameter, ...]:
    """The parameters, each with the collection that a leading `require` asks it to be in as its domain, and the guards
    that come first.  `stored`: the types of the variables.

    The collection may depend on the state and on earlier parameters.  The `require`s stay where they are.
    """
    conditions = list(_leading_conditions(body))
    bounded = {part for type in stored for part in parts(type)}
    known: set[str] = set()
    made: list[ir.Parameter] = []
    for parameter in parameters:
        has_range = all(
            part in bounded for part in parts(parameter.type) if isinstance(part, (IntType, SeqType, BagType))
        )
        made.append(_with_domain(parameter, conditions, frozenset(known), has_range))
        known.add(parameter.name)
    return tuple(made)


def _with_domain(
    parameter: ir.Parameter, conditions: Sequence[ir.Expr], known: frozenset[str], has_range: bool
) -> ir.Parameter:
    """The parameter with its domain and guards.  `known`: the earlier parameters."""
    before = _Before()
    for condition in conditions:
        domain = _drawn(parameter, condition, known) if isinstance(condition, ir.Contains) else None
        if domain is not None and before.protects(domain, has_range):
            return replace(parameter, domain=domain, guards=before.needed(domain))
        before = before.followed_by(condition, known, has_range)
        if before is None:
            return parameter
    return parameter


@struct
class _Before:
    """The guards before a collection: those that are tested before it, and whether others stand among them."""

    tested: tuple[ir.Expr, ...] = ()
    has_others: bool = False

    def protects(self, node: ir.Expr, has_range: bool) -> bool:
        """May `node` be evaluated as soon as the guards that are tested hold?"""
        if not self.has_others:
            return True
        found = faults(node, self.tested)
        return not found or not (has_range or Fault.NARROWING in found)

    def followed_by(self, condition: ir.Expr, known: frozenset[str], has_range: bool) -> _Before | None:
        """With one more guard; None where it may be in error, and must not be passed by."""
        if ir.free_locals(condition) <= known and self.protects(condition, has_range):
            return _Before((*self.tested, condition), self.has_others)
        # what stands before it in the body has narrowed it, so that is no fault where it is tested in its place
        return None if Fault.ERROR in faults(condition) else _Before(self.tested, True)

    def needed(self, domain: ir.Expr) -> tuple[ir.Expr, ...]:
        """The guards to test first: none where neither they nor the domain can go wrong."""
        return self.tested if any(faults(node) for node in (*self.tested, domain)) else ()


def _leading_conditions(body: Sequence[ir.Statement]) -> Iterator[ir.Expr]:
    """The conjuncts of the `require`s with which the body starts."""
    for statement in body:
        if not isinstance(statement, ir.Require):
            return
        yield from conjuncts(statement.condition)


def _drawn(parameter: ir.Parameter, membership: ir.Contains, known: frozenset[str]) -> ir.Expr | None:
    """The collection as a domain for `parameter`, or None where the membership is about something else."""
    collection = membership.collection
    if not isinstance(collection.type, (SetType, BagType, SeqType)) or not ir.free_locals(collection) <= known:
        return None
    match membership.item:
        case ir.Local(name=name) if name == parameter.name:
            return _each_once(collection, parameter) if isinstance(collection.type, SeqType) else collection
        case ir.Widen(operand=ir.Local(name=name)) if name == parameter.name:
            return _of_one_kind(collection, collection.type.item, parameter)
        case _:
            return None


def _each_once(sequence: ir.Expr, parameter: ir.Parameter) -> ir.Expr:
    """The different items of a sequence, since a parameter has each value once."""
    assert isinstance(sequence.type, SeqType)
    span, name, item = sequence.span, f"{parameter.name} in it", sequence.type.item
    binder = ir.Binder(name=name, type=item, domain=sequence)
    return ir.Comprehension(
        binders=(binder,), body=ir.Local(name=name, type=item, span=span), type=SetType(item), span=span
    )


def _of_one_kind(collection: ir.Expr, item: Type, parameter: ir.Parameter) -> ir.Expr:
    """The items of a collection of a union that are of the parameter's type."""
    span, name = collection.span, f"{parameter.name} in it"
    local = ir.Local(name=name, type=item, span=span)
    test = ir.IsRecord(operand=local, records=records_of(parameter.type), type=BOOL, span=span)
    body = ir.Narrow(operand=local, type=parameter.type, span=span)
    binder = ir.Binder(name=name, type=item, domain=collection, condition=test)
    return ir.Comprehension(binders=(binder,), body=body, type=SetType(erase_bounds(parameter.type)), span=span)
