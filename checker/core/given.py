"""What a caller gives, and from where: Python checks no types, so anything may come."""

from __future__ import annotations

import itertools
import math
import operator
import sys
from collections.abc import Collection
from pathlib import Path
from types import FrameType
from typing import Any, cast

from checker.core.errors import Span, column_of

LONGEST = 60
"""Characters of a value that a message shows."""

LIBRARY = ("checker.specs.", "checker.models.", "checker.counterexamples.")
"""Modules below the package that are written as a user's are."""


def whole_number(value: object) -> int | None:
    """The whole number that `value` is (one of numpy counts too), None for anything else, truth values included."""
    if isinstance(value, bool | str):
        return None
    try:
        return int(operator.index(value))  # type: ignore[arg-type]  # what has no index raises
    except TypeError:
        return None


def counted(number: int) -> str:
    """`12,345`; of a number that nobody would read, how many digits it has."""
    if abs(number) < 10**18:
        return f"{number:,}"
    return f"{'minus ' if number < 0 else ''}a number of {int(math.log10(abs(number))) + 1:,} digits"


def shown(value: object) -> str:
    """A value as a message shows it, whatever it is: on one line, and short."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**18:
        return counted(value)
    try:
        text = repr(value)
    except Exception:  # a `__repr__` of the user's, or an int inside that Python does not write
        return f"a value of the type {type(value).__name__}"
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else line[: LONGEST - 2] + " …"


def items_of(value: object) -> list[Any] | None:
    """The items of a collection, and None for anything else: a text is no collection of letters."""
    if isinstance(value, str | bytes) or not isinstance(value, Collection):
        return None
    return list(cast("Collection[Any]", value))


def place_of_caller() -> Span:
    """Where the code stands that called the checker, or makes a model: the innermost line outside of this package."""
    frame = sys._getframe(1)  # pyright: ignore[reportPrivateUsage]
    while frame.f_back is not None and _is_ours(frame):
        frame = frame.f_back
    file, line = frame.f_code.co_filename, frame.f_lineno
    at = next(itertools.islice(frame.f_code.co_positions(), frame.f_lasti // 2, None), (None,) * 4)
    start_line, end_line, column, end_column = at
    if start_line is None or end_line is None or column is None or end_column is None:
        return Span(file, line, 0, line, 0)
    return Span(file, start_line, column_of(file, start_line, column), end_line, column_of(file, end_line, end_column))


def _is_ours(frame: FrameType) -> bool:
    """Is this a line of the checker, or of `dataclasses.replace`, which makes a model from another one?"""
    name = str(frame.f_globals.get("__name__"))
    if name == "dataclasses":
        return True
    return (name == "checker" or name.startswith("checker.")) and not name.startswith(LIBRARY)


def as_path(value: object) -> Path | None:
    """The path that `value` names; None where it names none."""
    if not isinstance(value, str | Path) or not str(value) or "\0" in str(value):
        return None
    return Path(value)
