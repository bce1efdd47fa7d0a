"""Places in memory that a function reads and writes while it is built: names whose value changes, and arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.engines.native.code.instructions import (
    PAIR, POINTER, TRUTH, WORD, AddressOf, AddShared, ExchangeShared, Load, LoadShared, PartOf, Store, Type,
)
from checker.engines.native.code.values import Operand, Value

if TYPE_CHECKING:
    from checker.engines.native.code.builder import Function


class Local:
    """A name of the function whose value changes."""

    __slots__ = ("function", "slot", "type")

    def __init__(self, function: Function, type: Type) -> None:
        self.function = function
        self.type = type
        self.slot = function.stack(type)

    def get(self) -> Value:
        """The value it has now."""
        return self.function.emitted(Load(self.type, self.slot.operand), self.type)

    def set(self, value: Operand) -> None:
        """Gives it another value."""
        given = self.function.value(value, self.type)
        self.function.done(Store(self.type, given.operand, self.slot.operand))


class Array:
    """Memory as an array of words: `a[i]` reads and `a[i] = x` writes."""

    __slots__ = ("function", "pointer")

    def __init__(self, function: Function, pointer: Value) -> None:
        self.function = function
        self.pointer = pointer

    def at(self, index: Operand) -> Value:
        """The address of an item."""
        place = self.function.value(index, WORD)
        if place.number == 0:
            return self.pointer
        return self.function.computed(AddressOf(self.pointer.operand, place.operand), POINTER)

    def __getitem__(self, index: Operand) -> Value:
        return self.function.emitted(Load(WORD, self.at(index).operand), WORD)

    def __setitem__(self, index: Operand, value: Operand) -> None:
        given = self.function.value(value, WORD)
        self.function.done(Store(WORD, given.operand, self.at(index).operand))

    def from_(self, index: Operand) -> Array:
        """The same memory, counted from `index` on."""
        return Array(self.function, self.at(index))

    def read_shared(self, index: Operand) -> Value:
        """An atomic read: what other threads wrote before they published this item is seen."""
        return self.function.emitted(LoadShared(self.at(index).operand), WORD)

    def exchange_if(self, index: Operand, expected: Operand, new: Operand) -> tuple[Value, Value]:
        """An atomic compare-and-swap: what was there, and whether it was `expected` and now is `new`."""
        function = self.function
        before, after = (function.value(side, WORD).operand for side in (expected, new))
        pair = function.emitted(ExchangeShared(self.at(index).operand, before, after), PAIR).operand
        return function.emitted(PartOf(pair, 0), WORD), function.emitted(PartOf(pair, 1), TRUTH)

    def add_shared(self, index: Operand, amount: Operand) -> Value:
        """An atomic addition; the value before it."""
        more = self.function.value(amount, WORD).operand
        return self.function.emitted(AddShared(self.at(index).operand, more), WORD)
