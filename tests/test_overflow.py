"""No field overflows: what machine code stores can be read back, at the ends of every range, and numbers have room."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from random_specs import RandomSpec, load, random_specs, random_value
from small_specs import Cell, Counters, Ends, Level, Pile

from checker.core.instance import BagBound, Instance
from checker.core.model import Model
from checker.core.types import BagType, IntType, MapType, OptionType, SeqType, SetType, TupleType, Type
from checker.core.values import FrozenBag, FrozenMap, Sequence, State, Value
from checker.engines.kernels import compile_kernels
from checker.engines.layout import Layout
from checker.engines.prepare import prepare
from checker.engines.progress import Progress
from checker.engines.run import check
from checker.engines.system import SpecError
from checker.frontend.lower import lower

pytest.importorskip("llvmlite")

from test_native_kernels import native

from checker.engines.native.search import search, states
from checker.engines.native.limits import NotNative


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))


def full_value(random: Random, type: Type, instance: Instance) -> Value:
    """A value that fills its field: an int at an end of its range, a collection with as much in it as it can have."""

    def inside(part: Type) -> Value:
        return full_value(random, part, instance)

    match type:
        case IntType(bound=bound):
            return random.choice(instance.ranges[bound or "int"])
        case OptionType(item=item):
            return inside(item)
        case TupleType(items=items):
            return tuple(map(inside, items))
        case MapType(key=key, value=value):
            return FrozenMap(tuple((word, inside(value)) for word in instance.domain(key)))
        case SetType(item=item):
            return frozenset(instance.domain(item))
        case SeqType(item=item, bound=bound):
            return Sequence(inside(item) for _ in range(instance.lengths[bound or "seq"]))
        case BagType(item=item, bound=bound):
            limit, kinds = instance.bags[bound or "bag"], list(instance.domain(item))
            chosen = random.sample(kinds, min(limit.distinct, len(kinds)))
            return FrozenBag.of(kind for kind in chosen for _ in range(limit.copies))
        case _:
            return random_value(random, type, instance)


@given(random_specs(), st.randoms(use_true_random=False))
@settings(max_examples=20, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_row_that_machine_code_writes_is_a_state_and_nothing_else(
    random_spec: RandomSpec, random: Random
) -> None:
    """Unpacked and packed again it is the same: no bit lies outside of the fields, and every field holds a code."""
    loaded = load(random_spec)
    spec, instance = loaded.spec, loaded.instance
    layout = Layout(spec.variables, instance)
    python = compile_kernels(lower(spec), spec.properties, instance, layout)
    try:
        machines = native(spec, python.checked, layout, python.initial)
    except NotNative:
        assume(False)
        raise
    names = tuple(variable.name for variable in spec.variables)
    for _ in range(12):
        state = State(names, tuple(full_value(random, variable.type, instance) for variable in spec.variables))
        for machine in machines:
            try:
                rows, _ = machine.successors(layout.pack(state))
            except SpecError:
                continue
            for row in rows:
                assert 0 <= row < 1 << layout.bits
                assert layout.pack(layout.unpack(row)) == row


RANGES = [
    (0, 3), (-1, 0), (0, 62), (0, 63), (0, 64), (0, 2**32 - 1), (0, 2**61), (-(2**61), 2**61 - 1), (0, 2**62 - 2),
    (0, 2**62 - 1), (0, 2**62), (-(2**62), 0), (2**61, 2**62 + 2**61), (0, 2**63), (0, 2**64), (0, 2**70),
    (2**62 - 3, 2**62 - 1), (2**62 - 2, 2**62 + 2), (2**63 - 3, 2**63 - 1), (2**63, 2**63 + 5), (2**64, 2**64 + 3),
    (-(2**63), -(2**63) + 3), (-(2**64), -(2**64) + 4),
]


@pytest.mark.parametrize(("least", "most"), RANGES)
def test_ints_at_the_ends_of_their_range_stay_inside_and_touch_nothing_else(least: int, most: int) -> None:
    """Those that machine code has no room for are left to Python."""
    model = Model(Ends, bounds={"low": (least, most), "high": (least, most)}, constants={"least": least, "most": most})
    expected, found = (check(model, tier=tier, max_depth=6, workers=1) for tier in ("python", "native"))
    assert found.properties == expected.properties
    for verdict in (expected, found):
        assert verdict.exit_status == 0
        assert verdict.statistics is not None
    assert expected.statistics is not None and found.statistics is not None
    assert (found.statistics.states, found.statistics.cut) == (expected.statistics.states, expected.statistics.cut)
    assert found.statistics.cut > 0
    has_room = max(abs(least), abs(most)) + 1 < 2**62
    assert has_room != any("explored in Python" in note for note in found.notes)


def pile(copies: int, few: int) -> Model:
    return Model(Pile, sizes={Cell: 2}, bounds={"pile": BagBound(2, copies)}, constants={"few": few})


@pytest.mark.parametrize("copies", [1, 2, 3, 4, 7, 8])
def test_a_bag_holds_as_many_copies_as_the_model_says_and_no_more(copies: int) -> None:
    verdict = check(pile(copies, 2 * copies), tier="native", symmetry=False, workers=1)
    assert verdict.exit_status == 0
    assert verdict.statistics is not None
    assert verdict.statistics.states == (copies + 1) ** 2
    assert verdict.statistics.cut == 2 * (copies + 1)


@pytest.mark.parametrize("copies", [2**20 - 1, 2**20, 2**20 + 1, 2**25])
def test_a_bag_with_very_many_copies_is_counted_right(copies: int) -> None:
    prepared = prepare(pile(copies, copies - 1))
    machines = native(prepared.spec, prepared.checked, prepared.layout, prepared.system.initial)
    first, second = prepared.instance.elements("Cell")
    for inside, violated in (
        (((first, copies),), 0b011), (((first, copies - 1),), 0), (((first, copies - 2), (second, 2)), 0b010),
    ):
        state = prepared.layout.pack(State(("before", "pile", "behind"), (True, FrozenBag(inside), True)))
        assert prepared.system.violated(state) & 0b011 == violated
        for machine in machines:
            assert machine.violated(state) & 0b011 == violated
            for row in machine.successors(state)[0]:
                assert prepared.layout.pack(prepared.layout.unpack(row)) == row


def test_a_search_goes_to_disk_before_rows_have_positions_that_a_slot_cannot_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(states, "INDEX", 10_000)
    monkeypatch.setattr(search, "REPORT_SECONDS", 0.0)
    seen: list[Progress] = []
    model = Model(Counters, sizes={Cell: 5, Level: 10})
    verdict = check(model, tier="native", symmetry=False, workers=1, disk=tmp_path / "disk", report=seen.append)
    assert verdict.statistics is not None
    assert verdict.statistics.states == 10**5
    assert max(progress.disk for progress in seen) > 0
