"""The image of a state under a renaming in machine code.

What moves is read from constant tables, so that the code is short however many renamings there are.  The words of an
image are made up one by one.  What does not move as it is, but is taken apart or sorted anew, is computed before.
"""

from __future__ import annotations

# pyright: basic
from collections.abc import Sequence

from checker.engines.layout import WORD as WORD_BITS
from checker.engines.layout import Layout
from checker.engines.native.code.builder import Array, Function, Module, Value
from checker.engines.native.symmetry.moves import BagPart, Cutter, Field, Run, Sources, moves
from checker.engines.native.symmetry.recode import Recoder, constant_array, table_fits
from checker.engines.symmetry.guards import Guard, Guards
from checker.engines.symmetry.group import SymmetryGroup


class ImageWriter:
    """Emits into a function what makes images of a state.  Raises `NotNative` where that is out of its reach.

    `computed` holds the parts whose images are to be computed, each before the words in which it may lie are asked for,
    after `clear`.
    """

    def __init__(self, module: Module, function: Function, state: Array, group: SymmetryGroup, layout: Layout) -> None:
        self.function, self.state = function, state
        self.cutter = Cutter(group, layout)
        self.recoder = Recoder(module, self.cutter)
        self.count, self.words = len(group.renamings), layout.words
        parts = list(self.cutter.parts())
        self.runs = [part for part in parts if isinstance(part, Run)]
        fields = [part for part in parts if isinstance(part, Field)]
        self.fields = [field for field in fields if table_fits(self.cutter, field.type)]
        self.computed: list[BagPart | Field] = [part for part in parts if isinstance(part, BagPart)]
        self.computed += [field for field in fields if field not in self.fields]
        self.sources = Sources.of(self.words, self.runs)
        self._image = function.scratch(self.words)
        self._source_words, self._values = self._make_sources(), self._make_values()
        self._moves, self._field_tables = self._move_rows(), self._field_rows()

    def clear(self) -> None:
        """Forgets what was computed."""
        if self.computed:
            with self.function.for_(0, self.words) as word:
                self._image[word] = 0

    def word(self, renaming: Value, word: Value) -> Value:
        """A word of the image: all its moves, all its fields, and what was computed."""
        begins, rows = self._moves
        result = self.function.local(0)
        place = renaming * self.words + word
        with self.function.for_(begins[place], begins[place + 1]) as row:
            where, mask = rows[row * 2], rows[row * 2 + 1]
            moved, left = self._source_words[where >> 6] & mask, where & 63
            result.set(result.get() | moved << left | moved >> ((left ^ 63) + 1 & 63))
        if self.fields:
            begins, rows, images = self._field_tables
            with self.function.for_(begins[place], begins[place + 1]) as row:
                table, where = rows[row * 2], rows[row * 2 + 1]
                result.set(result.get() | images[table + self._values[where >> 6]] << (where & 63))
        return result.get() | self._image[word] if self.computed else result.get()

    # --- once for a state -----------------------------------------------------------------------------------------

    def _make_sources(self) -> Array:
        if not self.sources.guarded:
            return self.state
        sources = self.function.scratch(self.words + len(self.sources.guarded))
        with self.function.for_(0, self.words) as word:
            sources[word] = self.state[word]
        for number, (word, guards) in enumerate(self.sources.guarded, start=self.words):
            sources[number] = self._hold(guards).choose(self.state[word], 0)
        return sources

    def _make_values(self) -> Array:
        """For each field its code plus 1, or 0 where it is absent."""
        values = self.function.scratch(max(1, len(self.fields)))
        for number, field in enumerate(self.fields):
            value = self._bits(field.position, field.width) + 1
            values[number] = self._hold(field.guards).choose(value, 0) if field.guards else value
        return values

    def _hold(self, guards: Guards) -> Value:
        holds = self._holds(guards[0])
        for guard in guards[1:]:
            holds = holds & self._holds(guard)
        return holds

    def _holds(self, guard: Guard) -> Value:
        value = self._bits(guard.position, guard.width)
        return (value >= guard.least) & (value <= guard.most)

    def _bits(self, position: int, width: int) -> Value:
        """A field of the state."""
        return self.state[position // WORD_BITS] >> position % WORD_BITS & (1 << width) - 1

    # --- tables ---------------------------------------------------------------------------------------------------

    def _move_rows(self) -> tuple[Array, Array]:
        """The rows of moves."""
        by_renaming = [moves(self.runs, self.sources, renaming) for renaming in range(self.count)]
        return self._rows([[
            [(move.source << 6 | move.rotation, move.mask) for move in word] for word in image
        ] for image in by_renaming])

    def _field_rows(self) -> tuple[Array, Array, Array]:
        """The rows of fields, and the images that they name: of each type, for each renaming, first that of nothing."""
        images: list[int] = []
        starts: dict[object, int] = {}
        plain = self.cutter.layout.plain
        for field in self.fields:
            if field.type not in starts:
                starts[field.type] = len(images)
                for codes in self.cutter.codes.of(field.type):
                    images += [0, *codes]
        rows: list[list[list[tuple[int, int]]]] = [[[] for _ in range(self.words)] for _ in range(self.count)]
        for number, field in enumerate(self.fields):
            for renaming, target in enumerate(field.targets):
                table = starts[field.type] + renaming * (plain.size(field.type) + 1)
                rows[renaming][target // WORD_BITS].append((table, number << 6 | target % WORD_BITS))
        begins, table = self._rows(rows)
        return begins, table, constant_array(self.function, tuple(images))

    def _rows(self, rows: Sequence[Sequence[Sequence[tuple[int, int]]]]) -> tuple[Array, Array]:
        """Rows by renaming and word as two tables: where those of each begin, and all of them."""
        begins, numbers = [0], list[int]()
        for image in rows:
            for word in image:
                numbers += [number for row in word for number in row]
                begins.append(len(numbers) // 2)
        return constant_array(self.function, tuple(begins)), constant_array(self.function, tuple(numbers))

    # --- bags and large codes -------------------------------------------------------------------------------------

    def compute(self, part: BagPart | Field, renaming: Value) -> None:
        """Computes the image of a part that does not move as it is."""
        function, image = self.function, self._image
        with function.if_(self._hold(part.guards) if part.guards else function.constant(1) != 0):
            target = constant_array(function, part.targets)[renaming]
            if isinstance(part, Field):
                code = self._bits(part.position, part.width)
                self._put(image, target, self.recoder.image(function, part.type, code, renaming))
            else:
                self._compute_bag(part, renaming, target, image)

    def _compute_bag(self, part: BagPart, renaming: Value, target: Value, image: Array) -> None:
        function, shape = self.function, part.shape
        copies, width = shape.copies_width, part.item_width + shape.copies_width
        entries = function.scratch(max(1, shape.capacity))
        count = self._bits(part.position, shape.length_width)
        self._put(image, target, count)
        with function.for_(0, count) as index:
            position = index * shape.stride + (part.position + shape.start)
            entry = self.state[position // WORD_BITS] >> position % WORD_BITS & (1 << width) - 1
            code = self.recoder.image(function, shape.type.item, entry >> copies, renaming)
            insert(function, entries, index, code << copies | entry & (1 << copies) - 1)
        with function.for_(0, count) as index:
            self._put(image, target + index * shape.stride + shape.start, entries[index])

    def _put(self, image: Array, position: Value, bits: Value) -> None:
        """Sets a field that was zero."""
        word = position // WORD_BITS
        image[word] = image[word] | bits << position % WORD_BITS


def highest_word(part: BagPart | Field) -> int:
    """The greatest number of a word that an image of the part may lie in."""
    width = part.width if isinstance(part, Field) else part.shape.width
    return (max(part.targets) + width - 1) // WORD_BITS


def insert(function: Function, entries: Array, count: Value, entry: Value) -> None:
    """Puts an entry among the first `count` ones, which are sorted."""
    place = function.local(count)
    with function.while_(lambda: place.get() != 0):
        before = entries[place.get() - 1]
        with function.if_(before < entry):
            function.break_()
        entries[place.get()] = before
        place.set(place.get() - 1)
    entries[place.get()] = entry
