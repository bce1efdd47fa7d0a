"""A step that only takes a message and sends on another one is drawn in the lane of the message's receiver, and what
labels leave out is shown elsewhere."""

from __future__ import annotations

import pytest

from checker import Map, Model, Record, Seq, Set, Sort, Spec, action, check, init, require, witness
from checker.core.trace import Label, Trace
from checker.core.values import Element, RecordValue
from checker.export.brief import brief, brief_label
from checker.export.spacetime import Diagram, diagram
from checker.ui.subject import Subject


class Node(Sort):
    """Sends and receives."""


class Ask(Record):
    """Its names say who sends it, and to whom."""

    source: Node
    dest: Node


class Told(Record):
    """Its names say nothing, but the step that hears it looks at the state of `there`."""

    here: Node
    there: Node


class Mark(Record):
    """Nothing says whom it is for."""

    one: Node
    other: Node


class Relay(Spec):
    """A node asks, the one that is asked tells, and the first one hears it."""

    asked: Map[Node, bool]
    heard: Map[Node, bool]
    net: Set[Ask | Told | Mark]
    seen: Set[Ask | Told]

    @init
    def start(self) -> None:
        self.asked = Map({n: False for n in Node})
        self.heard = Map({n: False for n in Node})
        self.net = Set()
        self.seen = Set()

    @action
    def ask(self, n: Node, to: Node) -> None:
        require(n != to)
        self.asked[n] = True
        self.net.add(Ask(n, to))

    @action
    def tell(self, m: Ask) -> None:
        require(m in self.net)
        self.net.discard(m)
        self.net.add(Told(m.dest, m.source))

    @action
    def note(self, m: Told) -> None:
        require(m in self.net, len(self.seen) == 0)
        self.seen.add(m)
        self.net.discard(m)

    @action
    def hear(self, m: Told) -> None:
        require(m in self.seen)
        end = m.there
        self.heard[end] = True

    @action
    def mark(self, m: Ask) -> None:
        require(m in self.net)
        self.net.add(Mark(m.source, m.dest))

    @action
    def answer(self, m: Mark) -> None:
        require(m in self.net)
        self.net.discard(m)
        self.net.add(Ask(m.other, m.one))

    @action
    def lose(self, m: Ask) -> None:
        require(m in self.net)
        self.net.discard(m)

    @witness
    def all_heard(self) -> bool:
        return any(self.heard[n] for n in Node)

    @witness
    def lost(self) -> bool:
        return len(self.net) == 0 and any(self.asked[n] for n in Node) and len(self.seen) == 0

    @witness
    def turned(self) -> bool:
        """Only by an answer to a mark: who has asked nothing asks."""
        return any(m.source == n and not self.asked[n] for n in Node for m in self.net if isinstance(m, Ask))


MODEL = Model(Relay, sizes={Node: ("left", "right")})
WITNESSES = check(MODEL, symmetry=False).witnesses


def drawn(model: Model, trace: Trace) -> Diagram:
    subject = Subject.of(model)
    return diagram(subject.spec, trace, subject.oracle)


@pytest.mark.parametrize(
    ("witness", "lanes"),
    [
        ("all_heard", {"ask": "sender", "tell": "receiver", "note": "sender", "hear": "sender"}),
        ("lost", {"ask": "sender", "lose": "environment"}),
        ("turned", {"ask": "sender", "mark": "receiver", "answer": "environment"}),
    ],
)
def test_a_step_is_in_the_lane_of_whom_its_message_is_for(witness: str, lanes: dict[str, str]) -> None:
    trace = WITNESSES[witness]
    sender, receiver = (str(value) for _, value in trace.steps[1].label.arguments)
    who = {"sender": sender, "receiver": receiver, "environment": ""}
    found = drawn(MODEL, trace)
    taken = {
        step.label.action: found.lanes[event.lane].title
        for step, event in zip(trace.steps[1:], found.events, strict=True)
    }
    assert taken == {name: who[role] for name, role in lanes.items()}


class Desk(Spec):
    """Takes orders that no message brings."""

    taken: Seq[Mark]

    @init
    def start(self) -> None:
        self.taken = Seq()

    @action
    def take(self, m: Mark) -> None:
        self.taken.append(m)

    @witness
    def one(self) -> bool:
        return len(self.taken) == 1 and self.taken[0].one != self.taken[0].other


def test_a_title_leaves_out_a_message_only_where_an_arrow_brings_it() -> None:
    drawing = drawn(MODEL, WITNESSES["all_heard"])
    assert [event.title for event in drawing.events[1:]] == ["tell", "note", "hear"]
    assert {message.received for message in drawing.messages} == {3, 4, 5}
    assert all(event.whole[0].count("m=") == 1 for event in drawing.events[1:])
    desk = Model(Desk, sizes={Node: ("left", "right")}, bounds={"taken": 1}, symmetry=False)
    (event,) = drawn(desk, check(desk).witnesses["one"]).events
    assert event.title in ("take(Mark(left, right))", "take(Mark(right, left))")


def test_an_element_that_the_picture_shows_is_left_out_once() -> None:
    one, other = Element("Node", 0, "left"), Element("Node", 1, "right")
    record = RecordValue("Vote", ("source", "dest", "leader"), (one, other, one))
    assert brief(record, (one, other)) == "Vote(left)"
    assert brief_label(Label("ask", (("n", one), ("to", one))), (one,)) == "ask(left)"
