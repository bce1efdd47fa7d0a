"""How the arrows of a space-time diagram run, so that none crosses an event.

A row holds one event, so a message can run along the row of its sender without meeting another one.  It turns in the
gutter beside the lane of its receiver, runs down there, and enters the receiver from the side.  Arrows that share a
gutter at the same time get tracks of their own, unless they end at the same event: those flow together.
"""

from __future__ import annotations

from dataclasses import dataclass

from checker.export.spacetime import Diagram, Message


@dataclass(frozen=True, slots=True)
class Route:
    """The way of one message.

    `gutter` g is to the left of lane g, and the last one to the right of the last lane; `track` counts from 0 within
    it.  `leaves_right` and `enters_left` say at which sides of the two events the arrow is fastened.
    """

    message: Message
    gutter: int
    track: int
    leaves_right: bool
    enters_left: bool


def routes(diagram: Diagram) -> tuple[Route, ...]:
    """A route for every message, in the order of the messages."""
    lanes = {event.number: event.lane for event in diagram.events}
    end = len(diagram.events) + 2
    placed: list[Route] = []
    for message in diagram.messages:
        gutter, leaves_right, enters_left = _gutter(message, lanes)
        taken = {
            other.track
            for other in placed
            if other.gutter == gutter
            and _overlap(other.message, message, end)
            and not _flow_together(other.message, message)
        }
        track = next(number for number in range(len(placed) + 1) if number not in taken)
        placed.append(Route(message, gutter, track, leaves_right, enters_left))
    return tuple(placed)


def _gutter(message: Message, lanes: dict[int, int]) -> tuple[int, bool, bool]:
    """The gutter, whether the arrow leaves its sender to the right, and whether it enters from the left."""
    if message.received is None:
        assert message.sent is not None, "a violation in the first state has no events"
        return lanes[message.sent] + 1, True, True
    receiver = lanes[message.received]
    if message.sent is None or lanes[message.sent] < receiver:
        return receiver, True, True
    return receiver + 1, lanes[message.sent] == receiver, False


def _overlap(one: Message, other: Message, end: int) -> bool:
    first_start, first_end = one.sent or 1, one.received or end
    second_start, second_end = other.sent or 1, other.received or end
    return first_start <= second_end and second_start <= first_end


def _flow_together(one: Message, other: Message) -> bool:
    return one.received is not None and one.received == other.received
