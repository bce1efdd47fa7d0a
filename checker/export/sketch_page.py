"""A proof as one self-contained page to teach from, for a screen, a telephone or paper."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence

from checker.core import ir
from checker.core.sketch import Hole, Need
from checker.export.picture import html_page, inline
from checker.export.sketch import (
    QUORUMS, Sketch, about_broken, about_quorums, exercise, in_words, listed, proof_graph, wrapped,
)
from checker.frontend.broken import Broken
from checker.frontend.definitions import Definition

CALL = re.compile(r"self\.(\w+)(?=\()")


def sketch_page(sketch: Sketch) -> str:
    """One page, which needs no other file."""
    return html_page(sketch.title, "\n".join(_page(sketch)), ["unfold.js"])


def _page(sketch: Sketch) -> Iterator[str]:
    yield f'<header><h1>{html.escape(sketch.title)}</h1><div class="verdict good">proved for every size</div></header>'
    yield "<h2>The claim</h2>"
    for entry in sketch.goals:
        yield from _claim(sketch, entry)
    if sketch.paragraphs:
        yield "<h2>The idea</h2>"
        yield from _paragraphs(sketch.paragraphs)
    yield "<h2>The proof at a glance</h2>"
    yield '<p class="dim">An arrow leads from a claim to what it needs. What is proved in the end stands on top.</p>'
    yield inline(proof_graph(sketch))
    yield "<h2>The steps of the protocol</h2>"
    yield '<p class="dim">A lemma holds at first, and every one of these steps keeps it: so it always holds.</p>'
    yield _steps(sketch)
    if sketch.lemmas:
        yield "<h2>The lemmas, from the simple ones on</h2>"
        for entry in sketch.lemmas:
            yield from _claim(sketch, entry)
    if sketch.spec.axioms or sketch.quorums:
        yield "<h2>What is assumed</h2>"
        yield from _assumed(sketch)
    if sketch.lemmas:
        yield f"<h2>An exercise</h2><p>{_marked(exercise(sketch))}</p>"


def _steps(sketch: Sketch) -> str:
    rows = "".join(
        f"<tr><th>{html.escape(action.name)}</th><td>{_marked(' '.join(action.doc.split()))}</td></tr>"
        for action in sketch.spec.actions
    )
    return f'<table class="needs">{rows}</table>'


def _assumed(sketch: Sketch) -> Iterator[str]:
    for entry in sketch.spec.axioms:
        yield from _claim(sketch, entry)
    if sketch.quorums:
        yield f'<section class="claim" id="{QUORUMS}"><h3>quorums share an element</h3>'
        for type in sketch.quorums:
            yield f"<p>{_marked(about_quorums(type))}</p>"
        yield from _what_breaks(sketch, None, [each for type in sketch.quorums for each in sketch.with_hole(type.name)])
        yield "</section>"


# --- words ----------------------------------------------------------------------------------------------------------


def _paragraphs(paragraphs: Sequence[str]) -> Iterator[str]:
    for paragraph in paragraphs:
        items = re.split(r"^\d+\. ", paragraph, flags=re.MULTILINE)
        if len(items) > 1 and not items[0].strip():
            yield f"<ol>{''.join(f'<li>{_marked(item)}</li>' for item in items[1:])}</ol>"
        else:
            yield f"<p>{_marked(paragraph)}</p>"


def _marked(text: str) -> str:
    """Escaped, with what stands between backquotes as code."""
    parts = html.escape(" ".join(text.split())).split("`")
    return "".join(f"<code>{part}</code>" if number % 2 else part for number, part in enumerate(parts))


def _code(sketch: Sketch, text: str) -> str:
    """A formula, in which each call leads to what it stands for."""
    known = {called.name for found in sketch.definitions.values() for called in found}

    def linked(match: re.Match[str]) -> str:
        name = match[1]
        return f'self.<a href="#what-{name}">{name}</a>' if name in known else match[0]

    return f"<pre>{CALL.sub(linked, html.escape(text))}</pre>"


# --- a claim --------------------------------------------------------------------------------------------------------


def _claim(sketch: Sketch, entry: ir.Property) -> Iterator[str]:
    yield f'<section class="claim" id="{html.escape(entry.name)}"><h3>{html.escape(entry.name)}</h3>'
    yield from _paragraphs((entry.doc or "").split("\n\n"))
    yield _code(sketch, sketch.text(entry))
    for called in sketch.new_definitions(entry):
        yield _definition(sketch, called)
    rows = sketch.rows(entry.name)
    if rows:
        cells = "".join(f"<tr><th>{html.escape(when)}</th><td>{_linked(sketch, need)}</td></tr>" for when, need in rows)
        yield f'<table class="needs">{cells}</table>'
    yield from _what_breaks(sketch, sketch.holes.get(entry.name), sketch.with_hole(entry.name))
    yield "</section>"


def _definition(sketch: Sketch, called: Definition) -> str:
    said = f": {_marked(called.doc)}" if called.doc else ""
    heading = f"where <code>{html.escape(called.heading)}</code>{said}"
    return f'<div class="where" id="what-{called.name}">{heading}{_code(sketch, called.text)}</div>'


def _linked(sketch: Sketch, need: Need) -> str:
    known = {QUORUMS, *(entry.name for entry in (*sketch.claims, *sketch.spec.axioms))}
    return listed([
        f'<a href="#{html.escape(place)}">{html.escape(words)}</a>' if place in known else html.escape(words)
        for words, place in in_words(need)
    ])


def _what_breaks(sketch: Sketch, hole: Hole | None, broken: Sequence[Broken]) -> Iterator[str]:
    if hole is None and not broken:
        return
    yield "<details><summary>What breaks without it?</summary>"
    if hole is not None:
        yield f"<p>{_marked(hole.said)}</p>"
        if hole.trace is not None:
            yield f"<figure>{sketch.draw(hole, hole.trace)}</figure>"
        if hole.excluded:
            yield f"<p>No run leads to that first state, for in it <code>{html.escape(hole.lemma)}</code> is false:</p>"
            yield f"<pre>{html.escape(chr(10).join(wrapped(hole.excluded)))}</pre>"
    for entry in broken:
        yield f"<p>A protocol with this hole: {_marked(about_broken(entry))}</p>"
        if entry.picture:
            yield f"<figure>{entry.picture[entry.picture.index('<svg') :]}</figure>"
    yield "</details>"
