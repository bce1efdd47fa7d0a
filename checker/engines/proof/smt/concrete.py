"""Values of the language as terms over an instance, and values out of a Z3 model."""
# pyright: basic
from __future__ import annotations

from typing import Any

import z3

from checker.core import values
from checker.core.instance import Instance
from checker.core.types import (
    BagType, BoolType, EnumType, IntType, MapType, OptionType, QuorumType, RecordType, SeqType, SetType, SortType,
    TupleType, Type, UnionType,
)
from checker.engines.proof.smt.logic import Leaf, Symbol, disjunction
from checker.engines.proof.smt.shapes import bag_of, set_of, widened
from checker.engines.proof.smt.terms import (
    MapTerm, OptionTerm, RecordTerm, SequenceTerm, Term, TupleTerm,
)
from checker.engines.proof.smt.universe import Universe
from checker.engines.proof.smt.values import equal, merge


def from_value(universe: Universe, value: Any, type: Type) -> Term:
    """The term that stands for a value of the type in an instance."""
    def inside(part: Any, part_type: Type) -> Term:
        return from_value(universe, part, part_type)
    match type:
        case BoolType() | IntType():
            return value
        case EnumType() | SortType() | QuorumType():
            return universe.elements(type)[value.index]
        case OptionType(item=item):
            return OptionTerm(True, None) if value is None else OptionTerm(False, inside(value, item))
        case RecordType(fields=fields):
            return RecordTerm(type, tuple(inside(v, field) for v, (_, field) in zip(value.values, fields, strict=True)))
        case TupleType(items=items):
            return TupleTerm(tuple(inside(v, item) for v, item in zip(value, items, strict=True)))
        case UnionType(members=members):
            index = [member.name for member in members].index(value.record)
            return widened(type, index, inside(value, members[index]))
        case MapType(key=key, value=item):
            return _map(universe, [(inside(k, key), inside(v, item)) for k, v in value.items], key)
        case SetType(item=item):
            listed = [inside(v, item) for v in values.in_order(value)]
            return set_of(universe, item, lambda x: disjunction(equal(universe, x, y, item) for y in listed))
        case BagType(item=item):
            counts = [(inside(v, item), count) for v, count in value.items]
            return bag_of(universe, item, lambda x: _count(universe, counts, x, item))
        case SeqType(item=item):
            listed = [inside(v, item) for v in value]
            return SequenceTerm(len(listed), lambda index: nth(listed, index), len(listed))


def nth(items: list[Term], index: Leaf) -> Term:
    """The item at a symbolic position; outside of the list, one that nobody looks at."""
    found: Term = None
    for position, item in enumerate(items):
        found = merge(index == position, item, found)
    return found


def _map(universe: Universe, pairs: list[tuple[Term, Term]], key: Type) -> MapTerm:
    def at(wanted: Term) -> Term:
        found: Term = None
        for known, item in pairs:
            found = merge(equal(universe, wanted, known, key), item, found)
        return found
    return MapTerm(at)


def _count(universe: Universe, counts: list[tuple[Term, int]], wanted: Term, type: Type) -> Leaf:
    total: Leaf = 0
    for item, count in counts:
        found = merge(equal(universe, wanted, item, type), count, total)
        total = found
    return total


class Reader:
    """Values out of a Z3 model.  `instance` is that of the universe, with the quorums as the model has them."""

    def __init__(self, universe: Universe, model: z3.ModelRef, instance: Instance) -> None:
        self.universe = universe
        self.instance = instance
        self.model = model

    def leaf(self, leaf: Leaf) -> Leaf:
        """What the model says of a leaf."""
        if isinstance(leaf, (bool, int)):
            return leaf
        found: Symbol = self.model.eval(leaf, model_completion=True)
        if z3.is_bool(found):
            return z3.is_true(found)
        return found.as_long() if z3.is_int_value(found) else found

    def value(self, term: Term, type: Type) -> values.Value:
        """What the model says of a term of the type."""
        match type:
            case BoolType() | IntType():
                return self.leaf(term)
            case EnumType() | SortType() | QuorumType():
                return list(self.instance.domain(type))[self.leaf(term)]
            case OptionType(item=item):
                return None if self.leaf(term.nothing) else self.value(term.item, item)
            case RecordType(name=name, fields=fields):
                inside = tuple(self.value(part, field) for part, (_, field) in zip(term.fields, fields, strict=True))
                return values.RecordValue(name, tuple(field for field, _ in fields), inside)
            case TupleType(items=items):
                return tuple(self.value(part, item) for part, item in zip(term.items, items, strict=True))
            case UnionType(members=members):
                index = [self.leaf(flag) for flag in term.flags].index(True)
                return self.value(term.members[index], members[index])
            case MapType(key=key, value=item):
                pairs = [(k, self.value(term.at(self._term(k, key)), item)) for k in self.instance.domain(key)]
                return values.FrozenMap(tuple(pairs))
            case SetType(item=item):
                found = [v for v in self.instance.domain(item) if self.leaf(term.contains(self._term(v, item)))]
                return frozenset(found)
            case BagType(item=item):
                counts = [(v, self.leaf(term.count(self._term(v, item)))) for v in self.instance.domain(item)]
                return values.FrozenBag.of(v for v, count in counts for _ in range(int(count)))
            case SeqType(item=item):
                length = int(self.leaf(term.length))
                return values.Sequence(self.value(term.at(index), item) for index in range(length))

    def _term(self, value: values.Value, type: Type) -> Term:
        return from_value(self.universe, value, type)
