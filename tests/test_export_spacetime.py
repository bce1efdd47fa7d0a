"""Space-time diagrams show who acted, which messages a step read, and where they came from."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import export_samples as samples
import pytest

from checker import check, load
from checker.core.errors import UserError
from checker.core.trace import Label, Step, Trace
from checker.core.types import MapType, SetType
from checker.core.values import FrozenBag, FrozenMap, RecordValue, Sequence, State
from checker.export.actors import actor
from checker.export.routes import routes
from checker.export.spacetime import Diagram, Message, diagram
from checker.export.spacetime_svg import spacetime_svg
from checker.export.svg import text_width

PAXOS = diagram(samples.PAXOS, samples.paxos_trace(), samples.PaxosWithoutPromises(), ["two values", "  <b1 & b2>"])
RAFT = diagram(samples.RAFT, samples.raft_trace(), samples.RaftVotes())
TEXT = "{http://www.w3.org/2000/svg}text"
BOTH = pytest.mark.parametrize("drawn", [PAXOS, RAFT], ids=["paxos", "raft"])


def arrows(drawn: Diagram) -> list[tuple[str, int | None, int | None]]:
    return [(message.record.record, message.sent, message.received) for message in drawn.messages]


def lane_titles(drawn: Diagram) -> list[str]:
    return [lane.title or lane.kind for lane in drawn.lanes]


def actors(drawn: Diagram) -> list[str]:
    return [lane_titles(drawn)[event.lane] for event in drawn.events]


@BOTH
def test_every_message_goes_forward_in_time(drawn: Diagram) -> None:
    for message in drawn.messages:
        assert message.sent is not None
        assert message.received is None or message.sent < message.received


def test_in_paxos_each_step_read_the_messages_that_its_guard_asks_for() -> None:
    assert [arrow for arrow in arrows(PAXOS) if arrow[2] is not None] == [
        ("Prepare", 2, 3), ("Prepare", 2, 4), ("Prepare", 5, 6), ("Prepare", 5, 7),
        ("Promise", 4, 8), ("Promise", 3, 8), ("Promise", 7, 9), ("Promise", 6, 9),
        ("Propose", 8, 10), ("Propose", 8, 11), ("Propose", 9, 12), ("Propose", 9, 13),
    ]  # fmt: skip


def test_the_votes_that_make_two_values_chosen_point_at_the_violation() -> None:
    behind = {(message.sent, message.record) for message in PAXOS.messages if message.received is None}
    accepted = {step.label.arguments[:1] for step in samples.paxos_trace().steps[9:]}
    assert {number for number, _ in behind} == {10, 11, 12, 13}
    assert {record.record for _, record in behind} == {"Accepted"} and len(accepted) == 3


def test_the_votes_that_make_a_value_chosen_point_at_the_witness() -> None:
    steps = samples.paxos_trace().steps[:11]
    trace = replace(samples.paxos_trace(), kind="witness", shows="decides", steps=steps)
    formula = samples.PAXOS.properties[0].formula
    spec = replace(samples.PAXOS, properties=(replace(samples.invariant("decides", formula), kind="witness"),))
    drawn = diagram(spec, trace, Decides())
    assert [arrow for arrow in arrows(drawn) if arrow[2] is None] == [("Accepted", 11, None), ("Accepted", 10, None)]


class Decides(samples.PaxosWithoutPromises):
    """The same Paxos, with a witness: two acceptors have voted for v1 in b1."""

    def holds(self, name: str, state: State) -> bool:
        sent: Any = state["sent"]
        return len({message.acceptor for message in sent if message.record == "Accepted"}) >= 2


def test_a_property_that_cannot_be_evaluated_at_the_end_is_not_asked_for() -> None:
    trace = replace(samples.paxos_trace(), kind="error")
    drawn = diagram(samples.PAXOS, trace, Fails())
    assert len(drawn.messages) == 12 and drawn.conclusion == "the spec has an error here"


class Fails(samples.PaxosWithoutPromises):
    """The same Paxos, with a property that has an error."""

    def holds(self, name: str, state: State) -> bool:
        raise UserError("R001", "index outside of a sequence")


def test_messages_to_one_event_flow_together() -> None:
    for drawn in (PAXOS, RAFT):
        found = {route.message: route for route in routes(drawn) if route.message.received is not None}
        for one, other in itertools.combinations(found.values(), 2):
            if one.gutter == other.gutter and one.message.received == other.message.received:
                assert one.track == other.track


def test_in_paxos_acceptors_act_in_their_lanes_and_ballots_in_their_own() -> None:
    assert lane_titles(PAXOS) == ["b1", "b2", "a1", "a2", "a3"]
    assert actors(PAXOS) == ["b1", "a1", "a2", "b2", "a2", "a3", "b1", "b2", "a1", "a2", "a2", "a3"]


def test_in_raft_a_message_is_handled_by_the_process_whose_state_the_action_uses() -> None:
    assert lane_titles(RAFT) == ["s1", "s2", "environment"]
    assert actors(RAFT) == ["s1", "s1", "s1", "s2", "environment", "s1", "s1", "s1", "s2", "s2"]


def test_copies_of_a_message_arrive_in_the_order_in_which_they_were_sent() -> None:
    assert arrows(RAFT) == [("RequestVote", 3, 5), ("RequestVote", 4, 6), ("VoteReply", 5, 7)]


def test_a_message_that_nobody_read_is_told_by_the_event_that_sent_it() -> None:
    short = replace(samples.paxos_trace(), kind="witness", shows="prepared", steps=samples.paxos_trace().steps[:3])
    drawn = diagram(samples.PAXOS, short, samples.PaxosWithoutPromises())
    assert drawn.events[1].details == ("promised: None → b1", "sends Promise(b1)")
    assert drawn.events[0].details == ()
    assert not drawn.failed and drawn.conclusion == "prepared is reached"


def test_a_message_of_the_first_state_comes_from_nowhere() -> None:
    first, *_ = samples.raft_trace().steps
    request = samples.record(samples.REQUEST, samples.t2, None, 0, samples.s1, samples.s2)
    held = replace(first.state, values=(*first.state.values[:-1], FrozenBag.of([request])))
    steps = samples.run(samples.RaftVotes(), held, [samples.label("handle_request_vote", m=request)])
    trace = Trace("counterexample to induction", "Raft", "small", "election_safety", tuple(steps))
    drawn = diagram(samples.RAFT, trace, samples.RaftVotes())
    assert arrows(drawn) == [("RequestVote", None, 2)]
    assert drawn.first_title == "The first state, which may be unreachable"
    assert "net = {RequestVote(t2, last_index=0, s1, s2)}" in drawn.first
    assert set(drawn.first) < {text.text for text in ElementTree.fromstring(spacetime_svg(drawn)).iter(TEXT)}


def test_a_violation_in_the_first_state_shows_that_state() -> None:
    trace = replace(samples.paxos_trace(), steps=samples.paxos_trace().steps[-1:])
    drawn = diagram(samples.PAXOS, trace, samples.PaxosWithoutPromises())
    assert drawn.events == () and drawn.messages == ()
    assert drawn.first_title == f"The first state: {trace.steps[0].label}" and len(drawn.first) == 3
    texts = [text.text for text in ElementTree.fromstring(spacetime_svg(drawn)).iter(TEXT)]
    assert "agreement is violated" in texts


class Newest:
    """An acceptor joins the highest ballot that was prepared, and can do so without any."""

    def replay(self, state: State, label: Label) -> State | None:
        promised: Any
        sent: Any
        promised, voted, sent = state.values
        if label.action == "prepare":
            prepared = samples.record(samples.PREPARE, label.arguments[0][1])
            return replace(state, values=(promised, voted, sent | {prepared}))
        newest = max((message.ballot for message in sent), key=lambda ballot: ballot.index, default=None)
        return replace(state, values=(promised.replace(label.arguments[0][1], newest), voted, sent))

    def holds(self, name: str, state: State) -> bool:
        return True


def test_a_message_that_only_decides_what_a_step_does_is_read_too() -> None:
    first = samples.paxos_trace().steps[0].state
    labels = [
        samples.label("prepare", b=samples.b1), samples.label("prepare", b=samples.b2),
        samples.label("promise", a=samples.a1, b=samples.b2),
    ]  # fmt: skip
    trace = Trace("scenario", "Newest", "", None, tuple(samples.run(Newest(), first, labels)))
    assert arrows(diagram(samples.PAXOS, trace, Newest())) == [("Prepare", 3, 4)]


def test_the_actor_is_the_process_whose_state_the_action_uses_most() -> None:
    s, t = samples.local("s", samples.SERVER), samples.local("t", samples.SERVER)
    value = samples.local("x", samples.TERM)
    once, twice = (samples.put("term", samples.TERMS, key, value) for key in (s, t))
    parameters = {"s": samples.SERVER, "t": samples.SERVER}
    first = samples.raft_trace().steps[0].state
    label = samples.label("link", s=samples.s1, t=samples.s2)
    for body, expected in (((once, twice, twice), samples.s2), ((once, twice), samples.s1), ((), samples.s1)):
        spec = samples.spec("Links", {"term": samples.TERMS}, (samples.action("link", parameters, *body),))
        assert actor(spec, first, label) == expected


class Inboxes:
    """Each acceptor has a set of messages of its own, and takes one out."""

    def replay(self, state: State, label: Label) -> State | None:
        inboxes: Any = state["inbox"]
        ((_, a), (_, b)) = label.arguments
        message = samples.record(samples.PREPARE, b)
        if label.action == "prepare":
            return replace(state, values=(inboxes.replace(a, inboxes[a] | {message}),))
        return replace(state, values=(inboxes.replace(a, inboxes[a] - {message}),)) if message in inboxes[a] else None

    def holds(self, name: str, state: State) -> bool:
        return True


def test_messages_in_a_set_of_each_process_are_found_too() -> None:
    inbox = MapType(samples.ACCEPTOR, SetType(samples.PREPARE))
    parameters = {"a": samples.ACCEPTOR, "b": samples.BALLOT}
    take = samples.put("inbox", inbox, samples.local("a", samples.ACCEPTOR), samples.local("x", inbox.value))
    actions = (samples.action("prepare", parameters), samples.action("promise", parameters, take))
    first = State(("inbox",), (FrozenMap(tuple((a, frozenset()) for a in (samples.a1, samples.a2))),))
    labels = [
        samples.label("prepare", a=samples.a1, b=samples.b1), samples.label("prepare", a=samples.a2, b=samples.b1),
        samples.label("promise", a=samples.a2, b=samples.b1),
    ]  # fmt: skip
    steps = samples.run(Inboxes(), first, labels)
    trace = Trace("scenario", "Inboxes", "", None, tuple(steps))
    drawn = diagram(samples.spec("Inboxes", {"inbox": inbox}, actions), trace, Inboxes())
    assert arrows(drawn) == [("Prepare", 3, 4)]


class AnyMajority:
    """Decides as soon as two of three votes are in; no parameter says which."""

    def replay(self, state: State, label: Label) -> State | None:
        sent: Any = state["sent"]
        if label.action == "accept":
            return replace(state, values=(*state.values[:-1], sent | {vote(label.arguments[0][1])}))
        return state if len(sent) >= 2 else None

    def holds(self, name: str, state: State) -> bool:
        return True


def vote(acceptor: Any) -> RecordValue:
    return samples.record(samples.ACCEPTED, acceptor, samples.b1, samples.v1)


def test_of_more_messages_than_needed_the_first_ones_count_as_read() -> None:
    labels = [samples.label("accept", a=a, b=samples.b1, v=samples.v1) for a in (samples.a1, samples.a2, samples.a3)]
    first = samples.paxos_trace().steps[0].state
    decide = samples.label("propose", b=samples.b1, v=samples.v1, q=samples.q12)
    steps: list[Step] = samples.run(AnyMajority(), first, [*labels, decide])
    drawn = diagram(samples.PAXOS, Trace("scenario", "Paxos", "", None, tuple(steps)), AnyMajority())
    assert sorted(arrows(drawn), key=str) == [("Accepted", 2, 5), ("Accepted", 3, 5)]


@BOTH
def test_arrows_that_share_a_track_at_the_same_time_end_at_the_same_event(drawn: Diagram) -> None:
    end = len(drawn.events) + 2

    def span(message: Message) -> range:
        return range(message.sent or 1, (message.received or end) + 1)

    for one, other in itertools.combinations(routes(drawn), 2):
        if (one.gutter, one.track) == (other.gutter, other.track) and set(span(one.message)) & set(span(other.message)):
            assert one.message.received == other.message.received is not None


@BOTH
def test_the_picture_is_well_formed_and_has_every_event_and_arrow(drawn: Diagram) -> None:
    root = ElementTree.fromstring(spacetime_svg(drawn))
    name = "{http://www.w3.org/2000/svg}"
    groups = [group.get("class", "") for group in root.iter(f"{name}g")]
    assert sum(group.startswith("event") for group in groups) == len(drawn.events)
    assert sum(group.startswith("message") for group in groups) == len(drawn.messages)
    assert drawn.conclusion in [text.text for text in root.iter(f"{name}text")]


def test_boxes_do_not_overlap_and_lie_inside_the_picture() -> None:
    root = ElementTree.fromstring(spacetime_svg(PAXOS))
    boxes = [node.attrib for node in root.iter("{http://www.w3.org/2000/svg}rect") if node.get("class") == "box"]
    width = float(root.attrib["width"])
    bottoms = [float(box["y"]) + float(box["height"]) for box in boxes]
    assert all(bottom < float(box["y"]) for bottom, box in zip(bottoms, boxes[1:], strict=False))
    assert all(float(box["x"]) > 0 and float(box["x"]) + float(box["width"]) < width for box in boxes)


def test_the_picture_is_the_same_on_every_run() -> None:
    again = diagram(samples.PAXOS, samples.paxos_trace(), samples.PaxosWithoutPromises(), PAXOS.explanation)
    assert spacetime_svg(again) == spacetime_svg(PAXOS)


COORDINATED = """
from checker import Map, Model, Sort, Spec, action, init, invariant

class Node(Sort):
    pass

class Coordinated(Spec):
    up: Map[Node, bool]
    told: bool

    @init
    def start(self) -> None:
        self.up = Map({n: False for n in Node})
        self.told = False

    @action(lane="coordinator")
    def tell(self) -> None:
        self.told = True

    @action
    def wake(self, n: Node, m: Node) -> None:
        self.up[n] = self.told and n != m
        self.up[m] = self.up[n]

    @invariant
    def asleep(self) -> bool:
        return not any(self.up[n] for n in Node)

class Variant(Coordinated):
    def tell(self) -> None:
        self.told = True

model = Model(Coordinated, sizes={Node: 3})
variant = Model(Variant, sizes={Node: 3})
"""


@pytest.mark.parametrize("name", ["", ":variant"])
def test_steps_stand_in_the_lane_that_the_action_or_what_it_overrides_names(name: str, tmp_path: Path) -> None:
    file = tmp_path / "coordinated.py"
    file.write_text(COORDINATED, encoding="utf-8")
    result = check(load(f"{file}{name}"))
    assert result.trace is not None
    drawn = diagram(result.subject.spec, result.trace, result.subject.oracle)
    told, woken = drawn.events
    assert drawn.lanes[told.lane].title == "coordinator" and told.reaches == ()
    # `wake` is a step of one node, and changes another one's entry
    assert [drawn.lanes[lane].kind for lane in (woken.lane, *woken.reaches)] == ["Node", "Node"]
    assert drawn.first == ("up = {n1: False, n2: False, n3: False}", "told = False")
    assert 'class="reached"' in spacetime_svg(drawn)


@pytest.mark.parametrize(
    "brackets", ["(lane=1)", '("coordinator")', '(lane="")', '(line="coordinator")', "(lane=Node)", "()"]
)
def test_what_else_stands_in_brackets_behind_action_is_a_mistake(brackets: str, tmp_path: Path) -> None:
    file = tmp_path / "coordinated.py"
    file.write_text(COORDINATED.replace('(lane="coordinator")', brackets), encoding="utf-8")
    with pytest.raises(UserError) as caught:
        check(load(file))
    assert caught.value.code in ("S075", "S003") and caught.value.span is not None


def test_no_label_of_an_arrow_is_cut_at_the_right_edge() -> None:
    wide = RecordValue("Append", ("entries",), (Sequence([7] * 40),))
    drawn = replace(RAFT, messages=tuple(replace(entry, text=f"{wide}") for entry in RAFT.messages))
    root = ElementTree.fromstring(spacetime_svg(drawn))
    classes = [(text, text.get("class", "").split()) for text in root.iter(TEXT)]
    labels = [text for text, names in classes if "label" in names and "leftwards" not in names]
    assert labels
    for label in labels:
        assert float(label.get("x", "")) + text_width(label.text or "", 12) <= float(root.get("viewBox", "").split()[2])
