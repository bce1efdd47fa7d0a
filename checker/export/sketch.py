"""A proof as a page to teach from: the claim, the idea, the graph of the lemmas, and each with what breaks without it.

One self-contained page for a screen, a telephone or paper, and the same in Markdown.
"""
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
from __future__ import annotations

import html
from collections.abc import Callable, Iterator, Mapping, Sequence

from graphviz import Digraph

from checker.core import ir
from checker.core.sketch import Hole, Need
from checker.core.structs import struct
from checker.core.trace import Trace
from checker.export.dot import FONT, GREY, INITIAL, INK, PALE_GREEN, PAPER
from checker.export.picture import html_page, inline
from checker.export.text import trace_text

CLAIM_KINDS = ("invariant", "step invariant")


@struct
class Sketch:
    """All that is told of a proof.

    `claims`: what is proved, the lemmas among it; `text` gives the formula of one as it is written.  `needs` are those
    of every step, `holes` what breaks without a lemma, and `draw` makes a picture of the trace of one, an SVG.
    """

    spec: ir.Spec
    idea: str
    claims: Sequence[ir.Property]
    text: Callable[[ir.Property], str]
    needs: Sequence[Need]
    holes: Mapping[str, Hole]
    draw: Callable[[Hole, Trace], str]

    @property
    def goals(self) -> list[ir.Property]:
        """The claims that the lemmas are for."""
        return [entry for entry in self.claims if entry.kind in CLAIM_KINDS] or list(self.claims)

    @property
    def lemmas(self) -> list[ir.Property]:
        """The lemmas, those that need none of the others first."""
        return _from_the_simple([entry for entry in self.claims if entry.kind == "lemma"], self.needs)

    def needs_of(self, name: str) -> list[Need]:
        """The steps of the proof of one claim."""
        return [need for need in self.needs if need.claim == name]


def _from_the_simple(claims: Sequence[ir.Property], needs: Sequence[Need]) -> list[ir.Property]:
    """In an order in which what a claim needs stands before it, as far as claims do not need each other."""
    needed = {
        entry.name: {name for need in needs if need.claim == entry.name for name in need.lemmas} - {entry.name}
        for entry in claims
    }
    left, found = list(claims), list[ir.Property]()
    while left:
        names = {entry.name for entry in left}
        entry = min(left, key=lambda entry: len(needed[entry.name] & names))
        left.remove(entry)
        found.append(entry)
    return found


def in_words(need: Need) -> str:
    """What one step needs: `one_value_per_ballot, that quorums intersect`."""
    said = [*need.lemmas, *(f"that the ints of {name} are at least 0" for name in need.naturals)]
    said += ["that quorums share an element"] if need.quorums else []
    return ", ".join(said) or "nothing"


def proof_graph(sketch: Sketch) -> Digraph:
    """The claims, each above what it needs; what is proved in the end stands on top."""
    graph = Digraph("proof", strict=True)
    graph.attr("graph", fontname=FONT, rankdir="TB", bgcolor=PAPER, ranksep="0.45", nodesep="0.25")
    graph.attr("node", fontname=FONT, fontsize="12", shape="box", style="rounded,filled", color=GREY, fontcolor=INK)
    graph.attr("edge", color=GREY, arrowsize="0.7")
    goals = {entry.name for entry in sketch.goals}
    for entry in sketch.claims:
        graph.node(entry.name, fillcolor=PALE_GREEN if entry.name in goals else INITIAL, href=f"#{entry.name}")
    quorums = False
    for need in sketch.needs:
        for name in need.lemmas:
            if name != need.claim:
                graph.edge(need.claim, name)
        if need.quorums:
            quorums = True
            graph.edge(need.claim, "quorums intersect", style="dashed")
    if quorums:
        graph.node("quorums intersect", style="rounded,filled,dashed", fillcolor=PAPER)
    return graph


# --- as a page ----------------------------------------------------------------------------------------------------


def sketch_page(sketch: Sketch) -> str:
    """One self-contained page."""
    names = ", ".join(entry.name for entry in sketch.goals)
    title = f"{sketch.spec.name}: why {names} {'holds' if len(sketch.goals) == 1 else 'hold'} for every size"
    return html_page(title, "\n".join(_page(sketch, title)), ["unfold.js"])


def _page(sketch: Sketch, title: str) -> Iterator[str]:
    yield f'<header><h1>{html.escape(title)}</h1><div class="verdict good">proved for every size</div></header>'
    yield "<h2>The claim</h2>"
    for entry in sketch.goals:
        yield from _claim(sketch, entry)
    yield "<h2>The idea</h2>"
    yield from _paragraphs(sketch.idea)
    yield "<h2>The proof at a glance</h2>"
    yield '<p class="dim">An arrow leads from a claim to what it needs. What is proved in the end stands on top.</p>'
    yield inline(proof_graph(sketch))
    yield "<h2>The lemmas, from the simple ones on</h2>"
    for entry in sketch.lemmas:
        yield from _claim(sketch, entry)


def _paragraphs(text: str) -> Iterator[str]:
    for paragraph in text.strip().split("\n\n"):
        yield f"<p>{_marked(' '.join(paragraph.split()))}</p>"


def _marked(text: str) -> str:
    """Escaped, with what stands between backquotes as code."""
    parts = html.escape(text).split("`")
    return "".join(f"<code>{part}</code>" if number % 2 else part for number, part in enumerate(parts))


def _claim(sketch: Sketch, entry: ir.Property) -> Iterator[str]:
    yield f'<section class="claim" id="{html.escape(entry.name)}"><h3>{html.escape(entry.name)}</h3>'
    yield from _paragraphs(entry.doc or "")
    yield f"<pre>{html.escape(sketch.text(entry))}</pre>"
    needs = sketch.needs_of(entry.name)
    if needs:
        rows = "".join(
            f"<tr><th>{html.escape(_when(need))}</th><td>{_linked(sketch, need)}</td></tr>" for need in needs
        )
        yield f'<table class="needs">{rows}</table>'
    hole = sketch.holes.get(entry.name)
    if hole is not None:
        yield from _hole(sketch, hole)
    yield "</section>"


def _when(need: Need) -> str:
    return "follows from" if need.after is None else f"after {need.after}, from"


def _linked(sketch: Sketch, need: Need) -> str:
    names = {entry.name for entry in sketch.claims}
    words = in_words(need).split(", ")
    return ", ".join(
        f'<a href="#{html.escape(word)}">{html.escape(word)}</a>' if word in names and word != need.claim
        else "the same before" if word == need.claim else html.escape(word)
        for word in words
    )


def _hole(sketch: Sketch, hole: Hole) -> Iterator[str]:
    yield f"<details><summary>What breaks without it?</summary><p>{_marked(hole.said)}</p>"
    if hole.trace is not None:
        yield f'<figure class="hole">{sketch.draw(hole, hole.trace)}</figure>'
    yield "</details>"


# --- as Markdown --------------------------------------------------------------------------------------------------


def sketch_markdown(sketch: Sketch) -> str:
    """The same in Markdown, with the graph in Mermaid."""
    return "\n".join(_markdown(sketch)) + "\n"


def _markdown(sketch: Sketch) -> Iterator[str]:
    names = ", ".join(f"`{entry.name}`" for entry in sketch.goals)
    yield f"# {sketch.spec.name}: why {names} {'holds' if len(sketch.goals) == 1 else 'hold'} for every size"
    yield "\n## The claim"
    for entry in sketch.goals:
        yield from _markdown_claim(sketch, entry)
    yield f"\n## The idea\n\n{sketch.idea.strip()}"
    yield "\n## The proof at a glance\n\nAn arrow leads from a claim to what it needs.\n\n```mermaid\ngraph TD"
    for source, target in dict.fromkeys(_arrows(sketch.needs)):
        yield f"  {source} --> {target}"
    yield "```\n\n## The lemmas, from the simple ones on"
    for entry in sketch.lemmas:
        yield from _markdown_claim(sketch, entry)


def _arrows(needs: Sequence[Need]) -> Iterator[tuple[str, str]]:
    for need in needs:
        yield from ((need.claim, name) for name in need.lemmas if name != need.claim)
        if need.quorums:
            yield need.claim, 'quorums["quorums intersect"]'


def _markdown_claim(sketch: Sketch, entry: ir.Property) -> Iterator[str]:
    yield f"\n### {entry.name}\n\n{entry.doc.strip()}\n\n```python\n{sketch.text(entry)}\n```\n"
    for need in sketch.needs_of(entry.name):
        yield f"- {_when(need)} {in_words(need).replace(need.claim, 'the same before')}"
    hole = sketch.holes.get(entry.name)
    if hole is not None:
        yield f"\n<details><summary>What breaks without it?</summary>\n\n{hole.said}\n"
        if hole.trace is not None:
            yield "```\n" + "\n".join(trace_text(hole.trace, hole.explanation)) + "\n```\n"
        yield "</details>"
