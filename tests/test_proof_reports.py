"""What is told of a proof: its obligations one by one, how far it has come, and whether it is what its spec expects."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command import Command
from test_kept_proofs import COUNTERS, edited

from checker import NotProved, Outcome, Proved, UserError, prove
from checker.engines.proof.expectation import expected_of
from checker.engines.proof.induction import prove as run_proof
from checker.frontend.load import load_proof

WRONG = edited(COUNTERS, "self.b = self.a\n", "self.b = self.a + 1\n")


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Command:
    return Command(monkeypatch, capfd)


@pytest.fixture(autouse=True)
def cache_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)


def written(text: str, expected: str = "") -> str:
    line = "from checker import NotProved, Proved\n" + (f"EXPECT = {expected}\n" if expected else "")
    Path("counters.py").write_text(line + text)
    return "counters.py:Counters"


def test_the_obligations_are_those_that_can_be_counted_by_hand(command: Command) -> None:
    document = json.loads(command("prove", written(COUNTERS), "--json").out)
    listed = [(each["name"], each["obligation"], each["action"]) for each in document["obligations"]]
    # `behind` reads a and b, which three actions change; each claim also holds after the `@init`
    assert [entry for entry in listed if entry[0] == "behind"] == [
        ("behind", "initially", "start"), ("behind", "step", "grow"), ("behind", "step", "grow_more"),
        ("behind", "step", "copy"),
    ]
    assert ("last", "step", "copy_again") in listed and ("last", "step", "copy") not in listed
    assert {each["verdict"] for each in document["obligations"]} == {"proved"}
    assert {each["kind"] for each in document["obligations"]} == {"invariant", "lemma", "ints"}
    assert all(each["rung"] and each["seconds"] >= 0 and each["kept"] is False for each in document["obligations"])
    uses = {(each["name"], each["action"]): each["uses"] for each in document["obligations"]}
    assert "behind" in uses["last", "copy_again"]


def test_what_there_was_no_time_for_is_told_apart() -> None:
    target = written(COUNTERS)
    verdict = run_proof(load_proof(target).typed(), seconds=1e-6)
    assert verdict.outcome is Outcome.UNKNOWN
    assert not any(entry.is_tried for entry in verdict.obligations)
    assert "there was no time to try" in verdict.message and "no proof and no counterexample" not in verdict.message


def test_progress_says_how_many_are_done_and_what_is_at_work() -> None:
    told: list[str] = []
    verdict = run_proof(load_proof(written(COUNTERS)).typed(), progress=told.append)
    counted = [line for line in told if "obligations done, now" in line]
    assert any("`behind` after start" in line for line in counted)
    done = [int(line.split()[0]) for line in counted]
    assert done == sorted(done) and done[-1] <= len(verdict.obligations)


@pytest.mark.parametrize("place", ["paxos", "flexible_paxos", "raft_election", "raft", "two_phase_commit", "chord"])
def test_a_proof_of_the_library_expects_to_be_one(place: str) -> None:
    proof = load_proof(place)
    assert expected_of(proof, proof.typed()) == Proved()


@pytest.mark.parametrize(
    ("text", "expected", "status", "said"),
    [
        (COUNTERS, "Proved()", 0, "proved for every size"),
        (WRONG, 'NotProved("behind")', 0, "violated, as the spec expects"),
        (WRONG, "Proved()", 4, "expected that everything is proved, and `behind` is violated"),
        (COUNTERS, 'NotProved("behind")', 4, "expected that `behind` fails, and it does not"),
        (WRONG, 'NotProved("apart")', 4, "expected that `apart` fails, and it does not: `behind` is violated"),
    ],
)
def test_what_is_expected_decides_the_exit_status(
    command: Command, text: str, expected: str, status: int, said: str
) -> None:
    ended = command("prove", written(text, expected))
    assert ended.status == status, ended.out
    assert said in " ".join(ended.out.split())


def test_nothing_is_compared_where_a_part_was_asked_for() -> None:
    target = written(COUNTERS, 'NotProved("behind")')
    assert prove(target).expected is False
    assert prove(target, only=["last"]).expected is None


@pytest.mark.parametrize("expected", ['NotProved("behnid")', "Proved", "7", "NotProved(3)"])
def test_what_cannot_be_expected_is_a_mistake(expected: str) -> None:
    with pytest.raises(UserError) as caught:
        prove(written(COUNTERS, expected))
    assert caught.value.code == "M041"
    assert caught.value.help


def test_a_class_that_derives_from_a_proof_is_there_to_differ() -> None:
    text = "from checker.specs.paxos_proof import PaxosProof\n\nclass Mine(PaxosProof):\n    '''Differs.'''\n"
    Path("derived.py").write_text(text)
    proof = load_proof("derived.py")
    assert expected_of(proof, proof.typed()) is None
    assert NotProved("agreement").property == "agreement"
