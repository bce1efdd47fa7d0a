"""A proof as a page to teach from: what each step needs, and what breaks without each lemma."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from runpy import run_path

import pytest
from command import Command

from checker.core.sketch import Need
from checker.core.verdict import Outcome
from checker.engines.proof.induction import prove
from checker.engines.proof.needs import needs_of
from checker.export.sketch import Sketch
from checker.export.sketch_markdown import sketch_markdown
from checker.export.sketch_page import sketch_page
from checker.frontend.broken import broken_variants
from checker.frontend.definitions import Definitions, as_written
from checker.frontend.load import claims_of, load_proof
from checker.specs.paxos_proof import PaxosProof


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
    assert "Any two quorums of" in text


def test_a_sketch_says_what_formulas_call_and_which_protocols_have_the_hole() -> None:
    """Of Paxos, whose steps and holes another test looks at: here it is as if none were known."""
    spec = load_proof("paxos").typed()
    claims = spec.of_kind("invariant", "lemma")
    known = Definitions(PaxosProof)
    needs = [
        Need("safe_at", action, lemmas, (), quorums)
        for action, lemmas, quorums in [
            ("prepare", ("safe_at",), False), ("promise", ("safe_at",), False),
            ("propose", ("promise_is_kept", "safe_at"), True), ("accept", ("safe_at",), False),
        ]
    ]
    sketch = Sketch(
        spec=spec, command="checker prove paxos", idea="Short.\n\n1. One.\n2. Two.", claims=claims,
        text=lambda entry: as_written(entry.formula.span),
        definitions={entry.name: known.behind(entry.name) for entry in claims}, needs=needs, holes={},
        draw=lambda hole, trace: "", broken=tuple(broken_variants(PaxosProof)),
    )
    assert [when for when, _ in sketch.rows("safe_at")] == [
        "after propose it rests on", "after prepare, promise and accept it rests on"
    ]
    assert [called.heading for called in sketch.new_definitions(claims[0])] == ["chosen(v)", "chosen_in(b, v)"]
    assert [entry.name for entry in sketch.lemmas][-1] == "safe_at"
    page, text = sketch_page(sketch), sketch_markdown(sketch)
    assert "<h1>Short</h1>" in page and "<li>One.</li><li>Two.</li>" in page
    for said in (page, text):
        for entry in sketch.broken:
            assert f"checker check {entry.name}" in said
        assert "Every quorum has a member that did not vote for" in said
        assert "checker prove paxos --without safe_at" in said
    assert page.count('id="what-chosen_in"') == 1
    assert page.index('id="safe_at"') < page.index("checker check paxos_lowest_vote") < page.index('id="quorums"')


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


SHELF = Path(__file__).parent.parent / "docs" / "proofs"
PROOFS: dict[str, str] = run_path(str(SHELF / "renew.py"))["PROOFS"]


@pytest.mark.parametrize("name", PROOFS)
def test_the_page_that_is_kept_has_every_claim_as_it_stands_in_the_spec(name: str) -> None:
    """What each step needs, and what breaks, takes minutes to find; `docs/proofs/renew.py` does."""
    proof = load_proof(PROOFS[name])
    only = claims_of(proof.spec)
    claims = [
        entry for entry in proof.typed().of_kind("lemma", "invariant", "step invariant")
        if only is None or entry.kind == "lemma" or entry.name in only
    ]
    page = (SHELF / f"{name}.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^### (\w+)$", page, re.MULTILINE)) == {entry.name for entry in claims}
    for entry in claims:
        section = page.partition(f"\n### {entry.name}\n")[2].partition("\n### ")[0]
        for said in (entry.doc, as_written(entry.formula.span)):
            assert " ".join(said.split()) in " ".join(section.split()), entry.name
