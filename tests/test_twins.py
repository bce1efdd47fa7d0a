"""Random specs against plain Python, which shares nothing with the checker: the same counts, verdicts and lengths.

`pytest -m nightly tests/test_twins.py` goes on for an hour with seeds of its own, or for as many seconds as the
environment's TWIN_SECONDS says.  Each seed is printed; TWIN_SEED repeats one of them.
"""

from __future__ import annotations

import os
import secrets
import time
from pathlib import Path

import pytest
from twin.compare import ENGINES, compare, load, names_in_generated_code, twins_of
from twin.names import pool

from checker.core.errors import UserError

SEEDS, SHARDS = 200, 10
TO_NAMES = 3
"""Specs whose generated code lends its names to the others."""


NARROWED = ("S023", "S031", "S032", "S087")
"""A test has shown more than the generator follows, so that the front end refuses what can have one outcome only."""


def words() -> list[str]:
    """The names to choose from."""
    plain = pool()
    return pool(names_in_generated_code(twins_of(seed, plain)[0].spec for seed in range(TO_NAMES)))


def agrees(seed: int, names: list[str], folder: Path, engines: tuple[str, ...]) -> bool:
    """Compares one spec; False where the front end does not take it."""
    twins, found = twins_of(seed, names)
    try:
        compare(load(twins.spec), found, folder, engines)
    except UserError as error:
        if error.code in NARROWED:
            return False
        raise
    except Exception:
        print(f"seed {seed}\n{twins.spec}\n{twins.plain}")
        raise
    return True


@pytest.mark.parametrize("shard", range(SHARDS))
def test_the_checker_finds_what_plain_python_finds(
    shard: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    names = words()
    some = ("interpreter", "python", "native")
    seeds = range(shard, SEEDS, SHARDS)
    taken = [
        agrees(seed, names, tmp_path / str(seed), tuple(ENGINES) if position % 4 == 0 else some)
        for position, seed in enumerate(seeds)
    ]
    assert sum(taken) >= 0.9 * len(seeds)


@pytest.mark.nightly
def test_the_checker_finds_what_plain_python_finds_for_an_hour(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    names = words()
    until = time.monotonic() + float(os.environ.get("TWIN_SECONDS", "3600"))
    given = os.environ.get("TWIN_SEED")
    while time.monotonic() < until:
        seed = secrets.randbits(32) if given is None else int(given)
        print(f"seed {seed}")
        agrees(seed, names, tmp_path / str(seed), tuple(ENGINES))
        if given is not None:
            return
