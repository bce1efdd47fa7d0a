"""What a function reads of an array, said from its instructions."""

from __future__ import annotations

import pytest

pytest.importorskip("llvmlite")

from checker.engines.native.code.builder import MASK, POINTER, WORD, Function, Module
from checker.engines.native.code.reads import bits_read

WORDS = 3


def function() -> Function:
    return Module().function("f", WORD, ("row", POINTER), ("index", WORD))


def returned(built: Function, value: object) -> int:
    built.return_(value)  # type: ignore[arg-type]
    built.finish()
    return bits_read(built, "row", WORDS)


def test_a_mask_leaves_out_what_it_takes_away() -> None:
    built = function()
    row = built.array("row")
    assert returned(built, (row[0] & 0b110) + (row[2] & 1)) == 0b110 | 1 << 128


def test_a_shift_moves_the_mask() -> None:
    built = function()
    row = built.array("row")
    assert returned(built, row[1] >> 5 >> 3 & 0b11) == 0b11 << 64 + 8


def test_a_shift_to_the_right_forgets_the_low_bits() -> None:
    built = function()
    assert returned(built, (built.array("row")[0] >> 60) + 1) == 0b1111 << 60


def test_what_is_not_masked_is_read_whole() -> None:
    built = function()
    row = built.array("row")
    total = built.local(row[1])
    assert returned(built, total.get()) == MASK << 64


def test_a_bit_is_read_though_other_bits_of_the_word_are_too() -> None:
    built = function()
    word = built.array("row")[0]
    assert returned(built, (word & 1).choose(word & 2, word >> 2 & 1)) == 0b111


def test_a_row_that_is_handed_on_or_indexed_is_read_whole() -> None:
    everything = (1 << WORDS * 64) - 1
    built = function()
    assert returned(built, built.array("row")[built["index"]]) == everything
    built = function()
    other = built.module.function("g", WORD, ("row", POINTER), ("index", WORD))
    assert returned(built, built.call(other, built["row"], 0)) == everything


def test_blocks_may_stand_in_another_order_than_they_run_in() -> None:
    built = function()
    word = built.array("row")[0]
    late, early = built.new_block("late"), built.new_block("early")
    built.jump(early)
    built.block = early
    shifted = word >> 7
    built.jump(late)
    built.block = late
    assert returned(built, shifted & 1) == 1 << 7


def test_nothing_is_read_of_a_row_that_is_only_given() -> None:
    built = function()
    assert returned(built, built["index"]) == 0
