"""The command `checker`: its commands put together, and how every run ends.

Exit status: 0 established, or what the model expects; 1 violated, not inductive, or a witness not reached; 2 a mistake
of the user; 3 unknown, interrupted, or a fault of the checker itself; 4 not what the model expects.
"""

from __future__ import annotations

import sys
import traceback
import warnings
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, NoReturn

import typer

from checker.core import interruption
from checker.core.errors import Remark, UserError
from checker.core.verdict import Outcome
from checker.ui.check import check
from checker.ui.explain import explain
from checker.ui.infer import infer
from checker.ui.listing import list_library
from checker.ui.process import INTERRUPTED, interrupted
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
    "2 a mistake of yours, 3 unknown or left open, 4 not what the model expects.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)


class _Ended(Exception):
    """A command has ended, with this status."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


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
    """Adds a command.  What typer would end with a status of its own choice is left to `status`."""

    @wraps(command)
    def wrapped(*arguments: Any, **options: Any) -> None:
        try:
            command(*arguments, **options)
        except typer.Exit as end:
            raise _Ended(end.exit_code) from None
        except KeyboardInterrupt:
            raise _Ended(interrupted()) from None
        except (OSError, EOFError) as problem:
            raise RuntimeError("a file or a pipe failed that nobody looks after") from problem

    app.command(name)(wrapped)


_add("list", list_library)
_add("check", check)
_add("simulate", simulate)
_add("prove", prove)
_add("infer", infer)
_add("show", show)
_add("show-code", show_code)
_add("explain", explain)
_add("tour", tour)


def run() -> NoReturn:
    """Runs the command on the arguments of the process, and ends with its exit status."""
    sys.exit(status())


def status() -> int:
    """Runs the command; its exit status.  A mistake of the user becomes a message, never a traceback."""
    interruption.begin()
    with warnings.catch_warnings():
        warnings.simplefilter("always", Remark)
        warnings.showwarning = _show_warning
        return _status()


def _show_warning(message: Warning | str, category: type[Warning], *place: Any, **more: Any) -> None:
    if issubclass(category, Remark):
        print(f"note: {message}", file=sys.stderr)


def _status() -> int:
    try:
        app()
    except _Ended as end:
        return end.status or _unless_interrupted()
    except UserError as error:
        return _told(2, error.render(), error_json(error))
    except KeyboardInterrupt:
        return interrupted()
    except SystemExit as end:  # of typer: it has printed what was asked for, or what is wrong with the usage
        if end.code == 130 or interruption.is_pending():
            return interrupted()
        return 2 if end.code else _unless_interrupted()
    except Exception as problem:
        if interruption.is_behind(problem):
            return interrupted()
        traceback.print_exc()
        fault = "this is a fault of the checker, not of your spec: nothing was established"
        return _told(3, fault, outcome_json(Outcome.UNKNOWN, fault))
    return 0


def _unless_interrupted() -> int:
    """0, unless a part of what was to be done was left out by hand."""
    if not interruption.was_taken():
        return 0
    print("interrupted: that is not all", file=sys.stderr)
    return INTERRUPTED


def _told(status: int, message: str, document: str) -> int:
    """Tells the message, and where JSON was asked for, the one object on standard output; the status."""
    if "--json" in sys.argv:
        print(document)
    print(message, file=sys.stderr)
    return status
