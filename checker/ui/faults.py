"""Faults of the checker where something is to be drawn or written: they are told, and the verdict stands."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Generator
from contextlib import contextmanager

from checker.core.errors import UserError


@contextmanager
def only_told(what: str) -> Generator[None]:
    """What happens inside may fail without the verdict being lost: standard error then says that `what` is missing.

    A mistake of the user, and a file that cannot be written, are raised as ever."""
    try:
        yield
    except (UserError, OSError):
        raise
    except Exception as fault:
        traceback.print_exc()
        print(f"there is no {what}, by a fault of the checker: {fault!r}\nThe verdict stands.", file=sys.stderr)
