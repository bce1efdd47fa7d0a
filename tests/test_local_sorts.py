"""Sorts of which a state says only what each element is by itself: columns are sorted, and no renaming is tried."""

from __future__ import annotations

import math
from dataclasses import replace
from enum import Enum, auto
from itertools import permutations, product
from random import Random

import pytest
from test_native_symmetry import native_canonical
from test_symmetry import random_value

from checker import Map, Record, Set, Sort, Spec, action, constraint, init, invariant, require
from checker.core import ir
from checker.core.instance import BagBound, Instance
from checker.core.model import Model
from checker.core.types import (
    BOOL, BagType, EnumType, MapType, OptionType, RecordType, SeqType, SetType, SortType, TupleType, Type, UnionType,
)
from checker.core.values import State
from checker.core.verdict import Outcome, Verdict
from checker.engines.layout import Layout
from checker.engines.native.symmetry import sorting
from checker.engines.run import check
from checker.engines.symmetry.canonical import compile_canonical
from checker.engines.symmetry.group import Renaming, SymmetryGroup, symmetries
from checker.engines.symmetry.local import are_joint, is_local
from checker.engines.tiers import Tier
from checker.frontend.elaborate import elaborate
from checker.frontend.instantiate import instantiate

TIERS: tuple[Tier, ...] = ("python", "native")


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """The cache of the person who runs the tests is left alone."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))


class P(Sort):
    """A process."""


class Q(Sort):
    """Something else."""


class Phase(Enum):
    """How far a process is."""

    IDLE = auto()
    BUSY = auto()
    DONE = auto()


class Flags(Spec):
    """Flags go up."""

    up: Map[P, bool]

    @init
    def start(self) -> None:
        self.up = Map({p: False for p in P})

    @action
    def hoist(self, p: P) -> None:
        require(not self.up[p])
        self.up[p] = True


class Members(Spec):
    """Processes join."""

    joined: Set[P]

    @init
    def start(self) -> None:
        self.joined = Set()

    @action
    def join(self, p: P) -> None:
        require(p not in self.joined)
        self.joined.add(p)


class Phases(Spec):
    """Every process is in some phase, and at most one is the last that changed it."""

    phase: Map[P, Phase]

    @init
    def start(self) -> None:
        self.phase = Map({p: Phase.IDLE for p in P})

    @action
    def go(self, p: P, phase: Phase) -> None:
        self.phase[p] = phase


class Marked(Spec):
    """Two variables about the same processes."""

    up: Map[P, bool]
    joined: Set[P]

    @init
    def start(self) -> None:
        self.up = Map({p: False for p in P})
        self.joined = Set()

    @action
    def hoist(self, p: P) -> None:
        self.up[p] = True

    @action
    def join(self, p: P) -> None:
        self.joined.add(p)


class Led(Flags):
    """Beside the flags there is a leader, perhaps."""

    leader: P | None

    @init
    def start(self) -> None:
        self.up = Map({p: False for p in P})
        self.leader = None

    @action
    def lead(self, p: P) -> None:
        self.leader = p


class Apart(Spec):
    """Two sorts that know nothing of each other."""

    up: Map[P, bool]
    chosen: Set[Q]

    @init
    def start(self) -> None:
        self.up = Map({p: False for p in P})
        self.chosen = Set()

    @action
    def hoist(self, p: P) -> None:
        self.up[p] = True

    @action
    def choose(self, q: Q) -> None:
        self.chosen.add(q)


class Colored(Spec):
    """Every process has a colour, and no colour is like another one."""

    color: Map[P, Q | None]

    @init
    def start(self) -> None:
        self.color = Map({p: None for p in P})

    @action
    def paint(self, p: P, q: Q | None) -> None:
        self.color[p] = q


class Joined(Record):
    """`process` says in which phase it is."""

    phase: Phase
    process: P


class Over(Record):
    """Nobody in particular says so."""


class Messages(Spec):
    """Every process sends a message for each of two phases, and somebody sends one about none."""

    sent: Set[Joined | Over]

    @init
    def start(self) -> None:
        self.sent = Set()

    @action
    def send(self, p: P, phase: Phase) -> None:
        require(phase != Phase.IDLE)
        self.sent.add(Joined(phase, p))

    @action
    def end(self) -> None:
        self.sent.add(Over())


class FewFlags(Flags):
    """Only states with two flags go on."""

    @constraint
    def few(self) -> bool:
        return sum(1 for p in P if self.up[p]) <= 2


class Limited(Flags):
    """Says that there are not three flags."""

    @invariant
    def below_three(self) -> bool:
        return sum(1 for p in P if self.up[p]) < 3


def explored(model: Model, tier: Tier) -> Verdict:
    """The verdict of a tier, and of no other, with all of the symmetry."""
    verdict = check(model, tier=tier, workers=1)
    assert not any("explored in Python" in note or "in part" in note for note in verdict.notes), verdict.notes
    return verdict


def orbits(model: Model, tier: Tier) -> int:
    """How many orbits there are."""
    verdict = explored(model, tier)
    assert verdict.statistics is not None
    assert verdict.statistics.orbits
    return verdict.statistics.states


# --- as many orbits as arithmetic says ----------------------------------------------------------------------------


@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize("spec", [Flags, Members])
@pytest.mark.parametrize("size", [6, 46, 100, 200])
def test_of_flags_only_their_number_counts(spec: type[Spec], size: int, tier: Tier) -> None:
    assert orbits(Model(spec, sizes={P: size}), tier) == size + 1


@pytest.mark.parametrize("tier", TIERS)
def test_phases_are_a_multiset(tier: Tier) -> None:
    assert orbits(Model(Phases, sizes={P: 46}), tier) == math.comb(46 + 2, 2)


@pytest.mark.parametrize("tier", TIERS)
def test_what_two_variables_say_of_an_element_belongs_together(tier: Tier) -> None:
    assert orbits(Model(Marked, sizes={P: 20}), tier) == math.comb(20 + 3, 3)  # four kinds of processes


@pytest.mark.parametrize("tier", TIERS)
def test_a_leader_is_told_from_the_others(tier: Tier) -> None:
    size = 60
    with_leader = 2 * size  # whose flag is up or not; and so many of the other flags
    assert orbits(Model(Led, sizes={P: size}), tier) == size + 1 + with_leader


@pytest.mark.parametrize("tier", TIERS)
def test_two_local_sorts_multiply(tier: Tier) -> None:
    assert orbits(Model(Apart, sizes={P: 50, Q: 21}), tier) == 51 * 22


@pytest.mark.parametrize("tier", TIERS)
def test_a_small_sort_in_the_columns_is_renamed_as_well(tier: Tier) -> None:
    """So many processes have no colour, and the others are parted into two heaps without names."""
    size = 46
    heaps = sum(rest // 2 + 1 for rest in range(size + 1))
    assert orbits(Model(Colored, sizes={P: size, Q: 2}), tier) == heaps


@pytest.mark.parametrize("tier", TIERS)
def test_messages_that_name_one_process_each_are_local(tier: Tier) -> None:
    assert orbits(Model(Messages, sizes={P: 12}), tier) == 2 * math.comb(12 + 3, 3)  # sent none, one, the other, both


@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize("size", [100, 2_000])
def test_thousands_of_elements_are_no_matter_where_few_states_are_reachable(size: int, tier: Tier) -> None:
    verdict = explored(Model(FewFlags, sizes={P: size}), tier)
    assert verdict.statistics is not None
    assert (verdict.statistics.states, verdict.statistics.generated) == (3, 1 + size + size - 1 + size - 2)


@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize("size", [46, 500])
def test_a_violation_is_replayed_and_as_short_as_can_be(size: int, tier: Tier) -> None:
    verdict = explored(Model(Limited, sizes={P: size}), tier)
    assert verdict.outcome is Outcome.VIOLATED
    assert verdict.trace is not None
    assert len(verdict.trace) == 1 + 3


# --- one representative an orbit ----------------------------------------------------------------------------------

PROCESS, OTHER = SortType("P"), SortType("Q")
PHASE = EnumType("Phase", ("IDLE", "BUSY", "DONE"))
JOINED = RecordType("Joined", (("phase", PHASE), ("process", PROCESS)))
SAID = RecordType("Said", (("process", PROCESS), ("about", OptionType(OTHER))))
OVER = RecordType("Over", ())
WHOLE = RecordType("Whole", (("up", MapType(PROCESS, BOOL)), ("few", SetType(PROCESS)), ("last", PROCESS)))
QUEUED = RecordType("Queued", (("items", SeqType(PROCESS, "log")), ("flag", BOOL)))

LOCAL: tuple[Type, ...] = (
    PROCESS,
    OptionType(PROCESS),
    TupleType((PHASE, PROCESS, BOOL)),
    OptionType(JOINED),
    UnionType((JOINED, OVER)),
    SetType(PROCESS),
    SetType(TupleType((PROCESS, PHASE))),
    SetType(TupleType((PHASE, PROCESS))),
    SetType(UnionType((JOINED, OVER))),
    SetType(OptionType(PROCESS)),
    MapType(PROCESS, PHASE),
    MapType(PROCESS, OptionType(TupleType((PHASE, BOOL)))),
    MapType(PROCESS, SetType(PHASE)),
    MapType(PROCESS, SeqType(TupleType((PHASE, PHASE, PHASE, PHASE, PHASE, PHASE)), "log")),
    MapType(TupleType((PROCESS, BOOL)), PHASE),
    MapType(PHASE, SetType(PROCESS)),
    MapType(PHASE, OptionType(PROCESS)),
    MapType(BOOL, MapType(PROCESS, BOOL)),
    SeqType(PROCESS, "log"),
    SeqType(UnionType((JOINED, OVER)), "log"),
    MapType(BOOL, SeqType(OptionType(PROCESS), "log")),
    QUEUED,
    BagType(PROCESS, "bag"),
    BagType(UnionType((JOINED, OVER)), "bag"),
    MapType(BOOL, BagType(TupleType((PROCESS, PHASE)), "bag")),
    WHOLE,
)

WITH_ANOTHER: tuple[Type, ...] = (
    MapType(PROCESS, OTHER),
    MapType(PROCESS, SetType(OTHER)),
    MapType(OTHER, SetType(PROCESS)),
    MapType(OTHER, OptionType(PROCESS)),
    MapType(TupleType((OTHER, PROCESS)), BOOL),
    SetType(TupleType((OTHER, PROCESS))),
    SetType(UnionType((SAID, OVER))),
    TupleType((OTHER, PROCESS)),
    SeqType(TupleType((OTHER, PROCESS)), "log"),
)

NOT_LOCAL: tuple[Type, ...] = (
    MapType(PROCESS, PROCESS),
    MapType(PROCESS, OptionType(PROCESS)),
    SetType(TupleType((PROCESS, PROCESS))),
    SetType(SetType(PROCESS)),
    MapType(TupleType((PROCESS, PROCESS)), BOOL),
    TupleType((PROCESS, PROCESS)),
    SeqType(SetType(PROCESS), "log"),
    MapType(PROCESS, SeqType(PROCESS, "log")),
    BagType(TupleType((PROCESS, PROCESS)), "bag"),
    MapType(PROCESS, BagType(PROCESS, "bag")),
)


@pytest.mark.parametrize("type", [*LOCAL, *WITH_ANOTHER], ids=str)
def test_what_says_of_each_element_what_it_is_by_itself_is_local(type: Type) -> None:
    assert is_local(type, "P", made((type,)).instance)
    assert are_joint(type, "P", "Q") == (type in WITH_ANOTHER)


@pytest.mark.parametrize("type", NOT_LOCAL, ids=str)
def test_what_says_how_elements_stand_to_each_other_is_not_local(type: Type) -> None:
    assert not is_local(type, "P", made(()).instance)


def test_records_that_are_about_one_sort_each_do_not_join_them() -> None:
    about_other = RecordType("Other", (("other", OTHER),))
    assert not are_joint(SetType(UnionType((JOINED, about_other))), "P", "Q")
    assert are_joint(SetType(TupleType((JOINED, about_other))), "P", "Q")


class Made:
    """A spec with variables of the given types, laid out for so many elements."""

    def __init__(self, types: tuple[Type, ...], processes: int, others: int) -> None:
        spec = elaborate(Colored)
        model = Model(Colored, sizes={P: processes, Q: others})
        variable = spec.variables[0]
        self.variables = tuple(replace(variable, name=f"v{number}", type=type) for number, type in enumerate(types))
        self.spec: ir.Spec = replace(spec, variables=self.variables)
        instance = instantiate(model, spec)
        self.instance: Instance = replace(
            instance, lengths={**instance.lengths, "log": 2}, bags={**instance.bags, "bag": BagBound(3, 2)}
        )
        self.layout = Layout(self.variables, self.instance)
        self.group = symmetries(self.spec, self.instance)

    def state(self, random: Random) -> State:
        """Some state."""
        names = tuple(variable.name for variable in self.variables)
        return State(names, tuple(random_value(variable.type, self.instance, random) for variable in self.variables))

    def orbit(self, state: State) -> set[int]:
        """All states that differ from it in names, by trying all permutations of both sorts."""
        sizes = (len(self.instance.labels[sort]) for sort in ("P", "Q"))
        everything = SymmetryGroup(self.instance, ())
        return {
            self.layout.pack(everything.rename_state(state, Renaming({"P": first, "Q": second}, {})))
            for first, second in product(*(tuple(permutations(range(size))) for size in sizes))
        }


def made(types: tuple[Type, ...], processes: int = 5, others: int = 2) -> Made:
    """A spec with variables of these types; a hundred and more renamings, so that they are not all tried."""
    return Made(types, processes, others)


def assert_one_an_orbit(subject: Made, random: Random, states: int) -> None:
    """Both tiers choose one state of each orbit, the same one."""
    python = compile_canonical(subject.group, subject.layout)
    native = native_canonical(subject.group, subject.layout)
    for _ in range(states):
        orbit = subject.orbit(subject.state(random))
        chosen = {python(image) for image in orbit}
        assert len(chosen) == 1
        assert chosen <= orbit
        assert {native(image) for image in orbit} == chosen


@pytest.mark.parametrize("type", [*LOCAL, *WITH_ANOTHER], ids=str)
def test_the_columns_of_every_form_are_sorted(type: Type) -> None:
    subject = made((type,))
    assert subject.group.local[0].sort == "P"
    assert_one_an_orbit(subject, Random(1), 2)


@pytest.mark.parametrize("seed", range(12))
def test_of_states_with_many_variables_one_an_orbit_is_chosen(seed: int) -> None:
    random = Random(seed)
    types = (*random.sample(LOCAL, 3), *random.sample(WITH_ANOTHER, seed % 2), *random.choice([(), (SetType(OTHER),)]))
    subject = made(types, random.choice([4, 5]), 3)
    assert subject.group.local[0].sort == "P"
    assert_one_an_orbit(subject, random, 4)


@pytest.mark.parametrize("others", [4, 5])
def test_a_sort_that_is_not_local_stands_beside_one_that_is(others: int) -> None:
    """Its renamings are listed where they are few, else its elements are told apart by what is said of them."""
    relation = MapType(OTHER, OTHER)
    subject = made((MapType(PROCESS, PHASE), OptionType(PROCESS), relation), 5, others)
    assert [block.sort for block in subject.group.local] == ["P"]
    assert bool(subject.group.blocks) == (others == 5)
    assert_one_an_orbit(subject, Random(2), 2)


def test_a_local_sort_is_not_sorted_where_a_large_one_is_in_its_columns() -> None:
    subject = made((MapType(PROCESS, OTHER), MapType(OTHER, OTHER)), 4, 5)
    assert not subject.group.local
    assert_one_an_orbit(subject, Random(3), 1)


def test_of_elements_that_quorums_tell_apart_those_that_can_be_exchanged_are_sorted() -> None:
    subject = made((MapType(PROCESS, PHASE), SetType(PROCESS), OptionType(PROCESS)), 6, 1)
    whole = subject.group.local[0]
    parted = replace(subject.group, local=(replace(whole, members=(0, 2, 5)), replace(whole, members=(1, 3))))
    python, native = (find(parted, subject.layout) for find in (compile_canonical, native_canonical))
    random = Random(4)
    for _ in range(30):
        state = subject.state(random)
        orbit = [subject.layout.pack(image) for image in parted.orbit(state)]
        assert len({python(image) for image in orbit}) == 1
        assert python(orbit[0]) in orbit
        assert [native(image) for image in orbit] == [python(image) for image in orbit]


def test_columns_of_hundreds_of_elements_are_the_same_in_both_tiers_and_whatever_the_names() -> None:
    subject = made((*LOCAL, MapType(PROCESS, OptionType(OTHER))), 150, 2)
    python, native = (find(subject.group, subject.layout) for find in (compile_canonical, native_canonical))
    random, everything = Random(5), SymmetryGroup(subject.instance, ())
    for _ in range(5):
        state, order = subject.state(random), random.sample(range(150), 150)
        renamed = everything.rename_state(state, Renaming({"P": tuple(order), "Q": (1, 0)}, {}))
        chosen = python(subject.layout.pack(state))
        assert python(subject.layout.pack(renamed)) == chosen
        assert native(subject.layout.pack(state)) == native(subject.layout.pack(renamed)) == chosen
        assert python(chosen) == chosen


def test_what_takes_too_much_of_the_stack_is_left_to_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sorting, "STACK_LIMIT", 10)
    verdict = check(Model(Flags, sizes={P: 46}), tier="native")
    assert verdict.statistics is not None
    assert verdict.statistics.states == 46 + 1
    assert any("explored in Python" in note and "too many" in note for note in verdict.notes)
