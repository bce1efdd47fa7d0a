"""Results of proofs are kept by content: what stays the same is not proved again, and nothing else counts as proved."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from checker.core.verdict import ObligationResult, Outcome, Verdict
from checker.engines.cache import keep
from checker.engines.proof.induction import prove
from checker.frontend.load import load_proof

PROVED = Outcome.PROVED

COUNTERS = """
from checker import Ghost, Spec, action, init, invariant, lemma, require

class Base(Spec):
    STEP = 1
    a: int
    b: int
    c: int
    d: int

    @init
    def start(self) -> None:
        self.a = 0
        self.b = 0
        self.c = 0
        self.d = 0

    def more(self) -> int:
        return self.a + 1

    @action
    def grow(self) -> None:
        self.a += self.STEP

    @action
    def grow_more(self) -> None:
        self.a = self.more()

    @action
    def copy(self) -> None:
        self.b = self.a

class Counters(Base):
    @action
    def copy_again(self) -> None:
        self.c = self.b

    @action
    def double(self) -> None:
        self.d = self.d + self.a

    @lemma
    def behind(self) -> bool:
        return self.b <= self.a

    @lemma
    def apart(self) -> bool:
        return self.d >= 0

    @invariant
    def last(self) -> bool:
        return self.c <= self.a
"""

VOTES = """
from checker import Map, Quorum, Set, Sort, Spec, action, init, invariant, lemma, require

class Node(Sort): ...
class Value(Sort): ...
class Majority(Quorum[Node]): ...

class Votes(Spec):
    votes: Map[Node, Value | None]
    chosen: Set[Value]

    @init
    def start(self) -> None:
        self.votes = Map({n: None for n in Node})
        self.chosen = Set()

    @action
    def vote(self, n: Node, v: Value) -> None:
        require(self.votes[n] is None)
        self.votes[n] = v

    @action
    def choose(self, v: Value, q: Majority) -> None:
        require(all(self.votes[n] == v for n in q))
        self.chosen.add(v)

    @lemma
    def chosen_by_a_majority(self) -> bool:
        return all(any(all(self.votes[n] == v for n in q) for q in Majority) for v in self.chosen)

    @invariant
    def agreement(self) -> bool:
        return all(v == w for v in self.chosen for w in self.chosen)
"""


class Proving:
    """Proves versions of a spec, one after the other, with one folder."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.folder = place / "cache" / "proofs"
        self.versions = 0

    def __call__(self, text: str) -> Verdict:
        self.versions += 1
        file = self.place / f"version_{self.versions}.py"
        file.write_text(text)
        name = "Counters" if "class Counters" in text else "Votes"
        return prove(load_proof(f"{file}:{name}").typed(), folder=self.folder)


@pytest.fixture
def proving(tmp_path: Path) -> Proving:
    return Proving(tmp_path)


def edited(text: str, before: str, after: str) -> str:
    assert before in text
    return text.replace(before, after)


def proved_again(verdict: Verdict) -> list[ObligationResult]:
    return [entry for entry in verdict.obligations if not entry.kept]


def said(verdict: Verdict) -> object:
    return verdict.outcome, verdict.message, verdict.properties


def test_what_is_kept_says_the_same(proving: Proving) -> None:
    cold, warm = proving(COUNTERS), proving(COUNTERS)
    assert cold.outcome is PROVED and said(warm) == said(cold)
    assert not any(entry.kept for entry in cold.obligations)
    assert proved_again(warm) == []
    count = len(cold.obligations)
    assert f"{count} obligations, 0 without a proof, {count} kept from earlier proofs" in warm.notes
    assert [entry.uses for entry in warm.obligations] == [entry.uses for entry in cold.obligations]


def test_comments_places_and_names_are_no_content(proving: Proving) -> None:
    proving(COUNTERS)
    moved = edited(COUNTERS, "class Counters(Base):", "# more\n\n\nclass Counters(Base):\n    '''It counts.'''")
    assert proved_again(proving(moved)) == []
    renamed = edited(moved, "behind", "copied_before")
    assert proved_again(proving(renamed)) == []
    assert proving(renamed).outcome is PROVED


def test_another_lemma_is_proved_again_with_what_rests_on_it_alone(proving: Proving) -> None:
    before = proving(COUNTERS)
    resting = {
        (entry.name, entry.action) for entry in before.obligations if "behind" in (entry.name, *entry.uses)
    }
    after = proving(edited(COUNTERS, "self.b <= self.a", "self.b < self.a + 1"))
    assert after.outcome is PROVED
    again = {(entry.name, entry.action) for entry in proved_again(after)}
    assert again == resting
    assert ("last", "copy_again") in again and ("last", "grow") not in again


@pytest.mark.parametrize(
    ("before", "after", "wrong"),
    [
        ("STEP = 1", "STEP = -1", "behind"),  # a constant
        ("return self.a + 1", "return self.a - 1", "behind"),  # the body of a method
        ("self.b = self.a\n", "self.b = self.a + 1\n", "behind"),  # an inherited action
        ("self.d = 0", "self.d = -1", "apart"),  # a start
        ("return self.b <= self.a", "return self.b <= self.a + 1", "last"),  # a lemma that says too little
        ("self.c <= self.a", "self.c < self.a", "last"),  # what is claimed
        ("class Counters(Base):", "class Counters(Base):\n    @action\n    def fall(self) -> None:\n"
         "        self.a -= 1\n        self.b = self.a\n        self.c = self.a\n", "apart"),  # what was inferred
    ],
)
def test_what_an_edit_makes_false_is_not_proved(proving: Proving, before: str, after: str, wrong: str) -> None:
    assert proving(COUNTERS).outcome is PROVED
    verdict = proving(edited(COUNTERS, before, after))
    assert verdict.outcome is not PROVED
    assert {entry.name: entry.outcome for entry in verdict.properties}[wrong] is not PROVED
    assert proving(COUNTERS).outcome is PROVED


def test_quorums_that_need_not_meet_are_others(proving: Proving) -> None:
    assert proving(VOTES).outcome is PROVED
    apart = edited(VOTES, "Majority(Quorum[Node])", "Majority(Quorum[Node], intersects=())")
    assert proving(apart).outcome is not PROVED


def test_a_support_set_helps_a_search_and_is_no_content(proving: Proving) -> None:
    proving(COUNTERS)
    supported = edited(COUNTERS, "@lemma\n    def apart", '@lemma(uses=["behind"])\n    def apart')
    assert {entry.obligation for entry in proved_again(proving(supported))} <= {"follows"}  # which is asked now


def test_what_fails_is_tried_again(proving: Proving) -> None:
    wrong = edited(COUNTERS, "STEP = 1", "STEP = -1")
    first, second = proving(wrong), proving(wrong)
    assert said(first) == said(second)
    assert {entry.outcome for entry in proved_again(second)} >= {Outcome.NOT_INDUCTIVE}
    assert all(entry.outcome is PROVED for entry in second.obligations if entry.kept)


def test_damaged_files_are_proved_anew(proving: Proving) -> None:
    cold = proving(COUNTERS)
    for number, file in enumerate(sorted(proving.folder.iterdir())):
        content = file.read_bytes()
        file.write_bytes(content[:-1] if number % 2 else content[:-1] + b"!")
    again = proving(COUNTERS)
    assert said(again) == said(cold)
    assert len(proved_again(again)) == len(again.obligations)


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"7", b"{}", b'{"used": 3, "rung": "", "seconds": 0.0}', b"\xff", b"[" * 100_000,
                b'{"used": [[]], "rung": "", "seconds": 0.1}', b'{"answer": "proved"}', b'{"cases": ["possible"]}'],
)
def test_what_nobody_wrote_here_is_nothing(proving: Proving, content: bytes) -> None:
    cold = proving(VOTES)
    for file in proving.folder.iterdir():
        keep(file, content)
    again = proving(VOTES)
    assert said(again) == said(cold)
    assert len(proved_again(again)) == len(again.obligations)


def test_a_proof_under_the_name_of_another_is_nothing(proving: Proving) -> None:
    proving(COUNTERS)
    wrong = edited(COUNTERS, "STEP = 1", "STEP = -1")
    files = {file.name: file.read_bytes() for file in proving.folder.iterdir()}
    proving(wrong)
    some = next(iter(files.values()))
    for file in proving.folder.iterdir():
        file.write_bytes(files.get(file.name, some))
    assert proving(wrong).outcome is not PROVED


def test_where_nothing_can_be_kept_all_is_proved(proving: Proving) -> None:
    proving.folder.parent.write_text("a file, no folder")
    for _ in range(2):
        verdict = proving(VOTES)
        assert verdict.outcome is PROVED
        assert not any(entry.kept for entry in verdict.obligations)


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="folders have no owners")
def test_a_folder_that_others_can_write_is_not_read(proving: Proving) -> None:
    proving(VOTES)
    proving.folder.chmod(0o777)
    assert not any(entry.kept for entry in proving(VOTES).obligations)
    proving.folder.chmod(0o700)
    proving.folder.parent.chmod(0o777)
    assert not any(entry.kept for entry in proving(VOTES).obligations)


WITH_AXIOM = """
from checker import *


class Node(Sort): ...


class Marks(Spec):
    trusted: Set[Node]
    marked: Set[Node]

    @axiom
    def somebody_is_trusted(self) -> bool:
        return any(n in self.trusted for n in Node)

    @init
    def start(self, trusted: Set[Node]) -> None:
        self.trusted = trusted
        self.marked = Set()

    @action
    def mark(self, n: Node) -> None:
        require(n in self.trusted)
        self.marked.add(n)

    @invariant
    def only_trusted_are_marked(self) -> bool:
        return all(n in self.trusted for n in self.marked)
"""


@pytest.mark.parametrize("spec", [VOTES, WITH_AXIOM], ids=["lemmas", "an axiom"])
def test_a_solver_is_not_loaded_where_everything_is_kept(tmp_path: Path, spec: str) -> None:
    (tmp_path / "votes.py").write_text(spec)
    program = (
        "import sys; from checker import prove; result = prove('votes.py');"
        "print(bool(result), sum(not entry.kept for entry in result.obligations), 'z3' in sys.modules)"
    )
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    lines = [
        subprocess.run(
            [sys.executable, "-c", program], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
        ).stdout.split()
        for _ in range(2)
    ]
    assert lines[0][0] == "True" and lines[0][1] != "0" and lines[0][2] == "True"
    assert lines[1] == ["True", "0", "False"]
