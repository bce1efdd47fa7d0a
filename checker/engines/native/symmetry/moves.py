"""Where everything in a packed state goes when elements are renamed: the plan from which `canonical` is generated.

A state is cut into runs of bits that move as they are, codes that become other codes, and bags, which are sorted
anew.  A part that is not there must stay zero: it depends on guards (see `spots`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias, assert_never

from checker.core.structs import struct
from checker.core.types import QuorumType, SortType, Type, parts
from checker.engines.layout import (
    WORD, BagShape, ChoiceShape, CodeShape, Layout, MapShape, ProductShape, SeqShape, SetShape, Shape, bits_for,
)
from checker.engines.native.limits import NotNative
from checker.engines.symmetry.codes import RenamedCodes
from checker.engines.symmetry.group import SymmetryGroup
from checker.engines.symmetry.guards import Guard, Guards

MOVES_LIMIT = 1 << 20
"""Single bits, times renamings, that are followed at most."""

Targets: TypeAlias = tuple[int, ...]
"""For each renaming the position where a part goes."""


@struct
class Run:
    """Bits that move together, whatever they are."""

    position: int
    width: int
    targets: Targets
    guards: Guards


@struct
class Field:
    """The code of a value that becomes another one."""

    position: int
    width: int
    type: Type
    targets: Targets
    guards: Guards


@struct
class BagPart:
    """A bag whose items become others, and are sorted then.  `item_width` is the width of an item's code."""

    position: int
    shape: BagShape
    item_width: int
    targets: Targets
    guards: Guards


Part: TypeAlias = Run | Field | BagPart


@struct
class Move:
    """`(source & mask)` rotated to the left by `rotation` is a part of the target word."""

    source: int
    mask: int
    rotation: int


class Cutter:
    """Cuts states of a layout into parts, for the renamings of a group."""

    def __init__(self, group: SymmetryGroup, layout: Layout) -> None:
        self.group = group
        self.layout = layout
        self.renamings = group.renamings
        self.codes = RenamedCodes(group, layout.plain)

    def parts(self) -> Iterator[Part]:
        """The parts of a whole state.  Raises `NotNative` where there are too many."""
        if self.layout.bits * len(self.renamings) > MOVES_LIMIT:
            raise NotNative(f"{len(self.renamings):,} renamings of {self.layout.bits:,} bits are too many")
        for place in self.layout.places:
            yield from self._cut(place.shape, place.position, tuple(place.position for _ in self.renamings), ())

    def changes(self, type: Type) -> bool:
        """Can a value of this type become another one?"""
        renamed = {name for renaming in self.renamings for name in (*renaming.sorts, *renaming.quorums)}
        return any(isinstance(part, SortType | QuorumType) and part.name in renamed for part in parts(type))

    def _cut(self, shape: Shape, position: int, targets: Targets, guards: Guards) -> Iterator[Part]:
        if shape.width == 0:
            return
        if not self.changes(shape.type):
            yield Run(position, shape.width, targets, guards)
            return
        match shape:
            case CodeShape(type=type, width=width):
                yield Field(position, width, type, targets, guards)
            case SetShape(type=type, width=width):
                codes = self.codes.of(type.item)
                for bit in range(width):
                    moved = tuple(target + code[bit] for target, code in zip(targets, codes, strict=True))
                    yield Run(position + bit, 1, moved, guards)
            case MapShape(type=type, item=item, count=count, stride=stride):
                keys = self.codes.of(type.key)
                for index in range(count):
                    moved = tuple(target + key[index] * stride for target, key in zip(targets, keys, strict=True))
                    yield from self._cut(item, position + index * stride, moved, guards)
            case SeqShape():
                yield from self._cut_sequence(shape, position, targets, guards)
            case BagShape(type=type):
                width = bits_for(self.layout.plain.size(type.item))
                yield BagPart(position, shape, width, targets, guards)
            case ProductShape():
                for at, part in shape.parts:
                    yield from self._cut(part, position + at, _beyond(targets, at), guards)
            case ChoiceShape(tag_width=width, start=start, members=members):
                yield Run(position, width, targets, guards)
                for tag, (_, member) in enumerate(members):
                    if member is not None:
                        present = (*guards, Guard(position, width, tag, tag))
                        yield from self._cut(member, position + start, _beyond(targets, start), present)
            case _:
                assert_never(shape)

    def _cut_sequence(self, shape: SeqShape, position: int, targets: Targets, guards: Guards) -> Iterator[Part]:
        yield Run(position, shape.length_width, targets, guards)
        for index in range(shape.capacity):
            at = shape.start + index * shape.stride
            present = (*guards, Guard(position, shape.length_width, index + 1, shape.capacity))
            yield from self._cut(shape.item, position + at, _beyond(targets, at), present)


def _beyond(targets: Targets, distance: int) -> Targets:
    return tuple(target + distance for target in targets)


@struct
class Sources:
    """The words that moves read: those of the state, and behind them words that count as 0 unless their guards hold."""

    words: int
    guarded: tuple[tuple[int, Guards], ...]

    @staticmethod
    def of(words: int, runs: list[Run]) -> Sources:
        """The words that `runs` begin and end in."""
        found = (
            (word, run.guards)
            for run in runs if run.guards
            for word in range(run.position // WORD, (run.position + run.width - 1) // WORD + 1)
        )
        return Sources(words, tuple(dict.fromkeys(found)))

    def index(self, word: int, guards: Guards) -> int:
        """The source with this word of the state."""
        return self.words + self.guarded.index((word, guards)) if guards else word


def moves(runs: list[Run], sources: Sources, renaming: int) -> list[tuple[Move, ...]]:
    """For each word of the image under a renaming, by number, the moves that make it up."""
    masks: list[dict[tuple[int, int], int]] = [{} for _ in range(sources.words)]
    for run in runs:
        done = 0
        while done < run.width:
            source, target = run.position + done, run.targets[renaming] + done
            step = min(run.width - done, WORD - source % WORD, WORD - target % WORD)
            key = sources.index(source // WORD, run.guards), (target - source) % WORD
            word = masks[target // WORD]
            word[key] = word.get(key, 0) | ((1 << step) - 1) << source % WORD
            done += step
    return [tuple(Move(source, mask, rotation) for (source, rotation), mask in sorted(word.items())) for word in masks]
