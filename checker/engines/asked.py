"""What a caller asks of a run, checked before anything is done: the command line has checked it, Python has not."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, NoReturn, SupportsFloat, get_args

from checker.core import ir
from checker.core.errors import UserError, did_you_mean
from checker.core.given import as_path, counted, shown, whole_number
from checker.engines.tiers import Tier

MOST_WORKERS = 1_000
FOREVER = 1_000_000.0
"""Seconds that no run takes: more than a week."""


def wrong(name: str, value: object, help: str) -> NoReturn:
    """Says that the argument `name` cannot have this value: `UserError` C030."""
    number = whole_number(value)
    raise UserError("C030", f"`{name}` is {shown(value) if number is None else counted(number)}", help=help)


def number_from_1(name: str, value: int | None) -> int | None:
    """A number of 1 or more, or None.  Raises `UserError` C030."""
    return None if value is None else required_from_1(name, value)


def required_from_1(name: str, value: int) -> int:
    """A number of 1 or more.  Raises `UserError` C030."""
    number = whole_number(value)
    if number is None:
        wrong(name, value, "give a whole number")
    if number < 1:
        wrong(name, value, "1 is the least that can be asked for")
    return number


def number_of_workers(value: int | None) -> int | None:
    """A number of threads, or None.  Raises `UserError` C030."""
    workers = number_from_1("workers", value)
    if workers is not None and workers > MOST_WORKERS:
        raise UserError("C030", f"{counted(workers)} threads are too many", help=f"{MOST_WORKERS:,} are the most")
    return workers


def check_tier(tier: Tier) -> None:
    """It is to be one that there is.  Raises `UserError` C030."""
    if tier not in get_args(Tier):
        raise UserError("C030", f"{shown(tier)} is no tier", help=f"the tiers are {', '.join(get_args(Tier))}")


def check_name(name: str) -> None:
    """What a verdict calls the model is to be a line of text.  Raises `UserError` C030."""
    said: Any = name
    if not isinstance(said, str) or not said.isprintable():
        wrong("name", said, "give a line of text: the name of the model in the result")


def check_report(report: object) -> None:
    """It is to be a function, or None.  Raises `UserError` C030."""
    if report is not None and not callable(report):
        wrong("report", report, "give a function that is called with the progress, such as `print`")


def check_action(spec: ir.Spec, name: str | None) -> None:
    """It is to be an action of the spec, or None.  Raises `UserError` C006."""
    said: Any = name
    known = [entry.name for entry in spec.actions]
    if said is not None and not isinstance(said, str):
        wrong("via", said, "give the name of an action")
    if name is not None and name not in known:
        help = did_you_mean(name, known) or f"its actions are {', '.join(f'`{entry}`' for entry in known) or 'none'}"
        raise UserError("C006", f"{spec.name} has no action `{name}`", help=help)


def check_truth(name: str, value: object, *, or_none: bool = False) -> None:
    """It is to be a truth value.  Raises `UserError` C030."""
    if not isinstance(value, bool) and not (or_none and value is None):
        wrong(name, value, "give True or False" + (", or None for what the model says" if or_none else ""))


def writable(folder: Path, name: str) -> Path:
    """The folder, made where it is missing: what takes long to find must not be lost for want of it.

    Raises `UserError` C008 where it cannot be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            return folder
    except OSError as problem:
        reason = problem.strerror or str(problem)
        raise UserError("C008", f"`{folder}` cannot be written: {reason}", help=f"choose another {name}") from None


def folder(name: str, value: str | Path | None) -> Path | None:
    """The folder that is named, or None.  Raises `UserError` C030."""
    path = None if value is None else as_path(value)
    if value is not None and path is None:
        wrong(name, value, 'give the path of a folder, such as `"run"`')
    return path


def number_of_seconds(value: float) -> float:
    """A time of more than 0, however long.  Raises `UserError` C030."""
    said: Any = value
    number = whole_number(said)
    if number is not None:
        seconds = float(min(max(number, 0), int(FOREVER)))
    else:
        seconds = float(said) if isinstance(said, SupportsFloat) and not isinstance(said, bool) else 0.0
    if not seconds > 0:  # no number is among them
        wrong("seconds", value, "give a number of seconds greater than 0")
    return min(seconds, FOREVER)
