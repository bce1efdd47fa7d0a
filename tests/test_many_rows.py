"""Positions of states have more than 31 bits: rows beyond the first two thousand million are told apart."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_specs import Cell, Counters, Level

from checker.core.model import Model
from checker.engines.native.code.builder import WORD, Module
from checker.engines.native.loops.rows import LINE, next_place
from checker.engines.native.search.memory import Words
from checker.engines.native.loops.program import Shared
from checker.engines.native.start import compile_model
from checker.engines.native.search.worker import Worker
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


MANY = 1 << 31
"""Rows that are taken already.  Their memory is never touched, so the system never has to find it."""


@pytest.mark.parametrize("workers", [1, 2])
def test_rows_beyond_the_reach_of_31_bits_are_told_apart(
    workers: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    prepared = prepare(Model(Counters, sizes={Cell: 6, Level: 10}, symmetry=False))
    machine = compile_model(Exploration(
        prepared=prepared, group=None, canonical=None, limits=Limits(), deadlock=False, report=None, start=None,
        workers=workers, memory=None, checkpoint=None, resume=False, disk=None,
    ), workers=workers)
    try:
        rows = Words((MANY + 2_000) * prepared.layout.words)
    except MemoryError:
        pytest.skip("this system reserves memory that is never touched")
    shared, slots, worker = Words(Shared.SIZE), Words(1 << 10), Worker(prepared.layout.words, 1, 6)
    for part, value in (
        (Shared.ROWS, rows.address), (Shared.SLOTS, slots.address), (Shared.SLOT_MASK, slots.count - 1),
        (Shared.COUNT, MANY),
    ):
        shared[part] = value
    insert, probe, hashed = (machine.function(*one) for one in (("insert", 5), ("probe", 3), ("hash", 1)))
    row = Words(prepared.layout.words)

    def position(state: int) -> int:
        row.set_row(0, prepared.layout.words, state)
        hash = hashed(row.address)
        place = probe(shared.address, worker.address, hash)
        return insert(shared.address, worker.address, row.address, hash, place)

    assert [position(state) for state in range(100)] == [MANY + state + 1 for state in range(100)]
    assert [position(state) for state in range(100)] == [0] * 100
    assert [rows.row(MANY + state, prepared.layout.words) for state in range(100)] == list(range(100))
