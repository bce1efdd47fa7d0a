"""Sorts of which a state says nothing but what each element is by itself.

`Map[P, Phase]`, `Set[P]`, `P | None`, a set of messages that each name one process, a queue of processes (who is the
first, who the second): what such variables say of an element mentions no other one, so it is a *column* that belongs to
the element, and a renaming does nothing but exchange columns.  Of such a sort no renaming has to be tried, as its
columns can be sorted.  A map from `P` to what mentions `P`, or a set of pairs, says how elements stand to each other,
and no order of columns settles that.

Whether a sort is local follows from the types.  Where it is in a way that `is_local` does not know, renamings are tried
as for any other sort.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from checker.core.instance import Instance
from checker.core.structs import struct
from checker.core.types import (
    BagType, BoolType, EnumType, IntType, MapType, OptionType, QuorumType, RecordType, SeqType, SetType, SortType,
    TupleType, Type, UnionType, components, parts,
)
from checker.engines.layout import CODE_LIMIT


@struct
class Block:
    """Elements of a sort, by position, that may be exchanged in every way."""

    sort: str
    members: tuple[int, ...]


def renamings_of(blocks: Iterable[Block]) -> int:
    """In how many ways the elements within the blocks can be exchanged."""
    return math.prod(math.factorial(len(block.members)) for block in blocks)


def parted(
    blocks: Sequence[Block], types: Sequence[Type], instance: Instance, limit: int
) -> tuple[list[Block], list[Block]]:
    """The blocks of sorts that are sorted, in a state with variables of these types, and the others.

    Sorted ones can be sorted one after the other.  The others are either few, with `limit` renamings at most, so
    that all can be tried and each image be sorted; or no variable brings a sorted one together with any of them.
    """
    chosen: list[str] = []
    for block in sorted(blocks, key=lambda block: -len(block.members)):
        sort = block.sort
        if sort in chosen or not all(is_local(type, sort, instance) for type in types):
            continue
        if not any(are_joint(type, sort, other) for type in types for other in chosen):
            chosen.append(sort)
    others = [block for block in blocks if block.sort not in chosen]
    if renamings_of(others) > limit:
        apart = {block.sort for block in others if len(block.members) > 1}
        chosen = [
            sort for sort in chosen if not any(are_joint(type, sort, other) for type in types for other in apart)
        ]
        others = [block for block in blocks if block.sort not in chosen]
    return [block for block in blocks if block.sort in chosen and len(block.members) > 1], others


def mentions(type: Type, sort: str) -> bool:
    """Can there be an element of the sort in a value of the type?"""
    return any(
        (isinstance(part, SortType) and part.name == sort)
        or (isinstance(part, QuorumType) and part.member.name == sort)
        for part in parts(type)
    )


def is_local(type: Type, sort: str, instance: Instance) -> bool:
    """Does a variable of the type, or a part of one, say of each element of the sort only what it is by itself?"""
    if not mentions(type, sort):
        return True
    match type:
        case MapType(key=key, value=value):
            if mentions(key, sort):
                return mentions_one(key, sort) and not mentions(value, sort)
            return is_local(value, sort, instance)
        case SetType(item=item):
            return mentions_one(item, sort)
        case RecordType() | TupleType() if _has_collections(type):
            return all(is_local(part, sort, instance) for part in components(type))
        case SortType() | OptionType() | RecordType() | TupleType() | UnionType():
            return _is_code(type, instance) and mentions_one(type, sort)
        case SeqType(item=item):
            return _is_code(item, instance) and mentions_one(item, sort)
        case BagType(item=item):
            return instance.cardinality(item) <= CODE_LIMIT and mentions_one(item, sort)
        case QuorumType() | BoolType() | IntType() | EnumType():
            return False


def _is_code(type: Type, instance: Instance) -> bool:
    """Is a value of the type stored as its code?"""
    return not _has_collections(type) and instance.cardinality(type) <= CODE_LIMIT


def _has_collections(type: Type) -> bool:
    return any(isinstance(part, MapType | SetType | SeqType | BagType) for part in parts(type))


def mentions_one(type: Type, sort: str) -> bool:
    """Is there one element of the sort at most in each value of the type, and in a place of its own?"""
    if not mentions(type, sort):
        return True
    match type:
        case SortType():
            return True
        case OptionType(item=item):
            return mentions_one(item, sort)
        case RecordType() | TupleType():
            inside = [part for part in components(type) if mentions(part, sort)]
            return len(inside) == 1 and mentions_one(inside[0], sort)
        case UnionType(members=members):
            return all(mentions_one(member, sort) for member in members)
        case _:
            return False


def are_joint(type: Type, first: str, second: str) -> bool:
    """Can a variable of the type, or a part of one, say something that is about elements of both sorts?"""
    if not (mentions(type, first) and mentions(type, second)):
        return False
    match type:
        case OptionType(item=item) | SetType(item=item) | SeqType(item=item) | BagType(item=item):
            return are_joint(item, first, second)
        case UnionType(members=members):
            return any(are_joint(member, first, second) for member in members)
        case MapType(key=key, value=value) if not (mentions(key, first) or mentions(key, second)):
            return are_joint(value, first, second)
        case RecordType() | TupleType():
            about = [part for part in components(type) if mentions(part, first) or mentions(part, second)]
            return len(about) > 1 or are_joint(about[0], first, second)
        case _:
            return True
