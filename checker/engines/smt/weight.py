"""How much has happened in a state: the facts that a smallest counterexample should have few of."""
# pyright: basic
from __future__ import annotations

from checker.core.types import (
    BagType, BoolType, EnumType, IntType, MapType, OptionType, QuorumType, RecordType, SeqType, SetType, SortType,
    TupleType, Type, UnionType,
)
from checker.engines.smt.logic import Leaf, conjunction, negation, same
from checker.engines.smt.shapes import all_values, positive
from checker.engines.smt.terms import Term
from checker.engines.smt.universe import Universe


def weights(universe: Universe, term: Term, type: Type) -> list[Leaf]:
    """Facts about a value of an instance: an item is in a set, an option is something, a number is not 0."""
    match type:
        case BoolType():
            return [term]
        case IntType():
            return [positive(term)]
        case SortType(ordered=ordered):
            return [positive(term)] if ordered else []
        case EnumType():
            return [negation(same(term, universe.elements(type)[0]))]
        case QuorumType():
            return []
        case OptionType(item=item):
            something = negation(term.nothing)
            return [something, *(conjunction((something, inner)) for inner in weights(universe, term.item, item))]
        case RecordType(fields=fields):
            pairs = zip(term.fields, fields, strict=True)
            return [weight for part, (_, field) in pairs for weight in weights(universe, part, field)]
        case TupleType(items=items):
            pairs = zip(term.items, items, strict=True)
            return [weight for part, item in pairs for weight in weights(universe, part, item)]
        case UnionType():
            return list(term.flags[1:])
        case MapType(key=key, value=value):
            return [w for at in all_values(universe, key) for w in weights(universe, term.at(at), value)]
        case SetType(item=item):
            return [term.contains(value) for value in all_values(universe, item)]
        case BagType(item=item):
            return [positive(term.count(value)) for value in all_values(universe, item)]
        case SeqType():
            return [term.length > position for position in range(term.limit or 0)]
