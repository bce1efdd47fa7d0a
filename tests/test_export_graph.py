"""Graphs say what the trace says, survive odd names, and come out with or without Graphviz; pages need no network."""

# pyright: reportMissingTypeStubs=false
from __future__ import annotations

import re
import shutil
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import export_samples as samples
import graphviz
import pytest

from checker.core.graph import Edge, StateGraph
from checker.core.trace import Label, Trace
from checker.core.values import Element, FrozenMap, State
from checker.core.verdict import ActionStatistics, Outcome, PropertyResult, Statistics, Verdict
from checker.export.dot import state_graph_dot, trace_graph
from checker.export.page import run_page, trace_page
from checker.export.picture import picture

ODD = r'a"b\n<i>&amp;\l{|}]] -> </script><!-- é'
needs_dot = pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not installed")


def odd_trace() -> Trace:
    """A trace in which an element has a name that every format has to escape."""
    steps = samples.paxos_trace().steps
    odd = Element("Acceptor", 0, ODD)
    state = State(("promised",), (FrozenMap(((odd, None),)),))
    after = State(("promised",), (FrozenMap(((odd, samples.b1),)),))
    first = replace(steps[0], state=state)
    last = replace(steps[1], label=Label("promise", (("a", odd),)), state=after)
    return Trace("counterexample", ODD, ODD, "agreement", (first, last))


def svg_texts(svg: str) -> list[str]:
    root = ElementTree.fromstring(svg.encode())
    return [node.text or "" for node in root.iter("{http://www.w3.org/2000/svg}text")]


@needs_dot
def test_dot_draws_odd_names_as_they_are() -> None:
    drawn = picture(trace_graph(odd_trace(), samples.PAXOS, [ODD]), ODD)
    assert drawn.suffix == ".svg"
    texts = svg_texts(drawn.text)
    assert ODD in texts  # the explanation
    assert f"{ODD}: b1" in texts  # the changed entry
    assert f"promise({ODD})" in [text.strip() for text in texts]  # the edge
    assert f"Counterexample, {ODD} ({ODD}), 2 states: {odd_trace().shows}" in texts  # the title


@needs_dot
def test_dot_draws_a_state_graph_with_odd_names_as_they_are() -> None:
    states = tuple(step.state for step in odd_trace().steps)
    label = odd_trace().steps[1].label
    graph = StateGraph(ODD, ODD, states, (1, 2), (0,), (Edge(0, 1, label),), ((), (ODD,)), 2)
    texts = svg_texts(picture(state_graph_dot(graph, samples.PAXOS), ODD).text)
    assert f"promised = {{{ODD}: b1}}" in texts
    assert f"violates {ODD}" in texts
    assert f"promise({ODD})" in texts


def test_a_trace_is_a_chain_with_a_label_on_every_step() -> None:
    trace = samples.paxos_trace()
    source = trace_graph(trace, samples.PAXOS).source
    edges = re.findall(r"^\t(\d+) -> (\d+) \[label=\"  (.*)\"\]$", source, re.MULTILINE)
    assert [(int(a), int(b)) for a, b, _ in edges] == [(n, n + 1) for n in range(1, 13)]
    assert edges[-1][2] == "accept(a3, b2, v2)"


def test_the_changed_entries_are_marked_and_the_variables_that_the_property_reads_are_called_out() -> None:
    source = trace_graph(samples.paxos_trace(), samples.PAXOS, ["because"]).source
    nodes = dict(re.findall(r"^\t(\d+) \[label=(<.*>)\]$", source, re.MULTILINE))
    marked = {number: re.findall(r'BGCOLOR="#(?:fff3c4|d8f5dd)"><B>(.*?)</B>', node) for number, node in nodes.items()}
    assert marked["1"] == []
    assert marked["3"] == ["a1: b1", "+ Promise(a1, b1)"]
    assert marked["12"] == ["a2: b2", "a2: Vote(b2, v2)", "+ Accepted(a2, b2, v2)"]
    assert "agreement is violated" in nodes["13"] and "because" in nodes["13"]
    assert re.findall(r'VALIGN="TOP" BGCOLOR="[^"]*">(?:<B>)?(\w+)', nodes["13"]) == ["sent"]
    assert all("violated" not in nodes[str(number)] for number in range(1, 13))


def state_graph(expanded: int) -> StateGraph:
    steps = samples.paxos_trace().steps[:4]
    other = samples.label("prepare", b=samples.b2)
    edges = [Edge(index, index + 1, step.label) for index, step in enumerate(steps[1:])]
    return StateGraph(
        "Paxos", "tiny", tuple(step.state for step in steps), (1, 2, 3, 3), (0,), (*edges, Edge(0, 1, other)),
        ((), (), ("agreement",), ()), expanded,
    )  # fmt: skip


def test_a_state_graph_follows_the_conventions_of_tlc() -> None:
    source = state_graph_dot(state_graph(4), samples.PAXOS).source
    assert source.startswith("strict digraph")
    assert 'shape=box style="rounded,filled"' in source
    initial, *others = re.findall(r"^\t\t(\d) \[.*$", source, re.MULTILINE)
    fills = dict(re.findall(r'^\t\t(\d) \[.* fillcolor="([^"]*)"', source, re.MULTILINE))
    assert initial == "1" and others == ["2", "3", "4"]
    assert fills == {"1": "#dbe9f9", "3": "#ffebe9"}  # the initial one, and the one that violates
    assert re.search(r"rank=same\]\n\t\t3 .*\n\t\t4 ", source)  # found at the same depth
    assert r"prepare(b1)" in source and "prepare(b2)" in source  # both steps are on the one arrow
    legend = re.findall(r"→ (\w+)", source)
    assert legend == ["prepare", "promise"]


def test_a_state_graph_that_is_a_part_says_so_and_dashes_what_is_not_expanded() -> None:
    whole, part = (state_graph_dot(state_graph(expanded), samples.PAXOS).source for expanded in (4, 2))
    assert "dashed" not in whole and "expanded" not in whole
    assert "4 states, of which 2 are expanded" in part
    dashed = re.findall(r"^\t\t(\d) \[.*dashed", part, re.MULTILINE)
    assert dashed == ["3", "4"]


# --- without Graphviz ---------------------------------------------------------------------------------------------


@pytest.fixture
def no_dot(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As on a machine without Graphviz: the search path has no `dot`."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(graphviz.ExecutableNotFound):
        graphviz.Digraph().pipe()


class Attributes(HTMLParser):
    """The attributes of every element, with what `<script>` and `<style>` hold."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.raw: dict[str, list[str]] = {"script": [], "style": []}
        self._inside = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[Any]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))
        self._inside = tag

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside in self.raw:
            self.raw[self._inside].append(data)


@pytest.mark.usefixtures("no_dot")
def test_without_graphviz_the_picture_is_a_page_that_draws_the_same_graph(tmp_path: Path) -> None:
    graph = trace_graph(odd_trace(), samples.PAXOS, [ODD])
    drawn = picture(graph, ODD)
    path = drawn.write(tmp_path, "picture")
    assert path.name == "picture.html"
    page = Attributes(path.read_text(encoding="utf-8"))
    assert [attributes["data-dot"] for _, attributes in page.found if "data-dot" in attributes] == [graph.source]
    assert "Viz.js" in "".join(page.raw["script"])


def pages() -> list[str]:
    trace = samples.paxos_trace()
    verdict = Verdict(
        Outcome.VIOLATED, "NoPromise", "small", "<b>no</b>",
        (PropertyResult("invariant", "agreement", Outcome.VIOLATED),),
        Statistics(10, 20, 3, 0, actions={"prepare": ActionStatistics(5, 0, 5)}), trace, notes=("a note",),
    )  # fmt: skip
    oracle = samples.PaxosWithoutPromises()
    return [
        run_page(verdict, samples.PAXOS, oracle, lambda shown: ["<i>because</i>"]),
        trace_page(samples.raft_trace(), samples.RAFT, samples.RaftVotes()),
    ]


def check_self_contained(text: str) -> None:
    page = Attributes(text)
    for tag, attributes in page.found:
        assert tag not in {"link", "img", "iframe", "object", "embed", "base"}
        for name in ("src", "href", "xlink:href", "action", "data"):
            assert name not in attributes, f"<{tag}> refers to {attributes.get(name)}"
    for style in page.raw["style"]:
        assert "@import" not in style and "url(" not in style
    policies = [attributes["content"] for _, attributes in page.found if "http-equiv" in attributes]
    assert policies == ["default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline' 'wasm-unsafe-eval'"]


def test_pages_need_nothing_from_the_network() -> None:
    for text in pages():
        check_self_contained(text)


@pytest.mark.usefixtures("no_dot")
def test_pages_without_graphviz_need_nothing_from_the_network_either() -> None:
    for text in pages():
        assert "data-dot=" in text
        check_self_contained(text)


def test_a_page_escapes_what_it_is_told() -> None:
    text = pages()[0]
    assert "<b>no</b>" not in text and "&lt;b&gt;no&lt;/b&gt;" in text
    assert "<i>because</i>" not in text and "&lt;i&gt;because&lt;/i&gt;" in text


def test_a_page_has_every_step_once_in_the_list_and_once_in_the_diagram() -> None:
    page = Attributes(pages()[0])
    steps = [(tag, attributes["data-step"]) for tag, attributes in page.found if "data-step" in attributes]
    assert [number for tag, number in steps if tag == "li"] == [str(number) for number in range(1, 14)]
    assert [number for tag, number in steps if tag == "g"] == [str(number) for number in range(2, 14)]


def test_a_page_counts_steps_and_not_initial_states() -> None:
    assert "10 states, 5 steps, depth 3" in pages()[0]


def test_a_page_says_on_demand_what_its_short_texts_leave_out() -> None:
    page = pages()[0]
    whole = "Promise(acceptor=a1, ballot=b1, last=None)"
    assert f'title="sent + {whole}">sent + Promise(a1, b1)<' in page
    assert f'added" title="{whole}">Promise(a1, b1)<' in page
    assert 'title="promise(m=' in page or 'title="promise(a=' in page
    assert f"sent + {whole}</title>" in page  # a step in the diagram


def test_a_page_of_one_state_says_what_it_shows() -> None:
    trace = replace(samples.paxos_trace(), steps=samples.paxos_trace().steps[-1:])
    text = trace_page(trace, samples.PAXOS, samples.PaxosWithoutPromises())
    assert '<div class="closing">agreement is violated</div>' in text


def test_a_page_is_the_same_on_every_run() -> None:
    assert pages() == pages()
