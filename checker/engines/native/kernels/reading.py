"""From memory to symbols: parts of packed values, values by their codes, scalars as numbers in registers."""

from __future__ import annotations

from abc import ABC, abstractmethod

# pyright: basic
from collections.abc import Mapping
from math import prod
from typing import Any

from checker.core.types import BagType, BoolType, IntType, MapType, RecordType, SeqType, SetType, TupleType, Type
from checker.engines.kernels.formula import BitField
from checker.engines.layout import ChoiceShape, CodeShape, Layout, SetShape, bits_for
from checker.engines.native.code.builder import WORD, Array, Value
from checker.engines.native.kernels.emitter import BITS, Emitter
from checker.engines.native.kernels.symbols import (
    Coded, Known, Listed, ListPlan, Mask, Number, Plan, Source, Stored, Symbol, Tabulated, Truth, Unbound, is_scalar,
    number_inside, of_value, tabulated,
)
from checker.engines.native.limits import NotNative
from checker.engines.plain import PlainValues

TABLE_WIDTH = 6
"""The widest field whose contents are looked at one by one."""


class Reader(ABC):
    """Reads parts of packed values and computes codes."""

    def __init__(self, emitter: Emitter, layout: Layout) -> None:
        self.emitter = emitter
        self.layout = layout
        self.plain: PlainValues = layout.plain

    # --- memory -------------------------------------------------------------------------------------------------------

    def load(self, stored: Stored) -> Symbol:
        """The part as what it is: a function of a small field, a number, or memory still."""
        shape, type = stored.shape, stored.type
        if isinstance(shape, CodeShape):
            if shape.width == 0:
                return of_value(type, self.plain.value(type, 0))
            if not stored.steps and stored.source.name and shape.width <= TABLE_WIDTH:
                field = BitField(stored.source.name, stored.position, shape.width)
                values = self.plain.values(type)
                return tabulated(type, field, values, (1 << len(values)) - 1)
            return self.from_code(type, self.content(stored))
        return stored

    def content(self, stored: Stored, width: int | None = None) -> Value:
        """The bits of a part that is no wider than a word."""
        width = stored.shape.width if width is None else width
        if width > BITS:
            raise NotNative("numbers of more than 64 bits")
        if width == 0:
            return self.emitter.number(0)
        if not stored.steps:
            return self._static_bits(stored.source, stored.position, width)
        return self.bits_at(stored.source, self.position(stored), width)

    def position(self, stored: Stored) -> Value:
        """The bit at which the part begins."""
        place = self.emitter.number(stored.position)
        for index, stride in stored.steps:
            place = place + index * stride
        return place

    def _static_bits(self, source: Source, position: int, width: int) -> Value:
        index, shift = divmod(position, BITS)
        word = self.emitter.word(source.name, index) if source.name else source.memory[index]
        return self.emitter.bits(word, shift, width)

    def bits_at(self, source: Source, position: Value, width: int) -> Value:
        """The field of `width` bits at a computed position; it does not cross a word."""
        index = position >> 6
        if source.name and index.number is not None:
            word = self.emitter.word(source.name, index.number)
        else:
            word = source.memory[index]
        shifted = word >> (position & 63)
        return shifted if width == BITS else shifted & ((1 << width) - 1)

    def inside_of(self, stored: Stored, type: Type, position: int, shape: Any, index: Value | None = None,
                  stride: int = 0) -> Stored:
        """A part of a part, `index` strides further."""
        steps = stored.steps
        if index is not None:
            steps = (*steps, (index, stride))
        return Stored(type, stored.source, stored.position + position, shape, steps)

    def mask_words(self, stored: Stored) -> tuple[Value, ...]:
        """The words of a stored set."""
        shape = stored.shape
        assert isinstance(shape, SetShape)
        words: list[Value] = []
        for start in range(0, shape.width, BITS):
            width = min(BITS, shape.width - start)
            words.append(self.content(self.inside_of(stored, stored.type, start, shape), width))
        return tuple(words)

    # --- codes to symbols ---------------------------------------------------------------------------------------------

    def size(self, type: Type) -> int:
        """How many values the type has, which are numbered in a word."""
        try:
            size = self.plain.size(type)
        except KeyError:
            raise NotNative(f"a {type} without bounds in a place that needs them") from None
        if size > 1 << 62:
            raise NotNative(f"a {type} has more values than a word can number")
        return size

    def from_code(self, type: Type, raw: Value) -> Symbol:
        """The value with this code."""
        match type:
            case BoolType():
                return Truth(self.emitter.is_set(raw))
            case IntType(bound=bound):
                low, high = self.plain.instance.ranges[bound or "int"]
                return Number(type, raw + low if low else raw, low, high)
            case SetType(item=item):
                if self.plain.size(item) > BITS - 2:
                    raise NotNative(f"a {type} inside of another collection")
                return Mask(type, (raw,))
            case MapType() | SeqType():
                return self._list_from_code(type, raw)
            case BagType():
                raise NotNative(f"a {type} inside of another collection")
            case _ if is_scalar(type):
                return Number(type, raw, 0, self.plain.size(type) - 1)
            case _:
                return Coded(type, raw)

    def _list_from_code(self, type: MapType | SeqType, raw: Value) -> Symbol:
        """The items of a map or a sequence, written out."""
        emitter = self.emitter
        item = type.value if isinstance(type, MapType) else type.item
        size = self.size(item)
        if isinstance(type, MapType):
            capacity, length = self.plain.size(type.key), emitter.number(self.plain.size(type.key))
            rest = raw
        else:
            capacity = self.plain.instance.lengths[type.bound or "seq"]
            starts = self.starts(size, capacity)
            length, first = emitter.number(0), emitter.number(0)
            for n in range(1, capacity + 1):
                longer = raw >= starts[n]
                length = longer.choose(emitter.number(n), length)
                first = longer.choose(emitter.number(starts[n]), first)
            rest = raw - first
        if capacity > 64:
            raise NotNative(f"a {type} inside of another collection")
        memory = emitter.scratch(1 + capacity)
        memory[0] = length
        rest_local = emitter.function.local(rest)
        with emitter.function.for_(0, length) as turn:
            now = rest_local.get()
            memory[length - turn] = now % size
            rest_local.set(now // size)
        return Listed(type, memory, ListPlan(type, self.plan_of_type(item), capacity))

    @staticmethod
    def starts(size: int, capacity: int) -> list[int]:
        """The code of the first sequence of each length."""
        found = [0]
        for length in range(capacity):
            found.append(found[-1] + size**length)
        return found

    def parts(self, symbol: Coded) -> tuple[Symbol, ...]:
        """The components of a record or a tuple."""
        types = component_types(symbol.type)
        sizes = [self.size(type) for type in types]
        found: list[Symbol] = []
        for position in range(len(types)):
            later = prod(sizes[position + 1 :])
            code = symbol.raw // later if later > 1 else symbol.raw
            code = code % sizes[position] if position > 0 else code
            found.append(self.from_code(types[position], code) if sizes[position] > 1
                         else of_value(types[position], self.plain.value(types[position], 0)))
        return tuple(found)

    def tag(self, stored: Stored) -> Value:
        """Which one a stored option or union is."""
        shape = stored.shape
        assert isinstance(shape, ChoiceShape)
        return self.content(stored, shape.tag_width)

    # --- symbols to numbers -------------------------------------------------------------------------------------------

    def interval(self, symbol: Symbol) -> tuple[int, int]:
        """The least and the greatest number that a scalar can be."""
        match symbol:
            case Known(value=value):
                return int(value), int(value)
            case Tabulated(values=values):
                return min(values.values()), max(values.values())
            case Number(low=low, high=high):
                return low, high
            case Unbound():
                return 0, 0
            case _:
                raise NotNative(f"a value of type {symbol.type} as a number")

    def raw(self, symbol: Symbol) -> Value:
        """A scalar as a number."""
        match symbol:
            case Known(value=value):
                return self.emitter.number(number_inside(int(value)))
            case Tabulated(field=field, values=values):
                return self.table(field, {code: number_inside(int(value)) for code, value in values.items()})
            case Number(raw=raw, low=low, high=high):
                return raw.within(low, high) if low >= 0 else raw
            case Truth(formula=formula):
                return self.emitter.truth(formula).widened(WORD)
            case Unbound():
                return self.emitter.number(0)
            case _:
                raise NotNative(f"a value of type {symbol.type} as a number")

    def table(self, field: BitField, values: Mapping[int, int]) -> Value:
        """A function of the content of a field."""
        content = self.emitter.field(field)
        shifts = {value - code for code, value in values.items()}
        if len(shifts) == 1:
            shift = shifts.pop()
            return content + shift if shift else content
        low, high = min(values.values()), max(values.values())
        width = max(1, bits_for(high - low + 1))
        if width * (1 << field.width) <= BITS:
            packed = sum((value - low) << code * width for code, value in values.items())
            found = (self.emitter.number(packed) >> content * width) & ((1 << width) - 1)
            return found + low if low else found
        numbers = tuple(values.get(code, 0) for code in range(1 << field.width))
        return self.constant_array(numbers)[content]

    def constant_array(self, numbers: tuple[int, ...]) -> Array:
        """Numbers in memory that do not change."""
        function = self.emitter.function
        return function.module.table(function, numbers)

    def fail(self) -> None:
        """An error of the spec, here."""
        self._exit(self.emitter.error)

    def leave(self) -> None:
        """Out of the bounds of the model, here."""
        self._exit(self.emitter.outside)

    def _exit(self, target: Any) -> None:
        self.emitter.exits += 1
        self.emitter.jump(target)
        self.emitter.at(self.emitter.new_block("never"))

    # --- what later floors define -------------------------------------------------------------------------------------

    @abstractmethod
    def words_of_set(self, symbol: Symbol, type: SetType) -> tuple[Value, ...] | None:
        """The set as a bit for each code; None where an item may have none."""

    @abstractmethod
    def length(self, symbol: Symbol) -> Value:
        """The number of items of a sequence or a map."""

    @abstractmethod
    def most(self, symbol: Symbol) -> int:
        """The most items that a collection can have."""

    @abstractmethod
    def item(self, symbol: Symbol, index: Value) -> Symbol:
        """An item of a sequence or a map, at an index that is inside."""

    @abstractmethod
    def plan_of_type(self, type: Type) -> Plan:
        """How any value within bounds is held."""


def component_types(type: Type) -> list[Type]:
    """The types of the components of a record or a tuple."""
    if isinstance(type, RecordType):
        return [field for _, field in type.fields]
    assert isinstance(type, TupleType)
    return list(type.items)
