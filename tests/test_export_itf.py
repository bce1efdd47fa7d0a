"""ITF files keep every value: this package reads back what it wrote, and so does the independent reader `itf-py`."""

from __future__ import annotations

import json
from typing import Any

import export_samples as samples
import itf_py
import pytest

from checker.core.errors import UserError
from checker.core.instance import BagBound, Instance
from checker.core.trace import Trace
from checker.core.types import (
    BOOL, BagType, EnumType, IntType, MapType, OptionType, QuorumType, RecordType, SeqType, SetType, SortType,
    TupleType, Type, UnionType,
)
from checker.core.values import (
    Element, EnumValue, FrozenBag, FrozenMap, QuorumValue, RecordValue, Sequence, Value, in_order,
)
from checker.export.itf import trace_from_itf, trace_to_itf
from checker.export.itf_values import from_json, to_json

TRACES = [
    pytest.param(samples.paxos_trace(), samples.PAXOS, samples.PAXOS_INSTANCE, id="paxos"),
    pytest.param(samples.raft_trace(), samples.RAFT, samples.RAFT_INSTANCE, id="raft"),
]

SORT, ORDER, ENUM = SortType("S"), SortType("O", ordered=True), EnumType("E", ("RED", "GREEN"))
INT, QUORUM = IntType("n"), QuorumType("Q", SORT, ("Q",))
PAIR = RecordType("Pair", (("left", SORT), ("right", OptionType(INT))))
EMPTY = RecordType("Empty", ())
VARIANT_LIKE = RecordType("VariantLike", (("tag", INT), ("value", BOOL)))
INSTANCE = Instance(
    labels={"S": ("x", "y z"), "O": ("0", "1")}, quorums={"Q": ((0,), (0, 1))}, ranges={"n": (-1, 1)},
    lengths={"seq": 2}, bags={"bag": BagBound(2, 2)},
)
TYPES: list[Type] = [
    BOOL, INT, ENUM, SORT, ORDER, QUORUM, PAIR, EMPTY, VARIANT_LIKE, UnionType((PAIR, EMPTY, VARIANT_LIKE)),
    OptionType(INT), OptionType(SORT), OptionType(PAIR), OptionType(BOOL), OptionType(SetType(SORT)),
    OptionType(UnionType((PAIR, EMPTY))), OptionType(QUORUM), OptionType(SeqType(SORT)), TupleType((SORT, INT)),
    OptionType(TupleType((BOOL, BOOL))), MapType(SORT, OptionType(INT)), MapType(PAIR, BOOL), SetType(OptionType(SORT)),
    SetType(EMPTY), SeqType(PAIR), BagType(OptionType(BOOL)), SeqType(SetType(BOOL)), OptionType(MapType(SORT, BOOL)),
    OptionType(BagType(SORT)),
]


@pytest.mark.parametrize("type", TYPES, ids=str)
def test_every_value_of_a_type_is_read_back_as_it_was(type: Type) -> None:
    for value in INSTANCE.domain(type):
        written = json.loads(json.dumps(to_json(value, type)))
        assert from_json(written, type, INSTANCE) == value


@pytest.mark.parametrize("type", TYPES, ids=str)
def test_the_independent_reader_tells_all_values_of_a_type_apart(type: Type) -> None:
    values = list(INSTANCE.domain(type))
    read = [itf_py.value_from_json(json.loads(json.dumps(to_json(value, type)))) for value in values]
    assert len(set(read)) == len(values)


@pytest.mark.parametrize(("trace", "spec", "instance"), TRACES)
def test_a_trace_is_read_back_as_it_was(trace: Trace, spec: Any, instance: Instance) -> None:
    assert trace_from_itf(trace_to_itf(trace, spec), spec, instance) == trace


@pytest.mark.parametrize(("trace", "spec", "instance"), TRACES)
def test_the_independent_reader_reads_the_values_of_the_trace(trace: Trace, spec: Any, instance: Instance) -> None:
    read = itf_py.trace_from_json(json.loads(trace_to_itf(trace, spec)))
    assert len(read.states) == len(trace)
    for step, state in zip(trace.steps, read.states, strict=True):
        for variable in spec.variables:
            assert state.values[variable.name] == as_read(step.state[variable.name], variable.type)
        assert state.values["mbt::actionTaken"] == step.label.action


def as_read(value: Any, type: Type) -> Any:
    """How `itf-py` gives a value to Python: its variants and records are named tuples, which equal plain tuples."""
    match type, value:
        case OptionType(), None:
            return ("U_OF_UNIT",)
        case OptionType(item=RecordType() as record), _:
            return as_read(value, record)
        case OptionType(item=item), _:
            return (as_read(value, item),)
        case UnionType(members=members), RecordValue(record=name):
            return as_read(value, next(member for member in members if member.name == name))
        case RecordType(fields=fields), RecordValue(values=values):
            return tuple(as_read(inside, field) for inside, (_, field) in zip(values, fields, strict=True))
        case SortType() | EnumType(), Element(label=name) | EnumValue(name=name):
            return name
        case MapType(key=key, value=item), FrozenMap(items=items):
            return {as_read(left, key): as_read(right, item) for left, right in items}
        case BagType(item=item), FrozenBag(items=items):
            return {as_read(left, item): copies for left, copies in items}
        case SetType(item=item), frozenset():
            return frozenset(as_read(inside, item) for inside in value)
        case SeqType(item=item), Sequence():
            return [as_read(inside, item) for inside in value]
        case _:
            return value


def test_the_file_follows_the_conventions_of_apalache_and_quint() -> None:
    document = json.loads(trace_to_itf(samples.paxos_trace(), samples.PAXOS))
    assert document["#meta"]["format"] == "ITF"
    assert document["vars"] == ["promised", "voted", "sent", "mbt::actionTaken", "mbt::nondetPicks"]
    assert [state["#meta"]["index"] for state in document["states"]] == list(range(13))
    last = document["states"][-1]
    assert last["mbt::actionTaken"] == "accept"
    assert last["mbt::nondetPicks"]["a"] == {"tag": "Some", "value": "a3"}
    assert ["a1", {"tag": "Some", "value": "b1"}] in last["promised"]["#map"]
    assert {"tag": "Prepare", "value": {"ballot": "b1"}} in last["sent"]["#set"]


def test_the_file_is_the_same_to_the_byte_whatever_the_order_in_a_python_set() -> None:
    trace = samples.paxos_trace()
    items = in_order(trace.steps[-1].state["sent"])  # type: ignore[arg-type]
    written = to_json(frozenset(items), samples.SENT)
    assert written == to_json(frozenset(reversed(items)), samples.SENT)
    assert written["#set"] == [to_json(item, samples.SENT.item) for item in items]


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda text: text[:-10], "not a trace in the ITF format"),
        (lambda text: text.replace('"a1"', '"nobody"'), "'nobody' is no Acceptor of the model"),
        (lambda text: text.replace('"Prepare"', '"Prepared"'), "'Prepared' is none of"),
        (lambda text: text.replace('"promised"', '"promise"'), "no value for `promised`"),
        (lambda text: text.replace('"acceptor"', '"voter"'), "expected the fields of Promise"),
        (lambda text: '{"vars": [], "states": []}', "the trace has no states"),
        (lambda text: "[]", "not a trace in the ITF format"),
    ],
)
def test_a_file_that_does_not_fit_is_refused_with_the_reason(damage: Any, reason: str) -> None:
    text = damage(trace_to_itf(samples.paxos_trace(), samples.PAXOS))
    with pytest.raises(UserError, match=reason) as caught:
        trace_from_itf(text, samples.PAXOS, samples.PAXOS_INSTANCE)
    assert caught.value.code == "C120"


def test_a_quorum_is_read_by_its_members() -> None:
    value: Value = QuorumValue("Q", 1, INSTANCE.elements("S"))
    assert to_json(value, QUORUM) == {"#set": ["x", "y z"]}
    assert from_json({"#set": ["y z", "x"]}, QUORUM, INSTANCE) == value
