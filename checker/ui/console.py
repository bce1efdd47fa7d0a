"""The two streams of the command: results on standard output, everything else on standard error.

Both are made when they are asked for, so that a test or a shell that redirects a stream gets what it expects.
Names of a spec may hold brackets, so rich's markup is never read.
"""

from __future__ import annotations

import json
import sys
from codecs import lookup

from rich.console import Console


def results() -> Console:
    """Standard output.  Where it is no terminal, lines are as long as they are."""
    return _console(stderr=False)


def messages() -> Console:
    """Standard error: progress and mistakes."""
    return _console(stderr=True)


def json_text(document: object) -> str:
    """One value as JSON, in the characters that standard output has."""
    has_all = lookup(sys.stdout.encoding or "ascii").name == "utf-8"
    return json.dumps(document, ensure_ascii=not has_all)


def _console(*, stderr: bool) -> Console:
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else 10_000
    return Console(stderr=stderr, markup=False, highlight=False, emoji=False, soft_wrap=True, width=width)
