"""What a caller asks of a run, checked before anything is done: the command line has checked it, Python has not."""

from __future__ import annotations

from typing import get_args

from checker.core.errors import UserError
from checker.engines.tiers import Tier

MOST_WORKERS = 1_000


def check_numbers(**numbers: int | None) -> None:
    """Each is to be 1 or more, or None.  Raises `UserError` C030."""
    for name, number in numbers.items():
        if number is not None and number < 1:
            raise UserError("C030", f"`{name}` is {number:,}", help="1 is the least that can be asked for")


def check_means(tier: str, workers: int | None) -> None:
    """`tier` is to be one that there is, and `workers` a number of threads.  Raises `UserError` C030."""
    if tier not in get_args(Tier):
        raise UserError("C030", f"`{tier}` is no tier", help=f"the tiers are {', '.join(get_args(Tier))}")
    check_numbers(workers=workers)
    if workers is not None and workers > MOST_WORKERS:
        raise UserError("C030", f"{workers:,} threads are too many", help=f"{MOST_WORKERS:,} are the most")
