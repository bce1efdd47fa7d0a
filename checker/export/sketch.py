"""A proof as it is told to a class: the claim, the idea, the graph of the lemmas, and each with what breaks without it.

What is the same on a page (`sketch_page`) and in Markdown (`sketch_markdown`).
"""
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from graphviz import Digraph

from checker.core import ir
from checker.core.sketch import Hole, Need
from checker.core.structs import struct
from checker.core.trace import Trace
from checker.core.types import QuorumType
from checker.export.dot import FONT, GREY, INITIAL, INK, PALE_GREEN, PAPER
from checker.frontend.broken import Broken
from checker.frontend.definitions import Definition

CLAIM_KINDS = ("invariant", "step invariant")
QUORUMS = "quorums"
"""The place on a page where it is said that quorums share an element."""
WIDTH = 100
"""Letters in a line of an explanation."""
LONGEST_TITLE = 100
"""Letters: a first sentence that is longer is none."""


@struct
class Sketch:
    """All that is told of a proof.

    `command` is what proves it again.  `claims`: what is proved, the lemmas among it; `text` gives the formula of one
    as it is written, `definitions` what it calls.  `needs` are those of every step, `holes` what breaks without a
    lemma, `draw` makes a picture of the trace of one, an SVG, and `broken` are bundled protocols with such a hole.
    """

    spec: ir.Spec
    command: str
    idea: str
    claims: Sequence[ir.Property]
    text: Callable[[ir.Property], str]
    definitions: Mapping[str, Sequence[Definition]]
    needs: Sequence[Need]
    holes: Mapping[str, Hole]
    draw: Callable[[Hole, Trace], str]
    broken: Sequence[Broken]

    @property
    def title(self) -> str:
        """What the idea begins with, where that is short."""
        first = self.idea.strip().split("\n\n")[0]
        if 0 < len(first) <= LONGEST_TITLE:
            return first.removesuffix(".")
        names = listed([entry.name for entry in self.goals])
        return f"Why {names} {'holds' if len(self.goals) == 1 else 'hold'} in {self.spec.name}, for every size"

    @property
    def paragraphs(self) -> list[str]:
        """The idea, without what the title says already."""
        every = self.idea.strip().split("\n\n")
        return every[1:] if every[0].removesuffix(".") == self.title else every

    @property
    def goals(self) -> list[ir.Property]:
        """The claims that the lemmas are for."""
        return [entry for entry in self.claims if entry.kind in CLAIM_KINDS] or list(self.claims)

    @property
    def lemmas(self) -> list[ir.Property]:
        """The lemmas, those that need none of the others first."""
        return _from_the_simple([entry for entry in self.claims if entry.kind == "lemma"], self.needs)

    @property
    def told(self) -> list[ir.Property]:
        """The claims in the order in which they are told."""
        goals = self.goals
        return goals + [entry for entry in self.lemmas if entry not in goals]

    @property
    def quorums(self) -> list[QuorumType]:
        """The families of quorums whose intersection the proof needs; none where it needs none."""
        if not any(need.quorums for need in self.needs):
            return []
        return [sort for sort in self.spec.sorts if isinstance(sort, QuorumType)]

    def rows(self, name: str) -> list[tuple[str, Need]]:
        """The steps of the proof of one claim, in words; those that need the same are one.  What says most is first."""
        joined: dict[Need, list[str]] = {}
        for need in self.needs:
            if need.claim == name:
                joined.setdefault(replace(need, after=None if need.after is None else ""), []).append(need.after or "")
        rows = [
            ("follows from" if need.after is None else f"after {listed(actions)} it rests on", need)
            for need, actions in joined.items()
        ]
        return sorted(rows, key=lambda row: set(row[1].lemmas) <= {name})

    def new_definitions(self, entry: ir.Property) -> list[Definition]:
        """What the formula calls and no claim before it does."""
        before: set[str] = set()
        for other in (*self.told, *self.spec.axioms):
            if other is entry:
                break
            before |= {called.name for called in self.definitions[other.name]}
        return [called for called in self.definitions[entry.name] if called.name not in before]

    def with_hole(self, name: str) -> list[Broken]:
        """The bundled protocols that go wrong where this lemma, or these quorums, would not."""
        return [entry for entry in self.broken if entry.breaks == name]


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


def in_words(need: Need) -> Iterator[tuple[str, str]]:
    """What one step needs, part by part, each with the place on the page that tells of it, or nothing."""
    own = [name for name in need.lemmas if name == need.claim]
    found = [("itself", "") for _ in own]
    found += [(name, name) for name in need.lemmas if name != need.claim]
    found += [(f"that the ints of {name} are at least 0", "") for name in need.naturals]
    found += [("that quorums share an element", QUORUMS)] if need.quorums else []
    yield from found or [("nothing", "")]


def about_quorums(type: QuorumType) -> str:
    """What is assumed of a family of quorums."""
    if type.intersects == (type.name,):
        return f"Any two quorums of `{type.name}` share an element of `{type.member.name}`."
    others = listed([f"`{name}`" for name in type.intersects])
    return f"A quorum of `{type.name}` shares an element of `{type.member.name}` with each one of {others}."


def about_broken(entry: Broken) -> str:
    """A protocol with a hole, in words."""
    by = f" by a run of {entry.states} states" if entry.states else ""
    return f"{' '.join(entry.what.split())} `{entry.violated}` is violated{by}: `checker check {entry.name}`."


def exercise(sketch: Sketch) -> str:
    """What to do with all this."""
    name = sketch.lemmas[-1].name
    return (
        f"Close this page, and find a lemma again. `{sketch.command} --without {name}` goes without one, and answers "
        "with a step that the others allow. Say why no run leads to its first state, and write that down as a lemma."
    )


def wrapped(lines: Sequence[str]) -> list[str]:
    """Long lines broken, so that a picture of them, or paper, need not be wide."""
    found: list[str] = []
    for line in lines:
        indent = " " * (len(line) - len(line.lstrip()) + 4)
        found += textwrap.wrap(line, WIDTH, subsequent_indent=indent, break_on_hyphens=False)
    return found


def listed(names: Sequence[str]) -> str:
    """`one, two and three`."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def proof_graph(sketch: Sketch) -> Digraph:
    """The claims, each above what it needs; what is proved in the end stands on top."""
    graph = Digraph("proof", strict=True)
    graph.attr("graph", fontname=FONT, rankdir="TB", bgcolor=PAPER, ranksep="0.45", nodesep="0.25")
    graph.attr("node", fontname=FONT, fontsize="12", shape="box", style="rounded,filled", color=GREY, fontcolor=INK)
    graph.attr("edge", color=GREY, arrowsize="0.7")
    goals = {entry.name for entry in sketch.goals}
    for entry in sketch.claims:
        graph.node(entry.name, fillcolor=PALE_GREEN if entry.name in goals else INITIAL, href=f"#{entry.name}")
    for entry in sketch.spec.axioms:
        graph.node(entry.name, style="rounded,filled,dashed", fillcolor=PAPER, href=f"#{entry.name}")
    if sketch.quorums:
        label = "quorums intersect"
        graph.node(QUORUMS, label, style="rounded,filled,dashed", fillcolor=PAPER, href=f"#{QUORUMS}")
    for source, target, is_of_quorums in arrows(sketch):
        graph.edge(source, target, style="dashed" if is_of_quorums else "solid")
    return graph


def arrows(sketch: Sketch) -> list[tuple[str, str, bool]]:
    """From each claim to what it needs, once; is that the quorums?"""
    found: dict[tuple[str, str, bool], None] = {}
    for need in sketch.needs:
        found |= {(need.claim, name, False): None for name in need.lemmas if name != need.claim}
        found |= {(need.claim, QUORUMS, True): None} if need.quorums else {}
    return list(found)
