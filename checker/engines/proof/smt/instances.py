"""Instances of growing size, in which a counterexample to induction is looked for."""

from __future__ import annotations

import itertools
import operator
from collections.abc import Collection, Iterator

from checker.core import ir
from checker.core.instance import BagBound, Instance, prefixes_of
from checker.core.structs import struct
from checker.core.types import BagType, IntType, QuorumType, SeqType, SortType, Type, parts

MOST = {"sort": 3, "ordered": 4, "quorum": 2, "bounds": 4}
"""The most elements of a sort, of an ordered sort, quorums of a family, and the greatest int."""


@struct
class _Dimension:
    name: str
    most: int


def growing_instances(
    spec: ir.Spec, naturals: Collection[str] = (), *, beyond: bool = False
) -> Iterator[Instance]:
    """Every instance up to the limits, those with the smallest sum of sizes first; the members of quorums are left out.

    With `beyond` those that are beyond a limit, without end.  Ints and lengths grow together, ints from 0..1 and
    lengths half as fast; a bag holds up to two different items.  Ints that are in none of the variables `naturals`
    start from -1..1.
    """
    sorts = [sort for sort in spec.sorts if isinstance(sort, (SortType, QuorumType))]
    bounded = _bounded(spec)
    natural = {part.bound for entry in spec.variables if entry.name in naturals for part in _ints(entry.type)}
    dimensions = [_Dimension(sort.name, MOST[_kind(sort)]) for sort in sorts]
    if bounded:
        dimensions.append(_Dimension("", MOST["bounds"]))
    if beyond and not dimensions:
        return
    most = [dimension.most for dimension in dimensions]
    for total in itertools.count(len(most)) if beyond else range(len(most), sum(most) + 1):
        for sizes in sorted(_summing_to(total, len(most)), key=lambda sizes: (max(sizes, default=0), sizes)):
            if beyond == any(map(operator.gt, sizes, most)):
                size = dict(zip((dimension.name for dimension in dimensions), sizes, strict=True))
                yield _instance(sorts, bounded, natural, size)


def _summing_to(total: int, number: int) -> Iterator[tuple[int, ...]]:
    """So many numbers from 1 that add up to the total, in every way."""
    if number == 0:
        yield from [()] if total == 0 else []
        return
    for first in range(1, total - number + 2):
        yield from ((first, *others) for others in _summing_to(total - first, number - 1))


def _kind(sort: SortType | QuorumType) -> str:
    if isinstance(sort, QuorumType):
        return "quorum"
    return "ordered" if sort.ordered else "sort"


def _ints(type: Type) -> list[IntType]:
    return [part for part in parts(type) if isinstance(part, IntType)]


def _bounded(spec: ir.Spec) -> list[IntType | SeqType | BagType]:
    """The types of the spec that need a bound."""
    types: list[Type] = [variable.type for variable in spec.variables]
    types += [parameter.type for action in (*spec.initial, *spec.actions) for parameter in action.parameters]
    found = dict.fromkeys(part for type in types for part in parts(type))
    return [part for part in found if isinstance(part, (IntType, SeqType, BagType)) and part.bound is not None]


def _instance(
    sorts: list[SortType | QuorumType], bounded: list[IntType | SeqType | BagType], natural: set[str | None],
    size: dict[str, int],
) -> Instance:
    prefixes = prefixes_of([sort.name for sort in sorts if isinstance(sort, SortType)])
    return Instance(
        labels={
            sort.name: tuple(f"{prefixes[sort.name]}{number}" for number in range(1, size[sort.name] + 1))
            for sort in sorts if isinstance(sort, SortType)
        },
        quorums={sort.name: ((),) * size[sort.name] for sort in sorts if isinstance(sort, QuorumType)},
        ranges={
            type.bound or "": (0 if type.bound in natural else -size[""], size[""])
            for type in bounded if isinstance(type, IntType)
        },
        lengths={type.bound or "": (size[""] + 1) // 2 for type in bounded if isinstance(type, SeqType)},
        bags={type.bound or "": BagBound(distinct=2, copies=2) for type in bounded if isinstance(type, BagType)},
    )
