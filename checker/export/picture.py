"""A picture of a graph always comes out: an SVG where Graphviz is installed, else a page that draws it by itself."""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
from __future__ import annotations

import html
import json
from dataclasses import dataclass
from pathlib import Path
from string import Template

from graphviz import Digraph, ExecutableNotFound

from checker.export.assets import asset


@dataclass(frozen=True, slots=True)
class Picture:
    """The text of a file, and how its name ends: `.svg` or `.html`."""

    suffix: str
    text: str

    def write(self, folder: Path, stem: str) -> Path:
        """Writes the file `stem` with its suffix into the folder, and returns its path."""
        path = folder / f"{stem}{self.suffix}"
        path.write_text(self.text, encoding="utf-8")
        return path


def picture(graph: Digraph, title: str) -> Picture:
    """The graph drawn: by the installed `dot`, or by Graphviz compiled to WebAssembly in the reader's browser."""
    drawn = drawn_by_dot(graph)
    if drawn is not None:
        return Picture(".svg", drawn)
    page = Template(asset("graph.html")).substitute(title=html.escape(title), graph=drawn_in_browser(graph))
    return Picture(".html", page)


def drawn_by_dot(graph: Digraph) -> str | None:
    """The graph as the text of an SVG file, or None where Graphviz is not installed."""
    try:
        return graph.pipe(format="svg", encoding="utf-8")
    except ExecutableNotFound:
        return None


def drawn_in_browser(graph: Digraph) -> str:
    """A piece of a page that draws the graph when it is opened, with nothing from the network."""
    return Template(asset("viz.html")).substitute(
        source=_in_script(json.dumps(graph.source)), library=_in_script(asset("viz-global.js"))
    )


def _in_script(text: str) -> str:
    """The text as it may stand in a string inside `<script>`: nothing in it ends the element or starts a comment."""
    return text.replace("</script", "<\\/script").replace("<!--", "<\\!--")
