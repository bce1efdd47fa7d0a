"""Symmetry leaves out nothing but names: the orbits that are found, expanded, are the states that are found without."""

from __future__ import annotations

import math
from random import Random
from typing import get_args

import pytest

from checker.core import ir
from checker.core.instance import Instance
from checker.core.model import BagBound, Model
from checker.core.types import (
    BagType, MapType, OptionType, RecordType, SeqType, SetType, TupleType, Type, UnionType, parts,
)
from checker.core.values import FrozenBag, FrozenMap, QuorumValue, RecordValue, Sequence, State, Value
from checker.engines.symmetry.canonical import compile_canonical
from checker.engines.symmetry.codes import RenamedCodes
from checker.engines.interpreted import InterpretedSystem
from checker.engines.layout import Layout
from checker.engines.plain import PlainValues
from checker.engines.prepare import prepare
from checker.engines.run import check
from checker.engines.search import search
from checker.engines.symmetry.group import symmetries
from checker.engines.system import System
from checker.frontend.elaborate import elaborate
from checker.frontend.instantiate import instantiate
from checker.models import paxos, raft
from checker.specs.paxos import Acceptor, Ballot, Majority, Paxos
from checker.specs.paxos import Value as PaxosValue
from small_specs import Cell, Counters, Everything, Falling, Level, Locks, Pair, Token, Watched

EVERYTHING = Model(
    Everything,
    sizes={Cell: 3, Level: 2},
    bounds={
        "number": (0, 3), "net": BagBound(3, 2), "log": 2, "nested": 1, "deep": 2, "few": BagBound(2, 1),
    },
)


def random_value(type: Type, instance: Instance, random: Random) -> Value:
    """Some value of the type, within the bounds of the instance."""
    match type:
        case OptionType(item=item):
            return None if random.random() < 0.3 else random_value(item, instance, random)
        case RecordType(name=name, fields=fields):
            values = tuple(random_value(field, instance, random) for _, field in fields)
            return RecordValue(name, tuple(field for field, _ in fields), values)
        case UnionType(members=members):
            return random_value(random.choice(members), instance, random)
        case TupleType(items=items):
            return tuple(random_value(item, instance, random) for item in items)
        case MapType(key=key, value=value):
            return FrozenMap(tuple((k, random_value(value, instance, random)) for k in instance.domain(key)))
        case SetType(item=item):
            return frozenset(value for value in instance.domain(item) if random.random() < 0.4)
        case SeqType(item=item, bound=bound):
            length = random.randint(0, instance.lengths[bound or "seq"])
            return Sequence(random_value(item, instance, random) for _ in range(length))
        case BagType(item=item, bound=bound):
            limit = instance.bags[bound or "bag"]
            kinds = list(instance.domain(item))
            chosen = random.sample(kinds, random.randint(0, min(limit.distinct, len(kinds))))
            return FrozenBag.of(value for value in chosen for _ in range(random.randint(1, limit.copies)))
        case _:
            return random.choice(list(instance.domain(type)))


def random_states(spec: ir.Spec, instance: Instance, number: int) -> list[State]:
    random = Random(7)
    names = tuple(variable.name for variable in spec.variables)
    return [
        State(names, tuple(random_value(variable.type, instance, random) for variable in spec.variables))
        for _ in range(number)
    ]


def test_the_canonical_state_is_the_least_of_its_orbit_whatever_it_holds() -> None:
    spec = elaborate(Everything)
    instance = instantiate(EVERYTHING, spec)
    group, layout = symmetries(spec, instance), Layout(spec.variables, instance)
    canonical = compile_canonical(group, layout)
    assert len(group.renamings) == 6
    for state in random_states(spec, instance, 150):
        images = [layout.pack(image) for image in group.orbit(state)]
        assert layout.pack(state) in images
        assert {canonical(image) for image in images} == {min(images)}


def test_renamings_form_a_group() -> None:
    spec = elaborate(Everything)
    instance = instantiate(EVERYTHING, spec)
    group = symmetries(spec, instance)
    assert group.renamings[0].moves_nothing
    for state in random_states(spec, instance, 20):
        assert group.rename_state(state, group.renamings[0]) == state
        orbit = set(group.orbit(state))
        assert all(set(group.orbit(other)) == orbit for other in orbit)
        assert len({group.canonical(other) for other in orbit}) == 1
        assert 6 % len(orbit) == 0


def test_quorums_that_tell_elements_apart_leave_the_symmetries_that_keep_them() -> None:
    spec = elaborate(Everything)

    def renamings(sets: list[tuple[str, ...]]) -> tuple[int, int]:
        model = Model(
            Everything, sizes={Cell: ("a", "b", "c"), Level: 2}, bounds=EVERYTHING.bounds, quorums={Pair: sets}
        )
        group = symmetries(spec, instantiate(model, spec))
        return len(group.renamings), len(group.notes)

    assert renamings([("a", "b"), ("b", "c"), ("a", "c")]) == (6, 0)
    assert renamings([("a", "b")]) == (2, 1)
    assert renamings([("a",), ("a", "b")]) == (1, 1)


def test_a_renamed_quorum_has_the_renamed_members() -> None:
    spec = elaborate(Everything)
    instance = instantiate(EVERYTHING, spec)
    group = symmetries(spec, instance)
    pair = next(variable.type for variable in spec.variables if variable.name == "chosen")
    for quorum in instance.domain(pair):
        assert isinstance(quorum, QuorumValue)
        for renaming in group.renamings:
            renamed = group.rename(quorum, renaming)
            assert isinstance(renamed, QuorumValue)
            assert set(renamed.members) == {group.rename(member, renaming) for member in quorum.members}
            assert renamed in instance.domain(pair)


def test_codes_are_renamed_as_their_values_are() -> None:
    spec = elaborate(Everything)
    instance = instantiate(EVERYTHING, spec)
    group, plain = symmetries(spec, instance), PlainValues(instance)
    codes = RenamedCodes(group, plain)
    inside = {part for variable in spec.variables for part in parts(variable.type)}
    types = [type for type in inside if plain.size(type) <= 20_000]
    assert {type.__class__ for type in types} == set(get_args(Type))
    for type in types:
        values = [plain.core(type, plain.value(type, code)) for code in range(plain.size(type))]
        of_value = {value: code for code, value in enumerate(values)}
        renamed = [[of_value[group.rename(value, renaming)] for value in values] for renaming in group.renamings]
        assert codes.of(type) == renamed, type


def test_a_step_that_violates_is_told_from_one_to_the_same_orbit_that_does_not() -> None:
    verdict = check(Model(Token, sizes={Cell: 3}))
    assert verdict.statistics is not None
    assert (verdict.statistics.orbits, verdict.statistics.states) == (True, 1)
    assert verdict.trace is not None
    assert verdict.trace.shows == "stays"
    first, second = verdict.trace.states
    assert first["holder"] != second["holder"]


@pytest.mark.parametrize(
    "model",
    [
        Model(Counters, sizes={Cell: 3, Level: 3}),
        Model(Falling, sizes={Cell: 3, Level: 3}, check=()),
        Model(Locks, sizes={Cell: 3}),
    ],
    ids=lambda model: model.spec.__name__,
)
def test_orbits_expand_to_the_states_of_an_unsymmetric_search(model: Model) -> None:
    prepared = prepare(model)
    group, system = prepared.group, prepared.system
    canonical = compile_canonical(group, prepared.layout)
    oracle = InterpretedSystem(prepared.interpreter, system.actions, prepared.checked)
    reached, queue = set[State](), oracle.initial()
    while queue:
        state = queue.pop()
        if state not in reached:
            reached.add(state)
            queue.extend(oracle.successors(state)[0])
    orbits = {canonical(system.pack(state)) for state in reached}
    assert search(system, canonical=canonical).statistics.states == len(orbits)
    assert search(oracle, canonical=group.canonical).statistics.states == len(orbits)
    expanded = {image for orbit in orbits for image in group.orbit(system.unpack(orbit))}
    assert expanded == reached


@pytest.mark.parametrize("model", [paxos.small, raft.medium], ids=["paxos", "raft"])
def test_the_orbits_of_a_protocol_expand_to_its_states(model: Model) -> None:
    prepared = prepare(model)
    group, system = prepared.group, prepared.system
    canonical = compile_canonical(group, prepared.layout)
    states = reachable(system)
    orbits = {canonical(state) for state in states}
    assert search(system, canonical=canonical).statistics.states == len(orbits) < len(states)
    expanded = {system.pack(image) for orbit in orbits for image in group.orbit(system.unpack(orbit))}
    assert expanded == states


def reachable(system: System[int]) -> set[int]:
    """Every state, found in the plainest way."""
    found, queue = set[int](), system.initial()
    while queue:
        state = queue.pop()
        if state not in found:
            found.add(state)
            queue.extend(system.successors(state)[0])
    return found


def test_symmetry_does_not_change_the_length_of_a_trace_and_its_states_are_real() -> None:
    model = Model(Watched, sizes={Cell: 4, Level: 3}, check=("not_all_moved",))
    whole, reduced = check(model, symmetry=False), check(model)
    assert whole.trace is not None
    assert reduced.trace is not None
    assert reduced.statistics is not None
    assert reduced.statistics.orbits
    assert len(whole.trace) == len(reduced.trace) == 5
    interpreter = prepare(model).interpreter
    for before, step in zip(reduced.trace.steps, reduced.trace.steps[1:], strict=False):
        assert step in interpreter.steps(before.state)[0]


def test_symmetry_can_be_switched_off_and_that_is_said() -> None:
    model = Model(Counters, sizes={Cell: 3, Level: 2}, symmetry=False)
    verdict = check(model)
    assert verdict.statistics is not None
    assert not verdict.statistics.orbits
    assert "symmetry is switched off" in verdict.notes
    overruled = check(model, symmetry=True)
    assert overruled.statistics is not None
    assert overruled.statistics.orbits


def test_the_permutations_of_a_large_sort_are_told_by_their_size() -> None:
    labels = tuple(f"a{number}" for number in range(1_600))
    sizes = {Acceptor: labels, PaxosValue: 1, Ballot: 1}
    model = Model(Paxos, sizes=sizes, quorums={Majority: [labels[:2], labels[1:3]]})
    typed = elaborate(Paxos)
    digits = math.floor(math.lgamma(1_601) / math.log(10))  # of 1,600 factorial
    notes = symmetries(typed, instantiate(model, typed)).notes
    assert any(f"of about 10^{digits} permutations" in note for note in notes)
