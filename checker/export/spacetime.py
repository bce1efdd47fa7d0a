"""A space-time diagram as data: a lane per process, an event per step, and the messages that go between them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TypeAlias

from checker.core import ir
from checker.core.structs import struct
from checker.core.trace import Label, Step, Trace
from checker.core.values import Element, FrozenMap, RecordValue, State
from checker.export.actors import actor, process_sorts
from checker.export.brief import brief, brief_label
from checker.export.changes import Added, Change, FieldName, Key, Removed, changes, describe
from checker.export.messages import Held, Oracle, channels, held, messages_behind, messages_read
from checker.export.text import conclusion, failed, left_out_lines, show_label


@struct
class Lane:
    """The line of one process; `element` is None for one that a spec only names, and for the environment, such as a
    network that loses messages."""

    element: Element | None
    title: str
    kind: str


@struct
class Event:
    """One step.  `number` is that of the state it leads to, counted from 1; `lane` is a position in the lanes.

    `reaches` are the lanes of other processes whose part of the state it changes, without a message.  `whole` is the
    step with all of its arguments, and all that it changes.
    """

    number: int
    lane: int
    title: str
    details: tuple[str, ...]
    reaches: tuple[int, ...]
    whole: tuple[str, ...]


@struct
class Message:
    """A record on its way from one event to another, both given by their numbers.

    `sent` is None where the first state held the message already; `received` is None for a message that stands behind
    what the last state shows: without it, the property would not be violated, or the witness not be reached.
    """

    record: RecordValue
    text: str
    sent: int | None
    received: int | None


@struct
class Diagram:
    """The whole picture.  `conclusion` is what the end shows, with `explanation` below it.

    `first` is the first state, a variable a line, under `first_title`; it is `assumed` where it may be unreachable.
    """

    first_title: str
    first: tuple[str, ...]
    assumed: bool
    lanes: tuple[Lane, ...]
    events: tuple[Event, ...]
    messages: tuple[Message, ...]
    failed: bool
    conclusion: str
    explanation: tuple[str, ...]


def diagram(spec: ir.Spec, trace: Trace, oracle: Oracle, explanation: Sequence[str] = ()) -> Diagram:
    """The space-time diagram of a trace of `spec`."""
    pairs = list(zip(trace.steps, trace.steps[1:], strict=False))
    actors = [actor(spec, before.state, step.label) for before, step in pairs]
    named = {entry.name: entry.lane for entry in spec.actions}
    takers = [named[step.label.action] or element for (_, step), element in zip(pairs, actors, strict=True)]
    lanes = _lanes(spec, trace.steps[0].state, takers)
    positions = {_taker_of(lane): index for index, lane in enumerate(lanes)}
    messages = _messages(spec, trace, oracle, actors)
    drawn = {(message.sent, message.record) for message in messages}
    names = channels(spec)
    events: list[Event] = []
    for number, ((before, step), taker) in enumerate(zip(pairs, takers, strict=True), start=2):
        shown = [record for sent, record in drawn if sent == number]
        element = taker if isinstance(taker, Element) else None
        changed = changes(before.state, step.state)
        details = tuple(_details(changed, element, names, shown))
        reaches = sorted(positions[other] for other in _owners(changed) - {element} if other in positions)
        title = _title(step, element, [message.record for message in messages if message.received == number])
        whole = (show_label(step.label), *(describe(change) for change in changed))
        events.append(Event(number, positions[taker], title, details, tuple(reaches), whole))
    return Diagram(
        first_title=_first_title(trace),
        first=tuple(_first_state_lines(trace)),
        assumed=trace.kind == "counterexample to induction",
        lanes=lanes,
        events=tuple(events),
        messages=messages,
        failed=failed(trace),
        conclusion=conclusion(trace),
        explanation=tuple(explanation),
    )


def _first_title(trace: Trace) -> str:
    if trace.kind == "counterexample to induction":
        return "The first state, which may be unreachable"
    return f"The first state: {trace.steps[0].label}"


def _first_state_lines(trace: Trace) -> Iterable[str]:
    shown = [(name, value) for name, value in trace.steps[0].state.items() if name not in trace.as_initially]
    return (*(f"{name} = {brief(value)}" for name, value in shown), *left_out_lines(trace))


Taker: TypeAlias = "Element | str | None"
"""Who takes a step: a process, one that the spec only names, or the environment."""


def _taker_of(lane: Lane) -> Taker:
    return lane.element or lane.title or None


def _lanes(spec: ir.Spec, first: State, takers: list[Taker]) -> tuple[Lane, ...]:
    """Holders of ballots to the left, then every process of the main sort, then other processes, those that the spec
    only names, and the environment."""
    sorts = process_sorts(spec)
    acting = {element for element in takers if isinstance(element, Element)}
    processes = _keys_of_sort(first, sorts[0]) if sorts else set[Element]()
    ranks = {sort: rank for rank, sort in enumerate(sorts)}
    elements = sorted(
        acting | processes, key=lambda element: (ranks.get(element.sort, -1), element.sort, element.index)
    )
    lanes = [Lane(element, element.label, element.sort) for element in elements]
    lanes += [Lane(None, name, "") for name in dict.fromkeys(taker for taker in takers if isinstance(taker, str))]
    if None in takers or not lanes:
        lanes.append(Lane(None, "", "environment"))
    return tuple(lanes)


def _keys_of_sort(state: State, sort: str) -> set[Element]:
    return {
        key
        for _, value in state.items()
        if isinstance(value, FrozenMap)
        for key, _ in value.items
        if isinstance(key, Element) and key.sort == sort
    }


def _messages(spec: ir.Spec, trace: Trace, oracle: Oracle, actors: list[Element | None]) -> tuple[Message, ...]:
    """The messages that some step read, and those behind what the end shows, each from the step that sent it."""
    names = channels(spec)
    log = _SendLog(held(trace.steps[0].state, names))
    found: list[Message] = []
    for number, (before, step) in enumerate(zip(trace.steps, trace.steps[1:], strict=False), start=2):
        copies = held(before.state, names)
        after = held(step.state, names)
        for message in messages_read(oracle, before.state, step.label, step.state, log.newest_first(copies), copies):
            found.append(_message(message, log.origin(message), number, actors))
        log.record(number, copies, after)
    about_a_state = [entry.name for entry in spec.of_kind("invariant", "lemma", "witness")]
    if trace.kind not in ("counterexample to induction", "error") and trace.shows in about_a_state:
        last = trace.steps[-1].state
        copies = held(last, names)
        for message in messages_behind(oracle, trace.shows, last, log.newest_first(copies), copies):
            if log.origin(message) is not None:
                found.append(_message(message, log.origin(message), None, actors))
    return tuple(found)


class _SendLog:
    """Which steps sent the messages that are held now; the copies of one message leave in the order they came."""

    def __init__(self, first: dict[Held, int]) -> None:
        self._sent: dict[Held, list[int | None]] = {message: [None] * copies for message, copies in first.items()}

    def origin(self, message: Held) -> int | None:
        return self._sent[message][0]

    def newest_first(self, messages: Iterable[Held]) -> list[Held]:
        return sorted(messages, key=lambda message: -(self.origin(message) or 0))

    def record(self, number: int, before: dict[Held, int], after: dict[Held, int]) -> None:
        """Step `number` changed what is held from `before` to `after`."""
        for message, copies in before.items():
            gone = copies - after.get(message, 0)
            del self._sent[message][: max(gone, 0)]
        for message, copies in after.items():
            new = copies - before.get(message, 0)
            self._sent.setdefault(message, []).extend([number] * new)


def _message(message: Held, sent: int | None, received: int | None, actors: list[Element | None]) -> Message:
    sender = actors[sent - 2] if sent is not None else None
    receiver = actors[received - 2] if received is not None else None
    return Message(message.record, brief(message.record, (sender, receiver)), sent, received)


def _title(step: Step, element: Element | None, read: Collection[RecordValue]) -> str:
    """The action, with the arguments that neither the lane nor an arrow shows; those show what was `read`."""
    shown = tuple(
        (name, value) for name, value in step.label.arguments if not isinstance(value, RecordValue) or value not in read
    )
    return brief_label(Label(step.label.action, shown), (element,))


def _details(
    changed: Iterable[Change], element: Element | None, names: tuple[str, ...], shown: list[RecordValue]
) -> Iterable[str]:
    """What changed, apart from the messages that an arrow shows."""
    for change in changed:
        if change.place.variable not in names:
            yield describe(change, brief, _local_place(change.place.variable, change.place.path, element))
        elif isinstance(change, Added) and change.item not in shown:
            yield f"sends {brief(change.item, (element,))}"
        elif not isinstance(change, Added | Removed):
            yield describe(change, brief)


def _owners(changed: Iterable[Change]) -> set[Element]:
    """The processes at whose entries in maps something changed."""
    keys = (key.value for change in changed for key in change.place.path[:1] if isinstance(key, Key))
    return {key for key in keys if isinstance(key, Element)}


def _local_place(variable: str, path: tuple[Key | FieldName, ...], element: Element | None) -> str:
    """The place without the key that is the lane's own process."""
    own = element is not None and path[:1] == (Key(element),)
    return variable + "".join(map(str, path[1:] if own else path))


