"""The table over the rows: each slot of it, positions of more than 31 bits, and threads that fill it together."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from small_specs import Cell, Counters, Level

from checker.core.model import Model
from checker.engines.native.code.builder import WORD, Module
from checker.engines.native.code.machine import Machine
from checker.engines.native.loops.program import INDEX, Shared
from checker.engines.native.loops.rows import LINE, next_place
from checker.engines.native.search.memory import WORD_BYTES, Words
from checker.engines.native.search.states import split
from checker.engines.threads import run_threads
from checker.engines.native.search.worker import Worker
from checker.engines.native.start import compile_model
from checker.engines.prepare import prepare
from checker.engines.search import Limits
from checker.engines.tiers import Exploration

def test_all_slots_of_a_cache_line_are_looked_at_before_the_next_one_and_each_once() -> None:
    function = Module().function("places", WORD)
    for first in (0, 5, 63):
        hashed, mask = function.constant(first), function.constant(63)
        places = [hashed]
        while len(places) < 64:
            places.append(next_place(places[-1], hashed, mask))
        numbers = [place.number for place in places]
        assert sorted(number for number in numbers if number is not None) == list(range(64))
        lines = [number // LINE for number in numbers if number is not None]
        assert lines == [(first // LINE + turn) % 8 for turn in range(8) for _ in range(LINE)]


MODEL = prepare(Model(Counters, sizes={Cell: 6, Level: 10}, symmetry=False))
ROW = MODEL.layout.words
MANY = 1 << 31
"""Rows that are taken already.  Their memory is never touched, so the system never has to find it."""


@pytest.fixture
def compiled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], Machine]:
    """Gives the machine code for so many threads."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return lambda workers: compile_model(Exploration(
        prepared=MODEL, group=None, canonical=None, limits=Limits(), deadlock=False, report=None, start=None,
        workers=workers, memory=None, checkpoint=None, resume=False, disk=None,
    ), workers=workers)


def shared_words(rows: Words, slots: Words, count: int) -> Words:
    shared = Words(Shared.SIZE)
    for part, value in (
        (Shared.ROWS, rows.address), (Shared.SLOTS, slots.address), (Shared.SLOT_MASK, slots.count - 1),
        (Shared.COUNT, count),
    ):
        shared[part] = value
    return shared


@pytest.mark.parametrize("workers", [1, 2])
def test_rows_beyond_the_reach_of_31_bits_are_told_apart(
    workers: int, compiled: Callable[[int], Machine]
) -> None:
    machine = compiled(workers)
    try:
        rows = Words((MANY + 2_000) * ROW)
    except MemoryError:
        pytest.skip("this system reserves memory that is never touched")
    slots, worker, row = Words(1 << 10), Worker(ROW, 1, 6), Words(ROW)
    shared = shared_words(rows, slots, MANY)
    insert, probe, hashed = (machine.function(*one) for one in (("insert", 5), ("probe", 3), ("hash", 1)))

    def position(state: int) -> int:
        row.set_row(0, ROW, state)
        hash = hashed(row.address)
        place = probe(shared.address, worker.address, hash)
        return insert(shared.address, worker.address, row.address, hash, place)

    assert [position(state) for state in range(100)] == [MANY + state + 1 for state in range(100)]
    assert [position(state) for state in range(100)] == [0] * 100
    assert [rows.row(MANY + state, ROW) for state in range(100)] == list(range(100))


def test_threads_that_fill_one_table_at_the_same_time_lose_no_row(compiled: Callable[[int], Machine]) -> None:
    machine = compiled(2)
    count = 1 << 18
    rows, slots, row = Words(count * ROW), Words(2 * count), Words(ROW)
    hashed, index_rows = machine.function("hash", 1), machine.function("index_rows", 3)

    def first_slot(state: int) -> int:
        row.set_row(0, ROW, state)
        return hashed(row.address) & (slots.count - 1)

    in_order = sorted(range(count), key=first_slot)
    halves = in_order[::2] + in_order[::-2]  # the threads want the same slots, and meet where they pass each other
    for position, state in enumerate(halves):
        rows.set_row(position, ROW, state)
    for _ in range(10):
        slots.view(0, slots.count)[:] = bytes(slots.count * WORD_BYTES)
        shared = shared_words(rows, slots, count)
        parts = split(range(count), 2)
        run_threads([partial(index_rows, shared.address, part.start, part.stop) for part in parts])
        named = sorted(slot & INDEX for slot in slots.view(0, slots.count).cast("Q") if slot)
        assert named == list(range(1, count + 1))


def test_rows_are_split_without_a_rest() -> None:
    for count in range(12):
        for parts in range(1, 5):
            split_rows = split(range(7, 7 + count), parts)
            assert [row for part in split_rows for row in part] == list(range(7, 7 + count))
            assert max(map(len, split_rows)) - min(map(len, split_rows)) <= 1
