"""Representatives under all exchanges of the elements of local sorts: the columns of a state, sorted.

The first element gets the greatest column, so that many a representative is the least state of its orbit as well.  In
the text of a state, its bits from the highest on, columns then ascend.  Text it is since Python cuts and joins it in
a few calls, however many columns there are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain
from operator import itemgetter
from typing import Any

from checker.engines.layout import Layout
from checker.engines.symmetry.columns import ColumnCode, Columns, Mentioned
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
        self.codes = [_Code(code, bits) for code in columns.codes]
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
        """The turns of the elements that codes mention, each with a bit for each of these codes, the first the
        highest."""
        marks: dict[int, int] = {}
        for number, code in enumerate(reversed(self.codes)):
            said = code.read(text)[1]
            if said:
                turn = self.turns[said.element]
                marks[turn] = marks.get(turn, 0) | 1 << number
        return marks

    def _with_marks(self, text: str, columns: Sequence[Any], marks: dict[int, int]) -> str:
        """The same where codes mention elements: they mention them by their new positions then."""
        order = sorted(range(self.count), key=lambda turn: (columns[turn], marks.get(turn, 0)))
        moved = {turn: number for number, turn in enumerate(order) if turn in marks and turn != number}
        ordered = [columns[turn] for turn in order]
        if self.columns.fields and ordered != columns:
            joined = self._joined(text, ordered)
        elif moved:
            joined = text
        else:
            return text
        for code in self.codes:
            old, said = code.read(text)
            if said and (turn := self.turns[said.element]) in moved:
                new = old + (self.elements[moved[turn]] - said.element) * said.weight
                joined = code.written(joined, new)
        return joined


class _Code:
    """A code in the text of a state."""

    def __init__(self, code: ColumnCode, bits: int) -> None:
        self.code, self.guard = code, code.guard
        self.cut = _cut(code.position, code.width, bits)
        self.guard_cut = _cut(self.guard.position, self.guard.width, bits) if self.guard else slice(0)

    def read(self, text: str) -> tuple[int, Mentioned | None]:
        """The code, and what it mentions; nothing where it is not there."""
        if self.guard and not self.guard.least <= int(text[self.guard_cut], 2) <= self.guard.most:
            return 0, None
        code = int(text[self.cut], 2)
        return code, self.code.mentioned.get(code)

    def written(self, text: str, code: int) -> str:
        """The text with another code in its place."""
        return text[: self.cut.start] + format(code, f"0{self.code.width}b") + text[self.cut.stop :]


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
