"""A run that is killed at any moment goes on from its checkpoint, and ends as if nothing had happened."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pytest
from native_runs import COUNTERS, STATES, counts, killed, statistics
from small_specs import Cell, Counters, Level, Watched

from checker.core.errors import UserError
from checker.core.model import Model
from checker.core.verdict import Outcome, Verdict
from checker.engines.native.search import search
from checker.engines.run import check
from checker.frontend.load import load_model


@pytest.fixture(autouse=True)
def saved_often(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache of their own, and many checkpoints."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))
    monkeypatch.setattr(search, "SAVE_SECONDS", 0.02)


def interrupted(model: Model, folder: Path, **more: object) -> Verdict:
    """A run with a checkpoint that ends early, at a limit."""
    verdict = check(model, tier="native", checkpoint=folder, **more)  # type: ignore[arg-type]
    assert verdict.outcome in (Outcome.INTERRUPTED, Outcome.HOLDS_TO_DEPTH)
    return verdict


def resumed(model: Model, folder: Path, **more: object) -> Verdict:
    return check(model, checkpoint=folder, resume=True, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(4))
def test_a_killed_run_ends_with_the_counts_of_one_that_was_not(seed: int, tmp_path: Path) -> None:
    random, folder = Random(seed), tmp_path / "run"
    whole = check(COUNTERS, tier="native", workers=1)
    assert killed(folder, random.uniform(0, 0.05))
    for _ in range(3):
        if not killed(folder, random.uniform(0, 0.1), resume=True):
            break
    found = resumed(COUNTERS, folder, workers=2)
    assert counts(found) == counts(whole)
    assert statistics(found).states == STATES


@pytest.mark.parametrize("workers", [1, 2])
def test_a_run_goes_on_after_each_limit(workers: int, tmp_path: Path) -> None:
    interrupted(COUNTERS, tmp_path / "run", workers=workers, max_states=50_000)
    for limits in ({"max_states": 200_000}, {"max_depth": 20}, {"max_states": 600_000}):
        limited = resumed(COUNTERS, tmp_path / "run", workers=workers, **limits)
        assert limited.outcome in (Outcome.INTERRUPTED, Outcome.HOLDS_TO_DEPTH)
    found = resumed(COUNTERS, tmp_path / "run", workers=workers)
    whole = check(COUNTERS, tier="native", workers=workers)
    assert counts(found) == counts(whole)
    assert found.outcome is Outcome.HOLDS
    assert statistics(found).actions == statistics(whole).actions
    assert statistics(found).states == STATES


def test_a_resumed_run_finds_the_same_violation_and_the_same_witnesses(tmp_path: Path) -> None:
    model = Model(Watched, sizes={Cell: 5, Level: 8}, check=("not_all_moved", "one_moved"), symmetry=False)
    interrupted(model, tmp_path / "run", max_depth=4)
    found, whole = resumed(model, tmp_path / "run"), check(model, tier="native")
    assert found.outcome is Outcome.VIOLATED
    assert found.trace == whole.trace
    assert found.witnesses == whole.witnesses
    assert counts(found) == counts(whole)


def test_an_action_is_credited_with_new_states_only_where_one_thread_found_all_of_them(tmp_path: Path) -> None:
    interrupted(COUNTERS, tmp_path / "run", workers=2, max_states=50_000)
    found = resumed(COUNTERS, tmp_path / "run", workers=1)
    assert statistics(found).actions["count"].distinct is None


# --- refused ------------------------------------------------------------------------------------------------------


def refused(model: Model, folder: Path, **more: object) -> str:
    with pytest.raises(UserError) as caught:
        check(model, checkpoint=folder, **more)  # type: ignore[arg-type]
    return caught.value.code


@pytest.mark.parametrize(
    "other",
    [
        Model(Counters, sizes={Cell: 6, Level: 9}, symmetry=False),
        Model(Counters, sizes={Cell: 6, Level: 10}),
        Model(Counters, sizes={Cell: 6, Level: 10}, symmetry=False, deadlock=True),
        Model(Watched, sizes={Cell: 6, Level: 10}, symmetry=False),
    ],
)
def test_a_checkpoint_of_something_else_is_refused(other: Model, tmp_path: Path) -> None:
    interrupted(COUNTERS, tmp_path, max_states=50_000)
    assert refused(other, tmp_path, resume=True) == "C023"


def test_a_checkpoint_is_not_written_over(tmp_path: Path) -> None:
    interrupted(COUNTERS, tmp_path, max_states=50_000)
    assert refused(COUNTERS, tmp_path) == "C020"


def test_without_a_checkpoint_there_is_nothing_to_go_on_from(tmp_path: Path) -> None:
    assert refused(COUNTERS, tmp_path, resume=True) == "C022"
    (tmp_path / "file").write_text("not a folder")
    assert refused(COUNTERS, tmp_path / "file") == "C021"


def test_the_python_tier_keeps_no_checkpoints(tmp_path: Path) -> None:
    assert refused(COUNTERS, tmp_path, tier="python") == "C026"


@pytest.mark.parametrize("memory", [1 << 20, 1 << 30])
def test_a_run_goes_on_with_less_memory_or_with_more(memory: int, tmp_path: Path) -> None:
    interrupted(COUNTERS, tmp_path, max_states=500_000, memory=(1 << 30) + (1 << 20) - memory)
    found = resumed(COUNTERS, tmp_path, memory=memory)
    assert counts(found) == counts(check(COUNTERS, tier="native"))


def test_a_level_that_was_found_in_part_is_not_said_to_be_explored(tmp_path: Path) -> None:
    """The limit of states interrupts the search within a level; asked for a depth, it claims whole levels alone."""
    part = check(COUNTERS, tier="native", checkpoint=tmp_path, max_states=50_000, workers=1)
    assert statistics(part).queue > 0
    levels = statistics(part).depth - 1
    found = check(COUNTERS, checkpoint=tmp_path, resume=True, max_depth=levels)
    assert found.outcome is Outcome.HOLDS_TO_DEPTH
    assert statistics(found).depth == levels
    assert f"on a path of up to {levels} states" in found.message


SPEC = """# {remark}
from checker import Map, Model, Ordered, Sort, Spec, action, init

class Cell(Sort): ...
class Level(Ordered): ...

class Counting(Spec):
    \"\"\"{remark}\"\"\"

    level: Map[Cell, Level]

    @init
    def start(self) -> None:
        self.level = Map({{c: Level.first() for c in Cell}})

    @action
    def count(self, c: Cell) -> None:
        \"\"\"{remark}\"\"\"
        self.level[c] = self.level[c].next

model = Model(Counting, sizes={{Cell: 6, Level: 10}}, symmetry=False)
"""


def test_a_checkpoint_is_gone_on_with_wherever_its_spec_lies_and_whatever_its_remarks_say(tmp_path: Path) -> None:
    models = list[Model]()
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        file = tmp_path / folder / "counting.py"
        file.write_text(SPEC.format(remark=f"This is number {folder}."))
        models.append(load_model(str(file))[1])
    interrupted(models[0], tmp_path / "run", max_states=50_000)
    assert statistics(resumed(models[1], tmp_path / "run")).states == STATES


@pytest.mark.parametrize("damage", ["row", "cut", "missing", "head", "garbage"])
def test_a_damaged_checkpoint_is_refused(damage: str, tmp_path: Path) -> None:
    interrupted(COUNTERS, tmp_path, max_states=50_000)
    rows, head = tmp_path / "search.rows", tmp_path / "search.json"
    content, text = rows.read_bytes(), head.read_text()
    match damage:
        case "row":
            rows.write_bytes(content[:4000] + bytes([content[4000] ^ 1]) + content[4001:])
        case "cut":
            rows.write_bytes(content[:-8])
        case "missing":
            rows.unlink()
        case "head":
            wrapped = json.loads(text)
            wrapped["document"] = wrapped["document"].replace('"initial": 1', '"initial": 2')
            head.write_text(json.dumps(wrapped))
        case _:
            head.write_text(text[:100])
    assert refused(COUNTERS, tmp_path, resume=True) == "C024"


def test_rows_that_were_written_after_the_last_save_are_dropped(tmp_path: Path) -> None:
    interrupted(COUNTERS, tmp_path, max_states=50_000)
    with (tmp_path / "search.rows").open("ab") as file:
        file.write(b"\xff" * 1003)
    assert statistics(resumed(COUNTERS, tmp_path)).states == STATES
