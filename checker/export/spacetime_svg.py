"""Draws a space-time diagram as a self-contained SVG; it follows the reader's dark or light mode, and prints light."""

from __future__ import annotations

from collections.abc import Sequence

from checker.core.show import show
from checker.core.structs import struct
from checker.export.routes import Route, routes
from checker.export.spacetime import Diagram, Event
from checker.export.svg import Box, Group, Picture, number, text_width

# Lengths are in pixels.
MARGIN = 16.0
NUMBERS = 40.0
HEAD_HEIGHT = 46.0
TITLE_HEIGHT = 19.0
DETAIL_HEIGHT = 15.5
PADDING = 10.0
ROW_GAP = 24.0
GUTTER_WIDTH = 34.0
TRACK_WIDTH = 13.0
LEAST_LANE_WIDTH = 90.0
TITLE_SIZE, DETAIL_SIZE, LABEL_SIZE, BANNER_SIZE = 13.0, 11.5, 12.0, 15.0
CORNER = 9.0
INDENT = 4.5
"""For each blank with which a line begins."""
OFFSET = 6.0
"""Arrows arrive this far above the middle of a box, and leave this far below it."""
REACHED = 10.0
COLOURS = 6
"""How many the style sheet has."""


def spacetime_svg(diagram: Diagram) -> str:
    """The diagram as the text of an SVG file."""
    layout = _Layout.of(diagram)
    height = layout.bottom + _banner_height(diagram.conclusion, diagram.explanation) + MARGIN
    picture = Picture("spacetime", diagram.conclusion or "space-time diagram", layout.width, height)
    first = "assumed" if diagram.assumed else "first"
    _draw_banner(picture, first, diagram.first_title, diagram.first, MARGIN, layout.width)
    _draw_lanes(picture, diagram, layout)
    outcome = "failed" if diagram.failed else "shown"
    arrows = picture.group(outcome)
    for event in diagram.events:
        _draw_reaches(picture, event, layout)
    for event in diagram.events:
        _draw_event(picture, event, layout.boxes[event.number], diagram)
    labels = picture.group(outcome)
    written: set[tuple[int | None, str, bool]] = set()
    for route in layout.routes:
        _draw_arrow(arrows, route, layout)
        label = (route.message.sent, route.message.text, route.leaves_right)
        if label not in written:  # once for each side at which a broadcast leaves
            written.add(label)
            _draw_label(labels, route, layout)
    _draw_banner(picture, outcome, diagram.conclusion, diagram.explanation, layout.bottom, layout.width)
    return str(picture)


@struct
class _Layout:
    """Where everything goes.

    `lanes` are their middles, `gutters` the left edges of the gutters, `colours` the class of a kind of message; the
    heads of the lanes start at `top`, and the conclusion at `bottom`.
    """

    lanes: tuple[float, ...]
    gutters: tuple[float, ...]
    boxes: dict[int, Box]
    routes: tuple[Route, ...]
    colours: dict[str, str]
    width: float
    top: float
    bottom: float

    @staticmethod
    def of(diagram: Diagram) -> _Layout:
        found = routes(diagram)
        lanes, gutters, right = _columns(diagram, found)
        boxes: dict[int, Box] = {}
        head = MARGIN + (_banner_height(diagram.first_title, diagram.first) + MARGIN if diagram.first else 0)
        top = head + HEAD_HEIGHT + ROW_GAP
        for event in diagram.events:
            width, height = _box_size(event)
            boxes[event.number] = Box(lanes[event.lane], top + height / 2, width, height)
            top += height + ROW_GAP
        kinds = dict.fromkeys(message.record.record for message in diagram.messages if message.received is not None)
        colours = {kind: f"c{index % COLOURS}" for index, kind in enumerate(kinds)}
        return _Layout(tuple(lanes), tuple(gutters), boxes, found, colours, right, head, top)

    def colour(self, route: Route) -> str:
        """The class of an arrow: that of its kind of message, or `evidence` for what stands behind the end."""
        return "evidence" if route.message.received is None else self.colours[route.message.record.record]

    def track(self, route: Route) -> float:
        """The x of the part of an arrow that runs down."""
        return self.gutters[route.gutter] + GUTTER_WIDTH / 2 + TRACK_WIDTH * route.track


def _columns(diagram: Diagram, found: tuple[Route, ...]) -> tuple[list[float], list[float], float]:
    """The centres of the lanes, the left edges of the gutters, and the width of the whole."""
    widths = [max(LEAST_LANE_WIDTH, text_width(lane.title, 15) + 2 * PADDING) for lane in diagram.lanes]
    for event in diagram.events:
        widths[event.lane] = max(widths[event.lane], _box_size(event)[0])
    tracks = [0] * (len(widths) + 1)
    for route in found:
        tracks[route.gutter] = max(tracks[route.gutter], route.track)
    centres: list[float] = []
    gutters: list[float] = []
    left = NUMBERS
    for width, track in zip([*widths, 0.0], tracks, strict=True):
        gutters.append(left)
        left += GUTTER_WIDTH + TRACK_WIDTH * track
        centres.append(left + width / 2)
        left += width
    boxes = {event.number: centres[event.lane] + _box_size(event)[0] / 2 for event in diagram.events}
    labels = [
        boxes.get(route.message.sent or 0, gutters[-1]) + PADDING + text_width(route.message.text, LABEL_SIZE)
        for route in found
        if route.leaves_right or route.gutter == len(widths)
    ]
    texts = ((diagram.conclusion, diagram.explanation), (diagram.first_title, diagram.first))
    banners = [_banner_width(title, lines) for title, lines in texts]
    return centres[:-1], gutters, max([left, *labels, *banners]) + MARGIN


def _box_size(event: Event) -> tuple[float, float]:
    widths = [text_width(event.title, TITLE_SIZE), *(text_width(line, DETAIL_SIZE) for line in event.details)]
    height = TITLE_HEIGHT + DETAIL_HEIGHT * len(event.details) + PADDING
    return max(widths) + 2 * PADDING, height


def _draw_lanes(picture: Group, diagram: Diagram, layout: _Layout) -> None:
    top = layout.top
    for lane, x in zip(diagram.lanes, layout.lanes, strict=True):
        picture.line("lane", x, top + HEAD_HEIGHT, x, layout.bottom)
        width = max(LEAST_LANE_WIDTH, text_width(lane.title, 15) + 2 * PADDING)
        picture.rectangle("head", Box(x, top + HEAD_HEIGHT / 2, width, HEAD_HEIGHT))
        if lane.title:
            picture.text("head-title", x, top + (20 if lane.kind else 28), lane.title)
        picture.text("head-kind", x, top + (36 if lane.title else 27), lane.kind)


def _draw_reaches(picture: Group, event: Event, layout: _Layout) -> None:
    """A dotted line to a mark in the lane of each other process whose part of the state the step changes."""
    box = layout.boxes[event.number]
    for lane in event.reaches:
        x = layout.lanes[lane]
        picture.line("reach", box.right if x > box.x else box.left, box.y, x, box.y)
        picture.rectangle("reached", Box(x, box.y, REACHED, REACHED), radius=REACHED / 2)


def _draw_event(picture: Group, event: Event, box: Box, diagram: Diagram) -> None:
    last = event.number == diagram.events[-1].number and bool(diagram.conclusion)
    outcome = ("failed" if diagram.failed else "shown") if last else ""
    group = picture.group(f"event {outcome}".strip(), step=str(event.number))
    group.tooltip("\n".join(event.whole))
    group.text("number", NUMBERS / 2, box.y + 4, str(event.number))
    group.rectangle("box", box)
    y = box.top + PADDING / 2 + 14
    group.text("title", box.x, y, event.title)
    for line in event.details:
        y += DETAIL_HEIGHT
        group.text("detail", box.x, y, line)


def _draw_arrow(arrows: Group, route: Route, layout: _Layout) -> None:
    message = route.message
    colour = layout.colour(route)
    group = arrows.group(f"message {colour}")
    group.tooltip(show(message.record))
    track = layout.track(route)
    path = _start(route, layout, track)
    if message.received is None:
        group.path("arrow behind", f"{path} L {number(track)} {number(layout.bottom - 8)}")
        tip = [(track, layout.bottom), (track - 4.5, layout.bottom - 10), (track + 4.5, layout.bottom - 10)]
    else:
        box = layout.boxes[message.received]
        x, y, side = (box.left, box.y - OFFSET, -1) if route.enters_left else (box.right, box.y - OFFSET, 1)
        turn = track - side * CORNER
        group.path(
            "arrow",
            f"{path} L {number(track)} {number(y - CORNER)} Q {number(track)} {number(y)} {number(turn)} {number(y)} "
            f"L {number(x + side * 8)} {number(y)}",
        )
        tip = [(x, y), (x + side * 10, y - 4.5), (x + side * 10, y + 4.5)]
    group.polygon("tip", tip)


def _start(route: Route, layout: _Layout, track: float) -> str:
    """The path from the sender into the track, or from the top for a message that was there from the start."""
    if route.message.sent is None:
        return f"M {number(track)} {number(layout.top + HEAD_HEIGHT)}"
    box = layout.boxes[route.message.sent]
    x, y, side = (box.right, box.y + OFFSET, 1) if route.leaves_right else (box.left, box.y + OFFSET, -1)
    return (
        f"M {number(x)} {number(y)} L {number(track - side * CORNER)} {number(y)} "
        f"Q {number(track)} {number(y)} {number(track)} {number(y + CORNER)}"
    )


def _draw_label(labels: Group, route: Route, layout: _Layout) -> None:
    """Below the arrow's first stretch, which nothing else can be in the way of."""
    message = route.message
    colour = layout.colour(route)
    if message.sent is None:
        labels.text(f"label {colour}", layout.track(route) + 6, layout.top + HEAD_HEIGHT + 14, message.text)
        return
    box = layout.boxes[message.sent]
    y = box.y + OFFSET + 14
    if route.leaves_right:
        labels.text(f"label {colour}", box.right + PADDING, y, message.text)
    else:
        labels.text(f"label leftwards {colour}", box.left - PADDING, y, message.text)


def _banner_width(title: str, lines: Sequence[str]) -> float:
    indents = (INDENT * (len(line) - len(line.lstrip())) for line in lines)
    texts = (indent + text_width(line.lstrip(), TITLE_SIZE) for indent, line in zip(indents, lines, strict=True))
    widths = [text_width(title, BANNER_SIZE), *texts]
    return NUMBERS + max(widths) + 2 * PADDING


def _banner_height(title: str, lines: Sequence[str]) -> float:
    return (34.0 + 18.0 * len(lines)) if title else 0.0


def _draw_banner(picture: Group, name: str, title: str, lines: Sequence[str], top: float, width: float) -> None:
    """A box over the whole width, with a title and lines; nothing without a title."""
    if not title:
        return
    group = picture.group(name)
    height = _banner_height(title, lines)
    left, right = NUMBERS, width - MARGIN
    if name in ("assumed", "first"):
        group.text("number", NUMBERS / 2, top + 22, "1")
    group.rectangle("banner", Box((left + right) / 2, top + height / 2, right - left, height))
    group.text("banner-title", left + PADDING, top + 22, title)
    for index, line in enumerate(lines):
        words = line.lstrip()  # not every viewer keeps leading blanks
        indent = INDENT * (len(line) - len(words))
        group.text("banner-line", left + PADDING + indent, top + 42 + 18 * index, words)
