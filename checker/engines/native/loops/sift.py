"""The part of a search on disk that is machine code: it tells which rows in memory are new.

`mark_known` is given the states on disk block by block, as they come from there, and looks each of them up
in the table over the rows in memory.  A row that is found that way was known before.  `keep_unmarked` then closes the
gaps.  So one pass over the disk serves all states that were found since the last one, and nothing has to be sorted
(Stern and Dill, "Using Magnetic Disk instead of Main Memory in the Murphi Verifier", 1998, section 3).
"""

from __future__ import annotations

# pyright: basic
from checker.engines.native.code.builder import POINTER, WORD, Array, Function, Value
from checker.engines.native.loops.program import INDEX, TAG, Program, Shared, rows_of, slots_of
from checker.engines.native.loops.rows import for_hashed_rows, next_place

MARKS = 64
"""Marks in a word."""


def build_sift(program: Program) -> None:
    """Adds `mark_known` and `keep_unmarked` to the module."""
    build_mark_known(program)
    build_keep_unmarked(program)


def build_mark_known(program: Program) -> None:
    """`mark_known(shared, block, count, marks)`: marks each row that is equal to one of the `count` rows of a block.

    `marks` has a bit for each row.  The rows of all blocks are different, so each mark is set at most once, and
    threads with blocks of their own may share the marks.
    """
    function = program.module.function(
        "mark_known", WORD, ("shared", POINTER), ("block", POINTER), ("count", WORD), ("marks", POINTER)
    )
    block = function.array("block")
    with for_hashed_rows(program, function, block, 0, function["count"]) as (position, hashed):
        _mark(program, function, block.from_(position * program.words), hashed)
    function.return_(0)
    function.finish()


def _mark(program: Program, function: Function, row: Array, hashed: Value) -> None:
    """Looks a row up; where it is in memory, marks it there."""
    rows, slots, mask = rows_of(function), slots_of(function), function.array("shared")[Shared.SLOT_MASK]
    place = function.local(hashed & mask)
    with function.while_(lambda: slots[place.get()] != 0):
        slot = slots[place.get()]
        with function.if_((slot & TAG) == (hashed & TAG)):
            index = (slot & INDEX) - 1
            known = rows.at(index * program.words)
            with function.if_(function.call(program.kernel("equal"), known, row.pointer) != 0):
                function.array("marks").add_shared(index // MARKS, function.constant(1) << (index % MARKS))
                function.break_()
        place.set(next_place(place.get(), hashed, mask))


def build_keep_unmarked(program: Program) -> None:
    """`keep_unmarked(shared, begin, end, marks)`: moves the rows without a mark together; where they end."""
    function = program.module.function(
        "keep_unmarked", WORD, ("shared", POINTER), ("begin", WORD), ("end", WORD), ("marks", POINTER)
    )
    rows, marks = rows_of(function), function.array("marks")
    target = function.local(function["begin"])
    with function.for_(function["begin"], function["end"]) as index:
        with function.if_((marks[index // MARKS] >> (index % MARKS) & 1) == 1):
            function.continue_()
        source = rows.from_(index * program.words)
        function.copy(rows.from_(target.get() * program.words), source, program.words)
        target.set(target.get() + 1)
    function.return_(target.get())
    function.finish()
