"""What is in the cache is used where this user put it there, for this program; else it is made anew."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
import zipfile
from pathlib import Path

import pytest
from native_runs import COUNTERS, STATES, statistics

from checker import Outcome, UserError, check, load
from checker.engines import cache
from checker.engines.cache import cache_folder, trusted_folder
from checker.engines.native.code.stored import Stored, read, write
from checker.engines.native.search import leftovers

CODE = Stored(("f",), {"max_rows": 3}, b"code")


@pytest.fixture(autouse=True)
def cache_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return cache_folder()


def test_code_of_another_program_is_nothing_under_this_name() -> None:
    mine, other = cache_folder() / "mine.baseline", cache_folder() / "other.baseline"
    write(mine, CODE)
    assert read(mine) == CODE
    shutil.copy(mine, other)
    assert read(other) is None
    mine.rename(mine.with_suffix(".optimised"))
    assert read(mine.with_suffix(".optimised")) is None


def test_a_violation_is_found_though_the_code_of_a_correct_model_has_its_name() -> None:
    right, wrong = load("paxos"), load("paxos_forgotten_promise")
    check(right, tier="native", workers=1)
    (good,) = cache_folder().glob("*.baseline")
    check(wrong, tier="native", workers=1)
    for file in cache_folder().glob("*.baseline"):
        if file != good:
            shutil.copy(good, file)
    assert check(wrong, tier="native", workers=1).outcome is Outcome.VIOLATED


def test_damaged_and_truncated_code_is_made_anew() -> None:
    file = cache_folder() / "mine.baseline"
    write(file, CODE)
    content = file.read_bytes()
    for number in range(len(content)):
        file.write_bytes(content[:number])
        assert read(file) is None
        file.write_bytes(content[:number] + bytes([content[number] ^ 1]) + content[number + 1 :])
        assert read(file) is None


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names")
def test_a_pipe_or_a_link_in_the_place_of_a_file_is_nothing() -> None:
    assert trusted_folder(cache_folder())
    pipe, link, folder = (cache_folder() / name for name in ("pipe", "link", "folder"))
    os.mkfifo(pipe)
    folder.mkdir()
    write(cache_folder() / "real", CODE)
    link.symlink_to(cache_folder() / "real")
    assert [read(entry) for entry in (pipe, link, folder)] == [None, None, None]
    write(pipe, CODE)
    assert read(pipe) == CODE


def test_the_folder_is_for_its_user_alone() -> None:
    before = os.umask(0o000)
    try:
        write(cache_folder() / "mine", CODE)
    finally:
        os.umask(before)
    assert cache_folder().stat().st_mode & 0o777 == 0o700
    cache_folder().chmod(0o777)
    assert read(cache_folder() / "mine") is None
    cache_folder().chmod(0o755)
    assert read(cache_folder() / "mine") == CODE
    assert cache_folder().stat().st_mode & 0o777 == 0o700


def test_a_link_is_no_folder_for_code(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    cache_folder().parent.mkdir()
    cache_folder().symlink_to(tmp_path / "elsewhere")
    write(cache_folder() / "mine", CODE)
    assert list((tmp_path / "elsewhere").iterdir()) == []
    assert statistics(check(COUNTERS, tier="native")).states == STATES


def test_versions_in_a_zip_and_of_byte_code_alone_are_told_apart(tmp_path: Path) -> None:
    archive = tmp_path / "a.zip"
    with zipfile.ZipFile(archive, "w") as written:
        written.writestr("checker/core/values.py", "x = 1")
        written.writestr("checker/core/inner/more.pyc", b"y")
    found = list(cache._sources(zipfile.Path(archive, "checker/core/")))  # pyright: ignore[reportPrivateUsage]
    assert found == [b"more.pycy", b"values.pyx = 1"]


def left_behind(name: str, *, seconds: float = 3600.0) -> Path:
    folder = cache_folder() / "searches" / name
    folder.mkdir(parents=True)
    (folder / "search.rows").write_bytes(b"x")
    then = time.time() - seconds
    os.utime(folder, (then, then))
    return folder


def test_what_killed_runs_left_in_the_cache_is_cleared_with_a_note() -> None:
    assert trusted_folder(cache_folder())
    gone, young, kept = left_behind("gone"), left_behind("young", seconds=0), left_behind("kept")
    leftovers.keep(kept)
    then = time.time() - 3600
    os.utime(kept, (then, then))
    used = left_behind("used")
    descriptor = os.open(used, os.O_RDONLY)
    fcntl = pytest.importorskip("fcntl")
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    notes = check(COUNTERS, tier="native").notes
    os.close(descriptor)
    assert "removed from the cache: the states of a run that was killed" in notes
    assert [folder.exists() for folder in (gone, young, kept, used)] == [False, True, True, True]


def saved(folder: Path) -> Path:
    check(COUNTERS, tier="native", checkpoint=folder, max_states=50_000)
    return folder / "search.json"


def test_a_save_never_writes_through_a_link(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine")
    run = tmp_path / "run"
    saved(run)
    (run / "search.json.new").symlink_to(victim)
    assert statistics(check(COUNTERS, checkpoint=run, resume=True)).states == STATES
    assert victim.read_text() == "mine"
    other = tmp_path / "other"
    other.mkdir()
    victim.write_text("")
    (other / "search.rows").symlink_to(victim)
    with pytest.raises(UserError) as caught:
        check(COUNTERS, tier="native", checkpoint=other)
    assert caught.value.code == "C021"
    assert victim.read_text() == ""


def test_pictures_and_traces_are_not_written_through_links(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine")
    result = check(load("paxos_forgotten_promise"))
    first = result.save(tmp_path / "out")
    for file in first:
        file.unlink()
        file.symlink_to(victim)
    assert result.save(tmp_path / "out") == first
    assert victim.read_text() == "mine"
    assert sorted((tmp_path / "out").iterdir()) == sorted(first)
    assert not any(file.is_symlink() for file in first)


WRONG = [None, -1, 1.5, "x", [], {}, [1], [[1]], {"x": 1}, True, 10**30]


def test_a_forged_head_of_a_checkpoint_is_told(tmp_path: Path) -> None:
    head = saved(tmp_path / "run")
    whole = head.read_text()
    document = json.loads(json.loads(whole)["document"])
    refused = 0
    for name in (*document["search"], "key", "rows", "search"):
        for value in WRONG:
            forged = json.loads(json.dumps(document))
            (forged["search"] if name in forged["search"] else forged)[name] = value
            text = json.dumps(forged)
            checksum = hashlib.blake2b(text.encode()).hexdigest()
            head.write_text(json.dumps({"document": text, "checksum": checksum}))
            try:
                check(COUNTERS, checkpoint=head.parent, resume=True, max_states=1)
            except UserError as error:
                assert error.code in {"C023", "C024"}
                refused += 1
    assert refused > 100


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names")
def test_a_pipe_in_the_place_of_a_checkpoint_is_told(tmp_path: Path) -> None:
    head = saved(tmp_path / "run")
    head.unlink()
    os.mkfifo(head)
    with pytest.raises(UserError) as caught:
        check(COUNTERS, checkpoint=head.parent, resume=True)
    assert caught.value.code == "C028"
