"""Sets, maps, bags and sequences as functions."""
# pyright: basic
from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias, Union, assert_never

from checker.core import ir
from checker.core.types import BagType, MapType, QuorumType, SeqType, SetType, Type
from checker.engines.proof.smt import quantify
from checker.engines.proof.smt.concrete import nth
from checker.engines.proof.smt.logic import Leaf, choice, conjunction, disjunction, less, negation
from checker.engines.proof.smt.shapes import cases_of, positive
from checker.engines.proof.smt.terms import BagTerm, Case, MapTerm, SequenceTerm, SetTerm, Term
from checker.engines.proof.smt.values import equal, every, integers, merge, restricted, subset, well_typed

if TYPE_CHECKING:
    from checker.engines.proof.smt.translate import Names, Translator

SetOrMap: TypeAlias = Union[
    ir.AllOf, ir.Range, ir.Contains, ir.Length, ir.MakeMap, ir.Lookup, ir.Replace, ir.MakeSet, ir.SetOperation,
    ir.Subset,
]
BagOrSequence: TypeAlias = Union[
    ir.MakeBag, ir.BagAdd, ir.BagAddAll, ir.BagRemove, ir.Count, ir.MakeSeq, ir.Concat, ir.Index, ir.Slice,
]


def collection(translator: Translator, node: SetOrMap | BagOrSequence, names: Names) -> Term:
    """The symbolic value of an expression on collections."""
    match node:
        case ir.AllOf() | ir.Range() | ir.MakeSet() | ir.SetOperation() | ir.Subset():
            return _set(translator, node, names)
        case ir.Contains(item=item, collection=inside):
            return quantify.contains(translator, inside, names, translator.term(item, names))
        case ir.Length(operand=operand):
            return _length(translator, operand, names)
        case ir.MakeMap() | ir.Lookup() | ir.Replace():
            return _map(translator, node, names)
        case ir.MakeBag() | ir.BagAdd() | ir.BagAddAll() | ir.BagRemove() | ir.Count():
            return _bag(translator, node, names)
        case ir.MakeSeq() | ir.Concat() | ir.Index() | ir.Slice():
            return _sequence(translator, node, names)
        case _:
            assert_never(node)


def _item_type(type: Type) -> Type:
    assert isinstance(type, (SetType, BagType, SeqType))
    return type.item


# --- sets and maps ------------------------------------------------------------------------------------------------


def _set(
    translator: Translator, node: ir.AllOf | ir.Range | ir.MakeSet | ir.SetOperation | ir.Subset, names: Names
) -> Term:
    universe = translator.universe
    match node:
        case ir.AllOf(type=type):
            item = _item_type(type)
            return SetTerm(
                lambda value: well_typed(universe, value, item, any_ints=True), lambda: every(universe, item)
            )
        case ir.Range(start=start, stop=stop):
            low, high = translator.term(start, names), translator.term(stop, names)
            translator.list_numbers(low, high)
            return SetTerm(
                lambda value: conjunction((less(low, value, or_equal=True), less(value, high, or_equal=False))),
                lambda: integers(universe, low, high),
            )
        case ir.MakeSet(items=items, type=type):
            listed = [translator.term(item, names) for item in items]
            item_type = _item_type(type)
            return SetTerm(
                lambda value: disjunction(equal(universe, value, item, item_type) for item in listed),
                lambda: [Case((), True, item) for item in listed],
            )
        case ir.SetOperation(operator=operator, left=left, right=right):
            return _set_operation(operator, translator.term(left, names), translator.term(right, names))
        case ir.Subset(left=left, right=right):
            return subset(universe, translator.term(left, names), translator.term(right, names))
        case _:
            assert_never(node)


def _set_operation(operator: str, left: SetTerm, right: SetTerm) -> SetTerm:
    if operator == "|":
        return SetTerm(
            lambda value: disjunction((left.contains(value), right.contains(value))),
            lambda: left.cases() + right.cases(),
        )
    def kept(value: Term) -> Leaf:
        return right.contains(value) if operator == "&" else negation(right.contains(value))
    def cases() -> list[Case]:
        return [kept_case for case in left.cases() for kept_case in restricted([case], kept(case.value))]
    return SetTerm(lambda value: conjunction((left.contains(value), kept(value))), cases)


def _length(translator: Translator, operand: ir.Expr, names: Names) -> Leaf:
    universe, term = translator.universe, translator.term(operand, names)
    match operand.type:
        case SeqType():
            return term.length
        case BagType(item=item):
            copies = quantify.distinct_items(universe, term, item)
            return quantify.total(translator, [(case, term.count(case.value)) for case in copies])
        case SetType(item=item):
            return quantify.total(translator, [(case, 1) for case in quantify.distinct_items(universe, term, item)])
        case QuorumType() as family:
            members = cases_of(universe, family.member, lambda value: universe.member(value, term, family))
            return quantify.total(translator, [(case, 1) for case in members])
        case _:
            raise AssertionError(f"{operand.type} has no length")


def _map(translator: Translator, node: ir.MakeMap | ir.Lookup | ir.Replace, names: Names) -> Term:
    match node:
        case ir.MakeMap(name=name, body=body):
            path = translator.path
            return MapTerm(lambda key: translator.under(path, translator.term, body, {**names, name: key}))
        case ir.Lookup(map=table, key=key):
            return translator.term(table, names).at(translator.term(key, names))
        case ir.Replace(map=table, key=key, value=value):
            old, place = translator.term(table, names), translator.term(key, names)
            new, type = translator.term(value, names), table.type
            assert isinstance(old, MapTerm) and isinstance(type, MapType)
            universe = translator.universe
            def at(wanted: Term) -> Term:
                here = equal(universe, wanted, place, type.key)
                return new if here is True else merge(here, new, old.at(wanted))
            return MapTerm(at)
        case _:
            assert_never(node)


# --- bags and sequences -------------------------------------------------------------------------------------------


def _bag(
    translator: Translator, node: ir.MakeBag | ir.BagAdd | ir.BagAddAll | ir.BagRemove | ir.Count, names: Names
) -> Term:
    if isinstance(node, ir.MakeBag):
        found, type = BagTerm(lambda value: 0, list), _item_type(node.type)
        for item in node.items:
            found = _changed(translator, found, translator.term(item, names), type, 1)
        return found
    bag = translator.term(node.bag, names)
    type = _item_type(node.bag.type)
    match node:
        case ir.Count(item=item):
            return bag.count(translator.term(item, names))
        case ir.BagAdd(item=item):
            return _changed(translator, bag, translator.term(item, names), type, 1)
        case ir.BagAddAll(items=items):
            more = translator.term(items, names)
            return BagTerm(
                lambda value: bag.count(value) + choice(more.contains(value), 1, 0),
                lambda: bag.cases() + more.cases(),
            )
        case ir.BagRemove(item=item, if_present=if_present):
            removed = translator.term(item, names)
            present = positive(bag.count(removed))
            if not if_present:
                translator.demand(present)
            less_one = _changed(translator, bag, removed, type, -1)
            return merge(present, less_one, bag)
        case _:
            assert_never(node)


def _changed(translator: Translator, bag: BagTerm, item: Term, type: Type, difference: int) -> BagTerm:
    universe = translator.universe
    def count(value: Term) -> Leaf:
        return bag.count(value) + choice(equal(universe, value, item, type), difference, 0)
    def cases() -> list[Case]:
        if difference > 0:
            return [*bag.cases(), Case((), True, item)]
        return [kept for case in bag.cases() for kept in restricted([case], positive(count(case.value)))]
    return BagTerm(count, cases)


def _sequence(translator: Translator, node: ir.MakeSeq | ir.Concat | ir.Index | ir.Slice, names: Names) -> Term:
    match node:
        case ir.MakeSeq(items=items):
            listed: Sequence[Term] = [translator.term(item, names) for item in items]
            return SequenceTerm(len(listed), lambda index: nth(list(listed), index), len(listed))
        case ir.Concat(left=left, right=right):
            return _concatenated(translator.term(left, names), translator.term(right, names))
        case ir.Index(sequence=sequence, index=index):
            whole, place = translator.term(sequence, names), translator.term(index, names)
            translator.demand(conjunction((less(0, place, or_equal=True), less(place, whole.length, or_equal=False))))
            return translator.known(whole.at(place), node.type)
        case ir.Slice(sequence=sequence, start=start, stop=stop):
            whole = translator.term(sequence, names)
            return _slice(whole, translator.term(start, names), translator.term(stop, names))
        case _:
            assert_never(node)


def _concatenated(left: SequenceTerm, right: SequenceTerm) -> SequenceTerm:
    limit = None if left.limit is None or right.limit is None else left.limit + right.limit
    return SequenceTerm(
        left.length + right.length,
        lambda index: merge(less(index, left.length, or_equal=False), left.at(index), right.at(index - left.length)),
        limit,
    )


def _slice(whole: SequenceTerm, start: Leaf, stop: Leaf) -> SequenceTerm:
    low, high = _clamped(start, whole.length), _clamped(stop, whole.length)
    length = choice(less(low, high, or_equal=False), high - low, 0)
    return SequenceTerm(length, lambda index: whole.at(low + index), whole.limit)


def _clamped(index: Leaf, length: Leaf) -> Leaf:
    """The index brought into 0..length."""
    if isinstance(index, int) and index <= 0:
        return 0
    not_negative = index if isinstance(index, int) else choice(less(index, 0, or_equal=False), 0, index)
    return choice(less(length, not_negative, or_equal=False), length, not_negative)
