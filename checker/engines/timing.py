"""Where the time of a run went."""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter

from checker.core.verdict import SecondsByPart, Statistics
from checker.engines.search import SearchResult


def with_times(statistics: Statistics, result: SearchResult[int], *, started: float, searched: float) -> Statistics:
    """The statistics of a run that ends now, with its seconds.

    It was called for at `started` and had searched at `searched`, by `perf_counter`.  What was neither the search nor
    one that was given up for it was the preparation.
    """
    ended, searching = perf_counter(), statistics.seconds_by_part.searching
    preparing = searched - started - (searching - result.earlier_seconds) - result.discarded_seconds
    parts = SecondsByPart(
        preparing=max(0.0, preparing), discarded=result.discarded_seconds, searching=searching,
        replaying=ended - searched,
    )
    return replace(statistics, seconds=ended - started, seconds_by_part=parts)
