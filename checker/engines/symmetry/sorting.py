"""Representatives under all exchanges of the elements of local sorts: the columns of a state, sorted.

The first element gets the greatest column, so that many a representative is the least state of its orbit as well.  In
the text of a state, its bits from the highest on, columns then ascend.  Text it is since Python cuts and joins it in
a few calls, however many columns there are.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from operator import itemgetter
from typing import Any

from checker.engines.layout import Layout
from checker.engines.symmetry.columns import ColumnBag, ColumnCode, Columns, Mentioned
from checker.engines.symmetry.local import Block


def compile_sorted(blocks: Sequence[Block], layout: Layout) -> Callable[[int], int]:
    """The function from a packed state to the one that differs from it in which element of the blocks, whose sorts are
    local, is which, and has their columns sorted."""
    sorters = [_Sorter(Columns(block, layout), layout.bits) for block in blocks]
    form = f"0{max(1, layout.bits)}b"

    def in_order(state: int) -> int:
        before = text = format(state, form)
        for sorter in sorters:
            text = sorter.in_order(text)
        return state if text is before else int(text, 2)

    return in_order


class _Sorter:
    """Sorts the columns of a block, the last member's first.  A *turn* is a number in this order."""

    def __init__(self, columns: Columns, bits: int) -> None:
        self.elements = columns.block.members[::-1]
        self.turns = {element: turn for turn, element in enumerate(self.elements)}
        self.columns, self.count = columns, len(self.elements)
        self.namers = list(_namers(columns, bits))
        cuts = [
            _cut(position, field.width, bits)
            for field in columns.fields for position in field.positions[::-1]
        ]
        gaps = _gaps(cuts, bits)
        inside = sorted(range(len(cuts + gaps)), key=lambda number: (cuts + gaps)[number].start)
        self.cut, self.gap, self.in_place = _all(cuts), _all(gaps), _all(inside)

    def in_order(self, text: str) -> str:
        """The text with the columns in order; the same object where they are."""
        pieces, count = self.cut(text), self.count
        fields = [pieces[start : start + count] for start in range(0, len(pieces), count)]
        columns: Sequence[Any] = list(zip(*fields, strict=True)) if len(fields) != 1 else list(fields[0])
        marks = self._marks(text)
        if marks:
            return self._with_marks(text, columns or [()] * count, marks)
        ordered = sorted(columns)
        return text if ordered == columns else self._joined(text, ordered)

    def _joined(self, text: str, columns: Sequence[Any]) -> str:
        pieces = tuple(chain.from_iterable(zip(*columns, strict=True))) if self._has_several else tuple(columns)
        return "".join(self.in_place(pieces + self.gap(text)))

    @property
    def _has_several(self) -> bool:
        return len(self.columns.fields) != 1

    def _marks(self, text: str) -> dict[int, int]:
        """The turns of the elements that are mentioned, each with all its marks, the first one highest."""
        marks: dict[int, int] = {}
        for namer in self.namers:
            for element, mark in namer.marks(text):
                turn = self.turns[element]
                marks[turn] = marks.get(turn, 0) | mark
        return marks

    def _with_marks(self, text: str, columns: Sequence[Any], marks: dict[int, int]) -> str:
        """The same where elements are mentioned: they are by their new positions then.

        Few elements have a mark: these are put among the sorted others, each behind those with the same column.
        """
        ordered = list(columns)
        for turn in sorted(marks, reverse=True):
            del ordered[turn]
        ordered.sort()
        images: dict[int, int] = {}
        for turn in sorted(marks, key=lambda turn: (columns[turn], marks[turn])):
            place = bisect_right(ordered, columns[turn])
            ordered.insert(place, columns[turn])
            if place != turn:
                images[self.elements[turn]] = self.elements[place]
        joined = self._joined(text, ordered) if self.columns.fields and ordered != columns else text
        for namer in self.namers if images else ():
            joined = namer.renamed(text, joined, images)
        return joined


def _namers(columns: Columns, bits: int) -> Iterator[_Code | _Bag]:
    """What mentions elements, ready to be read."""
    widths = columns.mark_widths
    shifts = [sum(widths[number + 1 :]) for number in range(len(widths))]
    for code in columns.codes:
        yield _Code(code, bits, shifts.pop(0))
    for bag in columns.bags:
        kinds = len(set(bag.kinds.values()))
        yield _Bag(bag, bits, shifts[:kinds])
        del shifts[:kinds]


class _Code:
    """A code in the text of a state; the mark that it makes is a bit."""

    def __init__(self, code: ColumnCode, bits: int, shift: int) -> None:
        self.code, self.guard, self.mark = code, code.guard, 1 << shift
        self.cut = _cut(code.position, code.width, bits)
        self.guard_cut = _cut(self.guard.position, self.guard.width, bits) if self.guard else slice(0)

    def marks(self, text: str) -> Iterator[tuple[int, int]]:
        """The element that is mentioned, with the mark."""
        said = self._read(text)[1]
        if said:
            yield said.element, self.mark

    def renamed(self, before: str, text: str, images: Mapping[int, int]) -> str:
        """`text` with what the code in the text `before` says, of other elements."""
        old, said = self._read(before)
        if said is None or said.element not in images:
            return text
        return _with(text, self.cut, said.renamed(old, images[said.element]))

    def _read(self, text: str) -> tuple[int, Mentioned | None]:
        """The code, and what it mentions: nothing where it is not there."""
        if self.guard and not self.guard.least <= int(text[self.guard_cut], 2) <= self.guard.most:
            return 0, None
        code = int(text[self.cut], 2)
        return code, self.code.mentioned.get(code)


class _Bag:
    """A bag in the text of a state; for each kind of item the mark that it makes is the number of copies."""

    def __init__(self, bag: ColumnBag, bits: int, shifts: Sequence[int]) -> None:
        shape = bag.shape
        self.bag, self.shifts, self.copies_width = bag, shifts, shape.copies_width
        self.length = _cut(bag.position, shape.length_width, bits)
        width = bag.entry_width
        self.entries = [
            _cut(bag.position + shape.start + index * shape.stride, width, bits) for index in range(shape.capacity)
        ]

    def marks(self, text: str) -> Iterator[tuple[int, int]]:
        """The elements that are mentioned, each with a mark."""
        for code, copies in self._read(text):
            said = self.bag.mentioned.get(code)
            if said:
                yield said.element, copies + 1 << self.shifts[self.bag.kinds[code]]

    def renamed(self, before: str, text: str, images: Mapping[int, int]) -> str:
        """`text` with what the bag in the text `before` says, of other elements."""
        found: list[int] = []
        for code, copies in self._read(before):
            said = self.bag.mentioned.get(code)
            new = said.renamed(code, images[said.element]) if said and said.element in images else code
            found.append(new << self.copies_width | copies)
        for cut, entry in zip(self.entries, sorted(found), strict=False):
            text = _with(text, cut, entry)
        return text

    def _read(self, text: str) -> Iterator[tuple[int, int]]:
        """The codes of the items, each with the number of its copies minus 1."""
        for cut in self.entries[: int(text[self.length], 2)]:
            yield divmod(int(text[cut], 2), 1 << self.copies_width)


def _with(text: str, cut: slice, number: int) -> str:
    """The text with another number in a field."""
    return text[: cut.start] + format(number, f"0{cut.stop - cut.start}b") + text[cut.stop :]


def _cut(position: int, width: int, bits: int) -> slice:
    """Where in the text of a state a field is."""
    return slice(bits - position - width, bits - position)


def _gaps(cuts: Sequence[slice], end: int) -> list[slice]:
    """What lies between the cuts, and at both ends."""
    gaps, at = list[slice](), 0
    for cut in sorted(cuts, key=lambda cut: cut.start):
        if at < cut.start:
            gaps.append(slice(at, cut.start))
        at = cut.stop
    return [*gaps, slice(at, end)] if at < end else gaps


def _all(items: Sequence[Any]) -> Callable[[Any], tuple[Any, ...]]:
    """`itemgetter` that gives a tuple for any number of items."""
    if len(items) > 1:
        return itemgetter(*items)
    return lambda whole: tuple(whole[item] for item in items)
