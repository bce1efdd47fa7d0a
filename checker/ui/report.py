"""How a command ends: the verdict is printed, its trace too, files are written, and the status is set."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import NoReturn

import typer

from checker.core import interruption
from checker.core.errors import UserError
from checker.core.verdict import Verdict
from checker.export.text import numbered, trace_text
from checker.ui.console import results
from checker.ui.process import INTERRUPTED
from checker.ui.result_json import verdict_json
from checker.ui.subject import Subject
from checker.ui.verdict_text import verdict_lines


def report(
    verdict: Verdict, subject: Callable[[], Subject], *, json: bool, out: Path | None, more: Iterable[Path] = (),
    problem: UserError | None = None, also: Mapping[str, object] | None = None,
) -> NoReturn:
    """Reports the verdict, and ends the command with its exit status.

    `subject` is asked for what the verdict is about where there is something to explain or to draw.  `json`: one object
    on standard output, and nothing else.  `out`: the folder for traces and pictures.  `more`: other files, written as
    they are asked for.  A file that cannot be written takes nothing from the verdict, which is told: the status is then
    2 where it would be 0; so it is with a `problem` of files that were to be written before.  `also`: more keys of the
    object.
    """
    if not json:
        _print(verdict, subject)
    files: list[Path] = []
    status = verdict.exit_status
    if problem is not None:
        print(problem.render(), file=sys.stderr)
        status = status or 2
    failure = told_while_written(chain(_saved(verdict, subject, out) if out else (), more), files, quiet=json)
    if failure is not None:
        message, other = failure
        verdict = replace(verdict, notes=(*verdict.notes, message))
        status = other if other == INTERRUPTED else status or other
    if json:
        print(verdict_json(verdict, files, status, also))
    raise typer.Exit(status)


def told_while_written(writing: Iterator[Path], files: list[Path], *, quiet: bool) -> tuple[str, int] | None:
    """Adds the files to `files` while they are written, and prints their names unless that is to be `quiet`.

    Where not all of them can be written, that is told on standard error; why, and the exit status that it stands for.
    """
    try:
        for file in writing:
            if not quiet:
                results().print(f"{'' if files else chr(10)}wrote {file}")
            files.append(file)
    except UserError as error:
        print(error.render(), file=sys.stderr)
        return error.message, 2
    except KeyboardInterrupt:
        interruption.take()
        message = "interrupted before all files were written"
        print(message, file=sys.stderr)
        return message, INTERRUPTED
    return None


def _saved(verdict: Verdict, subject: Callable[[], Subject], out: Path) -> Iterator[Path]:
    from checker.ui.artifacts import save_run  # here, since most runs draw nothing and start sooner without

    yield from save_run(verdict, subject(), out)


def _print(verdict: Verdict, subject: Callable[[], Subject]) -> None:
    console = results()
    for line in verdict_lines(verdict):
        console.print(line)
    about = subject() if verdict.wrong else None
    for trace, number in numbered(verdict.wrong):
        console.print()
        for line in trace_text(trace, about.explanation(trace) if about else (), number):
            console.print(line)
    sys.stdout.flush()  # what is told is told, whatever becomes of the files
