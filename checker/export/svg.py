"""A few shapes of SVG, written with the standard library's XML, so that any text is escaped."""

from __future__ import annotations

from xml.etree import ElementTree

from checker.core.structs import struct
from checker.export.assets import asset


@struct
class Box:
    """A rectangle: its middle and its size, in pixels."""

    x: float
    y: float
    width: float
    height: float

    @property
    def left(self) -> float:
        return self.x - self.width / 2

    @property
    def right(self) -> float:
        return self.x + self.width / 2

    @property
    def top(self) -> float:
        return self.y - self.height / 2

    @property
    def bottom(self) -> float:
        return self.y + self.height / 2


class Group:
    """A group of shapes; `name` is its classes, for the style sheet."""

    def __init__(self, element: ElementTree.Element) -> None:
        self._element = element

    def group(self, name: str = "", **data: str) -> Group:
        attributes = ({"class": name} if name else {}) | {f"data-{key}": value for key, value in data.items()}
        return Group(ElementTree.SubElement(self._element, "g", attributes))

    def tooltip(self, text: str) -> None:
        ElementTree.SubElement(self._element, "title").text = text

    def text(self, name: str, x: float, y: float, text: str) -> None:
        attributes = {"class": name, "x": number(x), "y": number(y)}
        ElementTree.SubElement(self._element, "text", attributes).text = text

    def line(self, name: str, x1: float, y1: float, x2: float, y2: float) -> None:
        ends = {"x1": number(x1), "y1": number(y1), "x2": number(x2), "y2": number(y2)}
        ElementTree.SubElement(self._element, "line", {"class": name, **ends})

    def rectangle(self, name: str, box: Box, radius: float = 7) -> None:
        size = {"x": number(box.left), "y": number(box.top), "width": number(box.width), "height": number(box.height)}
        ElementTree.SubElement(self._element, "rect", {"class": name, **size, "rx": number(radius)})

    def path(self, name: str, path: str) -> None:
        ElementTree.SubElement(self._element, "path", {"class": name, "d": path})

    def polygon(self, name: str, corners: list[tuple[float, float]]) -> None:
        points = " ".join(f"{number(x)},{number(y)}" for x, y in corners)
        ElementTree.SubElement(self._element, "polygon", {"class": name, "points": points})


class Picture(Group):
    """A whole file of the given size in pixels, with one of the package's style sheets inside."""

    def __init__(self, name: str, title: str, width: float, height: float) -> None:
        root = ElementTree.Element(
            "svg",
            {
                "xmlns": "http://www.w3.org/2000/svg",
                "class": name,
                "role": "img",
                "viewBox": f"0 0 {number(width)} {number(height)}",
                "width": number(width),
                "height": number(height),
            },
        )
        super().__init__(root)
        self._root = root
        self.tooltip(title)
        ElementTree.SubElement(root, "style").text = "\n" + asset(f"{name}.css")
        self.rectangle("paper", Box(width / 2, height / 2, width, height), 0)

    def __str__(self) -> str:
        ElementTree.indent(self._root, " ")
        return ElementTree.tostring(self._root, encoding="unicode") + "\n"


def number(value: float) -> str:
    """At most one digit after the point, so that pictures are the same to the byte on every machine."""
    return f"{value:.1f}".removesuffix(".0")


def text_width(text: str, size: float) -> float:
    """In pixels, for a font of `size` pixels: an estimate, rather too wide than too narrow for the usual fonts."""
    wide = sum(character in "MWmw@→−" for character in text)
    narrow = sum(character in "iljft.,:;'()[]| " for character in text)
    return size * (0.65 * len(text) + 0.3 * wide - 0.24 * narrow)
