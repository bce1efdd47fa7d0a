"""From new values to the words of the next state.

The words stay in registers as long as what changes has a known place; the first change at a computed place writes
them out, and what comes after it changes memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from checker.core.types import BagType, BoolType, IntType, MapType, SeqType, SetType, Type, UnionType
from checker.engines.kernels.formula import TRUE
from checker.engines.layout import (
    BagShape, ChoiceShape, CodeShape, MapShape, ProductShape, SeqShape, SetShape, Shape, bits_for,
)
from checker.engines.native.code.builder import WORD, Array, Value
from checker.engines.native.kernels.emitter import BITS, FULL, STATE
from checker.engines.native.kernels.reading import component_types

# pyright: basic
from checker.engines.native.kernels.structures import as_member, is_record
from checker.engines.native.kernels.symbols import (
    NUMBER_LIMIT, Listed, Mask, Members, Number, Patched, Slots, Source, Stored, Symbol, Truth, Unbound, known_value,
    same_place,
)
from checker.engines.native.limits import NotNative
from checker.engines.plain import Outside, member_of
from checker.engines.system import SpecError

if TYPE_CHECKING:
    from checker.engines.native.kernels.expressions import Evaluator


class NextState:
    """A row that becomes a copy of `state` with what is assigned."""

    def __init__(self, ev: Evaluator, state: str, row: Array) -> None:
        self.ev = ev
        self.emitter = ev.emitter
        self.reader = ev.reader
        self.row = Source("", row)
        self.changed = 0
        """The bits that may not be those of the state any more."""
        self.words: list[Value] | None = [
            self.emitter.word(state, index) for index in range(ev.layout.words)
        ]

    def finish(self) -> None:
        """Everything is in memory."""
        if self.words is not None:
            for index, word in enumerate(self.words):
                self.row.memory[index] = word
            self.words = None

    # --- bits ---------------------------------------------------------------------------------------------------------

    def put(self, target: Stored, bits: Value | int, width: int) -> None:
        """The `width` bits at the target are these."""
        if width == 0:
            return
        mask = (1 << width) - 1
        if not target.steps:
            index, shift = divmod(target.position, BITS)
            kept = self._word(index) & (FULL & ~(mask << shift))
            if isinstance(bits, int):
                self._set(index, kept | (bits << shift) if bits else kept, mask << shift)
            else:
                self._set(index, kept | (bits << shift if shift else bits), mask << shift)
            return
        self.finish()
        self.changed |= self._variable_at(target.position)
        place = self.reader.position(target)
        memory, index, shift = self.row.memory, place >> 6, place & 63
        value = self.emitter.number(bits) if isinstance(bits, int) else bits
        memory[index] = (memory[index] & ~(self.emitter.number(mask) << shift)) | (value << shift)

    def _variable_at(self, position: int) -> int:
        """The bits of the variable that has the bit at `position`: a computed place lies within the same variable.

        No variable has it where it is that of the first item of a sequence without room for any.
        """
        return sum(
            ((1 << place.shape.width) - 1) << place.position for place in self.ev.layout.places
            if place.position <= position < place.position + place.shape.width
        )

    def _word(self, index: int) -> Value:
        return self.row.memory[index] if self.words is None else self.words[index]

    def _set(self, index: int, word: Value, mask: int) -> None:
        """The word is this one, which may differ from what it was in the bits of the mask."""
        self.changed |= mask << index * BITS
        if self.words is None:
            self.row.memory[index] = word
        else:
            self.words[index] = word

    def clear(self, target: Stored, start: int, width: int) -> None:
        """The bits from `start` on are 0."""
        done = start
        while done < start + width:
            position = target.position + done
            step = min(start + width - done, BITS - position % BITS if not target.steps or width > BITS else BITS)
            part = self.reader.inside_of(target, target.type, done, target.shape)
            self.put(part, 0, step)
            done += step

    # --- values -------------------------------------------------------------------------------------------------------

    def assign(self, target: Stored, value: Symbol) -> None:
        """The part of the state at `target` has this value; leaves where the model has no room for it."""
        if isinstance(value, Stored) and value.source.name and self._is_unchanged(target, value):
            return
        known = known_value(value)
        if known is not None and self._assign_known(target, known[0]):
            return
        if isinstance(value, Unbound):
            return
        match target.shape:
            case CodeShape(type=BoolType(), width=width) if isinstance(value, Truth):
                self.put(target, self.reader.raw(value), width)
            case CodeShape(type=type, width=width):
                self.put(target, self.reader.code(value, type), width)
            case SetShape():
                self._assign_set(target, value)
            case MapShape():
                self._assign_map(target, value)
            case SeqShape():
                self._assign_sequence(target, value)
            case BagShape():
                self._assign_bag(target, value)
            case ProductShape(type=type, parts=places):
                parts = zip(component_types(type), places, self.reader.components(value), strict=True)
                for inner, (at, shape), part in parts:
                    self.assign(self.reader.inside_of(target, inner, at, shape), part)
            case ChoiceShape():
                self._assign_choice(target, value)

    def _is_unchanged(self, target: Stored, value: Stored) -> bool:
        """Does the row, which began as a copy of the state, have it already?"""
        if value.source.name != STATE or not same_place(self._in_state(target), value):
            return False
        place = ((1 << target.shape.width) - 1) << target.position
        return not target.steps and not self.changed & place

    def _assign_known(self, target: Stored, value: object) -> bool:
        layout, shape = self.ev.layout, target.shape
        try:
            bits = layout.encode(shape, value)
        except Outside:
            self.reader.leave()
            return True
        except SpecError:
            self.reader.fail()
            return True
        for start in range(0, shape.width, BITS):
            width = min(BITS, shape.width - start)
            part = self.reader.inside_of(target, target.type, start, shape)
            self.put(part, bits >> start & (1 << width) - 1, width)
        return True

    def _assign_set(self, target: Stored, value: Symbol) -> None:
        shape = target.shape
        assert isinstance(shape, SetShape)
        if isinstance(value, Members) and not target.steps and (
            value.origin is None or same_place(value.origin, self._in_state(target))
        ):
            self._assign_members(target, value)
            return
        type = shape.type
        if isinstance(value, Listed):
            value = self._masked(value, type)
        words = self.reader.words_of_set(value, value.type if isinstance(value.type, SetType) else type)
        if words is None:
            raise NotNative(f"a {type} of unknown items")
        if isinstance(value.type, SetType) and value.type.item != type.item and not self._same_codes(value.type, type):
            raise NotNative(f"a {value.type} as a {type} with other bounds")
        for index, word in enumerate(words):
            width = min(BITS, shape.width - index * BITS)
            if width > 0:
                self.put(self.reader.inside_of(target, type, index * BITS, shape), word, width)

    def _same_codes(self, left: SetType, right: SetType) -> bool:
        plain = self.ev.plain
        try:
            return plain.size(left.item) == plain.size(right.item) and all(
                plain.value(left.item, code) == plain.value(right.item, code)
                for code in (0, plain.size(left.item) - 1)
            ) and isinstance(left.item, IntType)
        except KeyError:
            return False

    def _masked(self, value: Listed, type: SetType) -> Symbol:
        """A list of items as bits; each is checked in order."""
        reader, emitter = self.reader, self.emitter
        count = max(1, -(-self.ev.plain.size(type.item) // BITS))
        memory = emitter.scratch(count)
        for index in range(count):
            memory[index] = 0
        with emitter.function.for_(0, value.memory[0]) as index:
            item = reader.item_of_word(value.memory[index + 1], value.plan.item)
            code = reader.code(item, type.item)
            memory[code >> 6] = memory[code >> 6] | (emitter.number(1) << (code & 63))
        return Mask(type, tuple(memory[index] for index in range(count)))

    def _in_state(self, target: Stored) -> Stored:
        return Stored(target.type, self.emitter.sources[STATE], target.position, target.shape, target.steps)

    def _assign_members(self, target: Stored, members: Members) -> None:
        width = target.shape.width
        dropped = (1 << width) - 1 if members.origin is None else members.dropped
        known = sum(1 << code for code, formula in members.formulas.items() if formula == TRUE)
        everything = range(target.position // BITS, (target.position + width - 1) // BITS + 1)
        for index in everything:
            shift = index * BITS - target.position
            part = _part(dropped, shift), _part(known, shift)
            word, mask = self._word(index), part[0] | part[1]
            word = word & (FULL & ~part[0]) if part[0] & ~part[1] else word
            word = word | part[1] if part[1] else word
            for code, formula in members.formulas.items():
                if formula != TRUE and 0 <= code - shift < BITS:
                    word = word | (self.emitter.truth(formula).widened(WORD) << code - shift)
                    mask |= 1 << code - shift
            for raw in members.added:
                possible = _part((1 << raw.greatest + 1) - (1 << raw.least), shift)
                if possible:
                    word = word | self._one_bit(raw, shift)
                    mask |= possible
            self._set(index, word, mask)

    def _one_bit(self, raw: Value, shift: int) -> Value:
        """The bit of a computed code in the word that begins at the code `shift`."""
        place = raw - shift
        one = self.emitter.number(1) << (place & 63)
        if raw.least >= shift and raw.greatest - shift < BITS:
            return one
        return (place < BITS).choose(one, self.emitter.number(0))

    # --- collections --------------------------------------------------------------------------------------------------

    def _assign_map(self, target: Stored, value: Symbol) -> None:
        shape, inner = target.shape, target.type
        assert isinstance(shape, MapShape) and isinstance(inner, MapType)
        if isinstance(value, Patched) and same_place(value.origin, self._in_state(target)):
            for key, part in _in_order(value.patches):
                place = known_value(key)
                at = (self.reader.inside_of(target, inner.value, place[0] * shape.stride, shape.item)
                      if place is not None else
                      self.reader.inside_of(target, inner.value, 0, shape.item, self.reader.raw(key), shape.stride))
                self.assign(at, part)
            return
        if isinstance(value, Slots):
            for index, part in enumerate(value.values):
                self.assign(self.reader.inside_of(target, inner.value, index * shape.stride, shape.item), part)
            return
        self._assign_items(target, value, inner.value, 0, shape.item, shape.stride, self.emitter.number(shape.count))

    def _assign_sequence(self, target: Stored, value: Symbol) -> None:
        shape, inner = target.shape, target.type
        assert isinstance(shape, SeqShape) and isinstance(inner, SeqType)
        length = self.reader.length(value)
        if self.reader.most(value) > shape.capacity:
            self.emitter.leave_if(length > shape.capacity)
        self.clear(target, 0, shape.width)
        self.put(target, length, shape.length_width)
        self._assign_items(target, value, inner.item, shape.start, shape.item, shape.stride, length)

    def _assign_items(
        self, target: Stored, value: Symbol, type: Type, start: int, shape: Shape, stride: int, count: Value
    ) -> None:
        self.finish()
        with self.emitter.function.for_(0, count) as index:
            part = self.reader.inside_of(target, type, start, shape, index, stride)
            self.assign(part, self.reader.item(value, index))

    def _assign_bag(self, target: Stored, value: Symbol) -> None:
        """A container is looked at before its items, and these in order."""
        shape, inner = target.shape, target.type
        assert isinstance(shape, BagShape) and isinstance(inner, BagType)
        reader, emitter, function = self.reader, self.emitter, self.emitter.function
        distinct, copies_limit = self.ev.plain.bag_bound(inner)
        count = reader.distinct(value)
        if reader.most(value) > distinct:
            emitter.leave_if(count > distinct)
        with function.for_(0, count) as index:
            emitter.leave_if(reader.entry(value, index)[1] > copies_limit)
        if isinstance(inner.item, IntType):
            with function.for_(0, count) as index:
                self._check_word(value, index, inner.item)
        self.clear(target, 0, shape.width)
        self.put(target, count, shape.length_width)
        width = bits_for(self.ev.plain.size(inner.item)) + shape.copies_width
        low = self.ev.plain.instance.ranges[inner.item.bound or "int"][0] if isinstance(inner.item, IntType) else 0
        self.finish()
        with function.for_(0, count) as index:
            word, copies = reader.entry(value, index)
            entry = ((word - low) << shape.copies_width) | (copies - 1)
            self.put(reader.inside_of(target, inner.item, shape.start, shape, index, shape.stride), entry, width)

    def _check_word(self, value: Symbol, index: Value, type: IntType) -> None:
        low, high = self.ev.plain.instance.ranges[type.bound or "int"]
        word, _ = self.reader.entry(value, index)
        self.reader.check_int(Number(type, word, 1 - NUMBER_LIMIT, NUMBER_LIMIT - 1), low, high)

    def _assign_choice(self, target: Stored, value: Symbol) -> None:
        shape, type = target.shape, target.type
        assert isinstance(shape, ChoiceShape)
        self.clear(target, 0, shape.width)
        if isinstance(type, UnionType):
            self._assign_union(target, type, shape, value)
            return
        present, item = self.reader.maybe(value)
        self.finish()
        with self.emitter.when(present):
            self.put(target, 1, shape.tag_width)
            inner = shape.members[1][1]
            self.assign(self.reader.inside_of(target, type.item, shape.start, inner), item)  # type: ignore[union-attr]

    def _assign_union(self, target: Stored, type: UnionType, shape: ChoiceShape, value: Symbol) -> None:
        self.finish()
        for index, (name, inner) in enumerate(shape.members):
            assert name is not None
            if str(value.type) != name and not isinstance(value.type, UnionType):
                continue
            if isinstance(value.type, UnionType) and all(member.name != name for member in value.type.members):
                continue
            with self.emitter.when(is_record(self.ev, value, {name})):
                self.put(target, index, shape.tag_width)
                part = as_member(self.ev, value, name)
                self.assign(self.reader.inside_of(target, member_of(type, name), shape.start, inner), part)


def _part(mask: int, shift: int) -> int:
    """The 64 bits of a mask from `shift` on, which may be negative."""
    return (mask >> shift if shift >= 0 else mask << -shift) & FULL


def _in_order(patches: Sequence[tuple[Symbol, Symbol]]) -> list[tuple[Symbol, Symbol]]:
    """By the order of the keys, in which bounds are checked."""
    places = {index: known_value(key) for index, (key, _) in enumerate(patches)}
    order = sorted(places, key=lambda index: places[index] or ())
    return [patches[index] for index in order]
