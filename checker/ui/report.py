"""How a command ends: the verdict is printed, its trace too, files are written, and the status is set."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import typer

from checker.core.verdict import Verdict
from checker.export.text import trace_text
from checker.ui.console import results
from checker.ui.result_json import verdict_json
from checker.ui.subject import Subject
from checker.ui.verdict_text import verdict_lines


def report(verdict: Verdict, subject: Callable[[], Subject], *, json: bool, out: Path | None) -> None:
    """Reports the verdict, and ends the command with its exit status.

    `subject` is asked for what the verdict is about where there is something to explain or to draw.  `json`: one object
    on standard output, and nothing else.  `out`: the folder for traces and pictures.
    """
    files = [] if out is None else _saved(verdict, subject(), out)
    if json:
        print(verdict_json(verdict, files))
    else:
        _print(verdict, subject, files)
    raise typer.Exit(verdict.exit_status)


def _saved(verdict: Verdict, subject: Subject, out: Path) -> list[Path]:
    from checker.ui.artifacts import save_run  # here, since most runs draw nothing and start sooner without

    return save_run(verdict, subject, out)


def _print(verdict: Verdict, subject: Callable[[], Subject], files: list[Path]) -> None:
    console = results()
    for line in verdict_lines(verdict):
        console.print(line)
    if verdict.trace:
        console.print()
        for line in trace_text(verdict.trace, subject().explanation(verdict.trace)):
            console.print(line)
    if files:
        console.print()
    for file in files:
        console.print(f"wrote {file}")
