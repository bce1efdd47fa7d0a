"""Places in memory that a function reads and writes while it is built: names whose value changes, and arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.engines.native.code.values import PAIR, POINTER, TRUTH, WORD, Operand, Type, Value

if TYPE_CHECKING:
    from checker.engines.native.code.builder import Function


class Local:
    """A name of the function whose value changes."""

    __slots__ = ("function", "slot", "type")

    def __init__(self, function: Function, type: Type) -> None:
        self.function = function
        self.type = type
        self.slot = function.stack(type.name)

    def get(self) -> Value:
        """The value it has now."""
        return self.function.emitted(f"load {self.type.name}, ptr {self.slot.text}", self.type)

    def set(self, value: Operand) -> None:
        """Gives it another value."""
        text = self.function.value(value, self.type).text
        self.function.block.lines.append(f"store {self.type.name} {text}, ptr {self.slot.text}")


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
        text = f"getelementptr i64, ptr {self.pointer.text}, i64 {place.text}"
        return self.function.computed(text, POINTER)

    def __getitem__(self, index: Operand) -> Value:
        return self.function.emitted(f"load i64, ptr {self.at(index).text}", WORD)

    def __setitem__(self, index: Operand, value: Operand) -> None:
        text = self.function.value(value, WORD).text
        address = self.at(index).text
        self.function.block.lines.append(f"store i64 {text}, ptr {address}")

    def from_(self, index: Operand) -> Array:
        """The same memory, counted from `index` on."""
        return Array(self.function, self.at(index))

    def read_shared(self, index: Operand) -> Value:
        """An atomic read: what other threads wrote before they published this item is seen."""
        return self.function.emitted(f"load atomic i64, ptr {self.at(index).text} acquire, align 8", WORD)

    def exchange_if(self, index: Operand, expected: Operand, new: Operand) -> tuple[Value, Value]:
        """An atomic compare-and-swap: what was there, and whether it was `expected` and now is `new`."""
        function = self.function
        before, after = (function.value(side, WORD).text for side in (expected, new))
        text = f"cmpxchg ptr {self.at(index).text}, i64 {before}, i64 {after} acq_rel acquire"
        pair = function.emitted(text, PAIR)
        there, won = (f"extractvalue {PAIR.name} {pair.text}, {part}" for part in (0, 1))
        return function.emitted(there, WORD), function.emitted(won, TRUTH)

    def add_shared(self, index: Operand, amount: Operand) -> Value:
        """An atomic addition; the value before it."""
        text = self.function.value(amount, WORD).text
        return self.function.emitted(f"atomicrmw add ptr {self.at(index).text}, i64 {text} acq_rel", WORD)
