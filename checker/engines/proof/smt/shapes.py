"""How the values of a type lie in Z3: as arguments of a relation, as results of functions, as constants.

A *shape* is a tuple of leaves.  A type is a sum of shapes: an option is a shape without its item and the shapes of its
item, a union has the shapes of its members, a record the product of those of its fields.  A set over it is one relation
a shape, so a message with `last: Vote | None` is two relations, and equal values are equal arguments.  A collection
inside of an item is one shape of Z3 arrays (for all sizes), or a number among all its values (in an instance).
"""
# pyright: basic
from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import z3

from checker.core.structs import struct
from checker.core.types import (
    BagType, BoolType, EnumType, IntType, MapType, OptionType, QuorumType, RecordType, SeqType, SetType, SortType,
    TupleType, Type, UnionType,
)
from checker.engines.proof.smt.logic import Leaf, choice, conjunction, negation, same
from checker.engines.proof.smt.terms import (
    BagTerm, Case, MapTerm, OptionTerm, RecordTerm, SequenceTerm, SetTerm, Term, TupleTerm, UnionTerm,
)
from checker.engines.proof.smt.universe import Universe
from checker.engines.proof.smt.values import equal, merge

@struct
class Shape:
    sorts: tuple[z3.SortRef, ...]
    build: Callable[[Sequence[Leaf]], Term]


def shapes(universe: Universe, type: Type) -> list[Shape]:
    """The shapes of a type, in a fixed order."""
    key = ("shapes", type)
    if key not in universe.memory:
        universe.memory[key] = _shapes(universe, type)
    return universe.memory[key]


def _shapes(universe: Universe, type: Type) -> list[Shape]:
    match type:
        case BoolType() | IntType() | EnumType() | SortType() | QuorumType():
            return [Shape((universe.sort(type),), lambda leaves: leaves[0])]
        case OptionType(item=item):
            some = [Shape(shape.sorts, _option_of(shape)) for shape in shapes(universe, item)]
            return [Shape((), lambda leaves: OptionTerm(True, None)), *some]
        case RecordType(fields=fields):
            return _products(universe, [field for _, field in fields], lambda parts: RecordTerm(type, parts))
        case TupleType(items=items):
            return _products(universe, items, TupleTerm)
        case UnionType(members=members):
            return [
                Shape(shape.sorts, _member_of(type, index, shape))
                for index, member in enumerate(members) for shape in shapes(universe, member)
            ]
        case MapType() | SetType() | BagType() | SeqType():
            return [_boxed(universe, type)]


def _option_of(shape: Shape) -> Callable[[Sequence[Leaf]], Term]:
    return lambda leaves: OptionTerm(False, shape.build(leaves))


def _member_of(type: UnionType, index: int, shape: Shape) -> Callable[[Sequence[Leaf]], Term]:
    def build(leaves: Sequence[Leaf]) -> Term:
        record = shape.build(leaves)
        assert isinstance(record, RecordTerm)
        return widened(type, index, record)
    return build


def widened(type: UnionType, index: int, record: RecordTerm) -> UnionTerm:
    """A record as the member of a union at `index`."""
    places = range(len(type.members))
    return UnionTerm(
        type, tuple(place == index for place in places), tuple(record if place == index else None for place in places)
    )


def as_union(operand: Term, type: UnionType) -> UnionTerm:
    """A record or another union as a value of the union."""
    if isinstance(operand, RecordTerm):
        return widened(type, type.members.index(operand.type), operand)
    assert isinstance(operand, UnionTerm)
    known = {
        member: (flag, record)
        for member, flag, record in zip(operand.type.members, operand.flags, operand.members, strict=True)
    }
    found = [known.get(member, (False, None)) for member in type.members]
    return UnionTerm(type, tuple(flag for flag, _ in found), tuple(record for _, record in found))


def _products(universe: Universe, parts: Sequence[Type], make: Callable[[tuple[Term, ...]], Term]) -> list[Shape]:
    return [
        Shape(tuple(sort for shape in chosen for sort in shape.sorts), _product(chosen, make))
        for chosen in itertools.product(*(shapes(universe, part) for part in parts))
    ]


def _product(chosen: Sequence[Shape], make: Callable[[tuple[Term, ...]], Term]) -> Callable[[Sequence[Leaf]], Term]:
    def build(leaves: Sequence[Leaf]) -> Term:
        rest = iter(leaves)
        return make(tuple(shape.build([next(rest) for _ in shape.sorts]) for shape in chosen))
    return build


def _boxed(universe: Universe, type: Type) -> Shape:
    if universe.instance is not None:
        every = all_values(universe, type)
        def pick(leaves: Sequence[Leaf]) -> Term:
            found = every[0]
            for index in range(1, len(every)):
                found = merge(same(leaves[0], index), every[index], found)
            assert isinstance(found, (MapTerm, SetTerm, BagTerm, SequenceTerm))
            return replace(found, leaves=tuple(leaves))
        return Shape((universe.integers,), pick)
    from checker.engines.proof.smt.columns import array_shape

    return array_shape(universe, type)


def all_values(universe: Universe, type: Type) -> list[Term]:
    """Every value of a type of the instance, in order."""
    from checker.engines.proof.smt.concrete import from_value

    assert universe.instance is not None
    key = ("values", type)
    if key not in universe.memory:
        universe.memory[key] = [from_value(universe, value, type) for value in universe.instance.domain(type)]
    return universe.memory[key]


def flatten(universe: Universe, term: Term, type: Type) -> list[tuple[Leaf, int, tuple[Leaf, ...]]]:
    """Which shape the value has (a condition and the shape's position), with its leaves; one condition holds."""
    match type:
        case BoolType() | IntType() | EnumType() | SortType() | QuorumType():
            return [(True, 0, (term,))]
        case OptionType(item=item):
            assert isinstance(term, OptionTerm)
            some = [] if term.nothing is True else flatten(universe, term.item, item)
            present = negation(term.nothing)
            inside = [(conjunction((present, holds)), 1 + index, leaves) for holds, index, leaves in some]
            return [flat for flat in [(term.nothing, 0, ()), *inside] if flat[0] is not False]
        case RecordType(fields=fields):
            assert isinstance(term, RecordTerm)
            return _flat_product(universe, term.fields, [field for _, field in fields])
        case TupleType(items=items):
            assert isinstance(term, TupleTerm)
            return _flat_product(universe, term.items, items)
        case UnionType(members=members):
            assert isinstance(term, UnionTerm)
            return list(_flat_union(universe, term, members))
        case MapType() | SetType() | BagType() | SeqType():
            return [(True, 0, _boxed_leaves(universe, term, type))]


def _flat_product(
    universe: Universe, parts: Sequence[Term], types: Sequence[Type]
) -> list[tuple[Leaf, int, tuple[Leaf, ...]]]:
    flats: list[tuple[Leaf, int, tuple[Leaf, ...]]] = [(True, 0, ())]
    for part, type in zip(parts, types, strict=True):
        radix = len(shapes(universe, type))
        flats = [
            (conjunction((holds, holds_too)), index * radix + place, (*leaves, *more))
            for holds, index, leaves in flats for holds_too, place, more in flatten(universe, part, type)
        ]
    return [flat for flat in flats if flat[0] is not False]


def _flat_union(
    universe: Universe, term: UnionTerm, members: Sequence[RecordType]
) -> Iterator[tuple[Leaf, int, tuple[Leaf, ...]]]:
    start = 0
    for flag, record, member in zip(term.flags, term.members, members, strict=True):
        if flag is not False and record is not None:
            for holds, index, leaves in flatten(universe, record, member):
                yield conjunction((flag, holds)), start + index, leaves
        start += len(shapes(universe, member))


def _boxed_leaves(universe: Universe, term: Term, type: Type) -> tuple[Leaf, ...]:
    assert isinstance(term, (MapTerm, SetTerm, BagTerm, SequenceTerm))
    if term.leaves is not None:
        return term.leaves
    if universe.instance is not None:
        number: Leaf = 0
        for index, value in enumerate(all_values(universe, type)):
            number = choice(equal(universe, term, value, type), index, number)
        return (number,)
    from checker.engines.proof.smt.columns import arrays

    return arrays(universe, term, type)


def cases_of(universe: Universe, type: Type, condition: Callable[[Term], Leaf]) -> list[Case]:
    """The values of a type that satisfy the condition: one case a value in an instance, else one case a shape."""
    if universe.instance is not None:
        listed = (Case((), condition(value), value) for value in all_values(universe, type))
        return [case for case in listed if case.condition is not False]
    found: list[Case] = []
    for shape in shapes(universe, type):
        variables = tuple(universe.bound(sort) for sort in shape.sorts)
        value = shape.build(variables)
        found.append(Case(variables, condition(value), value))
    return [case for case in found if case.condition is not False]


def set_of(universe: Universe, item: Type, contains: Callable[[Term], Leaf]) -> SetTerm:
    """The set of the values that satisfy a condition."""
    return SetTerm(contains, _cases_once(universe, item, contains))


def bag_of(universe: Universe, item: Type, count: Callable[[Term], Leaf]) -> BagTerm:
    """The bag with this many copies of each value."""
    return BagTerm(count, _cases_once(universe, item, lambda value: positive(count(value))))


def _cases_once(universe: Universe, item: Type, condition: Callable[[Term], Leaf]) -> Callable[[], list[Case]]:
    """The cases of a type: made anew for each use for all sizes, where each quantifier has variables of its own."""
    if universe.instance is None:
        return lambda: cases_of(universe, item, condition)
    return functools.cache(lambda: cases_of(universe, item, condition))


def positive(number: Leaf) -> Leaf:
    return number > 0
