"""A packed state is the state: nothing is lost, nothing is said twice, and no field crosses a word."""

from __future__ import annotations

import math
from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_specs import RandomSpec, load, random_specs, random_state, random_value

from checker.core.errors import Span, UserError
from checker.core.instance import BagBound, Instance
from checker.core.ir import StateVariable
from checker.core.model import Model
from checker.core.types import (
    BOOL, BagType, IntType, MapType, OptionType, RecordType, SeqType, SetType, SortType, TupleType, Type, UnionType,
)
from checker.core.values import State
from checker.engines.layout import (
    WORD, BagShape, ChoiceShape, CodeShape, Layout, MapShape, ProductShape, SeqShape, SetShape, Shape,
)
from checker.engines.plain import Outside
from checker.engines.prepare import prepare
from checker.specs.paxos import Acceptor, Ballot, Paxos, Value

PLACE = Span("spec.py", 7, 4, 7, 9)
NODE, TERM = SortType("Node"), SortType("Term", ordered=True)
VOTE = RecordType("Vote", (("term", TERM), ("node", NODE)))
ENTRY = RecordType("Entry", (("term", TERM), ("index", IntType("index"))))
ITEM = UnionType((VOTE, ENTRY))

INSTANCE = Instance(
    labels={"Node": ("n1", "n2", "n3"), "Term": ("t1", "t2", "t3", "t4", "t5")},
    quorums={},
    ranges={"index": (-1, 5)},
    lengths={"log": 3, "long": 9},
    bags={"net": BagBound(2, 3), "wide": BagBound(5, 1)},
)

TYPES: list[Type] = [
    BOOL, IntType("index"), TERM, VOTE, ITEM, OptionType(ITEM), TupleType((TERM, OptionType(NODE))),
    SetType(ITEM), SetType(SetType(NODE)), SetType(SeqType(NODE, "log")), MapType(NODE, OptionType(VOTE)),
    MapType(NODE, MapType(TERM, IntType("index"))), MapType(TERM, SetType(ITEM)), MapType(VOTE, BOOL),
    SeqType(ITEM, "log"), SeqType(ITEM, "long"), SeqType(SeqType(NODE, "log"), "log"),
    MapType(NODE, SeqType(ENTRY, "long")),
    BagType(ITEM, "net"), BagType(ITEM, "wide"), MapType(NODE, BagType(NODE, "net")), SetType(BagType(NODE, "net")),
    OptionType(SetType(ITEM)), TupleType((SeqType(ITEM, "long"), SetType(ITEM), BOOL)),
]


def layout_of(*types: Type, instance: Instance = INSTANCE) -> Layout:
    variables = [
        StateVariable(name=f"v{index}", type=type, ghost=False, span=PLACE) for index, type in enumerate(types)
    ]
    return Layout(variables, instance)


@st.composite
def states(draw: st.DrawFn, layout: Layout) -> State:
    """Any state of the layout's variables."""
    random = draw(st.randoms(use_true_random=False))
    values = tuple(random_value(random, variable.type, layout.instance) for variable in layout.variables)
    return State(tuple(variable.name for variable in layout.variables), values)


@given(st.data(), st.lists(st.sampled_from(TYPES), min_size=1, max_size=4))
@settings(deadline=None, max_examples=120)
def test_unpacking_gives_the_state_that_was_packed(data: st.DataObject, types: list[Type]) -> None:
    layout = layout_of(*types)
    state = data.draw(states(layout))
    packed = layout.pack(state)
    assert layout.unpack(packed) == state
    assert 0 <= packed < 1 << layout.bits


@given(random_specs(), st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=15, suppress_health_check=list(HealthCheck))
def test_unpacking_gives_the_state_of_any_spec(random_spec: RandomSpec, random: Random) -> None:
    loaded = load(random_spec)
    layout = Layout(loaded.spec.variables, loaded.instance)
    for _ in range(10):
        state = random_state(random, loaded.spec, loaded.instance)
        assert layout.unpack(layout.pack(state)) == state


@given(st.data(), st.sampled_from([kind for kind in TYPES if not isinstance(kind, SetType)]))
@settings(deadline=None)
def test_only_equal_states_have_equal_bits(data: st.DataObject, type: Type) -> None:
    layout = layout_of(type)
    one, other = data.draw(states(layout)), data.draw(states(layout))
    assert (layout.pack(one) == layout.pack(other)) == (one == other)


@pytest.mark.parametrize(
    "type", [SeqType(VOTE, "log"), BagType(NODE, "net"), OptionType(SetType(NODE)), MapType(NODE, VOTE)]
)
def test_every_value_has_bits_of_its_own(type: Type) -> None:
    layout = layout_of(type)
    packed = [layout.pack(State(("v0",), (value,))) for value in INSTANCE.domain(type)]
    assert len(set(packed)) == len(packed) == INSTANCE.cardinality(type)


def fields(shape: Shape, start: int) -> Iterator[tuple[int, int]]:
    """The position and the width of every field that is read as a whole."""
    match shape:
        case CodeShape(width=width):
            yield start, width
        case SetShape(width=width):
            yield from ((start + bit, 1) for bit in range(width))
        case MapShape(item=item, count=count, stride=stride):
            for index in range(count):
                yield from fields(item, start + index * stride)
        case SeqShape(length_width=length_width, start=first, item=item, capacity=capacity, stride=stride):
            yield start, length_width
            for index in range(capacity):
                yield from fields(item, start + first + index * stride)
        case BagShape(length_width=length_width, start=first, capacity=capacity, stride=stride, width=width):
            yield start, length_width
            for index in range(capacity):
                yield start + first + index * stride, width - first - (capacity - 1) * stride
        case ProductShape(parts=parts):
            for position, part in parts:
                yield from fields(part, start + position)
        case ChoiceShape(tag_width=tag_width, start=first, members=members):
            yield start, tag_width
            for _, member in members:
                if member is not None:
                    yield from fields(member, start + first)


@given(st.lists(st.sampled_from(TYPES), min_size=1, max_size=6))
@settings(deadline=None)
def test_no_field_crosses_a_word_and_none_overlaps_another_variable(types: list[Type]) -> None:
    layout = layout_of(*types)
    end = 0
    for place in sorted(layout.places, key=lambda place: place.position):
        assert place.position >= end
        end = place.position + place.shape.width
        for position, width in fields(place.shape, place.position):
            assert place.position <= position <= position + width <= end
            assert width == 0 or position // WORD == (position + width - 1) // WORD
    assert layout.bits == end <= layout.words * WORD


@pytest.mark.parametrize("ballots", [2, 3, 4, 5, 9])
def test_narrow_variables_lie_behind_wide_ones(ballots: int) -> None:
    promised, voted = 3 * ballots.bit_length(), 3 * (2 * ballots).bit_length()  # one more value each: nothing yet
    sent = ballots + 3 * ballots * (1 + 2 * ballots) + 2 * ballots + 3 * ballots * 2  # a bit for each possible message
    model = Model(Paxos, sizes={Acceptor: 3, Value: 2, Ballot: ballots})
    assert prepare(model).layout.words == math.ceil((promised + voted + sent) / WORD)


@pytest.mark.parametrize(
    ("type", "plain"),
    [
        (IntType("index"), 6),
        (SeqType(NODE, "log"), (0, 0, 0, 0)),
        (BagType(NODE, "net"), ((0, 1), (1, 1), (2, 1))),
        (BagType(NODE, "net"), ((0, 4),)),
        (MapType(NODE, IntType("index")), (0, 0, 6)),
    ],
)
def test_what_the_model_has_no_room_for_has_no_bits(type: Type, plain: object) -> None:
    layout = layout_of(type)
    with pytest.raises(Outside):
        layout.encode(layout.places[0].shape, plain)


@pytest.mark.parametrize(
    ("type", "code"),
    [
        (SetType(TupleType((TERM, TERM, TERM, TERM, TERM, TERM))), "M061"),
        (MapType(TupleType((TERM,) * 7), TERM), "M060"),
        (SetType(BagType(ITEM, "wide")), "M062"),
        (BagType(TupleType((TERM,) * 30), "net"), "M063"),
    ],
)
def test_a_type_that_is_too_large_is_refused_with_its_variable_and_what_to_do(type: Type, code: str) -> None:
    with pytest.raises(UserError) as caught:
        layout_of(BOOL, type)
    assert caught.value.code == code
    assert caught.value.span == PLACE
    assert "`v1`" in caught.value.message
    assert caught.value.help
