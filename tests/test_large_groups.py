"""Groups too large to try all renamings: as many orbits as mathematics says, and one representative for each."""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_specs import RandomSpec, load, random_specs, random_state
from small_specs import Cell, Column, Counters, Everything, Families, Graph, Grid, Level, Pair, Pointers, Seats, Watched
from test_native_symmetry import everything, native_canonical

from checker import Map, init
from checker.core.model import Holds, Model
from checker.core.values import State
from checker.core.verdict import Outcome, Verdict
from checker.engines.symmetry import group as symmetry
from checker.engines.symmetry import local, mentions
from checker.engines.symmetry.canonical import compile_canonical
from checker.engines.layout import Layout
from checker.engines.native.symmetry import mentions as native_mentions
from checker.engines.prepare import prepare
from checker.engines.run import check
from checker.engines.symmetry.group import SymmetryGroup, symmetries
from checker.engines.tiers import Tier
from checker.frontend.elaborate import elaborate
from checker.frontend.instantiate import instantiate
from checker.frontend.load import load_model
from checker.specs.paxos import Acceptor, Ballot, Paxos, Value

TIERS: tuple[Tier, ...] = ("python", "native")


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """The cache of the person who runs the tests is left alone."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))


@pytest.fixture
def no_sorting(monkeypatch: pytest.MonkeyPatch) -> None:
    """No sort counts as local, so that what is done with the others can be tried on specs that are easy to count."""
    monkeypatch.setattr(local, "is_local", lambda *_: False)


@pytest.fixture
def no_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every group counts as large, so that what is done with these can be compared with trying all renamings."""
    monkeypatch.setattr(symmetry, "LISTED_LIMIT", 1)


def explored(model: Model, tier: Tier, **more: object) -> Verdict:
    """The verdict of a tier, and of no other."""
    verdict = check(model, tier=tier, **more)  # type: ignore[arg-type]
    assert not any("explored in Python" in note for note in verdict.notes), verdict.notes
    return verdict


def orbits(model: Model, tier: Tier) -> int:
    """How many orbits are found, with all of the symmetry."""
    verdict = explored(model, tier)
    assert not any("in part" in note for note in verdict.notes), verdict.notes
    assert verdict.statistics is not None
    assert verdict.statistics.orbits
    return verdict.statistics.states


# --- as many orbits as mathematics says ---------------------------------------------------------------------------


@pytest.mark.usefixtures("no_sorting")
@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize(("cells", "levels"), [(7, 2), (8, 4), (10, 3), (12, 3)])
def test_independent_counters_are_a_multiset_of_levels(cells: int, levels: int, tier: Tier) -> None:
    multisets = math.comb(cells + levels - 1, levels - 1)
    assert orbits(Model(Counters, sizes={Cell: cells, Level: levels}), tier) == multisets


@pytest.mark.parametrize(("tier", "cells", "functions"), [("python", 6, 130), ("native", 6, 130), ("native", 8, 951)])
def test_there_are_as_many_ways_to_point_as_functions_without_labels(tier: Tier, cells: int, functions: int) -> None:
    """The On-Line Encyclopedia of Integer Sequences, A001372."""
    assert orbits(Model(Pointers, sizes={Cell: cells}), tier) == functions


@pytest.mark.parametrize(("tier", "cells", "graphs"), [("python", 6, 156), ("native", 6, 156), ("native", 8, 12_346)])
def test_there_are_as_many_graphs_as_graphs_without_labels(tier: Tier, cells: int, graphs: int) -> None:
    """The On-Line Encyclopedia of Integer Sequences, A000088."""
    assert orbits(Model(Graph, sizes={Cell: cells}), tier) == graphs


@pytest.mark.parametrize(("tier", "size", "matrices"), [("python", 4, 317), ("native", 4, 317), ("native", 5, 5_624)])
def test_two_sorts_are_exchanged_independently(tier: Tier, size: int, matrices: int) -> None:
    """Binary matrices without an order of rows and columns: the On-Line Encyclopedia of Integer Sequences, A002724."""
    assert orbits(Model(Grid, sizes={Cell: size, Column: size}), tier) == matrices


@pytest.mark.usefixtures("no_sorting")
@pytest.mark.parametrize(("tier", "cells", "partitions"), [("python", 6, 11), ("native", 6, 11), ("native", 10, 42)])
def test_a_state_with_very_many_symmetries_of_its_own_takes_no_time(tier: Tier, cells: int, partitions: int) -> None:
    """In one of the states each cell is alone, so that with ten 10! orders give the same image.  The orbits are the
    partitions of the cells: the On-Line Encyclopedia of Integer Sequences, A000041."""
    assert orbits(Model(Seats, sizes={Cell: cells, Column: cells}), tier) == partitions


@pytest.mark.usefixtures("no_lists")
@pytest.mark.parametrize("table_words", [mentions.TABLE_WORDS, 10])
@pytest.mark.parametrize(("tier", "cells", "families"), [("python", 3, 80), ("native", 3, 80), ("native", 4, 3_984)])
def test_a_state_that_says_nothing_of_its_elements_is_only_slower(
    tier: Tier, cells: int, families: int, table_words: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sets of sets without labels: the On-Line Encyclopedia of Integer Sequences, A003180."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(mentions, "TABLE_WORDS", table_words)  # with 10, it is not looked into the sets
    assert orbits(Model(Families, sizes={Cell: cells}), tier) == families


@pytest.mark.usefixtures("no_sorting")
@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize("values", [1, 2])
def test_the_orbits_of_one_ballot_of_paxos_can_be_counted_by_hand(values: int, tier: Tier) -> None:
    acceptors, quorum = 7, 4
    proposed = sum(  # a quorum has promised; of these and of the others so many have voted
        (promised + 1) * (acceptors - promised + 1) for promised in range(quorum, acceptors + 1)
    )
    expected = 1 + (acceptors + 1) + proposed  # nothing sent; prepared, and so many have promised; proposed
    assert orbits(Model(Paxos, sizes={Acceptor: acceptors, Value: values, Ballot: 1}), tier) == expected


@pytest.mark.usefixtures("no_lists")
@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize("name", ["paxos:small", "paxos:two_acceptors", "flexible_paxos:small", "raft:medium"])
def test_a_bundled_model_has_the_orbits_that_all_renamings_give(name: str, tier: Tier) -> None:
    model = load_model(name)[1]
    assert isinstance(model.expect, Holds)
    assert prepare(model).group.blocks
    assert orbits(model, tier) == model.expect.orbits


# --- one representative an orbit ----------------------------------------------------------------------------------


def assert_one_an_orbit(group: SymmetryGroup, layout: Layout, states: Iterable[int]) -> None:
    """Both tiers give one state of the orbit, the same for all of its states; the orbit comes from plain values."""
    python, native = compile_canonical(group, layout), native_canonical(group, layout)
    for state in states:
        orbit = [layout.pack(image) for image in group.orbit(layout.unpack(state))]
        chosen = {python(image) for image in orbit}
        assert len(chosen) == 1
        assert chosen <= set(orbit)
        assert {native(image) for image in orbit} == chosen


@pytest.mark.usefixtures("no_lists")
@pytest.mark.parametrize("table_words", [mentions.TABLE_WORDS, 30])
def test_whatever_a_state_holds_its_orbit_has_one_representative(
    table_words: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mentions, "TABLE_WORDS", table_words)
    spec = elaborate(Everything)
    instance = instantiate(everything(), spec)
    layout, random = Layout(spec.variables, instance), Random(5)
    group = symmetries(spec, instance)
    assert (len(group.renamings), len(group.orbit(random_state(random, spec, instance)))) == (4, 6)
    assert_one_an_orbit(group, layout, [layout.pack(random_state(random, spec, instance)) for _ in range(30)])


@given(random_specs(), st.sampled_from([mentions.TABLE_WORDS, 10]))
@settings(max_examples=20, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_states_of_random_specs_have_one_representative_an_orbit(random_spec: RandomSpec, table_words: int) -> None:
    loaded = load(random_spec)
    spec, instance, random = loaded.spec, loaded.instance, Random(3)
    layout = Layout(spec.variables, instance)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(symmetry, "LISTED_LIMIT", 1)
        patch.setattr(mentions, "TABLE_WORDS", table_words)
        group = symmetries(spec, instance)
        assert group.blocks or group.local or group.trivial
        if not group.trivial:
            assert_one_an_orbit(group, layout, [layout.pack(random_state(random, spec, instance)) for _ in range(12)])


@pytest.mark.parametrize("model", [Model(Pointers, sizes={Cell: 5}), Model(Graph, sizes={Cell: 5})])
def test_large_groups_are_generated_by_their_exchanges(model: Model) -> None:
    prepared = prepare(model)
    assert len(prepared.group.renamings) == 1 + math.comb(5, 2)
    layout, random = prepared.layout, Random(1)
    states = [layout.pack(random_state(random, prepared.spec, prepared.instance)) for _ in range(8)]
    assert max(len(prepared.group.orbit(layout.unpack(state))) for state in states) > 50
    assert_one_an_orbit(prepared.group, layout, states)


def test_elements_are_put_first_also_when_a_twin_of_theirs_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mentions, "TABLE_WORDS", 10)  # nothing but the exchanges tells the two cells from the others
    prepared = prepare(Model(Families, sizes={Cell: 5}))
    first, second, *_ = prepared.instance.elements("Cell")
    state = State(("sets",), (frozenset({frozenset({first, second})}),))
    assert len(prepared.group.orbit(state)) == math.comb(5, 2)
    assert_one_an_orbit(prepared.group, prepared.layout, [prepared.layout.pack(state)])


@pytest.mark.usefixtures("no_sorting")
def test_a_trace_is_the_same_for_every_number_of_threads_and_as_short_as_in_python() -> None:
    model = Model(Watched, sizes={Cell: 8, Level: 3}, check=("not_all_moved",))
    python = explored(model, "python")
    native = [explored(model, "native", workers=workers) for workers in (1, 2)]
    assert python.trace is not None
    assert len(python.trace) == 1 + 8
    assert [verdict.outcome for verdict in native] == [Outcome.VIOLATED] * 2
    assert native[0].trace == native[1].trace
    assert native[0].trace is not None
    assert len(native[0].trace) == len(python.trace)


# --- which renamings are used -------------------------------------------------------------------------------------


def group_of(cells: int, quorums: list[tuple[str, ...]] | None = None) -> SymmetryGroup:
    """The group of a model with so many cells, `a`, `b` and so on."""
    sets = {} if quorums is None else {Pair: quorums}
    labels = tuple("abcdefghijkl"[:cells])
    model = Model(Everything, sizes={Cell: labels, Level: 2}, bounds=everything().bounds, quorums=sets)
    spec = elaborate(Everything)
    return symmetries(spec, instantiate(model, spec))


def members(group: SymmetryGroup) -> list[tuple[int, ...]]:
    return [block.members for block in group.blocks]


def test_majorities_leave_all_elements_exchangeable_however_many_there_are() -> None:
    group = group_of(11)
    assert (members(group), group.notes) == ([tuple(range(11))], ())
    assert len(group.renamings) == 1 + math.comb(11, 2)


def test_given_quorums_part_a_large_sort_into_elements_that_can_be_exchanged_and_that_is_said() -> None:
    group = group_of(9, [("a", "b"), ("a", "c"), ("a", "d"), ("a", "e")])
    assert members(group) == [(1, 2, 3, 4), (5, 6, 7, 8)]
    (note,) = group.notes
    assert "(576 of 362,880 permutations)" in note  # 4! times 4! of 9!


def test_a_group_with_other_renamings_than_exchanges_is_listed_where_it_can_be_found() -> None:
    ring = [("a", "b"), ("b", "c"), ("c", "d"), ("d", "e"), ("e", "a")]
    group = group_of(5, ring)
    assert len(group.renamings) == 10  # five turns, and five turns of the mirrored ring
    assert not group.blocks


def test_where_there_are_too_many_exchanges_some_names_are_kept_and_that_is_said(
    monkeypatch: pytest.MonkeyPatch
) -> None:
    class Related(Counters):
        """A variable is about two elements at once, so that they are not just put in order."""

        other: Map[Cell, Cell | None]

        @init
        def start(self) -> None:
            self.level = Map({c: Level.first() for c in Cell})
            self.other = Map({c: None for c in Cell})

    monkeypatch.setattr(symmetry, "EXCHANGES_LIMIT", 6)
    for tier in TIERS:
        verdict = explored(Model(Related, sizes={Cell: 7, Level: 2}), tier)
        assert verdict.statistics is not None
        assert verdict.statistics.states == (4 + 1) * 2**3  # how many of four have moved, and which of the other three
        assert any("of 7 elements of Cell that can be exchanged 4 are" in note for note in verdict.notes)


@pytest.mark.usefixtures("no_sorting")
def test_what_takes_too_much_of_the_stack_is_left_to_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(native_mentions, "LIST_LIMIT", 10)
    verdict = check(Model(Counters, sizes={Cell: 9, Level: 2}), tier="native")
    assert verdict.statistics is not None
    assert verdict.statistics.states == 9 + 1
    assert any("explored in Python" in note and "too many" in note for note in verdict.notes)
