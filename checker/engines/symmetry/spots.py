"""Where in a packed state elements are mentioned.

An absent item of a sequence, or a member of a union that is not there, is zero, and the bits of different members share
their place: so a part of a state can depend on *guards*, fields that say whether it is there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from checker.core.structs import struct
from checker.engines.layout import (
    WORD, BagShape, ChoiceShape, CodeShape, Layout, MapShape, ProductShape, SeqShape, SetShape, Shape,
)
from checker.engines.symmetry.guards import Guard, Guards
from checker.engines.symmetry.mentions import NOTHING, Mention, Mentions, deeper


@struct
class Bits:
    """A field of at most a word in which there is no element, whatever it holds."""

    width: int


@struct
class Spot:
    """What lies at `position` says something of elements, in a role, together with what its surroundings say.

    A field makes one mention, and so does each item of a set or a bag.
    """

    position: int
    shape: Bits | CodeShape | SetShape | BagShape
    role: int
    surroundings: Mention
    guards: Guards


def spots_of(mentions: Mentions, layout: Layout) -> Iterator[Spot]:
    """Every spot of a state, variable by variable."""
    for number, place in enumerate(layout.places):
        yield from _Walk(mentions).spots(place.shape, place.position, deeper(0, number), NOTHING, ())


@struct
class _Walk:
    """Goes through the shapes of a layout."""

    mentions: Mentions

    def spots(self, shape: Shape, position: int, role: int, around: Mention, guards: Guards) -> Iterator[Spot]:
        if shape.width == 0:
            return
        if not self.mentions.tells(shape.type):
            if not around.roles:
                return
            if shape.width <= WORD:
                yield Spot(position, Bits(shape.width), role, around, guards)
                return
        match shape:
            case CodeShape() | SetShape() | BagShape():
                yield Spot(position, shape, role, around, guards)
            case MapShape(type=type, item=item, count=count, stride=stride):
                for index in range(count):
                    key = around + self.mentions.in_value(type.key, index, deeper(role, 0))
                    yield from self.spots(item, position + index * stride, deeper(role, 1), key, guards)
            case SeqShape():
                yield from self._in_sequence(shape, position, role, around, guards)
            case ProductShape(parts=parts):
                for number, (at, part) in enumerate(parts):
                    yield from self.spots(part, position + at, deeper(role, number), around, guards)
            case ChoiceShape(tag_width=width, start=start, members=members):
                if around.roles:
                    yield Spot(position, Bits(width), role, around, guards)
                for tag, (_, member) in enumerate(members):
                    if member is not None:
                        present = (*guards, Guard(position, width, tag, tag))
                        yield from self.spots(member, position + start, deeper(role, tag), around, present)
            case _:
                assert_never(shape)

    def _in_sequence(
        self, shape: SeqShape, position: int, role: int, around: Mention, guards: Guards
    ) -> Iterator[Spot]:
        if around.roles:
            yield Spot(position, Bits(shape.length_width), role, around, guards)
        for index in range(shape.capacity):
            at = position + shape.start + index * shape.stride
            present = (*guards, Guard(position, shape.length_width, index + 1, shape.capacity))
            yield from self.spots(shape.item, at, deeper(role, index), around, present)
