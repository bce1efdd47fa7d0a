"""The representative of a state's orbit in machine code: the least of its images, as one number.

    canonical(state, out)     the same states as `engines.canonical` computes

For each renaming the words of the image are made up one by one, the most significant first, and the renaming is given
up as soon as a word is greater than that of the best image so far.  What moves is read from constant tables, so that
the code is short however many renamings there are.
"""

from __future__ import annotations

# pyright: basic
from collections.abc import Callable, Sequence

from checker.engines.layout import WORD as WORD_BITS
from checker.engines.layout import Layout
from checker.engines.native.builder import POINTER, WORD, Array, Local, Module, Value
from checker.engines.native.moves import BagPart, Cutter, Field, Guard, Guards, Run, Sources, moves
from checker.engines.native.recode import Recoder, constant_array, table_fits
from checker.engines.symmetry import SymmetryGroup

EQUAL, SMALLER, GREATER = 0, 1, 2
"""How the words of an image that are made up compare with those of the best one."""


def build_canonical(module: Module, group: SymmetryGroup, layout: Layout) -> None:
    """Adds the function to the module.  Raises `NotNative` where the group or the layout is out of its reach."""
    _Writer(module, group, layout).write()


class _Writer:
    """Writes the function, step by step."""

    def __init__(self, module: Module, group: SymmetryGroup, layout: Layout) -> None:
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
        self.function = module.function("canonical", WORD, ("state", POINTER), ("out", POINTER))
        self.state, self.best = self.function.array("state"), self.function.array("out")

    def write(self) -> None:
        """The whole function."""
        function = self.function
        self._copy(self.best, self.state)
        sources, values = self._sources(), self._values()
        make_word = self._word_maker(sources, values)
        image, candidate = function.scratch(self.words), function.scratch(self.words)
        with function.for_(1, self.count) as renaming:
            result = function.local(EQUAL)
            if self.computed:
                self._clear(image)
            top = self.words
            for part in sorted(self.computed, key=_highest_word, reverse=True):
                top = self._compare(make_word, renaming, image, candidate, result, _highest_word(part) + 1, top)
                with function.if_(result.get() != GREATER):
                    self._compute(part, renaming, image)
            self._compare(make_word, renaming, image, candidate, result, 0, top)
            with function.if_(result.get() == SMALLER):
                self._copy(self.best, candidate)
        function.return_(0)
        function.finish()

    def _compare(
        self, make_word: Callable[[Value, Value], Value], renaming: Value, image: Array, candidate: Array,
        result: Local, low: int, high: int,
    ) -> int:
        """Makes up the words from `high` (exclusive) down to `low` until the image is known to be greater; `low`."""
        function = self.function
        if low >= high:
            return high
        rest = function.local(high)
        with function.while_(lambda: (rest.get() > low) & (result.get() != GREATER)):
            rest.set(rest.get() - 1)
            word = make_word(renaming, rest.get())
            if self.computed:
                word = word | image[rest.get()]
            candidate[rest.get()] = word
            best = self.best[rest.get()]
            order = (word == best).choose(EQUAL, (word < best).choose(SMALLER, function.constant(GREATER)))
            result.set((result.get() == EQUAL).choose(order, result.get()))
        return low

    # --- once for a state -----------------------------------------------------------------------------------------

    def _sources(self) -> Array:
        if not self.sources.guarded:
            return self.state
        sources = self.function.scratch(self.words + len(self.sources.guarded))
        self._copy(sources, self.state)
        for number, (word, guards) in enumerate(self.sources.guarded, start=self.words):
            sources[number] = self._hold(guards).choose(self.state[word], 0)
        return sources

    def _values(self) -> Array:
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

    def _copy(self, target: Array, source: Array) -> None:
        with self.function.for_(0, self.words) as word:
            target[word] = source[word]

    def _clear(self, target: Array) -> None:
        with self.function.for_(0, self.words) as word:
            target[word] = 0

    # --- for each renaming ----------------------------------------------------------------------------------------

    def _word_maker(self, sources: Array, values: Array) -> Callable[[Value, Value], Value]:
        """What emits code for a word of an image: all its moves, and all its fields."""
        by_renaming = [moves(self.runs, self.sources, renaming) for renaming in range(self.count)]
        move_begins, move_rows = self._rows([[
            [(move.source << 6 | move.rotation, move.mask) for move in word] for word in image
        ] for image in by_renaming])
        field_begins, field_rows, images = self._field_rows()

        def make_word(renaming: Value, word: Value) -> Value:
            result = self.function.local(0)
            place = renaming * self.words + word
            with self.function.for_(move_begins[place], move_begins[place + 1]) as row:
                where, mask = move_rows[row * 2], move_rows[row * 2 + 1]
                moved, left = sources[where >> 6] & mask, where & 63
                result.set(result.get() | moved << left | moved >> ((left ^ 63) + 1 & 63))
            if self.fields:
                with self.function.for_(field_begins[place], field_begins[place + 1]) as row:
                    table, where = field_rows[row * 2], field_rows[row * 2 + 1]
                    result.set(result.get() | images[table + values[where >> 6]] << (where & 63))
            return result.get()

        return make_word

    def _field_rows(self) -> tuple[Array, Array, Array]:
        """The rows of fields, and the images that they name: of each type, for each renaming, first that of nothing."""
        images: list[int] = []
        starts: dict[object, int] = {}
        plain = self.cutter.layout.plain
        for field in self.fields:
            if field.type not in starts:
                starts[field.type] = len(images)
                for renaming in self.cutter.renamings:
                    images += [0, *self.cutter.codes(field.type, plain.size(field.type), renaming)]
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

    def _compute(self, part: BagPart | Field, renaming: Value, image: Array) -> None:
        """Adds the image of a part to those that were computed."""
        function = self.function
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
            self._insert(entries, index, code << copies | entry & (1 << copies) - 1)
        with function.for_(0, count) as index:
            self._put(image, target + index * shape.stride + shape.start, entries[index])

    def _insert(self, entries: Array, count: Value, entry: Value) -> None:
        """Puts an entry among the first `count` ones, which are sorted."""
        function = self.function
        place = function.local(count)
        with function.while_(lambda: place.get() != 0):
            before = entries[place.get() - 1]
            with function.if_(before < entry):
                function.break_()
            entries[place.get()] = before
            place.set(place.get() - 1)
        entries[place.get()] = entry

    def _put(self, image: Array, position: Value, bits: Value) -> None:
        """Sets a field that was zero."""
        word = position // WORD_BITS
        image[word] = image[word] | bits << position % WORD_BITS


def _highest_word(part: BagPart | Field) -> int:
    """The greatest number of a word that an image of the part may lie in."""
    width = part.width if isinstance(part, Field) else part.shape.width
    return (max(part.targets) + width - 1) // WORD_BITS
