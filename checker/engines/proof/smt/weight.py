"""How much has happened in a state: the facts that a smallest counterexample should have few of."""
# pyright: basic
from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import z3

from checker.core.types import (
    BagType, BoolType, EnumType, IntType, MapType, OptionType, QuorumType, RecordType, SeqType, SetType, SortType,
    TupleType, Type, UnionType,
)
from checker.engines.proof.smt.logic import Leaf, as_term, conjunction, negation
from checker.engines.proof.smt.shapes import all_values, flatten, positive
from checker.engines.proof.smt.terms import Term
from checker.engines.proof.smt.universe import Universe

Weight: TypeAlias = tuple[Leaf, int]
"""A fact, and how much it counts."""


def weights(universe: Universe, term: Term, type: Type) -> list[Weight]:
    """Facts about a value of an instance: an item is in a set, an option is something, a number is not 0."""
    match type:
        case BoolType():
            return [(term, 1)]
        case IntType() | EnumType() | SortType(ordered=True):
            return [(positive(term), 1)]
        case SortType() | QuorumType():
            return []
        case OptionType(item=item):
            something = negation(term.nothing)
            inside = weights(universe, term.item, item)
            return [(something, 1), *((conjunction((something, fact)), weight) for fact, weight in inside)]
        case RecordType(fields=fields):
            pairs = zip(term.fields, fields, strict=True)
            return [weight for part, (_, field) in pairs for weight in weights(universe, part, field)]
        case TupleType(items=items):
            pairs = zip(term.items, items, strict=True)
            return [weight for part, item in pairs for weight in weights(universe, part, item)]
        case UnionType():
            return [(flag, 1) for flag in term.flags[1:]]
        case MapType(key=key, value=value):
            return [weight for at in all_values(universe, key) for weight in weights(universe, term.at(at), value)]
        case SetType(item=item):
            return [(term.contains(value), _size(universe, value, item)) for value in all_values(universe, item)]
        case BagType(item=item):
            items = all_values(universe, item)
            return [(positive(term.count(value)), _size(universe, value, item)) for value in items]
        case SeqType():
            return [(term.length > position, 1) for position in range(term.limit or 0)]


def _size(universe: Universe, value: Term, type: Type) -> int:
    """How much there is to an item: 1, and 1 for every part of it that is not its first possible value."""
    ((_, shape, leaves),) = flatten(universe, value, type)
    return 1 + sum(leaf > 0 for leaf in (shape, *leaves))


def smallest(
    solver: z3.Solver, ask: Callable[[], z3.ModelRef | None], facts: Sequence[Weight], tries: int | None = None
) -> z3.ModelRef | None:
    """What `ask` finds with the solver, made smaller as far as it finds anything, or so many times.

    Adds to what the solver has that the weights sum up to less.
    """
    model = ask()
    sizes = [(as_term(fact, solver.ctx), weight) for fact, weight in facts]
    while model is not None and sizes and tries != 0:
        size = sum(weight for fact, weight in sizes if z3.is_true(model.eval(fact, model_completion=True)))
        solver.add(z3.PbLe(sizes, size - 1))
        smaller = ask() if size > 0 else None
        if smaller is None:
            break
        model, tries = smaller, None if tries is None else tries - 1
    return model
