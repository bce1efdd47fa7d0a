"""What goes wrong around a checkpoint is told, and what was saved before it stays usable."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from native_runs import COUNTERS, ROW_BYTES, STATES, counts, files_no_longer_than, killed, started, statistics

from checker.core.errors import UserError
from checker.core.verdict import Outcome, Verdict
from checker.engines.native.search import search
from checker.engines.run import check

@pytest.fixture(autouse=True)
def cache_of_their_own(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))


def refused(run: Callable[[], Verdict]) -> UserError:
    with pytest.raises(UserError) as caught:
        run()
    return caught.value


def test_a_full_disk_is_told_and_the_save_before_it_is_gone_on_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "SAVE_SECONDS", 0.02)
    check(COUNTERS, tier="native", checkpoint=tmp_path / "run", max_states=50_000)
    with files_no_longer_than(STATES * ROW_BYTES // 2):
        full = check(COUNTERS, checkpoint=tmp_path / "run", resume=True)
    assert full.outcome is Outcome.INTERRUPTED
    assert "the disk is full" in full.message
    assert any(f"--resume {tmp_path / 'run'}" in note for note in full.notes)
    verdict = check(COUNTERS, checkpoint=tmp_path / "run", resume=True)
    assert statistics(verdict).states == STATES


def test_states_that_cannot_be_written_end_a_run_with_what_was_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "SAVE_SECONDS", 0.02)
    check(COUNTERS, tier="native", checkpoint=tmp_path, max_states=50_000)
    (tmp_path / "search.json.new").mkdir()
    found = check(COUNTERS, checkpoint=tmp_path, resume=True)
    assert found.outcome is Outcome.INTERRUPTED
    assert "could not be written" in found.message
    assert any(f"`{tmp_path}` cannot be written: Is a directory" in note for note in found.notes)
    assert statistics(found).states > 50_000
    (tmp_path / "search.json.new").rmdir()
    assert statistics(check(COUNTERS, checkpoint=tmp_path, resume=True)).states == STATES


def test_a_folder_that_is_removed_meanwhile_ends_a_run_with_what_was_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "SAVE_SECONDS", 0.02)
    monkeypatch.setattr(search, "REPORT_SECONDS", 0.0)
    verdict = check(
        COUNTERS, tier="native", checkpoint=tmp_path / "run",
        report=lambda _: shutil.rmtree(tmp_path / "run", ignore_errors=True),
    )
    assert verdict.outcome is Outcome.INTERRUPTED
    assert "could not be written" in verdict.message
    assert statistics(verdict).states > 1
    assert not any("--resume" in note for note in verdict.notes)


def test_memory_that_there_is_not_is_refused() -> None:
    assert refused(lambda: check(COUNTERS, tier="native", memory=1 << 60)).code == "C029"


def test_a_checkpoint_that_cannot_be_read_is_told_from_one_that_is_not_there(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    assert refused(lambda: check(COUNTERS, checkpoint=folder, resume=True)).code == "C022"
    folder.symlink_to(folder)
    assert refused(lambda: check(COUNTERS, checkpoint=folder, resume=True)).code == "C028"
    assert refused(lambda: check(COUNTERS, checkpoint=folder)).code == "C021"


def test_nothing_is_resumed_from_nowhere() -> None:
    assert refused(lambda: check(COUNTERS, resume=True)).code == "C022"


def test_the_first_save_is_made_at_once(tmp_path: Path) -> None:
    """However long it is from one save to the next; a run that is complete saves nothing at its end."""
    assert started(tmp_path / "run", save_seconds=3600).wait() == 0
    saved = (tmp_path / "run" / "search.rows").stat().st_size
    assert 0 < saved < STATES * ROW_BYTES
    verdict = check(COUNTERS, checkpoint=tmp_path / "run", resume=True)
    assert statistics(verdict).states == STATES


@pytest.mark.slow
def test_twenty_runs_that_were_killed_end_with_the_counts_of_one_that_was_not(tmp_path: Path) -> None:
    random, whole = Random(20), counts(check(COUNTERS, tier="native", workers=1))
    assert whole["states"] == STATES
    kills = 0
    for attempt in range(60):
        folder = tmp_path / str(attempt)
        if kills < 20 and killed(folder, random.uniform(0, 0.4)):
            kills += 1
            assert counts(check(COUNTERS, checkpoint=folder, resume=True)) == whole
    assert kills == 20, "most runs were through before they were to be killed"


@pytest.mark.parametrize("content", ["", "5", "[]", "{}", '{"document": 5, "checksum": 1}', '{"document": null}'])
def test_a_file_that_is_no_head_of_a_checkpoint_is_told(content: str, tmp_path: Path) -> None:
    (tmp_path / "search.json").write_text(content)
    assert refused(lambda: check(COUNTERS, checkpoint=tmp_path, resume=True)).code == "C024"
