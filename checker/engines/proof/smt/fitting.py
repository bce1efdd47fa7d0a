"""Whether a value fits into the bounds of a model, as the interpreter asks it of what is stored."""
# pyright: basic
from __future__ import annotations

from checker.core.instance import Instance
from checker.core.types import (
    BagType, BoolType, EnumType, IntType, MapType, OptionType, QuorumType, RecordType, SeqType, SetType, SortType,
    TupleType, Type, UnionType, parts,
)
from checker.engines.proof.smt.logic import Leaf, choice, conjunction, disjunction, implication, less
from checker.engines.proof.smt.terms import BagTerm, Term
from checker.engines.proof.smt.universe import Universe
from checker.engines.proof.smt.values import every, positions


def fits(universe: Universe, term: Term, type: Type, *, above: bool = True) -> Leaf:
    """Is the value of the type within the bounds of the instance?  Without `above`: is no int in it below its range?"""
    assert universe.instance is not None
    if not any(isinstance(part, (IntType, SeqType, BagType)) for part in parts(type)):
        return True

    def inside(value: Term, part: Type) -> Leaf:
        return fits(universe, value, part, above=above)

    match type:
        case BoolType() | EnumType() | SortType() | QuorumType():
            return True
        case IntType():
            limits = universe.instance.range_of(type)
            return True if limits is None else _between(term, limits[0], limits[1] if above else None)
        case MapType() | SetType() | BagType() | SeqType() if term.leaves is not None:
            return True  # it is one of the values of its type
        case OptionType(item=item):
            return disjunction((term.nothing, inside(term.item, item) if term.item is not None else True))
        case RecordType(fields=fields):
            return conjunction(inside(value, field) for value, (_, field) in zip(term.fields, fields, strict=True))
        case TupleType(items=items):
            return conjunction(inside(value, item) for value, item in zip(term.items, items, strict=True))
        case UnionType(members=members):
            records = zip(term.flags, term.members, members, strict=True)
            return conjunction(implication(flag, inside(r, m)) for flag, r, m in records if r is not None)
        case MapType(key=key, value=value):
            return universe.for_all(every(universe, key), lambda at: inside(term.at(at), value))
        case SetType(item=item):
            return universe.for_all(term.cases(), lambda value: inside(value, item))
        case SeqType(item=item):
            items = universe.for_all(positions(universe, term), lambda index: inside(term.at(index), item))
            return conjunction((_is_short(universe.instance, term.length, type) if above else True, items))
        case BagType(item=item):
            items = universe.for_all(term.cases(), lambda value: inside(value, item))
            return conjunction((items, _is_small(universe, term, type) if above else True))


def _is_short(instance: Instance, length: Leaf, type: SeqType) -> Leaf:
    longest = instance.lengths.get(type.bound) if type.bound else None
    return True if longest is None else less(length, longest, or_equal=True)


def _is_small(universe: Universe, term: BagTerm, type: BagType) -> Leaf:
    """Of a bag whose items are within their own bounds: are there few of them?"""
    assert universe.instance is not None
    bound = universe.instance.bags.get(type.bound) if type.bound else None
    if bound is None:
        return True
    counts = [term.count(case.value) for case in every(universe, type.item)]
    distinct = sum((choice(count > 0, 1, 0) for count in counts), start=0)
    return conjunction([*(less(count, bound.copies, or_equal=True) for count in counts), distinct <= bound.distinct])


def _between(number: Leaf, low: int, high: int | None) -> Leaf:
    return conjunction((less(low, number, or_equal=True), True if high is None else less(number, high, or_equal=True)))
