"""Specs whose states are put in order by what they say of each element: they have the orbits that other ways find."""

from __future__ import annotations

import math
from enum import Enum
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_specs import RandomSpec, load, random_specs, random_state
from small_specs import Cell, Pointers
from test_native_symmetry import native_canonical

from checker import Map, Model, Record, Seq, Set, Sort, Spec, action, init, require
from checker.core.errors import UserError
from checker.core.verdict import Outcome
from checker.engines.layout import Layout
from checker.engines.prepare import prepare
from checker.engines.run import check
from checker.engines.symmetry import group as symmetry
from checker.engines.symmetry import local
from checker.engines.symmetry.canonical import compile_canonical
from checker.engines.symmetry.group import symmetries
from checker.engines.tiers import Tier

TIERS: tuple[Tier, ...] = ("python", "native")


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """The cache of the person who runs the tests is left alone."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))


class Client(Sort):
    """Interchangeable."""


class Door(Sort):
    """Interchangeable, and few."""


class Color(Enum):
    RED = 1
    GREEN = 2
    BLUE = 3


class Painted(Spec):
    """Two variables: each client has one of three colours, or one of the first two and a mark."""

    color: Map[Client, Color]
    marked: Set[Client]

    @init
    def start(self) -> None:
        self.color = Map({c: Color.RED for c in Client})
        self.marked = Set()

    @action
    def paint(self, c: Client) -> None:
        require(c not in self.marked)
        match self.color[c]:
            case Color.RED:
                self.color[c] = Color.GREEN
            case Color.GREEN:
                self.color[c] = Color.BLUE
            case Color.BLUE:
                pass

    @action
    def mark(self, c: Client) -> None:
        require(self.color[c] != Color.BLUE)
        self.marked.add(c)


class Ticket(Record):
    client: Client
    color: Color


class Lock(Spec):
    """A lock with its holder, those who wait, and the last one who had it; a ticket that may name somebody."""

    holder: Client | None
    waiting: Set[Client]
    queue: Seq[Client]
    ticket: Ticket | None

    @init
    def start(self) -> None:
        self.holder = None
        self.waiting = Set()
        self.queue = Seq()
        self.ticket = None

    @action
    def ask(self, c: Client) -> None:
        require(c != self.holder, len(self.waiting) < 2)
        self.waiting.add(c)

    @action
    def take(self, c: Client) -> None:
        require(self.holder is None, c in self.waiting)
        self.waiting.discard(c)
        self.holder = c

    @action
    def free(self) -> None:
        require(self.holder is not None)
        self.holder = None

    @action
    def line_up(self, c: Client) -> None:
        self.queue.append(c)

    @action
    def issue(self, c: Client, color: Color) -> None:
        self.ticket = Ticket(c, color)


class Doors(Spec):
    """Each client may be at each of the doors: a variable about both sorts."""

    at: Map[Door, Set[Client]]
    open: Map[Door, bool]

    @init
    def start(self) -> None:
        self.at = Map({d: Set() for d in Door})
        self.open = Map({d: False for d in Door})

    @action
    def come(self, c: Client, d: Door) -> None:
        self.at[d].add(c)

    @action
    def unlock(self, d: Door) -> None:
        self.open[d] = True


def orbits(model: Model, tier: Tier) -> int:
    """How many orbits are found in this tier and no other, with all of the symmetry."""
    verdict = check(model, tier=tier)
    assert not any("in part" in note or "in Python" in note for note in verdict.notes), verdict.notes
    assert verdict.outcome is Outcome.HOLDS
    assert verdict.statistics is not None
    return verdict.statistics.states


@pytest.mark.parametrize("tier", TIERS)
def test_what_two_variables_say_of_an_element_makes_up_one_column(tier: Tier, monkeypatch: pytest.MonkeyPatch) -> None:
    # five kinds of client: red, green, blue; red and green with a mark
    assert orbits(Model(Painted, sizes={Client: 4}), tier) == math.comb(4 + 4, 4)
    monkeypatch.setattr(symmetry, "LISTED_LIMIT", 1)
    for clients in (2, 3, 7, 12):
        assert orbits(Model(Painted, sizes={Client: clients}), tier) == math.comb(clients + 4, 4)


@pytest.mark.parametrize("tier", TIERS)
def test_beside_a_small_sort_each_of_its_renamings_is_tried(tier: Tier, monkeypatch: pytest.MonkeyPatch) -> None:
    model = Model(Doors, sizes={Client: 4, Door: 3})
    assert [block.sort for block in prepare(model).group.local] == ["Client"]
    found = orbits(model, tier)
    with monkeypatch.context() as patch:
        patch.setattr(local, "is_local", lambda *_: False)
        assert prepare(model).group.blocks  # by refinement
        assert orbits(model, tier) == found
    monkeypatch.setattr(symmetry, "LISTED_LIMIT", 1_000)
    assert not prepare(model).group.local  # all 4! * 3! = 144 renamings
    assert orbits(model, tier) == found


@pytest.mark.parametrize("tier", TIERS)
def test_matrices_with_two_rows_are_counted_by_arithmetic(tier: Tier) -> None:
    # without `unlock`: matrices of 0 and 1 with 2 rows, up to the exchange of columns and of rows: multisets of 4 kinds
    # of column, of which two may be exchanged; Burnside: half of all and of those that stay as they are
    class Visits(Doors):
        @action
        def unlock(self, d: Door) -> None:
            require(self.open[d])
            self.open[d] = False

    clients = 16
    every = math.comb(clients + 3, 3)
    fixed = sum(clients - 2 * same + 1 for same in range(clients // 2 + 1))
    assert orbits(Model(Visits, sizes={Client: clients, Door: 2}), tier) == (every + fixed) // 2


def test_where_elements_are_related_the_group_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(symmetry, "LISTED_LIMIT", 2)
    monkeypatch.setattr(symmetry, "EXCHANGES_LIMIT", 3)
    verdict = check(Model(Pointers, sizes={Cell: 4}))
    assert any("in part" in note for note in verdict.notes)


@pytest.mark.parametrize("tier", TIERS)
def test_a_name_of_an_element_goes_with_it(tier: Tier, monkeypatch: pytest.MonkeyPatch) -> None:
    model = Model(Lock, sizes={Client: 4}, bounds={"queue": 2})
    listed = orbits(model, tier)
    monkeypatch.setattr(symmetry, "LISTED_LIMIT", 1)
    assert prepare(model).group.local
    assert orbits(model, tier) == listed


@pytest.mark.parametrize("spec", [Painted, Lock, Doors])
@pytest.mark.parametrize("clients", [2, 3, 5])
def test_all_states_of_an_orbit_have_one_representative_and_no_others(
    spec: type[Spec], clients: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(symmetry, "LISTED_LIMIT", 2)
    doors = {Door: 2} if spec is Doors else {}
    model = Model(spec, sizes={Client: clients, **doors}, bounds={"queue": 3} if spec is Lock else {})
    prepared = prepare(model)
    group, layout = prepared.group, prepared.layout
    canonical, native = compile_canonical(group, layout), native_canonical(group, layout)
    random = Random(clients)
    for _ in range(30):
        state = random_state(random, prepared.spec, prepared.instance)
        orbit = [layout.pack(other) for other in group.orbit(state)]
        assert len({canonical(other) for other in orbit}) == 1
        assert canonical(orbit[0]) in orbit
        assert {native(other) for other in orbit} == {canonical(orbit[0])}


@settings(max_examples=60, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(random_specs(), st.integers(0, 1_000_000))
def test_the_states_of_random_specs_have_one_representative_an_orbit(random_spec: RandomSpec, seed: int) -> None:
    loaded = load(random_spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(symmetry, "LISTED_LIMIT", 1)
        patch.setattr(symmetry, "EXCHANGES_LIMIT", 0)
        group = symmetries(loaded.spec, loaded.instance)
    try:
        layout = Layout(loaded.spec.variables, loaded.instance)
    except UserError:
        return
    canonical = compile_canonical(group, layout)
    random = Random(seed)
    for _ in range(5):
        orbit = [layout.pack(other) for other in group.orbit(random_state(random, loaded.spec, loaded.instance))]
        assert len({canonical(other) for other in orbit}) == 1
        assert canonical(orbit[0]) in orbit
