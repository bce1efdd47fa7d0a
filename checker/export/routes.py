"""How the arrows of a space-time diagram run, so that none crosses an event.

A row holds one event, so a message can run along the row of its sender without meeting another one.  It turns in the
gutter beside the lane of its receiver, runs down there, and enters the receiver from the side.  Arrows that share a
gutter at the same time get tracks of their own, unless they end at the same event: those flow together.
"""

from __future__ import annotations


from checker.core.structs import struct
from checker.export.spacetime import Diagram, Message


@struct
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
    sides = [_sides(message, lanes) for message in diagram.messages]
    spans: dict[tuple[int, int], tuple[int, int]] = {}  # by gutter and stream: the first and the last event
    for message, (gutter, _, _) in zip(diagram.messages, sides, strict=True):
        key = (gutter, _stream(message))
        start, end = message.sent or 1, message.received or len(diagram.events) + 2
        spans[key] = (min(start, spans[key][0]) if key in spans else start, end)
    tracks = _tracks(spans)
    return tuple(
        Route(message, gutter, tracks[gutter, _stream(message)], leaves_right, enters_left)
        for message, (gutter, leaves_right, enters_left) in zip(diagram.messages, sides, strict=True)
    )


def _stream(message: Message) -> int:
    """Messages of one stream flow together: those that end at the same event, or leave the same event for the end."""
    if message.received is not None:
        return message.received
    assert message.sent is not None, "only events have messages that stand behind the end"
    return -message.sent


def _tracks(spans: dict[tuple[int, int], tuple[int, int]]) -> dict[tuple[int, int], int]:
    """For each stream the first track of its gutter that is free from its start to its end."""
    tracks: dict[tuple[int, int], int] = {}
    for key, (start, end) in sorted(spans.items(), key=lambda entry: (entry[1], entry[0])):
        taken = {
            track
            for other, track in tracks.items()
            if other[0] == key[0] and spans[other][0] <= end and start <= spans[other][1]
        }
        tracks[key] = next(number for number in range(len(spans)) if number not in taken)
    return tracks


def _sides(message: Message, lanes: dict[int, int]) -> tuple[int, bool, bool]:
    """The gutter, whether the arrow leaves its sender to the right, and whether it enters from the left."""
    if message.received is None:
        assert message.sent is not None, "a violation in the first state has no events"
        return lanes[message.sent] + 1, True, True
    receiver = lanes[message.received]
    if message.sent is None or lanes[message.sent] < receiver:
        return receiver, True, True
    return receiver + 1, lanes[message.sent] == receiver, False
