"""Results in a notebook: the verdict in words, and below it the picture of its trace."""

from __future__ import annotations

from html import escape

from checker.core.verdict import Verdict
from checker.ui.verdict_text import verdict_lines

COLOURS = {0: "#1a7f37", 1: "#cf222e", 2: "#cf222e", 3: "#9a6700", 4: "#cf222e"}
"""By exit status."""


def result_html(verdict: Verdict, picture: str) -> str:
    """A fragment of HTML that needs nothing from outside; `picture` is the text of an SVG, or empty."""
    headline, *lines = [escape(line.plain) for line in verdict_lines(verdict)]
    text = "\n".join(lines)
    return (
        f'<div><strong style="color: {COLOURS[verdict.exit_status]}">{headline}</strong>'
        f"<pre>{text}</pre>{picture}</div>"
    )
