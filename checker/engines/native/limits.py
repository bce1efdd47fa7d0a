"""What the native tier cannot do."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager


class NotNative(Exception):
    """The native tier cannot run this model; `reason` says in a clause why.  The Python tier can."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@contextmanager
def placed(name: str) -> Generator[None]:
    """Around the building of an action or a property: the reason says which one it is about."""
    try:
        yield
    except NotNative as error:
        raise NotNative(f"{error.reason}, in `{name}`") from None
