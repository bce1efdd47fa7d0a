"""Which bits of an array a finished function reads: found in its instructions, so that no way of building them can be
forgotten."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias, cast

from checker.engines.native.code.builder import MASK, Function
from checker.engines.native.code.instructions import (
    WORD, AddressOf, Binary, Branch, End, Incoming, Instruction, Load, Name, Operand, Return,
)

Line: TypeAlias = Instruction | Incoming | End


def bits_read(function: Function, parameter: str, words: int) -> int:
    """The bits of the array `parameter`, which has so many words, on which what the function does may depend.

    Bit `64 * w + b` of the result stands for bit `b` of word `w`.  What is left out is what masks take away from
    words, also after a shift to the right; everything else that is done with a word counts as reading all of it, and
    with the array's address as reading all words.
    """
    lines = list(_lines(function))
    array = f"%{parameter}"
    addresses = {array: 0}
    for name, line in lines:
        match line:
            case AddressOf(address, int(index)) if address == array:
                addresses[name] = index
            case _:
                pass
    held = _words_in_registers(lines, addresses)
    found = 0
    for name, line in lines:
        if name in held or name in addresses:
            continue
        for operand in _operands(line):
            if operand in addresses:
                return (1 << words * WORD.width) - 1
            if operand in held:
                word, shift = held[operand]
                found |= (_kept(line) << shift & MASK) << word * WORD.width
    return found


def _lines(function: Function) -> Iterator[tuple[Name, Line]]:
    """All that can be run, each with the register that it sets, if it sets one."""
    reachable = function.reachable()
    for block in function.blocks:
        if block in reachable:
            yield from block.incoming
            yield from block.lines
            if block.end is not None:
                yield "", block.end


def _kept(line: Line) -> int:
    """The bits of a word that an instruction looks at."""
    match line:
        case Binary("and", type, _, int(mask)) if type == WORD:
            return mask
        case _:
            return MASK


def _operands(line: Line) -> Iterator[Operand]:
    """What an instruction has for operands, wherever they stand in it."""
    match line:
        case Branch(condition):
            yield condition
        case Return(_, value):
            yield value
        case _:
            yield from _operands_in(line)


def _operands_in(parts: Iterable[object]) -> Iterator[Operand]:
    for part in parts:
        if isinstance(part, (str, int)):
            yield part
        elif isinstance(part, tuple):
            yield from _operands_in(cast("tuple[object, ...]", part))


def _words_in_registers(
    lines: list[tuple[Name, Line]], addresses: Mapping[Name, int]
) -> dict[Operand, tuple[int, int]]:
    """The registers that hold a word of the array: which, and by how much it was shifted to the right.

    Blocks need not stand in the order in which they run, so one pass is not enough.
    """
    held: dict[Operand, tuple[int, int]] = {}
    shifts: list[tuple[Name, Operand, int]] = []
    for name, line in lines:
        match line:
            case Load(type, str(address)) if type == WORD and address in addresses:
                held[name] = addresses[address], 0
            case Binary("lshr", type, source, int(more)) if type == WORD:
                shifts.append((name, source, more))
            case _:
                pass
    before = -1
    while before < len(held):
        before = len(held)
        for name, source, more in shifts:
            if source in held:
                word, shift = held[source]
                held[name] = word, shift + more
    return held
