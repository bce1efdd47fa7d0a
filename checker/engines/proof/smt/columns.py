"""Columns: the functions from which a value is read.

A variable `Map[Server, Set[Server]]` is one column, a relation of two arguments; `Map[Acceptor, Vote | None]` is three,
each a function of an acceptor: is there a vote, its ballot, its value.
"""
# pyright: basic
from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import z3

from checker.core.structs import struct
from checker.core.types import (
    BagType, BoolType, EnumType, IntType, MapType, OptionType, QuorumType, RecordType, SeqType, SetType, SortType,
    TupleType, Type, UnionType,
)
from checker.engines.proof.smt.logic import Leaf, as_term, choice, conjunction, disjunction, negation
from checker.engines.proof.smt.shapes import Shape, bag_of, flatten, set_of, shapes
from checker.engines.proof.smt.terms import (
    BagTerm, MapTerm, OptionTerm, RecordTerm, SequenceTerm, SetTerm, Term, TupleTerm, UnionTerm,
)
from checker.engines.proof.smt.universe import Universe
from checker.engines.proof.smt.values import merge

Read = Callable[..., Leaf]


@struct
class Column:
    name: str
    arguments: tuple[z3.SortRef, ...]
    result: z3.SortRef


def columns(universe: Universe, type: Type) -> list[Column]:
    """The functions from which a value of the type is read, in a fixed order."""
    match type:
        case BoolType() | IntType() | EnumType() | SortType() | QuorumType():
            return [Column("", (), universe.sort(type))]
        case OptionType(item=item):
            return [Column(" is not None", (), universe.truths), *columns(universe, item)]
        case RecordType(fields=fields):
            return [_renamed(f".{name}", column) for name, field in fields for column in columns(universe, field)]
        case TupleType(items=items):
            return [_renamed(f".{i}", column) for i, item in enumerate(items) for column in columns(universe, item)]
        case UnionType(members=members):
            flags = [Column(f" is {member}", (), universe.truths) for member in members]
            inside = [_renamed(f":{member}", column) for member in members for column in columns(universe, member)]
            return [*flags, *inside]
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


# --- collections as arrays ----------------------------------------------------------------------------------------


def array_shape(universe: Universe, type: Type) -> Shape:
    """A collection as arguments of a relation, for all sizes: an array a column."""
    own = columns(universe, type)
    def build(leaves: Sequence[Leaf]) -> Term:
        reads = [_selection(column, leaf) for column, leaf in zip(own, leaves, strict=True)]
        return replace(assemble(universe, type, iter(reads)), leaves=tuple(leaves))
    return Shape(tuple(_box_sort(column) for column in own), build)


def _box_sort(column: Column) -> z3.SortRef:
    return z3.ArraySort(*column.arguments, column.result) if column.arguments else column.result


def _selection(column: Column, leaf: Leaf) -> Read:
    return (lambda *arguments: z3.Select(leaf, *arguments)) if column.arguments else (lambda: leaf)


def arrays(universe: Universe, term: Term, type: Type) -> tuple[Leaf, ...]:
    """The arrays of a collection: equal ones for equal collections."""
    boxes: list[Leaf] = []
    for column, read in zip(columns(universe, type), disassemble(universe, type, term), strict=True):
        variables = [universe.bound(sort) for sort in column.arguments]
        body = as_term(read(*variables), universe.context)
        boxes.append(z3.Lambda(variables, body) if variables else body)
    return tuple(boxes)


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
    """A state variable: a function symbol a column, with a blank in its name, as Z3's own (`true`, `xor`) have not."""
    own = columns(universe, type)
    reads = [universe.function(f"state {name}{column.name}", column.arguments, column.result) for column in own]
    return assemble(universe, type, iter(reads))
