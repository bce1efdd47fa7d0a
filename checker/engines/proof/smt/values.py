"""What symbolic values have in common: choosing between two, comparing them, and what their type says of them."""
# pyright: basic
from __future__ import annotations

from collections.abc import Callable, Sequence

from checker.core.instance import Instance
from checker.core.types import (
    BagType, BoolType, EnumType, IntType, MapType, OptionType, QuorumType, RecordType, SeqType, SetType, SortType,
    TupleType, Type, UnionType, parts,
)
from checker.engines.proof.smt.logic import Leaf, choice, conjunction, disjunction, implication, negation, same
from checker.engines.proof.smt.terms import (
    BagTerm, Case, MapTerm, OptionTerm, RecordTerm, SequenceTerm, SetTerm, Term, TupleTerm, UnionTerm,
)
from checker.engines.proof.smt.universe import Universe


def merge(condition: Leaf, then: Term, otherwise: Term) -> Term:
    """`then` where the condition holds, else `otherwise`: two values of one type, or None where nobody looks."""
    if condition is True or otherwise is None:
        return then
    if condition is False or then is None or then is otherwise:
        return otherwise
    match then, otherwise:
        case RecordTerm(type=type, fields=left), RecordTerm(fields=right):
            return RecordTerm(type, _merged(condition, left, right))
        case TupleTerm(items=left), TupleTerm(items=right):
            return TupleTerm(_merged(condition, left, right))
        case OptionTerm(), OptionTerm():
            nothing = choice(condition, then.nothing, otherwise.nothing)
            return OptionTerm(nothing, merge(condition, then.item, otherwise.item))
        case UnionTerm(type=type), UnionTerm():
            flags = tuple(choice(condition, a, b) for a, b in zip(then.flags, otherwise.flags, strict=True))
            return UnionTerm(type, flags, _merged(condition, then.members, otherwise.members))
        case MapTerm(), MapTerm():
            return MapTerm(lambda key: merge(condition, then.at(key), otherwise.at(key)))
        case SetTerm(), SetTerm():
            return SetTerm(
                lambda item: choice(condition, then.contains(item), otherwise.contains(item)),
                lambda: either(condition, then.cases(), otherwise.cases()),
            )
        case BagTerm(), BagTerm():
            return BagTerm(
                lambda item: choice(condition, then.count(item), otherwise.count(item)),
                lambda: either(condition, then.cases(), otherwise.cases()),
            )
        case SequenceTerm(), SequenceTerm():
            return SequenceTerm(
                choice(condition, then.length, otherwise.length),
                lambda index: merge(condition, then.at(index), otherwise.at(index)),
                None if then.limit is None or otherwise.limit is None else max(then.limit, otherwise.limit),
            )
        case _:
            return choice(condition, then, otherwise)


def _merged(condition: Leaf, left: Sequence[Term], right: Sequence[Term]) -> tuple[Term, ...]:
    return tuple(merge(condition, a, b) for a, b in zip(left, right, strict=True))


def either(condition: Leaf, then: Sequence[Case], otherwise: Sequence[Case]) -> list[Case]:
    """The first cases where the condition holds, else the second ones."""
    return [*restricted(then, condition), *restricted(otherwise, negation(condition))]


def restricted(cases: Sequence[Case], condition: Leaf) -> list[Case]:
    """The cases under one more condition."""
    found = [Case(case.variables, conjunction((case.condition, condition)), case.value) for case in cases]
    return [case for case in found if case.condition is not False]


def equal(universe: Universe, left: Term, right: Term, type: Type) -> Leaf:
    """Are two values of the type equal?"""
    match type:
        case BoolType() | IntType() | EnumType() | SortType() | QuorumType():
            return same(left, right)
        case OptionType(item=item):
            both = (left.nothing, right.nothing)
            if True in both:
                return conjunction(both)
            items = equal(universe, left.item, right.item, item)
            return disjunction((conjunction(both), conjunction((negation(both[0]), negation(both[1]), items))))
        case RecordType(fields=fields):
            return _all_equal(universe, left.fields, right.fields, [field for _, field in fields])
        case TupleType(items=items):
            return _all_equal(universe, left.items, right.items, items)
        case UnionType(members=members):
            return disjunction(
                conjunction((a, b, equal(universe, left.members[i], right.members[i], member)))
                for i, (member, a, b) in enumerate(zip(members, left.flags, right.flags, strict=True))
                if a is not False and b is not False and left.members[i] is not None and right.members[i] is not None
            )
        case MapType(key=key, value=value):
            keys = every(universe, key)
            return universe.for_all(keys, lambda at: equal(universe, left.at(at), right.at(at), value))
        case SetType():
            return conjunction((subset(universe, left, right), subset(universe, right, left)))
        case BagType():
            items = [*left.cases(), *right.cases()]
            return universe.for_all(items, lambda value: same(left.count(value), right.count(value)))
        case SeqType(item=item):
            if isinstance(left.length, int) and isinstance(right.length, int) and left.length != right.length:
                return False
            shorter = left if isinstance(left.length, int) else right
            items = universe.for_all(
                positions(universe, shorter), lambda index: equal(universe, left.at(index), right.at(index), item)
            )
            return conjunction((same(left.length, right.length), items))


def _all_equal(universe: Universe, left: Sequence[Term], right: Sequence[Term], types: Sequence[Type]) -> Leaf:
    return conjunction(
        equal(universe, a, b, type) for a, b, type in zip(left, right, types, strict=True)
    )


def subset(universe: Universe, left: SetTerm, right: SetTerm) -> Leaf:
    """Is every item of `left` in `right`?"""
    return universe.for_all(left.cases(), right.contains)


def every(universe: Universe, type: Type) -> list[Case]:
    """Every value of the type; ints have no end on either side, for all sizes."""
    from checker.engines.proof.smt.shapes import cases_of

    return cases_of(universe, type, lambda value: well_typed(universe, value, type, any_ints=True))


def positions(universe: Universe, sequence: SequenceTerm) -> list[Case]:
    """The positions of a sequence."""
    return integers(universe, 0, sequence.length, sequence.limit)


def integers(universe: Universe, start: Leaf, stop: Leaf, limit: int | None = None) -> list[Case]:
    """The ints from `start` up to but not including `stop`, which is at most `limit` where that is known."""
    if isinstance(start, int) and isinstance(stop, int):
        return [Case((), True, number) for number in range(start, stop)]
    if universe.instance is not None:
        low = start if isinstance(start, int) else smallest_number(universe.instance)
        high = limit if limit is not None else stop if isinstance(stop, int) else largest_number(universe.instance)
        numbers = [Case((), conjunction((start <= n, n < stop)), n) for n in range(low, high + 1)]
        return [case for case in numbers if case.condition is not False]
    variable = universe.bound(universe.integers)
    return [Case((variable,), conjunction((start <= variable, variable < stop)), variable)]


def smallest_number(instance: Instance) -> int:
    """No declared int of the instance is below it."""
    return min([0, *(low for low, _ in instance.ranges.values())])


def largest_number(instance: Instance) -> int:
    """No position, length or declared int of the instance is above it."""
    highs = [high for _, high in instance.ranges.values()]
    return 1 + max([*highs, *instance.lengths.values(), 1])


def well_typed(
    universe: Universe, term: Term, type: Type, *, only_ints: bool = False, any_ints: bool = False
) -> Leaf:
    """What the type says of a value: ints and elements of ordered sorts are at least 0, a union is one of its members.

    In an instance also that elements are among its own, and the bounds of the model.  `only_ints`: the lower bounds of
    the ints alone, which an action must keep; the rest is true of every value that an expression can have.  `any_ints`:
    outside of an instance nothing is said of ints, since the value does not come from a state that kept the bounds.
    """
    if term is None or not only_ints and not _says_anything(universe, type):
        return True
    if only_ints and not any(isinstance(part, IntType) for part in parts(type)):
        return True
    def inside(value: Term, part: Type) -> Leaf:
        return well_typed(universe, value, part, only_ints=only_ints, any_ints=any_ints)
    match type:
        case BoolType():
            return True
        case MapType() | SetType() | BagType() | SeqType() if universe.instance is not None and term.leaves is not None:
            return _between(term.leaves[0], 0, universe.instance.cardinality(type) - 1)
        case EnumType() | QuorumType() | SortType(ordered=False):
            many = universe.instance is not None and not only_ints
            return _between(term, 0, len(universe.elements(type)) - 1) if many else True
        case IntType():
            natural = None if any_ints else (0, None)
            limits = natural if only_ints or universe.instance is None else universe.instance.range_of(type)
            return True if limits is None else _between(term, *limits)
        case SortType():
            return True if only_ints else _between(term, 0, universe.last(type))
        case OptionType(item=item):
            return disjunction((term.nothing, inside(term.item, item)))
        case RecordType(fields=fields):
            return conjunction(inside(value, field) for value, (_, field) in zip(term.fields, fields, strict=True))
        case TupleType(items=items):
            return conjunction(inside(value, item) for value, item in zip(term.items, items, strict=True))
        case UnionType(members=members):
            typed = [implication(f, inside(r, m)) for f, r, m in zip(term.flags, term.members, members, strict=True)]
            return conjunction(typed if only_ints else [exactly_one(term.flags), *typed])
        case MapType(key=key, value=value):
            return universe.for_all(every(universe, key), lambda at: inside(term.at(at), value))
        case SetType(item=item):
            return universe.for_all(term.cases(), lambda value: inside(value, item))
        case BagType():
            return _bag_typed(universe, term, type, inside, only_ints=only_ints)
        case SeqType(item=item):
            items = universe.for_all(positions(universe, term), lambda index: inside(term.at(index), item))
            return items if only_ints else conjunction((_between(term.length, 0, term.limit), items))


def _bag_typed(
    universe: Universe, term: BagTerm, type: BagType, inside: Callable[[Term, Type], Leaf], *, only_ints: bool
) -> Leaf:
    items = universe.for_all(term.cases(), lambda value: inside(value, type.item))
    if only_ints:
        return items
    if universe.instance is None:
        from checker.engines.proof.smt.shapes import cases_of

        every_item = cases_of(universe, type.item, lambda value: True)
        return conjunction((universe.for_all(every_item, lambda value: term.count(value) >= 0), items))
    bound = universe.instance.bags[type.bound or "bag"]
    everything = every(universe, type.item)
    counts = [term.count(case.value) for case in everything]
    distinct = sum((choice(count > 0, 1, 0) for count in counts), start=0)
    return conjunction([*(_between(count, 0, bound.copies) for count in counts), distinct <= bound.distinct])


def _between(number: Leaf, low: int, high: int | None) -> Leaf:
    return conjunction((number >= low, True if high is None else number <= high))


def exactly_one(flags: Sequence[Leaf]) -> Leaf:
    """Exactly one of them is true."""
    pairs = [(a, b) for i, a in enumerate(flags) for b in flags[i + 1 :]]
    return conjunction([disjunction(flags), *(negation(conjunction(pair)) for pair in pairs)])


def has_domain(universe: Universe, type: Type) -> bool:
    """Can the values of the type be listed?  Not those of a computed int in an instance, which has no bounds."""
    instance = universe.instance
    if instance is None:
        return True
    def bounded(part: Type) -> bool:
        match part:
            case IntType(bound=bound):
                return bound in instance.ranges
            case SeqType(bound=bound):
                return bound in instance.lengths
            case BagType(bound=bound):
                return bound in instance.bags
            case _:
                return True
    return all(map(bounded, parts(type)))


def _says_anything(universe: Universe, type: Type) -> bool:
    """Is there a value of the Z3 sorts that is none of the type?"""
    if universe.instance is not None:
        return True
    checked = (IntType, UnionType, SeqType, BagType)
    return any(isinstance(p, checked) or isinstance(p, SortType) and p.ordered for p in parts(type))
