"""The instructions of a function that is being built, as data: whoever prints them, counts them or asks what they read
knows these alone.

An operand is a register or a table, by its name, or a number.  Numbers are unsigned and wrap around at the width of
their type.  An instruction that computes a value stands in a block with the name of the register that gets it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias, Union

from checker.core.structs import struct

if TYPE_CHECKING:
    from checker.engines.native.code.builder import Block


@struct(eq=False)
class Type:
    """A type of LLVM, each made once; `width` is how many bits a number has, 0 for what is none."""

    name: str
    width: int = 0

    @property
    def greatest(self) -> int:
        """The greatest number."""
        return (1 << self.width) - 1


WORD = Type("i64", 64)
TRUTH = Type("i1", 1)
POINTER = Type("ptr")
PAIR = Type("{ i64, i1 }")
"""A word, and whether it was exchanged."""

Name: TypeAlias = str
Operand: TypeAlias = Name | int


# --- what a value is computed from ------------------------------------------------------------------------------------


class Binary(NamedTuple):
    """`add`, `sub`, `mul`, `udiv`, `urem`, `sdiv`, `srem` (the last two read two's complement), `and`, `or`, `xor`, and
    the shifts `shl` and `lshr`."""

    operator: str
    type: Type
    left: Operand
    right: Operand


class Compare(NamedTuple):
    """`eq`, `ne`, `ult`, `ule`, `ugt`, `uge`; `slt` and `sle` read two's complement."""

    predicate: str
    type: Type
    left: Operand
    right: Operand


class Widen(NamedTuple):
    """The same number in a wider type."""

    source: Type
    operand: Operand
    target: Type


class Choose(NamedTuple):
    """`then` where the condition is true, else `otherwise`."""

    condition: Operand
    type: Type
    then: Operand
    otherwise: Operand


class CountOnes(NamedTuple):
    """How many bits of a word are 1."""

    word: Operand


class LowestOne(NamedTuple):
    """The position of the lowest bit of a word that is 1; there is one."""

    word: Operand


class AddressOf(NamedTuple):
    """The address of the word at a position."""

    array: Operand
    position: Operand


class AddressFrom(NamedTuple):
    """The address that is held as a number."""

    number: Operand


Pure: TypeAlias = Union[Binary, Compare, Widen, Choose, CountOnes, LowestOne, AddressOf, AddressFrom]
"""They depend on their operands alone, so none is repeated within a block."""


# --- memory, and calls ------------------------------------------------------------------------------------------------


class Stack(NamedTuple):
    """The address of so many values of a type (None: of one), which last as long as the call."""

    type: Type
    length: int | None


class Load(NamedTuple):
    """What is at an address."""

    type: Type
    address: Operand


class Store(NamedTuple):
    """Writes a value to an address."""

    type: Type
    value: Operand
    address: Operand


class LoadShared(NamedTuple):
    """The word at an address, after what another thread wrote before it wrote that."""

    address: Operand


class ExchangeShared(NamedTuple):
    """Writes a new word where the expected one is, at once: a `PAIR` of what was there, and whether it was that."""

    address: Operand
    expected: Operand
    new: Operand


class PartOf(NamedTuple):
    """The word of a `PAIR` (0), or its truth value (1)."""

    pair: Operand
    position: int


class AddShared(NamedTuple):
    """Adds to the word at an address, at once; what was there before."""

    address: Operand
    amount: Operand


class Prefetch(NamedTuple):
    """Asks for the memory at an address, which is to be read soon."""

    address: Operand


class Call(NamedTuple):
    """Calls a function of the module."""

    function: Name
    result: Type
    arguments: tuple[tuple[Type, Operand], ...]


Instruction: TypeAlias = Union[
    Pure, Stack, Load, Store, LoadShared, ExchangeShared, PartOf, AddShared, Prefetch, Call
]


# --- how a block begins and ends --------------------------------------------------------------------------------------


class Incoming(NamedTuple):
    """The value of a register that depends on the block from which control came: at the beginning of a block."""

    type: Type
    sides: tuple[tuple[Operand, Block], ...]


class Jump(NamedTuple):
    """Goes on at another block."""

    target: Block


class Branch(NamedTuple):
    """Goes on at one of two blocks."""

    condition: Operand
    then: Block
    otherwise: Block


class Return(NamedTuple):
    """Leaves the function with a value."""

    type: Type
    value: Operand


class Unreachable(NamedTuple):
    """Nothing leads here."""


End: TypeAlias = Union[Jump, Branch, Return, Unreachable]


def targets(end: End | None) -> tuple[Block, ...]:
    """The blocks to which the end of a block leads."""
    match end:
        case Jump(target=target):
            return (target,)
        case Branch(then=then, otherwise=otherwise):
            return then, otherwise
        case _:
            return ()
