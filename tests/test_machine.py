"""Baseline and optimised code, from the compiler and from the cache: a search says the same with any of them."""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path

import pytest
from native_runs import COUNTERS, STATES, counts, native, statistics
from small_specs import Cell, Counters, Level

from checker.core.model import Model
from checker.core.verdict import Verdict
from checker.engines.native.code.builder import WORD, Module
from checker.engines.native.code.machine import Machine, compile_module
from checker.engines.cache import cache_folder
from checker.engines.native.search import crew, search
from checker.frontend.load import load_model


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty cache."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


def optimise_from_the_first_level_on(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(search, "OPTIMISE_SECONDS", 0.0)
    patch.setattr(Machine, "start_optimising", Machine.optimise)


def counters(cells: int, levels: int, **more: object) -> Model:
    return Model(Counters, sizes={Cell: cells, Level: levels}, **more)  # type: ignore[arg-type]


def squares(module: Module) -> None:
    function = module.function("square", WORD, ("number", WORD))
    function.return_(function["number"] * function["number"])
    function.finish()


# --- two kinds of code --------------------------------------------------------------------------------------------


def files() -> dict[str, bytes]:
    """What is in the cache: which kind of code, and the content of the file."""
    return {file.suffix: file.read_bytes() for file in cache_folder().iterdir()}


def said(verdict: Verdict) -> object:
    return verdict.outcome, verdict.properties, verdict.witnesses, verdict.trace, counts(verdict)


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("name", ["raft:medium", "raft_two_votes", "paxos_lowest_vote", "paxos:two_acceptors"])
def test_a_search_says_the_same_with_baseline_code_with_optimised_code_and_with_both(name: str, workers: int) -> None:
    model = load_model(name)[1]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "OPTIMISE_SECONDS", float("inf"))
        baseline = native(model, workers=workers)
        assert set(files()) == {".baseline"}
    with pytest.MonkeyPatch.context() as patch:
        optimise_from_the_first_level_on(patch)
        changed = native(model, workers=workers)
        assert set(files()) == {".baseline", ".optimised"}
    optimised = native(model, workers=workers)
    assert said(baseline) == said(changed) == said(optimised)


@pytest.mark.parametrize("workers", [1, 2])
def test_no_state_is_lost_when_optimised_code_comes_while_threads_are_at_work(
    workers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "OPTIMISE_SECONDS", 0.0)
    monkeypatch.setattr(crew, "WATCH_SECONDS", 0.0)
    monkeypatch.setattr(crew, "SMALL_LEVEL", 1)
    assert statistics(native(COUNTERS, workers=workers)).states == STATES


def test_code_stays_in_memory_as_long_as_somebody_may_run_it() -> None:
    module = Module()
    squares(module)
    machine = compile_module(lambda: (module, {}), "squares")
    baseline = machine.function("square", 1)
    machine.optimise()
    optimised = machine.function("square", 1)
    assert baseline is not optimised
    del machine
    gc.collect()
    assert baseline(12) == optimised(12) == 144


def test_optimised_code_is_made_once() -> None:
    built: list[Module] = []

    def build() -> tuple[Module, dict[str, int]]:
        built.append(Module())
        squares(built[-1])
        return built[-1], {"a fact": 7}

    first = compile_module(build, "squares")
    first.optimise()
    function = first.function("square", 1)
    first.optimise()
    first.start_optimising()
    assert first.function("square", 1) is function
    second = compile_module(build, "squares")
    assert second.facts == first.facts == {"a fact": 7}
    assert second.function("square", 1)(5) == 25
    assert len(built) == 1


# --- object code on disk ------------------------------------------------------------------------------------------


def run() -> dict[str, bytes]:
    """What is in the cache after a run."""
    assert statistics(native(counters(3, 4), symmetry=False)).states == 4**3
    return files()


def cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def one_bit(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


@pytest.mark.parametrize("damage", [cut, one_bit, lambda content: b"", lambda content: b"something else"])
def test_a_damaged_file_of_the_cache_is_made_anew(
    damage: Callable[[bytes], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    optimise_from_the_first_level_on(monkeypatch)
    whole = run()
    assert set(whole) == {".baseline", ".optimised"}
    for file in cache_folder().iterdir():
        file.write_bytes(damage(file.read_bytes()))
    assert run() == whole


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    optimise_from_the_first_level_on(monkeypatch)
    assert statistics(native(counters(3, 4), symmetry=False)).states == 4**3


def test_a_user_without_a_home_has_no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    def home() -> Path:
        raise RuntimeError("Could not determine home directory.")

    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", home)
    assert statistics(native(counters(3, 4), symmetry=False)).states == 4**3
    assert not cache_folder().exists()


def test_other_sizes_properties_or_symmetries_are_other_programs() -> None:
    native(counters(3, 4), symmetry=False)
    for model, symmetry in ((counters(3, 5), False), (counters(3, 4), True), (counters(3, 4, deadlock=True), False)):
        before = len(list(cache_folder().iterdir()))
        native(model, symmetry=symmetry)
        native(model, symmetry=symmetry)
        assert len(list(cache_folder().iterdir())) == before + 1
