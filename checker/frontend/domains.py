"""Where a parameter's values come from: `require(m in self.net)` draws `m` from the net and not from all messages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from checker.core import ir
from checker.core.types import BOOL, BagType, SeqType, SetType, Type, erase_bounds
from checker.frontend.coerce import records_of


def with_domains(parameters: Sequence[ir.Parameter], body: Sequence[ir.Statement]) -> tuple[ir.Parameter, ...]:
    """The parameters, each with the collection that a leading `require` asks it to be in as its domain.

    The collection may depend on the state and on earlier parameters.  The `require` stays where it is.
    """
    known: set[str] = set()
    made: list[ir.Parameter] = []
    for parameter in parameters:
        for part in _leading_conditions(body):
            if isinstance(part, ir.Contains):
                drawn = _drawn(parameter, part, known)
                if drawn is not None:
                    parameter = replace(parameter, domain=drawn)
                    break
        known.add(parameter.name)
        made.append(parameter)
    return tuple(made)


def _leading_conditions(body: Sequence[ir.Statement]) -> Iterator[ir.Expr]:
    """The conjuncts of the `require`s with which the body starts."""
    for statement in body:
        if not isinstance(statement, ir.Require):
            return
        stack = [statement.condition]
        while stack:
            part = stack.pop(0)
            if isinstance(part, ir.And):
                stack = [*part.operands, *stack]
            else:
                yield part


def _drawn(parameter: ir.Parameter, membership: ir.Contains, known: set[str]) -> ir.Expr | None:
    """The collection as a domain for `parameter`, or None where the membership is about something else."""
    collection = membership.collection
    if not isinstance(collection.type, (SetType, BagType, SeqType)) or not _free_locals(collection) <= known:
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


def _free_locals(node: ir.Expr) -> set[str]:
    """The names that `node` takes from outside (bound names are unique, so none is both)."""
    bound: set[str] = set()
    used: set[str] = set()
    for part in ir.walk(node):
        match part:
            case ir.Local(name=name):
                used.add(name)
            case ir.Let(name=name) | ir.MakeMap(name=name):
                bound.add(name)
            case ir.ForAll() | ir.Exists() | ir.Sum() | ir.Extremum() | ir.Comprehension():
                bound |= {binder.name for binder in part.binders}
            case _:
                continue
    return used - bound
