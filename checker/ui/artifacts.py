"""The files that a run leaves behind: a trace that other tools read, and pictures of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from checker.core.errors import UserError
from checker.core.trace import Trace
from checker.export.itf import trace_to_itf
from checker.export.spacetime import diagram
from checker.export.spacetime_svg import spacetime_svg
from checker.ui.subject import Subject


@dataclass(frozen=True, slots=True)
class Saved:
    """What was written."""

    trace: Path
    pictures: tuple[Path, ...]


def save_trace(trace: Trace, subject: Subject, folder: Path) -> Saved:
    """Writes `SPEC-MODEL-PROPERTY.itf.json` and its pictures into the folder, which is made where it is missing.

    Raises `UserError` C008 where that cannot be.
    """
    stem = _file_name(trace.spec, trace.model, trace.shows or trace.kind)
    file, picture = folder / f"{stem}.itf.json", folder / f"{stem}.svg"
    write(file, trace_to_itf(trace, subject.spec))
    write(picture, trace_picture(trace, subject))
    return Saved(file, (picture,))


def trace_picture(trace: Trace, subject: Subject) -> str:
    """The space-time diagram of a trace, as the text of an SVG file."""
    return spacetime_svg(diagram(subject.spec, trace, subject.oracle, subject.explanation(trace)))


def write(file: Path, text: str) -> None:
    """Writes a file, and its folder first where that is missing.  Raises `UserError` C008 where that cannot be."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    except OSError as problem:
        raise UserError("C008", f"`{file}` cannot be written: {problem.strerror}", help="choose another --out") from None


def _file_name(*words: str) -> str:
    """`Paxos-small-agreement`: the words, with what a file system may not like left out."""
    return "-".join(re.sub(r"[^\w.]+", "_", word) for word in dict.fromkeys(words) if word)
