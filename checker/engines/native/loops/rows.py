"""The set of states of the native search: one flat array of rows, and an open-addressing table over it.

    slots    0, or the position of a row plus 1 with a tag of its hash above

The slots of a hash are looked at line by line: all of a cache line, since that has come, and then those of the next.
Whole states are compared, never only tags.  With several threads a new row is written first and then published by a
compare-and-swap of its slot.  Each thread writes rows into blocks of its own, so no row is claimed twice; what is left
of a block is closed whenever the threads stop.
"""

from __future__ import annotations

# pyright: basic
from collections.abc import Generator
from contextlib import contextmanager

from checker.engines.native.code.builder import MASK, POINTER, WORD, Array, Function, Operand, Value
from checker.engines.native.loops.program import BATCH, BLOCK, INDEX, TAG, Mine, Program, Shared, rows_of, slots_of

LINE = 8
"""Slots in a cache line."""


def build_rows(program: Program) -> None:
    """Adds the functions of rows and their table to the module."""
    build_hash(program)
    build_equal(program)
    build_less(program)
    build_note(program)
    build_probe(program)
    build_insert(program)
    build_index_rows(program)
    build_move_row(program)


def build_hash(program: Program) -> None:
    """`hash(row)`: each word is mixed into all bits of the result (constants of Stafford's Mix13)."""
    function = program.module.function("hash", WORD, ("row", POINTER), inlined=True)
    row = function.array("row")
    mixed: Value = function.constant(0)
    for index in range(program.words):
        mixed = (mixed ^ row[index]) * 0xBF58476D1CE4E5B9
        mixed = mixed ^ (mixed >> 31)
    mixed = mixed * 0x94D049BB133111EB
    function.return_(mixed ^ (mixed >> 29))
    function.finish()


def build_equal(program: Program) -> None:
    """`equal(left, right)`: 1 where two rows are the same."""
    function = program.module.function("equal", WORD, ("left", POINTER), ("right", POINTER), inlined=True)
    left, right = function.array("left"), function.array("right")
    difference: Value = function.constant(0)
    for index in range(program.words):
        difference = difference | (left[index] ^ right[index])
    function.return_((difference == 0).widened())
    function.finish()


def build_less(program: Program) -> None:
    """`less(left, right)`: 1 where the left row, as one number, is smaller."""
    function = program.module.function("less", WORD, ("left", POINTER), ("right", POINTER))
    left, right = function.array("left"), function.array("right")
    for index in reversed(range(program.words)):
        with function.if_(left[index] != right[index]):
            function.return_((left[index] < right[index]).widened())
    function.return_(0)
    function.finish()


def build_note(program: Program) -> None:
    """`note(shared, place, index)`: puts a row's position plus 1 at `place` unless a smaller state is there."""
    function = program.module.function("note", WORD, ("shared", POINTER), ("place", POINTER), ("index", WORD))
    place, rows = function.array("place"), rows_of(function)
    known = place[0]
    with function.if_(known != 0):
        new, old = rows.at(function["index"] * program.words), rows.at((known - 1) * program.words)
        with function.if_(function.call(program.kernel("less"), new, old) == 0):
            function.return_(0)
    place[0] = function["index"] + 1
    function.return_(0)
    function.finish()


def next_place(place: Value, hashed: Value, mask: Value) -> Value:
    """The slot to look at for a hash after the one at `place`."""
    beside = (place & (MASK - LINE + 1)) | ((place + 1) & (LINE - 1))
    around = ((beside ^ hashed) & (LINE - 1)) == 0
    return around.choose((beside + LINE) & mask, beside)


def read_slot(program: Program, slots: Array, place: Value) -> Value:
    """What is in a slot, into which other threads may write."""
    return slots.read_shared(place) if program.threads else slots[place]


def build_probe(program: Program) -> None:
    """`probe(shared, mine, hash)`: the first slot for a hash that is free, or that has its tag."""
    function = program.module.function(
        "probe", WORD, ("shared", POINTER), ("mine", POINTER), ("hash", WORD), inlined=True
    )
    mine, slots, hashed = function.array("mine"), slots_of(function), function["hash"]
    mask = function.array("shared")[Shared.SLOT_MASK]
    place = function.local(hashed & mask)
    with function.while_(lambda: function.constant(0) == 0):
        slot = read_slot(program, slots, place.get())
        with function.if_((slot == 0) | ((slot & TAG) == (hashed & TAG))):
            function.break_()
        mine[Mine.COLLISIONS] = mine[Mine.COLLISIONS] + 1
        place.set(next_place(place.get(), hashed, mask))
    function.return_(place.get())
    function.finish()


def build_insert(program: Program) -> None:
    """`insert(shared, mine, row, hash, place)`: the position plus 1 of a row that was not known; 0 for one that was.

    `place` is what `probe` answered for this hash, now or earlier.
    """
    function = program.module.function(
        "insert", WORD,
        ("shared", POINTER), ("mine", POINTER), ("row", POINTER), ("hash", WORD), ("place", WORD),
    )
    shared, mine, row = (function.array(name) for name in ("shared", "mine", "row"))
    rows, slots, mask = rows_of(function), slots_of(function), shared[Shared.SLOT_MASK]
    tag = function["hash"] & TAG
    place = function.local(function["place"])
    with function.while_(lambda: function.constant(0) == 0):
        slot = function.local(read_slot(program, slots, place.get()))
        with function.if_(slot.get() == 0):
            index = _next_row(program, function)
            function.copy(rows.from_(index * program.words), row, program.words)
            if program.threads:
                there, won = slots.exchange_if(place.get(), 0, tag | (index + 1))
                with function.if_(won):
                    mine[Mine.NEXT] = index + 1
                    function.return_(index + 1)
                slot.set(there)  # another thread was first: look at what it put there
            else:
                slots[place.get()] = tag | (index + 1)
                shared[Shared.COUNT] = index + 1
                function.return_(index + 1)
        with function.if_((slot.get() & TAG) == tag):
            known = rows.at(((slot.get() & INDEX) - 1) * program.words)
            with function.if_(function.call(program.kernel("equal"), known, row.pointer) != 0):
                function.return_(0)
        mine[Mine.COLLISIONS] = mine[Mine.COLLISIONS] + 1
        place.set(next_place(place.get(), function["hash"], mask))
    function.return_(0)
    function.finish()


def _next_row(program: Program, function: Function) -> Value:
    """A row that nobody else writes: the next one, or the next one of this thread's block."""
    shared = function.array("shared")
    if not program.threads:
        return shared[Shared.COUNT]
    mine = function.array("mine")
    with function.if_(mine[Mine.NEXT] == mine[Mine.BLOCK_END]):
        begin = shared.add_shared(Shared.COUNT, BLOCK)
        mine[Mine.NEXT] = begin
        mine[Mine.BLOCK_END] = begin + BLOCK
    return mine[Mine.NEXT]


def build_index_rows(program: Program) -> None:
    """`index_rows(shared, begin, end)`: enters rows that are all different into the table, which knows none of them.

    Several threads may enter rows of their own at the same time.
    """
    function = program.module.function("index_rows", WORD, ("shared", POINTER), ("begin", WORD), ("end", WORD))
    mask, slots = function.array("shared")[Shared.SLOT_MASK], slots_of(function)
    with for_hashed_rows(program, function, rows_of(function), function["begin"], function["end"]) as (index, hashed):
        place, slot = function.local(hashed & mask), (hashed & TAG) | (index + 1)
        with function.while_(lambda: _fill_free(program, function, slots, place.get(), slot) == 0):
            place.set(next_place(place.get(), hashed, mask))
    function.return_(0)
    function.finish()


def _fill_free(program: Program, function: Function, slots: Array, place: Value, slot: Value) -> Value:
    """Puts `slot` into the table at `place` where that is free; was it?"""
    if program.threads:
        _, was_free = slots.exchange_if(place, 0, slot)
        return was_free
    was_free = slots[place] == 0
    with function.if_(was_free):
        slots[place] = slot
    return was_free


@contextmanager
def for_hashed_rows(
    program: Program, function: Function, rows: Array, begin: Operand, end: Operand
) -> Generator[tuple[Value, Value]]:
    """Repeats the body with each position from `begin` up to but not including `end`, and the hash of the row there.

    The slots of a batch of rows are asked for before the first of them is needed.
    """
    slots, mask = slots_of(function), function.array("shared")[Shared.SLOT_MASK]
    hashes = function.scratch(BATCH)
    first = function.local(begin)
    with function.while_(lambda: first.get() < end):
        rest = function.value(end, WORD) - first.get()
        size = (rest < BATCH).choose(rest, BATCH)
        with function.for_(0, size) as position:
            hashed = function.call(program.kernel("hash"), rows.at((first.get() + position) * program.words))
            hashes[position] = hashed
            function.prefetch(slots.at(hashed & mask))
        with function.for_(0, size) as position:
            yield first.get() + position, hashes[position]
        first.set(first.get() + size)


def build_move_row(program: Program) -> None:
    """`move_row(shared, source, target)`: lets the slot of the row at `source` name its copy at `target`."""
    function = program.module.function(
        "move_row", WORD, ("shared", POINTER), ("source", WORD), ("target", WORD), seldom=True
    )
    mask, rows, slots = function.array("shared")[Shared.SLOT_MASK], rows_of(function), slots_of(function)
    hashed = function.call(program.kernel("hash"), rows.at(function["target"] * program.words))
    place = function.local(hashed & mask)
    with function.while_(lambda: (slots[place.get()] & INDEX) != function["source"] + 1):
        place.set(next_place(place.get(), hashed, mask))
    slots[place.get()] = (hashed & TAG) | (function["target"] + 1)
    function.return_(0)
    function.finish()
