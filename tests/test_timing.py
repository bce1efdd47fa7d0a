"""A run says how long the caller waited, and for what."""

from __future__ import annotations

from dataclasses import astuple
from pathlib import Path

import pytest

from checker.core.model import Model
from checker.core.verdict import Statistics, Verdict
from checker.engines import simulate as simulation
from checker.engines import search, tiers
from checker.engines.native.search import search as native_search
from checker.engines.progress import Progress
from checker.engines.run import check
from checker.engines.simulate import simulate
from small_specs import Cell, Counters, Level

COUNTERS = Model(Counters, sizes={Cell: 3, Level: 8}, symmetry=False)


def statistics(verdict: Verdict) -> Statistics:
    assert verdict.statistics is not None
    return verdict.statistics


def test_the_parts_make_up_the_whole() -> None:
    for tier in ("python", "native"):
        for found in (statistics(check(COUNTERS, tier=tier)), statistics(simulate(COUNTERS, tier=tier))):
            assert sum(astuple(found.seconds_by_part)) == pytest.approx(found.seconds)
            assert found.seconds_by_part.preparing > 0 < found.seconds_by_part.searching
            assert found.seconds_by_part.discarded == 0


def test_what_was_given_up_for_machine_code_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiers, "LARGE", 100)
    monkeypatch.setattr(simulation, "MANY", 100)
    for found in (statistics(check(COUNTERS)), statistics(simulate(COUNTERS, walks=10))):
        assert found.seconds_by_part.discarded > 0
        assert sum(astuple(found.seconds_by_part)) == pytest.approx(found.seconds)


def test_progress_goes_on_where_the_search_in_python_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiers, "LARGE", 100)
    monkeypatch.setattr(search, "REPORT_SECONDS", 0.0)
    monkeypatch.setattr(native_search, "REPORT_SECONDS", 0.0)
    seen: list[Progress] = []
    check(COUNTERS, report=seen.append)
    seconds = [progress.seconds for progress in seen]
    assert len(seconds) > 2
    assert seconds == sorted(seconds)


def test_the_search_has_the_time_of_the_runs_before_and_the_whole_has_not(tmp_path: Path) -> None:
    first = statistics(check(COUNTERS, tier="native", checkpoint=tmp_path / "run", max_depth=9))
    second = statistics(check(COUNTERS, tier="native", checkpoint=tmp_path / "run", resume=True))
    parts = second.seconds_by_part
    assert sum(astuple(parts)) > second.seconds
    assert sum(astuple(parts)) - second.seconds <= first.seconds_by_part.searching
