"""The columns of local sorts in order, in machine code: as `engines.symmetry.sorting` does it.

    sort_0(state), sort_1(state) ...    puts the columns of a block in order, in place

A column becomes a *key* of some words, in which its fields lie one after the other, the first one highest, and behind
them a bit for each code that mentions the element.  Insertion sorts them: a successor of a sorted state is nearly
sorted, and what stands in order already is only looked at once.
"""

from __future__ import annotations

# pyright: basic
from collections.abc import Iterable, Iterator, Mapping, Sequence

from checker.core.structs import struct
from checker.engines.layout import WORD as WORD_BITS
from checker.engines.layout import Layout
from checker.engines.native.code.builder import MASK, POINTER, WORD, Array, Function, Local, Module, Value
from checker.engines.native.limits import NotNative
from checker.engines.native.symmetry.images import insert
from checker.engines.native.symmetry.recode import constant_array
from checker.engines.symmetry.columns import ColumnBag, ColumnCode, Columns, Mentioned
from checker.engines.symmetry.guards import Guard
from checker.engines.symmetry.local import Block

STACK_LIMIT = 1 << 15
"""Words that the keys may take, since they lie on the stack."""

ROWS_LIMIT = 1 << 16
"""Rows of the table that says what codes mention."""

ALWAYS = Guard(0, 0, 0, 0)
"""A guard that holds, of a field without any bits."""


def build_sorting(module: Module, blocks: Sequence[Block], layout: Layout) -> list[Function]:
    """Adds a function for each of the blocks, whose sorts are local.  Raises `NotNative` where one is too large."""
    return [
        _Writer(module, f"sort_{number}", Columns(block, layout), layout.words).write()
        for number, block in enumerate(blocks)
    ]


@struct
class _Slot:
    """Where in a key a field is."""

    word: int
    shift: int


class _Writer:
    """Writes the function for one block."""

    def __init__(self, module: Module, name: str, columns: Columns, words: int) -> None:
        self.columns, self.words, self.count = columns, words, len(columns.block.members)
        self.slots = list(_slots([*(field.width for field in columns.fields), *columns.mark_widths]))
        self.key_words = self.slots[-1].word + 1 if self.slots else 0
        if (stack := self.count * (self.key_words + 2)) > STACK_LIMIT:
            raise NotNative(f"to sort {self.count:,} elements takes {stack:,} words of the stack, too many")
        self.function = module.function(name, WORD, ("state", POINTER))
        self.state = self.function.array("state")

    def write(self) -> Function:
        """The whole function."""
        function = self.function
        if self.slots:
            keys = function.scratch(self.count * self.key_words)
            order = function.scratch(self.count)  # which member's column stands where
            self._gather(keys, order)
            with function.if_(self._sort(keys, order) == 0):
                function.return_(0)
            if self.columns.fields:
                self._write_back(keys)
            if self.columns.mark_widths:
                self._rename(order)
        function.return_(0)
        function.finish()
        return function

    def _table(self, numbers: Iterable[int]) -> Array:
        return constant_array(self.function, tuple(numbers))

    def _add_bits(self, words: Array, word: Value, bits: Value) -> None:
        words[word] = words[word] | bits

    # --- keys -----------------------------------------------------------------------------------------------------

    def _gather(self, keys: Array, order: Array) -> None:
        function = self.function
        with function.for_(0, self.count * self.key_words) as word:
            keys[word] = 0
        with function.for_(0, self.count) as member:
            order[member] = member
        for field in self._each_field():
            with function.for_(0, self.count) as member:
                content = self._bits(field.positions[member], field.mask)
                self._add_bits(keys, member * self.key_words + field.word, content << field.shift)
        for code in self._each_code():
            with function.if_(code.member < self.count):
                self._add_bits(keys, code.member * self.key_words + code.word, function.constant(1) << code.shift)
        start = len(self.columns.fields) + len(self.columns.codes)
        for bag in self.columns.bags:
            slots = self.slots[start : start + len(set(bag.kinds.values()))]
            start += len(slots)
            rows = range(max(bag.kinds, default=0) + 1)
            words, shifts = (self._table(table) for table in (
                [slots[bag.kinds[code]].word if code in bag.kinds else 0 for code in rows],
                [slots[bag.kinds[code]].shift if code in bag.kinds else 0 for code in rows],
            ))
            for _, entry in self._each_entry(bag):
                with function.if_(entry.member < self.count):
                    place = entry.member * self.key_words + words[entry.code]
                    self._add_bits(keys, place, entry.copies + 1 << shifts[entry.code])

    def _each_field(self) -> Iterator[_Field]:
        """Inside of a loop over all fields."""
        fields, slots = self.columns.fields, self.slots[: len(self.columns.fields)]
        if not fields:
            return
        positions = self._table(position for field in fields for position in field.positions)
        masks = self._table((1 << field.width) - 1 for field in fields)
        words, shifts = self._table(slot.word for slot in slots), self._table(slot.shift for slot in slots)
        with self.function.for_(0, len(fields)) as number:
            yield _Field(positions.from_(number * self.count), masks[number], words[number], shifts[number])

    # --- order ----------------------------------------------------------------------------------------------------

    def _sort(self, keys: Array, order: Array) -> Value:
        """Puts the keys in order, the greatest first; 0 where they were."""
        function, width = self.function, self.key_words
        moved, key = function.local(0), function.scratch(width)
        with function.for_(1, self.count) as member:
            before = keys.from_((member - 1) * width)
            with function.if_(self._less(before, keys.from_(member * width)) == 0):
                function.continue_()
            moved.set(1)
            self._copy(key, keys.from_(member * width))
            which, place = function.local(order[member]), function.local(member)
            with function.while_(lambda: place.get() != 0):
                before = keys.from_((place.get() - 1) * width)
                with function.if_(self._less(before, key) == 0):
                    function.break_()
                self._copy(keys.from_(place.get() * width), before)
                order[place.get()] = order[place.get() - 1]
                place.set(place.get() - 1)
            self._copy(keys.from_(place.get() * width), key)
            order[place.get()] = which.get()
        return moved.get()

    def _less(self, left: Array, right: Array) -> Value:
        """Is the left key less than the right one?  1 or 0."""
        function, last = self.function, self.key_words - 1
        word: Local | None = None
        if last:
            word = function.local(0)
            with function.while_(lambda: (word.get() < last) & (left[word.get()] == right[word.get()])):
                word.set(word.get() + 1)
        at = function.constant(0) if word is None else word.get()
        return (left[at] < right[at]).widened()

    def _copy(self, target: Array, source: Array) -> None:
        with self.function.for_(0, self.key_words) as word:
            target[word] = source[word]

    # --- the state ------------------------------------------------------------------------------------------------

    def _write_back(self, keys: Array) -> None:
        function = self.function
        kept = [MASK] * self.words
        for field in self.columns.fields:
            for position in field.positions:
                kept[position // WORD_BITS] &= ~((1 << field.width) - 1 << position % WORD_BITS)
        outside = self._table(kept)
        with function.for_(0, self.words) as word:
            self.state[word] = self.state[word] & outside[word]
        for field in self._each_field():
            with function.for_(0, self.count) as member:
                position = field.positions[member]
                content = keys[member * self.key_words + field.word] >> field.shift & field.mask
                self._add_bits(self.state, position // WORD_BITS, content << position % WORD_BITS)

    def _rename(self, order: Array) -> None:
        """Has the codes and the bags mention elements by their new positions."""
        function, elements = self.function, self._table(self.columns.block.members)
        places = function.scratch(self.count)
        with function.for_(0, self.count) as place:
            places[order[place]] = place
        for code in self._each_code():
            with function.if_(code.member < self.count):
                further = elements[places[code.member]] - elements[code.member]  # modulo 2^64, as what follows
                new = code.content + further * code.weight
                word, shift = code.position // WORD_BITS, code.position % WORD_BITS
                self.state[word] = self.state[word] & ~(code.mask << shift) | new << shift

        for bag in self.columns.bags:
            self._rename_bag(bag, elements, places)

    def _rename_bag(self, bag: ColumnBag, elements: Array, places: Array) -> None:
        function, shape = self.function, bag.shape
        entries, mask = function.scratch(shape.capacity), (1 << bag.entry_width) - 1
        for index, entry in self._each_entry(bag):
            code = function.local(entry.code)
            with function.if_(entry.member < self.count):
                further = elements[places[entry.member]] - elements[entry.member]
                code.set(code.get() + further * entry.weight)
            insert(function, entries, index, code.get() << shape.copies_width | entry.copies)
        with function.for_(0, self._bag_length(bag)) as index:
            position = index * shape.stride + (bag.position + shape.start)
            word, shift = position // WORD_BITS, position % WORD_BITS
            self.state[word] = self.state[word] & ~(function.constant(mask) << shift) | entries[index] << shift

    def _each_entry(self, bag: ColumnBag) -> Iterator[tuple[Value, _Entry]]:
        """Inside of a loop over the entries of a bag, each with its index."""
        function, shape = self.function, bag.shape
        members, weights = self._rows(range(1 << bag.entry_width - shape.copies_width), bag.mentioned)
        with function.for_(0, self._bag_length(bag)) as index:
            position = index * shape.stride + (bag.position + shape.start)
            entry = self._bits(position, function.constant((1 << bag.entry_width) - 1))
            code = entry >> shape.copies_width
            yield index, _Entry(code, entry & (1 << shape.copies_width) - 1, members[code], weights[code])

    def _bag_length(self, bag: ColumnBag) -> Value:
        function = self.function
        position, mask = function.constant(bag.position), function.constant((1 << bag.shape.length_width) - 1)
        return self._bits(position, mask).within(0, bag.shape.capacity)

    def _each_code(self) -> Iterator[_Code]:
        """Inside of a loop over all codes."""
        codes, slots = self.columns.codes, self.slots[len(self.columns.fields) :]
        if not codes:
            return
        starts, (members, weights) = self._mentioned(codes)
        positions = self._table(code.position for code in codes)
        masks = self._table((1 << code.width) - 1 for code in codes)
        words, shifts = self._table(slot.word for slot in slots), self._table(slot.shift for slot in slots)
        guards = [code.guard or ALWAYS for code in codes]
        lengths, least = self._table(guard.position for guard in guards), self._table(guard.least for guard in guards)
        length_masks = self._table((1 << guard.width) - 1 for guard in guards)
        with self.function.for_(0, len(codes)) as number:
            position, mask = positions[number], masks[number]
            content = self._bits(position, mask)
            row = starts[number] + content
            there = self._bits(lengths[number], length_masks[number]) >= least[number]
            member = there.choose(members[row], MASK)
            yield _Code(position, mask, content, member, weights[row], words[number], shifts[number])

    def _bits(self, position: Value, mask: Value) -> Value:
        """A field of the state."""
        return self.state[position // WORD_BITS] >> position % WORD_BITS & mask

    def _mentioned(self, codes: Sequence[ColumnCode]) -> tuple[Array, tuple[Array, Array]]:
        """For each code where its rows begin, and the rows; codes of one type share them."""
        starts: dict[object, int] = {}
        begins, rows = list[int](), list[Mentioned | None]()
        for code in codes:
            key = (code.width, tuple(code.mentioned.items()))
            if key not in starts:
                starts[key] = len(rows)
                rows += [code.mentioned.get(content) for content in range(1 << code.width)]
            begins.append(starts[key])
        return self._table(begins), self._rows(range(len(rows)), dict(enumerate(rows)))

    def _rows(self, codes: Sequence[int], mentioned: Mapping[int, Mentioned | None]) -> tuple[Array, Array]:
        """For each of the codes the number of the member that is mentioned, `MASK` where none is, and its weight."""
        if len(codes) > ROWS_LIMIT:
            raise NotNative(f"to rename elements in codes takes {len(codes):,} rows of a table, too many")
        said = [mentioned.get(code) for code in codes]
        numbers = self.columns.member_at
        return (
            self._table(numbers[found.element] if found else MASK for found in said),
            self._table(found.weight if found else 0 for found in said),
        )


@struct
class _Field:
    """A field of all columns, while the loop is at it: `positions` of each member."""

    positions: Array
    mask: Value
    word: Value
    shift: Value


@struct
class _Code:
    """A code, while the loop is at it: its content, the number of the member that this mentions, and its weight."""

    position: Value
    mask: Value
    content: Value
    member: Value
    weight: Value
    word: Value
    shift: Value


@struct
class _Entry:
    """An entry of a bag, while the loop is at it: `copies` is their number minus 1."""

    code: Value
    copies: Value
    member: Value
    weight: Value


def _slots(widths: Iterable[int]) -> Iterator[_Slot]:
    """Where fields of these widths are in a key: from the highest bit of the first word on."""
    word, free = 0, WORD_BITS
    for width in widths:
        if width > free:
            word, free = word + 1, WORD_BITS
        free -= width
        yield _Slot(word, free)
