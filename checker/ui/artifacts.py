"""The files that a run leaves behind: a trace that other tools read, and pictures of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex

from checker.core.errors import UserError
from checker.core.graph import StateGraph
from checker.core.trace import Trace
from checker.core.verdict import Verdict
from checker.export.dot import state_graph_dot
from checker.export.itf import trace_to_itf
from checker.export.page import run_page
from checker.export.picture import picture
from checker.export.spacetime import diagram
from checker.export.spacetime_svg import spacetime_svg
from checker.ui.faults import only_told
from checker.ui.subject import Subject


def save_run(verdict: Verdict, subject: Subject, folder: Path) -> Iterator[Path]:
    """Writes what a run shows into the folder, which is made where it is missing; each file once it is written.

    Each trace (of what is wrong, or where nothing is, of each witness) becomes `SPEC-MODEL-PROPERTY.itf.json` for other
    tools and a picture `.svg`, the second one of a property `SPEC-MODEL-PROPERTY-2`; all of it together a page
    `SPEC-MODEL.html`.  Raises `UserError` C008.
    """
    seen: Counter[str | None] = Counter()
    for trace in verdict.wrong or verdict.witnesses.values():
        seen[trace.shows] += 1
        yield from save_trace(trace, subject, folder, seen[trace.shows])
    page = folder / f"{_file_name(verdict.spec, verdict.model)}.html"
    with only_told("page"):
        write(page, run_page(verdict, subject.spec, subject.oracle, subject.explanation))
        yield page


def save_trace(trace: Trace, subject: Subject, folder: Path, number: int = 1) -> Iterator[Path]:
    """Writes a trace and its picture into the folder; each file once it is written.  `number` tells it from others of
    its property.  Raises `UserError` C008."""
    stem = _file_name(trace.spec, trace.model, trace.shows or trace.kind, str(number) if number > 1 else "")
    for suffix, text in ((".itf.json", lambda: trace_to_itf(trace, subject.spec)),
                         (".svg", lambda: trace_picture(trace, subject))):  # fmt: skip
        file = folder / f"{stem}{suffix}"
        with only_told(file.name):
            write(file, text())
            yield file


def save_graph(graph: StateGraph, subject: Subject, folder: Path) -> Iterator[Path]:
    """Writes the picture of a state graph into the folder; the file, once it is written.  Raises `UserError` C008."""
    drawn = picture(state_graph_dot(graph, subject.spec), f"{graph.spec} {graph.model}")
    file = folder / f"{_file_name(graph.spec, graph.model)}-graph{drawn.suffix}"
    write(file, drawn.text)
    yield file


def trace_picture(trace: Trace, subject: Subject) -> str:
    """The space-time diagram of a trace, as the text of an SVG file."""
    return spacetime_svg(diagram(subject.spec, trace, subject.oracle, subject.explanation(trace)))


def write(file: Path, text: str) -> None:
    """Writes a file, and its folder first where that is missing; half a file is not left, and a link that has its name
    is replaced, not followed.

    Raises `UserError` C008 where that cannot be.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        new = file.with_name(f"{file.name[:200]}.{token_hex(4)}")
        with _removed_unless_moved(new):
            with new.open("x", encoding="utf-8", errors="replace") as target:
                target.write(text)
            new.replace(file)
    except (OSError, UnicodeError) as problem:
        reason = getattr(problem, "strerror", None) or str(problem)
        raise UserError("C008", f"`{file}` cannot be written: {reason}", help="choose another --out") from None


@contextmanager
def _removed_unless_moved(file: Path) -> Generator[None]:
    """Removes the file where it was not written to its end, and given its name."""
    try:
        yield
    except BaseException:
        if file.is_file():
            file.unlink()
        raise


def _file_name(*words: str) -> str:
    """`Paxos-small-agreement`: the words, with what a file system may not like left out."""
    return "-".join(re.sub(r"[^\w.]+", "_", word) for word in dict.fromkeys(words) if word)
