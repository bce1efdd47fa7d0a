"""A proof to teach from in Markdown, with its graph in Mermaid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from checker.core import ir
from checker.core.sketch import Hole
from checker.export.sketch import QUORUMS, Sketch, about_broken, about_quorums, arrows, exercise, in_words, listed
from checker.export.text import trace_text
from checker.frontend.broken import Broken


def sketch_markdown(sketch: Sketch) -> str:
    """The same as on the page, with traces as text."""
    return "\n".join(_markdown(sketch)) + "\n"


def _markdown(sketch: Sketch) -> Iterator[str]:
    yield f"# {sketch.title}\n\nProved for every size.\n\n## The claim"
    for entry in sketch.goals:
        yield from _claim(sketch, entry)
    if sketch.paragraphs:
        yield "\n## The idea\n\n" + "\n\n".join(sketch.paragraphs)
    yield "\n## The proof at a glance\n\nAn arrow leads from a claim to what it needs.\n\n```mermaid\ngraph TD"
    for source, target, is_of_quorums in arrows(sketch):
        yield f'  {source} -.-> {QUORUMS}["quorums intersect"]' if is_of_quorums else f"  {source} --> {target}"
    yield "```\n\n## The steps of the protocol\n\n| step | what it does |\n|---|---|"
    for action in sketch.spec.actions:
        yield f"| `{action.name}` | {' '.join(action.doc.split()).replace('|', chr(92) + '|')} |"
    if sketch.lemmas:
        yield "\n## The lemmas, from the simple ones on"
        for entry in sketch.lemmas:
            yield from _claim(sketch, entry)
    if sketch.spec.axioms or sketch.quorums:
        yield "\n## What is assumed"
        yield from _assumed(sketch)
    if sketch.lemmas:
        yield f"\n## An exercise\n\n{exercise(sketch)}"


def _assumed(sketch: Sketch) -> Iterator[str]:
    for entry in sketch.spec.axioms:
        yield from _claim(sketch, entry)
    if sketch.quorums:
        yield f'\n<a id="{QUORUMS}"></a>\n\n### Quorums share an element\n'
        for type in sketch.quorums:
            yield about_quorums(type)
        yield from _what_breaks(None, [each for type in sketch.quorums for each in sketch.with_hole(type.name)])


def _claim(sketch: Sketch, entry: ir.Property) -> Iterator[str]:
    yield f"\n### {entry.name}\n\n{entry.doc.strip()}\n\n{_code(sketch.text(entry))}"
    for called in sketch.new_definitions(entry):
        said = f": {' '.join(called.doc.split())}" if called.doc else ""
        yield f"where `{called.heading}`{said}\n\n{_code(called.text)}"
    known = {entry.name for entry in (*sketch.claims, *sketch.spec.axioms)} | {QUORUMS}
    for when, need in sketch.rows(entry.name):
        parts = [f"[{words}](#{place})" if place in known else words for words, place in in_words(need)]
        yield f"- {when}: {listed(parts)}"
    yield from _what_breaks(sketch.holes.get(entry.name), sketch.with_hole(entry.name))


def _code(text: str) -> str:
    return f"```python\n{text}\n```\n"


def _what_breaks(hole: Hole | None, broken: Sequence[Broken]) -> Iterator[str]:
    if hole is None and not broken:
        return
    yield "\n<details><summary>What breaks without it?</summary>\n"
    if hole is not None:
        yield f"{hole.said}\n"
        if hole.trace is not None:
            yield "```\n" + "\n".join(trace_text(hole.trace, hole.explanation)) + "\n```\n"
        if hole.excluded:
            yield f"No run leads to that first state, for in it `{hole.lemma}` is false:\n"
            yield "```\n" + "\n".join(hole.excluded) + "\n```\n"
    for entry in broken:
        yield f"A protocol with this hole: {about_broken(entry)}\n"
    yield "</details>"
