"""Where the codes of values go under the renamings of a symmetry group.

The code of a value is its position among all values of its type (see `plain`), and is made up of the codes of its
parts.  So is that of what it becomes: whole types are renamed at once, from the parts outwards, and no value is built.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from checker.core.types import (
    BagType, BoolType, EnumType, IntType, MapType, OptionType, QuorumType, RecordType, SeqType, SetType, SortType,
    TupleType, Type, UnionType,
)
from checker.engines.plain import PlainValues, members_in_order
from checker.engines.symmetry.group import Renaming, SymmetryGroup


class RenamedCodes:
    """The renamings of `group` as functions of codes, each type once."""

    def __init__(self, group: SymmetryGroup, plain: PlainValues) -> None:
        self.group = group
        self.plain = plain
        self._found: dict[Type, list[list[int]]] = {}

    def of(self, type: Type) -> list[list[int]]:
        """For each renaming: for each value of the type, by code, the code of what it becomes."""
        if type not in self._found:
            self._found[type] = [self._images(number, type) for number in range(len(self.group.renamings))]
        return self._found[type]

    def _images(self, number: int, type: Type) -> list[int]:
        renaming = self.group.renamings[number]
        match type:
            case BoolType() | EnumType() | IntType():
                return list(range(self.plain.size(type)))
            case SortType(name=name):
                return list(renaming.sorts.get(name, range(self.plain.size(type))))
            case QuorumType(name=name):
                return list(renaming.quorums.get(name, range(self.plain.size(type))))
            case OptionType(item=item):
                return [0, *(1 + code for code in self.of(item)[number])]
            case RecordType(fields=fields):
                return self._product([field for _, field in fields], number)
            case TupleType(items=items):
                return self._product(items, number)
            case UnionType():
                return _one_after_the_other([self.of(member)[number] for member in members_in_order(type)])
            case SeqType(item=item, bound=bound):
                longest = self.plain.instance.lengths[bound or "seq"]
                return _one_after_the_other([self._product([item] * n, number) for n in range(longest + 1)])
            case MapType(key=key, value=value):
                keys, values = self.of(key)[number], self.of(value)[number]
                return _digits([values] * len(keys), [len(values) ** (len(keys) - 1 - image) for image in keys])
            case SetType(item=item):
                return _subsets(self.of(item)[number])
            case BagType():
                return self._bags(type, renaming)
            case _:
                assert_never(type)

    def _product(self, types: Sequence[Type], number: int) -> list[int]:
        """Of values that have a part of each type; the last part counts least."""
        weights, weight = list[int](), 1
        for type in reversed(types):
            weights.append(weight)
            weight *= self.plain.size(type)
        return _digits([self.of(type)[number] for type in types], weights[::-1])

    def _bags(self, type: BagType, renaming: Renaming) -> list[int]:
        """Bags are numbered one by one (see `plain`), so they are renamed one by one."""
        bags = list(self.plain.instance.domain(type))
        codes = {bag: code for code, bag in enumerate(bags)}
        return [codes[self.group.rename(bag, renaming)] for bag in bags]


def _digits(images: Sequence[list[int]], weights: Sequence[int]) -> list[int]:
    """Of numbers with these digits, the first the most significant: the image of each digit counts so much."""
    codes = [0]
    for digits, weight in zip(images, weights, strict=True):
        weighted = [digit * weight for digit in digits]
        codes = [code + digit for code in codes for digit in weighted]
    return codes


def _one_after_the_other(alternatives: Sequence[list[int]]) -> list[int]:
    """Of the values of several types, those of the first type come first."""
    codes: list[int] = []
    for images in alternatives:
        start = len(codes)
        codes += [start + image for image in images]
    return codes


def _subsets(images: Sequence[int]) -> list[int]:
    """Of sets with a bit for each item."""
    codes = [0]
    for image in images:
        codes += [code | 1 << image for code in codes]
    return codes
