"""The command `checker`: its commands put together, and how every run ends.

Exit status: 0 established, or what the model expects; 1 violated, not inductive, or a witness not reached; 2 a mistake
of the user; 3 unknown, interrupted, or a fault of the checker itself; 4 not what the model expects.
"""

from __future__ import annotations

import errno
import os
import sys
import traceback
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, NoReturn

import typer

from checker.core.errors import UserError
from checker.core.verdict import Outcome
from checker.ui.check import check
from checker.ui.explain import explain
from checker.ui.listing import list_library
from checker.ui.prove import prove
from checker.ui.result_json import error_json, outcome_json
from checker.ui.show import show
from checker.ui.show_code import show_code
from checker.ui.simulate import simulate
from checker.ui.tour import tour

app = typer.Typer(
    name="checker",
    help="Explore, prove and draw consensus protocols that are written in Python.",
    epilog="Start with `checker tour`. "
    "Exit status: 0 established, or what the model expects, 1 violated, not inductive or not reached, "
    "2 a mistake of yours, 3 unknown, 4 not what the model expects.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)


class _Interrupted(Exception):
    """A command was stopped by hand where it had nothing to report."""


class _OutputLost(Exception):
    """Standard output could not be written, or nobody reads it any more."""


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version  # here, since it takes a moment to load

        typer.echo(f"checker {version('consensus-checker')}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", help="Say which version this is.", callback=_show_version, is_eager=True)
    ] = False,
) -> None:
    """What can stand before every command."""


def _add(name: str, command: Callable[..., None]) -> None:
    """Adds a command.  What typer would end with a status of its own choice is left to `run`."""

    @wraps(command)
    def wrapped(*arguments: Any, **options: Any) -> None:
        try:
            command(*arguments, **options)
        except KeyboardInterrupt:
            raise _Interrupted("interrupted before there was anything to report") from None
        except OSError as problem:
            if problem.errno not in (errno.EPIPE, errno.ENOSPC):
                raise
            raise _OutputLost(f"standard output cannot be written: {problem.strerror}") from None

    app.command(name)(wrapped)


_add("list", list_library)
_add("check", check)
_add("simulate", simulate)
_add("prove", prove)
_add("show", show)
_add("show-code", show_code)
_add("explain", explain)
_add("tour", tour)


def run() -> None:
    """The entry point: a mistake of the user becomes a message, never a traceback."""
    try:
        try:
            app()
        finally:
            _flush()
    except UserError as error:
        _end(2, error.render(), error_json(error))
    except _Interrupted as stop:
        _end(3, str(stop), outcome_json(Outcome.INTERRUPTED, str(stop)))
    except _OutputLost as loss:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # Python flushes it once more at the end
        _end(3, str(loss))
    except Exception:
        traceback.print_exc()
        fault = "this is a fault of the checker, not of your spec: nothing was established"
        _end(3, fault, outcome_json(Outcome.UNKNOWN, fault))


def _flush() -> None:
    try:
        sys.stdout.flush()
    except OSError as problem:
        raise _OutputLost(f"standard output cannot be written: {problem.strerror}") from None


def _end(status: int, message: str, document: str | None = None) -> NoReturn:
    """Ends with a message, and where JSON was asked for, with the one object on standard output."""
    if document is not None and "--json" in sys.argv:
        print(document)
    print(message, file=sys.stderr)
    sys.exit(status)
