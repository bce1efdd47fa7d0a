"""Which bits of an array a finished function reads: found in its instructions, so that no way of building them can be
forgotten."""

from __future__ import annotations

import re

from checker.engines.native.code.builder import MASK, WORD, Function

_NAME = re.compile(r"%\w+")
_ADDRESS = re.compile(r"getelementptr i64, ptr (%\w+), i64 (\d+)")
_LOAD = re.compile(r"load i64, ptr (%\w+)")
_SHIFT = re.compile(r"lshr i64 (%\w+), (\d+)")
_AND = re.compile(r"and i64 (%\w+), (\d+)")


def bits_read(function: Function, parameter: str, words: int) -> int:
    """The bits of the array `parameter`, which has so many words, on which what the function does may depend.

    Bit `64 * w + b` of the result stands for bit `b` of word `w`.  What is left out is what masks take away from
    words, also after a shift to the right; everything else that is done with a word counts as reading all of it, and
    with the array's address as reading all words.
    """
    instructions = [_parted(line) for line in list(function.text())[1:]]
    addresses = {f"%{parameter}": 0}
    for name, text in instructions:
        if (match := _ADDRESS.fullmatch(text)) and match[1] == f"%{parameter}":
            addresses[name] = int(match[2])
    words_in = _words_in_registers(instructions, addresses)
    found = 0
    for name, text in instructions:
        if name in words_in or name in addresses:
            continue
        mask = _AND.fullmatch(text)
        for other in _NAME.findall(text):
            if other in addresses:
                return (1 << words * WORD.width) - 1
            if other in words_in:
                word, shift = words_in[other]
                kept = int(mask[2]) if mask else MASK
                found |= (kept << shift & MASK) << word * WORD.width
    return found


def _parted(line: str) -> tuple[str, str]:
    """The register that an instruction sets, or nothing, and the rest of it."""
    name, equals, text = line.partition(" = ")
    return (name, text) if equals else ("", line)


def _words_in_registers(
    instructions: list[tuple[str, str]], addresses: dict[str, int]
) -> dict[str, tuple[int, int]]:
    """The registers that hold a word of the array: which, and by how much it was shifted to the right.

    Blocks need not stand in the order in which they run, so one pass is not enough.
    """
    held = {name: (addresses[match[1]], 0) for name, text in instructions
            if (match := _LOAD.fullmatch(text)) and match[1] in addresses}
    shifts = [(name, match[1], int(match[2])) for name, text in instructions if (match := _SHIFT.fullmatch(text))]
    before = -1
    while before < len(held):
        before = len(held)
        for name, source, more in shifts:
            if source in held:
                word, shift = held[source]
                held[name] = word, shift + more
    return held
