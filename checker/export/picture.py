"""A picture of a graph always comes out: an SVG where Graphviz works, else a page that draws it by itself."""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
from __future__ import annotations

import html
from collections.abc import Iterable
from pathlib import Path
from string import Template

from graphviz import Digraph

from checker.core.structs import struct
from checker.export.assets import asset
from checker.export.graphviz_dot import drawn_by_dot


@struct
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
    drawn = drawn_by_dot(graph.source)
    return Picture(".svg", drawn) if drawn is not None else Picture(".html", html_page(title, _to_be_drawn(graph)))


def inline(graph: Digraph) -> str:
    """The graph as a piece of a page; `html_page` adds what the browser needs to draw it where `dot` is missing."""
    drawn = drawn_by_dot(graph.source)
    if drawn is None:
        return _to_be_drawn(graph)
    return f'<div class="graph">{drawn[drawn.index("<svg") :]}</div>'


def html_page(title: str, body: str, scripts: Iterable[str] = ()) -> str:
    """A whole page with the package's style sheet, and with Graphviz where the body has a graph that is not drawn."""
    needed = ["viz-global.js", "viz.js"] if "data-dot=" in body else []
    return Template(asset("page.html")).substitute(
        title=html.escape(title),
        style=asset("page.css"),
        body=body,
        scripts="\n".join(f"<script>\n{asset(name)}\n</script>" for name in (*needed, *scripts)),
    )


def _to_be_drawn(graph: Digraph) -> str:
    return f'<div class="graph" data-dot="{html.escape(graph.source)}">Drawing the graph …</div>'
