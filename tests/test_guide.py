"""The guide to proofs keeps its word: its files are saved and its commands run in order, and print what it shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from command import Command
from readme import README, fences

GUIDE = README.parent / "docs/proving.md"

TWO_LEMMAS = """
from checker import Model, lemma
from lock import Worker
from lock_proof import LockProof

class TwoLemmas(LockProof):
    @lemma
    def in_one_place(self) -> bool:
        return True

small = Model(TwoLemmas, sizes={Worker: 3})
"""


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Command:
    """The command, run in an empty folder and with no proof kept from earlier."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    return Command(monkeypatch, capfd)


def test_what_the_guide_shows_is_printed(command: Command) -> None:
    for language, text in fences(GUIDE):
        if language == "python":
            save(text)
        else:
            for line, shown in sessions(text):
                assert_shows(shown, command(*line.split()).out, line)


def test_every_verdict_has_the_exit_status_of_the_table(command: Command) -> None:
    save_all()
    table = dict(re.findall(r"^\| \*([\w ]+)\* \|.*\| (\d) \|$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE))
    for line, verdict in (
        ("prove lock_proof.py", "proved for every size"),
        ("prove lock_proof.py --lemma in_one_place", "proved in part"),
        ("prove lock.py", "not inductive"),
        ("check my_paxos.py --set Ballot=3", "violated"),
    ):
        ended = command(*line.split())
        assert ended.out.splitlines()[0].endswith(f": {verdict}")
        assert ended.status == int(table[verdict])


def test_what_the_guide_says_besides(command: Command) -> None:
    """The small searches find nothing, the mixin fails where `--proof` does, and no answer solves no exercise."""
    save_all()
    assert command("check", "lock.py").status == command("check", "my_paxos.py").status == 0
    mixin = command("prove", "my_proof.py", "--json").json
    assert ("vote_is_joined", "not_inductive") in {(each["name"], each["verdict"]) for each in mixin["properties"]}
    unsolved = ("prove", "mine.py", "--without", "vote_is_joined", "--json")
    assert command(*unsolved).json["verdict"] == "not_inductive"
    answer = Path("mine.py").read_text().replace("all(True ", "all(self.has_joined_vote(a) ")
    Path("mine.py").write_text(answer)
    assert command(*unsolved).json["verdict"] == "proved"


def test_four_states_stand_in_for_the_last_lemma_and_three_do_not(command: Command) -> None:
    save_all()
    Path("two_lemmas.py").write_text(TWO_LEMMAS)
    for length, verdict in (3, "not_inductive"), (4, "holds"):
        result = command("prove", "two_lemmas.py:small", "--k-induction", str(length), "--json").json
        assert result["verdict"] == verdict


def save_all() -> None:
    for language, text in fences(GUIDE):
        if language == "python":
            save(text)


def save(text: str) -> None:
    """Saves a file under the name in its first line, or adds to the end of one."""
    named = re.match(r"# (at the end of )?(\w+\.py)\n", text)
    assert named, text
    with Path(named[2]).open("a" if named[1] else "w", encoding="utf-8") as file:
        file.write(text[named.end() :])


def sessions(text: str) -> Iterator[tuple[str, list[str]]]:
    """Each command of a block, without its name, and the lines that are shown of its output."""
    for session in re.split(r"^\$ checker ", text, flags=re.MULTILINE)[1:]:
        line, *shown = session.splitlines()
        yield line, shown


def assert_shows(shown: list[str], printed: str, line: str) -> None:
    """What stands between two `...` is together in the output, in this order, and begins where it begins."""
    rest = printed.splitlines()
    parts = "\n".join("..." if each.strip() == "..." else each for each in shown).split("\n...")
    for number, part in enumerate(parts):
        wanted = part.strip("\n").splitlines()
        starts = [0] if number == 0 else range(len(rest) - len(wanted) + 1)
        start = next((at for at in starts if rest[at : at + len(wanted)] == wanted), None)
        assert start is not None, f"checker {line} does not print\n{part}\nbut\n{printed}"
        rest = rest[start + len(wanted) :]
    assert not rest or shown[-1].strip() == "...", f"checker {line} prints more:\n{printed}"
