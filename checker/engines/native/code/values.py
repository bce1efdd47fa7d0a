"""Values of a function that is being built: their operators emit instructions.

A value knows between which numbers it lies.  What follows from that is decided while code is built: constants are
computed, `x & 63` is `x` where `x` is less than 64, and a comparison whose result is clear takes no instruction.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from checker.engines.native.code.instructions import TRUTH, WORD, Binary, Choose, Compare, Name, Type, Widen

if TYPE_CHECKING:
    from checker.engines.native.code.builder import Block, Function


MASK = WORD.greatest

Operand: TypeAlias = "Value | int | bool"
Range: TypeAlias = tuple[int, int]
"""The least and the greatest number, both unsigned."""


class Value:
    """A value in a register, or a constant; `operand` is what stands for it in an instruction.

    `block` is where it is computed, None for what is known from the start of the function.
    """

    __slots__ = ("block", "function", "greatest", "least", "operand", "type")

    def __init__(
        self, function: Function, type: Type, operand: Name | int, least: int, greatest: int, block: Block | None = None
    ) -> None:
        self.function = function
        self.type = type
        self.operand = operand
        self.least = least
        self.greatest = greatest
        self.block = block

    @property
    def number(self) -> int | None:
        """The number, where it is known."""
        return self.least if self.least == self.greatest and self.type.width else None

    def is_same(self, other: Value) -> bool:
        """Are both the same register or the same constant?"""
        return self.operand == other.operand

    def within(self, least: int, greatest: int) -> Value:
        """The same value, of which the caller knows that it lies in this range too."""
        least, greatest = max(least, self.least), min(greatest, self.greatest)
        if least >= greatest:
            return self.function.constant(least, self.type)
        return Value(self.function, self.type, self.operand, least, greatest, self.block)

    def _with(self, operator: str, other: Operand) -> Value:
        right = self.function.value(other, self.type)
        if self.number is not None and operator in _COMMUTATIVE:
            self, right = right, self
        least, greatest = _RANGES[operator]((self.least, self.greatest), (right.least, right.greatest), self.type)
        if least == greatest:
            return self.function.constant(least, self.type)
        if right.number is not None and _changes_nothing(operator, self.greatest, right.number):
            return self
        return self.function.computed(
            Binary(operator, self.type, self.operand, right.operand), self.type, least, greatest
        )

    def _compare(self, predicate: str, other: Operand) -> Value:
        right = self.function.value(other, self.type)
        decided = _compared(predicate, self, right)
        if decided is not None:
            return self.function.constant(decided, TRUTH)
        return self.function.computed(Compare(predicate, self.type, self.operand, right.operand), TRUTH, 0, 1)

    def __add__(self, other: Operand) -> Value:
        return self._with("add", other)

    def __sub__(self, other: Operand) -> Value:
        return self._with("sub", other)

    def __mul__(self, other: Operand) -> Value:
        return self._with("mul", other)

    def __floordiv__(self, other: Operand) -> Value:
        return self._with("udiv", other)

    def __mod__(self, other: Operand) -> Value:
        return self._with("urem", other)

    def __and__(self, other: Operand) -> Value:
        return self._with("and", other)

    def __or__(self, other: Operand) -> Value:
        return self._with("or", other)

    def __xor__(self, other: Operand) -> Value:
        return self._with("xor", other)

    def __lshift__(self, other: Operand) -> Value:
        return self._with("shl", other)

    def __rshift__(self, other: Operand) -> Value:
        return self._with("lshr", other)

    def __invert__(self) -> Value:
        return self ^ self.type.greatest

    def __eq__(self, other: Operand) -> Value:  # type: ignore[override]
        return self._compare("eq", other)

    def __ne__(self, other: Operand) -> Value:  # type: ignore[override]
        return self._compare("ne", other)

    def __lt__(self, other: Operand) -> Value:
        return self._compare("ult", other)

    def __le__(self, other: Operand) -> Value:
        return self._compare("ule", other)

    def __gt__(self, other: Operand) -> Value:
        return self._compare("ugt", other)

    def __ge__(self, other: Operand) -> Value:
        return self._compare("uge", other)

    __hash__ = None  # type: ignore[assignment]

    def signed_less(self, other: Operand) -> Value:
        """`self < other`, both read as two's complement."""
        return self._compare("slt", other)

    def signed_less_or_equal(self, other: Operand) -> Value:
        """`self <= other`, both read as two's complement."""
        return self._compare("sle", other)

    def signed_quotient(self, other: Operand) -> Value:
        """`self / other` towards 0, both read as two's complement."""
        return self._with("sdiv", other)

    def signed_rest(self, other: Operand) -> Value:
        """What is left then; it has the sign of `self`."""
        return self._with("srem", other)

    def widened(self, type: Type = WORD) -> Value:
        """The same number in a wider type."""
        if self.type == type:
            return self
        if self.number is not None:
            return self.function.constant(self.number, type)
        return self.function.computed(Widen(self.type, self.operand, type), type, self.least, self.greatest)

    def choose(self, then: Operand, otherwise: Operand) -> Value:
        """`then` where this truth value holds, else `otherwise`; both are evaluated."""
        type = next((side.type for side in (then, otherwise) if isinstance(side, Value)), WORD)
        one, other = self.function.value(then, type), self.function.value(otherwise, type)
        if self.number is not None or one.is_same(other):
            return one if self.number != 0 else other
        least, greatest = min(one.least, other.least), max(one.greatest, other.greatest)
        line = Choose(self.operand, type, one.operand, other.operand)
        return self.function.computed(line, type, least, greatest)


# --- ranges -----------------------------------------------------------------------------------------------------------

_COMMUTATIVE = frozenset(("add", "mul", "and", "or", "xor"))


def _changes_nothing(operator: str, greatest: int, right: int) -> bool:
    """Is `x operator right` the same as `x`, which is at most `greatest`?"""
    match operator:
        case "add" | "sub" | "or" | "xor" | "shl" | "lshr":
            return right == 0
        case "mul" | "udiv" | "sdiv":
            return right == 1
        case "urem":
            return greatest < right
        case "and":
            bits = _ones(greatest)
            return right & bits == bits
        case _:
            return False


def _ones(greatest: int) -> int:
    """All the bits that numbers up to `greatest` have."""
    return (1 << greatest.bit_length()) - 1


def _fitting(least: int, greatest: int, type: Type) -> Range:
    """The range of a result that wraps around where it does not fit."""
    if least == greatest:
        return least & type.greatest, least & type.greatest
    return (least, greatest) if least >= 0 and greatest <= type.greatest else (0, type.greatest)


def _product(left: Range, right: Range, type: Type) -> Range:
    return _fitting(left[0] * right[0], left[1] * right[1], type)


def _quotient(left: Range, right: Range, type: Type) -> Range:
    return (left[0] // right[1], left[1] // right[0]) if right[0] else (0, type.greatest)


def _rest(left: Range, right: Range, type: Type) -> Range:
    if not right[0]:
        return 0, type.greatest
    if right[0] == right[1] and left[0] // right[0] == left[1] // right[0]:
        return left[0] % right[0], left[1] % right[0]
    return 0, min(left[1], right[1] - 1)


def _and(left: Range, right: Range, type: Type) -> Range:
    mask = right[0]
    if mask == right[1] and (mask & (mask + 1) == 0 or left[0] == left[1]):
        if left[0] & ~mask == left[1] & ~mask:
            return left[0] & mask, left[1] & mask
        return 0, min(left[1], mask)
    return 0, min(left[1], right[1])


def _or(left: Range, right: Range, type: Type) -> Range:
    if left[0] == left[1] and right[0] == right[1]:
        return left[0] | right[0], left[0] | right[0]
    return max(left[0], right[0]), _ones(left[1] | right[1])


def _xor(left: Range, right: Range, type: Type) -> Range:
    if left[0] == left[1] and right[0] == right[1]:
        return left[0] ^ right[0], left[0] ^ right[0]
    return 0, _ones(left[1] | right[1])


def _shifted_left(left: Range, right: Range, type: Type) -> Range:
    if right[1] >= type.width:
        return 0, type.greatest
    return _fitting(left[0] << right[0], left[1] << right[1], type)


def _shifted_right(left: Range, right: Range, type: Type) -> Range:
    return (left[0] >> min(right[1], type.width)), (left[1] >> min(right[0], type.width))


def _anything(left: Range, right: Range, type: Type) -> Range:
    return 0, type.greatest


_RANGES: dict[str, Callable[[Range, Range, Type], Range]] = {
    "add": lambda left, right, type: _fitting(left[0] + right[0], left[1] + right[1], type),
    "sub": lambda left, right, type: _fitting(left[0] - right[1], left[1] - right[0], type),
    "mul": _product,
    "udiv": _quotient,
    "urem": _rest,
    "and": _and,
    "or": _or,
    "xor": _xor,
    "shl": _shifted_left,
    "lshr": _shifted_right,
    "sdiv": _anything,
    "srem": _anything,
}


def _compared(predicate: str, left: Value, right: Value) -> bool | None:
    """The result of a comparison, where the ranges decide it."""
    match predicate:
        case "eq":
            return _equal(left, right)
        case "ne":
            found = _equal(left, right)
            return None if found is None else not found
        case "ult":
            return _less(left, right)
        case "ugt":
            return _less(right, left)
        case "ule" | "uge":
            found = _less(right, left) if predicate == "ule" else _less(left, right)
            return None if found is None else not found
        case _:
            return _signed(predicate, left, right)


def _equal(left: Value, right: Value) -> bool | None:
    if left.is_same(right):
        return True
    return False if left.type.width and (left.greatest < right.least or right.greatest < left.least) else None


def _less(left: Value, right: Value) -> bool | None:
    if left.greatest < right.least:
        return True
    return False if left.least >= right.greatest else None


def _signed(predicate: str, left: Value, right: Value) -> bool | None:
    """Numbers that are all positive, or known."""
    half = 1 << left.type.width - 1
    ranges: list[Range] = []
    for side in (left, right):
        if side.greatest >= half and side.least < half:
            return None
        ranges.append((side.least - 2 * half, side.greatest - 2 * half) if side.least >= half
                      else (side.least, side.greatest))
    (low, high), (least, greatest) = ranges
    if predicate == "slt":
        return True if high < least else False if low >= greatest else None
    return True if high <= least else False if low > greatest else None
