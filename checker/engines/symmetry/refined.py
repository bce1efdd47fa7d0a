"""Representatives under a group that is too large to try all its renamings.

Elements are put in order by what a state says of them, which does not depend on their names.  Each element has a
*place*: how many elements are before it.  Elements with the same place make up a *cell*.  At first a block is one cell.
Then cells are split again and again, by the mentions that their elements are in and by the places of the other
elements there.  Where that does not tell elements apart, each element of a cell is put first in turn, and the
splitting goes on.  Every order that is come to in the end gives an image of the state; the least one represents the
orbit.  Which images these are depends on no name at any step, so they are the same for all states of an orbit.

Elements that can be exchanged without changing the state are *twins*.  Their order is of no account, and in place of
any of them its twin may be put first: the images are the same.  So they are for two elements of a cell if, when each is
put first, some order gives the same image: then one renaming takes the first order to the second.  It leaves the state
as it is, and also the elements that were put first before, whose places are the same in both.

This is individualization and refinement (McKay, Piperno, "Practical graph isomorphism, II", 2014, section 2); of all
that prunes the search there it has only this.  In the worst case all orders within a cell are tried.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from operator import itemgetter
from typing import TypeAlias

from checker.core.structs import struct
from checker.engines.symmetry.images import PIECE, compile_images
from checker.engines.layout import BagShape, CodeShape, Layout, SetShape, bits_for
from checker.engines.symmetry.mentions import MASK, Mention, Mentions, deeper, mix
from checker.engines.plain import Table, bits
from checker.engines.symmetry.guards import Guards
from checker.engines.symmetry.spots import Bits, Spot, spots_of
from checker.engines.symmetry.group import SymmetryGroup

Places: TypeAlias = list[int]
"""For each element, by number, how many elements of all blocks are before it."""


def compile_refined(group: SymmetryGroup, layout: Layout) -> Callable[[int], int]:
    """The function from a packed state to the representative of its orbit under `group`, which has blocks."""
    return _Refiner(group, layout).representative


class _Refiner:
    """Finds the representatives of states."""

    def __init__(self, group: SymmetryGroup, layout: Layout) -> None:
        self.images = compile_images(group, layout)
        self.exchanges = {pair: number for number, pair in enumerate(group.pairs(), start=1)}
        self.start: Places = []
        for block in group.blocks:
            self.start += [len(self.start)] * len(block.members)
        self.readers = list(_readers(Mentions(group, layout), layout))

    def representative(self, state: int) -> int:
        """The least of the images that are come to."""
        voices = [voice for reader in self.readers for voice in reader.read(state)]
        places = _refined(voices, self.start)
        twins = self._twins(state, places)
        if not _mixed_cells(places, twins):
            return self._image(state, places)
        return min(self._images(state, voices, places, twins))

    def _images(self, state: int, voices: Sequence[_Voice], places: Places, twins: Sequence[int]) -> set[int]:
        """The images under the orders that are come to from places with a mixed cell.  Of elements that are known to
        give the same images when they are put first, only one is."""
        found, examples = set[int](), set[int]()
        for split in _splits(voices, places, twins):
            order = split
            while _mixed_cells(order, twins):
                order = next(_splits(voices, order, twins))
            example = self._image(state, order)
            if order is not split and example not in examples:
                found |= self._images(state, voices, split, twins)
            examples.add(example)
        return found | examples

    def _twins(self, state: int, places: Places) -> list[int]:
        """For each element the first one in its cell that it can be exchanged with; it may be the element itself."""
        twins = list(range(len(places)))
        if len(set(places)) == len(places):
            return twins
        image, *others = self.images(state)
        for (first, second), changed in zip(self.exchanges, others, strict=True):
            if places[first] == places[second] and twins[second] == second and changed == image:
                twins[second] = twins[first]
        return twins

    def _image(self, state: int, places: Places) -> int:
        """The state with every element in its place.  Of elements with the same place any may be first."""
        places = list(places)
        for place in range(len(places)):
            if places[place] == place:
                continue
            found = min(range(place, len(places)), key=places.__getitem__)
            if found != place:
                state = int.from_bytes(self.images(state)[self.exchanges[place, found]], "big")
                places[place], places[found] = places[found], places[place]
        return state


class _Voice:
    """A mention, ready to be heard in many states.

    `places_of` picks the places of its elements, and `heard`, from these, what it says of each.
    """

    __slots__ = ("elements", "heard", "mention", "places_of")

    def __init__(self, mention: Mention) -> None:
        self.mention = mention
        self.elements = tuple(element for element, _ in mention.roles)
        self.places_of: Callable[[Places], object] = itemgetter(*self.elements)
        self.heard = Table(self._hear)

    def _hear(self, picked: int | tuple[int, ...]) -> tuple[int, ...]:
        places = picked if isinstance(picked, tuple) else (picked,)
        roles = [role for _, role in self.mention.roles]
        whole = mix(self.mention.label + sum(mix(place + role) for place, role in zip(places, roles, strict=True)))
        return tuple(mix(whole + role) for role in roles)


def _mixed_cells(places: Places, twins: Sequence[int]) -> list[int]:
    """The places of cells whose elements are not all twins."""
    twin_in: dict[int, int] = {}
    return [place for place, twin in zip(places, twins, strict=True) if twin_in.setdefault(place, twin) != twin]


def _splits(voices: Sequence[_Voice], places: Places, twins: Sequence[int]) -> Iterator[Places]:
    """The places that are come to when an element of the first mixed cell is put first: each in turn, but of twins
    only one."""
    cell = min(_mixed_cells(places, twins))
    chosen = {twins[x]: x for x in reversed(range(len(places))) if places[x] == cell}
    for first in chosen.values():
        split = [place + (place == cell and x != first) for x, place in enumerate(places)]
        yield _refined(voices, split)


def _refined(voices: Sequence[_Voice], places: Places) -> Places:
    """The places after all cells were split as far as the mentions tell their elements apart."""
    while True:
        said = [0] * len(places)
        for voice in voices:
            for element, more in zip(voice.elements, voice.heard[voice.places_of(places)], strict=True):
                said[element] += more
        ranks = [(place, sum & MASK) for place, sum in zip(places, said, strict=True)]
        in_order = sorted(ranks)
        finer = [in_order.index(rank) for rank in ranks]
        if finer == places or len(set(finer)) == len(finer):
            return finer
        places = finer


@struct
class _Reader:
    """Finds what some bits of a state say, where the guards of their spot hold."""

    position: int
    mask: int
    guards: Guards
    voices: Table

    def read(self, state: int) -> Sequence[_Voice]:
        """The mentions, ready to be heard."""
        for guard in self.guards:
            if not guard.holds(state):
                return ()
        return self.voices[state >> self.position & self.mask]


def _readers(mentions: Mentions, layout: Layout) -> Iterator[_Reader]:
    """What reads a state: one reader for a spot, or several for a set, each for a part of it."""
    voices = Table(_Voice)

    def voices_in(spot: Spot, start: int) -> Callable[[int], tuple[_Voice, ...]]:
        return lambda content: tuple(
            voices[mention] for mention in _mentions_at(spot, content << start, mentions, layout) if mention.roles
        )

    for spot in spots_of(mentions, layout):
        width = spot.shape.width
        step = PIECE if isinstance(spot.shape, SetShape) else width
        for start in range(0, width, step):
            mask = (1 << min(step, width - start)) - 1
            yield _Reader(spot.position + start, mask, spot.guards, Table(voices_in(spot, start)))


def _mentions_at(spot: Spot, content: int, mentions: Mentions, layout: Layout) -> Iterator[Mention]:
    """What the content of a spot says."""
    role, around = spot.role, spot.surroundings
    match spot.shape:
        case Bits():
            yield around + Mention(mix(role + content))
        case CodeShape(type=type):
            yield around + mentions.in_value(type, content, role)
        case SetShape(type=type):
            for code in bits(content):
                yield around + mentions.in_value(type.item, code, role)
        case BagShape(type=type, length_width=length_width, start=start, copies_width=copies, stride=stride):
            mask = (1 << copies + bits_for(layout.plain.size(type.item))) - 1
            for index in range(content & (1 << length_width) - 1):
                entry = content >> start + index * stride & mask
                said = around + mentions.in_value(type.item, entry >> copies, role)
                yield said + Mention(deeper(role, entry & (1 << copies) - 1))
