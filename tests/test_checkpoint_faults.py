"""What goes wrong around a checkpoint is told, and what was saved before it stays usable."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest
from small_specs import Cell, Counters, Level

from checker.core.errors import UserError
from checker.core.model import Model
from checker.core.verdict import Outcome, Verdict
from checker.engines.native.search import search
from checker.engines.run import check

COUNTERS = Model(Counters, sizes={Cell: 6, Level: 10}, symmetry=False)
STATES = 10**6
ROW_BYTES = 8

PROGRAM = """
import sys
from pathlib import Path
from small_specs import Cell, Counters, Level
from checker.core.model import Model
from checker.engines.native.search import search
from checker.engines.run import check

search.SAVE_SECONDS = float(sys.argv[2])
model = Model(Counters, sizes={Cell: 6, Level: 10}, symmetry=False)
check(model, tier="native", workers=2, checkpoint=Path(sys.argv[1]))
"""


@pytest.fixture(autouse=True)
def cache_of_their_own(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))


@contextmanager
def files_no_longer_than(size: int) -> Generator[None]:
    """The system refuses to write more bytes than this into a file, as a full disk would."""
    resource = pytest.importorskip("resource", reason="this system has no limits")
    before, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (before, most))


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
    assert verdict.statistics is not None
    assert verdict.statistics.states == STATES


def test_the_first_save_is_made_at_once(tmp_path: Path) -> None:
    """However long it is from one save to the next; a run that is complete saves nothing at its end."""
    subprocess.run(command(tmp_path / "run", save_seconds=3600), check=True)
    saved = (tmp_path / "run" / "rows").stat().st_size
    assert 0 < saved < STATES * ROW_BYTES
    verdict = check(COUNTERS, checkpoint=tmp_path / "run", resume=True)
    assert verdict.statistics is not None
    assert verdict.statistics.states == STATES


@pytest.mark.slow
def test_twenty_runs_that_were_killed_end_with_the_counts_of_one_that_was_not(tmp_path: Path) -> None:
    random, whole = Random(20), counts(check(COUNTERS, tier="native", workers=1))
    kills = 0
    for attempt in range(60):
        folder = tmp_path / str(attempt)
        if kills < 20 and killed(folder, random.uniform(0, 0.4)):
            kills += 1
            assert counts(check(COUNTERS, checkpoint=folder, resume=True)) == whole
    assert kills == 20, "most runs were through before they were to be killed"


def command(folder: Path, *, save_seconds: float) -> list[str]:
    return [sys.executable, "-c", PROGRAM, str(folder), str(save_seconds)]


def killed(folder: Path, seconds: float) -> bool:
    """Was the run killed so many seconds after its first save, or was it through before?"""
    process = subprocess.Popen(command(folder, save_seconds=0.01))
    while not (folder / "search.json").exists() and process.poll() is None:
        time.sleep(0.001)
    time.sleep(seconds)
    process.kill()
    return process.wait() != 0


def counts(verdict: Verdict) -> tuple[object, ...]:
    found = verdict.statistics
    assert found is not None
    assert found.states == STATES
    actions = {name: (action.generated, action.cut) for name, action in found.actions.items()}
    return verdict.outcome, found.states, found.generated, found.depth, found.terminal, found.queue, actions


@pytest.mark.parametrize("content", ["", "5", "[]", "{}", '{"document": 5, "checksum": 1}', '{"document": null}'])
def test_a_file_that_is_no_head_of_a_checkpoint_is_told(content: str, tmp_path: Path) -> None:
    (tmp_path / "search.json").write_text(content)
    assert refused(lambda: check(COUNTERS, checkpoint=tmp_path, resume=True)).code == "C024"
