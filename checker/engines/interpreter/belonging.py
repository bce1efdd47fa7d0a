"""Is something a value of a type, in a model?  Asked of what comes from outside and not from the interpreter."""

from __future__ import annotations

from checker.core.instance import Instance
from checker.core.types import (
    BagType, BoolType, EnumType, IntType, MapType, OptionType, QuorumType, RecordType, SeqType, SetType, SortType,
    TupleType, Type, UnionType,
)
from checker.core.values import (
    Element, EnumValue, FrozenBag, FrozenMap, RecordValue, Sequence, Value, sort_key,
)


def belongs(value: Value, type: Type, instance: Instance) -> bool:
    """Is `value` of the type, and within the bounds of the model?  Names count too, as in a trace that was read."""

    def all_belong(values: tuple[Value, ...], types: tuple[Type, ...]) -> bool:
        return len(values) == len(types) and all(map(is_value_of, values, types))

    def is_value_of(inside: Value, of: Type) -> bool:
        return belongs(inside, of, instance)

    match type:
        case BoolType():
            return isinstance(value, bool)
        case IntType():
            return isinstance(value, int) and not isinstance(value, bool) and _is_in_range(value, type, instance)
        case EnumType(name=name, members=members):
            return isinstance(value, EnumValue) and value.enum == name and _is_at(value.index, value.name, members)
        case SortType(name=name):
            labels = instance.labels[name]
            return isinstance(value, Element) and value.sort == name and _is_at(value.index, value.label, labels)
        case QuorumType():
            return any(value == known and repr(value) == repr(known) for known in instance.quorum_values(type))
        case OptionType(item=item):
            return value is None or is_value_of(value, item)
        case RecordType(name=name, fields=fields):
            return isinstance(value, RecordValue) and value.record == name and all_belong(
                value.values, tuple(field for _, field in fields)
            )
        case UnionType(members=members):
            return any(is_value_of(value, member) for member in members)
        case TupleType(items=items):
            return isinstance(value, tuple) and not isinstance(value, Sequence) and all_belong(value, items)
        case SetType(item=item):
            return isinstance(value, frozenset) and all(is_value_of(inside, item) for inside in value)
        case SeqType(item=item, bound=bound):
            longest = instance.lengths.get(bound or "")
            return (
                isinstance(value, Sequence)
                and (longest is None or len(value) <= longest)
                and all(is_value_of(inside, item) for inside in value)
            )
        case MapType():
            return isinstance(value, FrozenMap) and _is_map(value, type, instance)
        case BagType():
            return isinstance(value, FrozenBag) and _is_bag(value, type, instance)


def _is_in_range(value: int, type: IntType, instance: Instance) -> bool:
    low, high = instance.range_of(type) or (value, value)
    return low <= value <= high


def _is_at(index: int, name: str, names: tuple[str, ...]) -> bool:
    return 0 <= index < len(names) and names[index] == name


def _is_map(value: FrozenMap, type: MapType, instance: Instance) -> bool:
    """Does it have each key once, in order?"""
    keys = sorted(instance.domain(type.key), key=sort_key)
    return [key for key, _ in value.items] == keys and all(
        belongs(key, type.key, instance) and belongs(inside, type.value, instance) for key, inside in value.items
    )


def _is_bag(value: FrozenBag, type: BagType, instance: Instance) -> bool:
    limit = instance.bags.get(type.bound or "")
    kinds = [inside for inside, _ in value.items]
    return (
        all(belongs(inside, type.item, instance) for inside in kinds)
        and all(copies >= 1 for _, copies in value.items)
        and len(set(kinds)) == len(kinds)
        and kinds == sorted(kinds, key=sort_key)
        and (limit is None or len(kinds) <= limit.distinct and all(n <= limit.copies for _, n in value.items))
    )
