"""How the values of a type lie in Z3: as arguments of a relation, as results of functions, as constants.

A *shape* is a tuple of leaves.  A type is a sum of shapes: an option is a shape without its item and the shapes of its
item, a union has the shapes of its members, a record the product of those of its fields.  A set over it is one relation
a shape, so a message with `last: Vote | None` is two relations, and equal values are equal arguments.  A collection
inside of an item is one shape of Z3 arrays (for all sizes), or a number among all its values (in an instance).

A *column* is a function from which a value is read: a variable `Map[Server, Set[Server]]` is one column, a relation
of two arguments.
"""
# pyright: basic
from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import z3

from checker.core.types import (
    BagType, BoolType, EnumType, IntType, MapType, OptionType, QuorumType, RecordType, SeqType, SetType, SortType,
    TupleType, Type, UnionType,
)
from checker.engines.smt.logic import Leaf, as_term, choice, conjunction, disjunction, negation, same
from checker.engines.smt.terms import (
    BagTerm, Case, MapTerm, OptionTerm, RecordTerm, SequenceTerm, SetTerm, Term, TupleTerm, UnionTerm,
)
from checker.engines.smt.universe import Universe
from checker.engines.smt.values import equal, merge

Read = Callable[..., Leaf]


@dataclass(frozen=True, slots=True)
class Shape:
    sorts: tuple[z3.SortRef, ...]
    build: Callable[[Sequence[Leaf]], Term]


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    arguments: tuple[z3.SortRef, ...]
    result: z3.SortRef


# --- shapes -------------------------------------------------------------------------------------------------------


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
    own = columns(universe, type)
    def build(leaves: Sequence[Leaf]) -> Term:
        reads = [_selection(column, leaf) for column, leaf in zip(own, leaves, strict=True)]
        return replace(assemble(universe, type, iter(reads)), leaves=tuple(leaves))
    return Shape(tuple(_box_sort(column) for column in own), build)


def _box_sort(column: Column) -> z3.SortRef:
    return z3.ArraySort(*column.arguments, column.result) if column.arguments else column.result


def _selection(column: Column, leaf: Leaf) -> Read:
    return (lambda *arguments: z3.Select(leaf, *arguments)) if column.arguments else (lambda: leaf)


def all_values(universe: Universe, type: Type) -> list[Term]:
    """Every value of a type of the instance, in order."""
    from checker.engines.smt.concrete import from_value

    assert universe.instance is not None
    key = ("values", type)
    if key not in universe.memory:
        universe.memory[key] = [from_value(universe, value, type) for value in universe.instance.domain(type)]
    return universe.memory[key]


def flatten(universe: Universe, term: Term, type: Type) -> list[tuple[Leaf, int, tuple[Leaf, ...]]]:
    """Which shape the value has (a condition and the shape's position), with its leaves; exactly one condition holds."""
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
    boxes: list[Leaf] = []
    for column, read in zip(columns(universe, type), disassemble(universe, type, term), strict=True):
        variables = [universe.bound(sort) for sort in column.arguments]
        body = as_term(read(*variables), universe.context)
        boxes.append(z3.Lambda(variables, body) if variables else body)
    return tuple(boxes)


# --- columns ------------------------------------------------------------------------------------------------------


def columns(universe: Universe, type: Type) -> list[Column]:
    """The functions from which a value of the type is read, in a fixed order."""
    match type:
        case BoolType() | IntType() | EnumType() | SortType() | QuorumType():
            return [Column("", (), universe.sort(type))]
        case OptionType(item=item):
            return [Column(" is something", (), universe.truths), *columns(universe, item)]
        case RecordType(fields=fields):
            return [_renamed(f".{name}", column) for name, field in fields for column in columns(universe, field)]
        case TupleType(items=items):
            return [_renamed(f".{i}", column) for i, item in enumerate(items) for column in columns(universe, item)]
        case UnionType(members=members):
            flags = [Column(f" is {member}", (), universe.truths) for member in members]
            return flags + [_renamed(f":{member}", column) for member in members for column in columns(universe, member)]
        case MapType(key=key, value=value):
            return [
                Column(f"[{index}]{column.name}", (*shape.sorts, *column.arguments), column.result)
                for index, shape in enumerate(shapes(universe, key)) for column in columns(universe, value)
            ]
        case SetType(item=item):
            return [Column(f"/{i}", shape.sorts, universe.truths) for i, shape in enumerate(shapes(universe, item))]
        case BagType(item=item):
            return [Column(f"/{i}", shape.sorts, universe.integers) for i, shape in enumerate(shapes(universe, item))]
        case SeqType(item=item):
            inside = [
                Column(f"[]{column.name}", (universe.integers, *column.arguments), column.result)
                for column in columns(universe, item)
            ]
            return [Column(" length", (), universe.integers), *inside]


def _renamed(prefix: str, column: Column) -> Column:
    return replace(column, name=prefix + column.name)


def assemble(universe: Universe, type: Type, reads: Iterator[Read]) -> Term:
    """The value that is read from functions, one a column of the type."""
    match type:
        case BoolType() | IntType() | EnumType() | SortType() | QuorumType():
            return next(reads)()
        case OptionType(item=item):
            return OptionTerm(negation(next(reads)()), assemble(universe, item, reads))
        case RecordType(fields=fields):
            return RecordTerm(type, tuple(assemble(universe, field, reads) for _, field in fields))
        case TupleType(items=items):
            return TupleTerm(tuple(assemble(universe, item, reads) for item in items))
        case UnionType(members=members):
            flags = tuple(next(reads)() for _ in members)
            return UnionTerm(type, flags, tuple(assemble(universe, member, reads) for member in members))
        case MapType(key=key, value=value):
            width = len(columns(universe, value))
            tables = [[next(reads) for _ in range(width)] for _ in shapes(universe, key)]
            return MapTerm(lambda at: _looked_up(universe, tables, at, type))
        case SetType(item=item):
            relations = [next(reads) for _ in shapes(universe, item)]
            return set_of(universe, item, lambda value: _related(universe, relations, value, item))
        case BagType(item=item):
            counts = [next(reads) for _ in shapes(universe, item)]
            return bag_of(universe, item, lambda value: _counted(universe, counts, value, item))
        case SeqType(item=item, bound=bound):
            length, *inside = [next(reads) for _ in columns(universe, type)]
            limit = universe.instance.lengths[bound or "seq"] if universe.instance else None
            return SequenceTerm(length(), lambda i: assemble(universe, item, iter(_applied(inside, (i,)))), limit)


def _applied(reads: Sequence[Read], first: Sequence[Leaf]) -> list[Read]:
    return [lambda *rest, read=read: read(*first, *rest) for read in reads]


def _looked_up(universe: Universe, tables: Sequence[Sequence[Read]], key: Term, type: MapType) -> Term:
    found: Term = None
    for holds, index, leaves in flatten(universe, key, type.key):
        found = merge(holds, assemble(universe, type.value, iter(_applied(tables[index], leaves))), found)
    return found


def _related(universe: Universe, relations: Sequence[Read], item: Term, type: Type) -> Leaf:
    flats = flatten(universe, item, type)
    return disjunction(conjunction((holds, relations[index](*leaves))) for holds, index, leaves in flats)


def _counted(universe: Universe, counts: Sequence[Read], item: Term, type: Type) -> Leaf:
    total: Leaf = 0
    for holds, index, leaves in flatten(universe, item, type):
        total = choice(holds, counts[index](*leaves), total)
    return total


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
    return SetTerm(contains, lambda: cases_of(universe, item, contains))


def bag_of(universe: Universe, item: Type, count: Callable[[Term], Leaf]) -> BagTerm:
    """The bag with this many copies of each value."""
    return BagTerm(count, lambda: cases_of(universe, item, lambda value: positive(count(value))))


def positive(number: Leaf) -> Leaf:
    return number > 0


# --- the other way ------------------------------------------------------------------------------------------------


def disassemble(universe: Universe, type: Type, term: Term) -> list[Read]:
    """Functions, one a column, from which the value can be read: the same ones for equal values."""
    if term is None:
        return [_constantly(_default(universe, column.result)) for column in columns(universe, type)]
    match type, term:
        case OptionType(item=item), OptionTerm(nothing=nothing, item=inside):
            present = negation(nothing)
            return [lambda: present, *_guarded(universe, present, item, disassemble(universe, item, inside))]
        case RecordType(fields=fields), RecordTerm(fields=parts):
            pairs = zip(fields, parts, strict=True)
            return [read for (_, field), part in pairs for read in disassemble(universe, field, part)]
        case TupleType(items=items), TupleTerm(items=parts):
            return [read for item, part in zip(items, parts, strict=True) for read in disassemble(universe, item, part)]
        case UnionType(members=members), UnionTerm(flags=flags, members=records):
            reads: list[Read] = [_constantly(flag) for flag in flags]
            for flag, member, record in zip(flags, members, records, strict=True):
                reads += _guarded(universe, flag, member, disassemble(universe, member, record))
            return reads
        case MapType(key=key, value=value), MapTerm():
            width = len(columns(universe, value))
            return [
                _read_map(universe, type, term, shape, place)
                for shape in shapes(universe, key) for place in range(width)
            ]
        case SetType(item=item), SetTerm(contains=ask):
            return [_read_item(ask, shape) for shape in shapes(universe, item)]
        case BagType(item=item), BagTerm(count=ask):
            return [_read_item(ask, shape) for shape in shapes(universe, item)]
        case SeqType(item=item), SequenceTerm():
            places = range(len(columns(universe, item)))
            return [_constantly(term.length), *(_read_sequence(universe, item, term, place) for place in places)]
        case _:
            return [_constantly(term)]


def _constantly(leaf: Leaf) -> Read:
    return lambda: leaf


def _guarded(universe: Universe, condition: Leaf, type: Type, reads: Sequence[Read]) -> list[Read]:
    return [
        lambda *at, read=read, column=column: choice(condition, read(*at), _default(universe, column.result))
        for read, column in zip(reads, columns(universe, type), strict=True)
    ]


def _read_map(universe: Universe, type: MapType, term: MapTerm, shape: Shape, place: int) -> Read:
    width = len(shape.sorts)
    return lambda *at: disassemble(universe, type.value, term.at(shape.build(at[:width])))[place](*at[width:])


def _read_item(ask: Callable[[Term], Leaf], shape: Shape) -> Read:
    return lambda *at: ask(shape.build(at))


def _read_sequence(universe: Universe, item: Type, term: SequenceTerm, place: int) -> Read:
    column = columns(universe, item)[place]
    def read(index: Leaf, *rest: Leaf) -> Leaf:
        inside = conjunction((index >= 0, index < term.length))
        value = disassemble(universe, item, term.at(index))[place](*rest)
        return choice(inside, value, _default(universe, column.result))
    return read


def _default(universe: Universe, sort: z3.SortRef) -> Leaf:
    """Some value, always the same one, for a place that nobody looks at."""
    if sort == universe.truths:
        return False
    return 0 if sort == universe.integers else z3.Const(f"any {sort}", sort)


# --- constants ----------------------------------------------------------------------------------------------------


def fresh(universe: Universe, name: str, type: Type) -> Term:
    """A value of the type about which nothing is known but what `values.well_typed` says."""
    match type:
        case BoolType() | IntType() | EnumType() | SortType() | QuorumType():
            return universe.constant(name, universe.sort(type))
        case OptionType(item=item):
            return OptionTerm(universe.constant(f"{name} is None", universe.truths), fresh(universe, name, item))
        case RecordType(fields=fields):
            return RecordTerm(type, tuple(fresh(universe, f"{name}.{field}", part) for field, part in fields))
        case TupleType(items=items):
            return TupleTerm(tuple(fresh(universe, f"{name}.{index}", item) for index, item in enumerate(items)))
        case UnionType(members=members):
            flags = tuple(universe.constant(f"{name} is {member}", universe.truths) for member in members)
            return UnionTerm(type, flags, tuple(fresh(universe, name, member) for member in members))
        case MapType() | SetType() | BagType() | SeqType():
            (shape,) = shapes(universe, type)
            return shape.build([universe.constant(name, sort) for sort in shape.sorts])


def variable(universe: Universe, name: str, type: Type) -> Term:
    """A state variable: a function symbol a column."""
    own = columns(universe, type)
    reads = [universe.function(name + column.name, column.arguments, column.result) for column in own]
    return assemble(universe, type, iter(reads))
