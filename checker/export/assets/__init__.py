"""Files that are put into pages and pictures as they are."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def asset(name: str) -> str:
    """The text of one of the files in this folder."""
    return files(__name__).joinpath(name).read_text(encoding="utf-8")
