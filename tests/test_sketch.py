"""A proof as a page to teach from: what each step needs, and what breaks without each lemma."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from command import Command

from checker.core.verdict import Outcome
from checker.engines.proof.induction import prove
from checker.engines.proof.needs import needs_of
from checker.frontend.load import load_proof


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Command:
    return Command(monkeypatch, capfd)


def test_what_a_step_needs_is_enough_and_nothing_of_it_can_be_left_out() -> None:
    spec = load_proof("two_phase_commit").typed()
    needs = list(needs_of(spec, None, 60.0))
    assert {need.claim for need in needs} >= {entry.name for entry in spec.of_kind("lemma")}
    deciding = [need for need in needs if need.claim == "commits_when_all_are_prepared"]
    # `all prepared` is asked in the step that decides; a coordinator that has decided hears nothing more
    assert {(need.after, need.lemmas) for need in deciding} >= {("hear", ("commits_when_all_are_prepared",))}
    (agreement,) = [need for need in needs if need.claim == "agreement" and need.after is None]
    for name in agreement.lemmas:
        others = [other for other in agreement.lemmas if other != name]
        kept = tuple(entry for entry in spec.properties if entry.name in (*others, "agreement"))
        alone = prove(replace(spec, properties=kept), seconds=5)
        assert alone.outcome is not Outcome.PROVED, name


@pytest.mark.parametrize("suffix", [".html", ".md"])
def test_a_sketch_says_each_claim_and_what_breaks_without_each_lemma(
    suffix: str, tmp_path: Path, command: Command
) -> None:
    page = tmp_path / f"proof{suffix}"
    done = command("prove", "toy_consensus", "--sketch", str(page))
    assert done.status == 0, done.err
    assert str(page) in done.out
    text = page.read_text(encoding="utf-8")
    spec = load_proof("toy_consensus").typed()
    for entry in spec.of_kind("lemma"):
        assert entry.doc.split("`")[0].split("'")[0].strip() in text
    assert text.count("What breaks without it?") == len(spec.of_kind("lemma"))
    assert "quorums intersect" in text


def test_a_sketch_of_what_is_not_proved_is_none(tmp_path: Path, command: Command) -> None:
    page = tmp_path / "proof.html"
    lemma = next(iter(load_proof("toy_consensus").typed().of_kind("lemma"))).name
    done = command("prove", "toy_consensus", "--without", lemma, "--sketch", str(page))
    assert done.status == 1
    assert not page.exists()


def test_a_sketch_is_a_page_or_markdown(tmp_path: Path, command: Command) -> None:
    done = command("prove", "toy_consensus", "--sketch", str(tmp_path / "proof.pdf"))
    assert done.status == 2
    assert "C004" in done.err
