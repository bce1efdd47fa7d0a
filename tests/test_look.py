"""A look at some obligations of a proof: what is said of each, and that no more is claimed than was shown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command import Command

from checker import Spec, action, api, init, invariant, lemma, require, step_invariant
from checker.core.errors import UserError
from checker.core.verdict import ObligationResult, Outcome, Verdict
from checker.engines.proof.induction import prove
from checker.engines.proof.look import look_at
from checker.frontend.elaborate import elaborate


class Ahead(Spec):
    """Two counters, of which the second is never ahead; and a lemma that is false."""

    first: int
    second: int
    clock: int

    @init
    def start(self) -> None:
        self.first = 0
        self.second = 0
        self.clock = 0

    @action
    def go(self) -> None:
        self.first += 1

    @action
    def follow(self) -> None:
        require(self.second < self.first)
        self.second += 1

    @action
    def catch_up(self) -> None:
        self.second = self.first

    @action
    def tick(self) -> None:
        self.clock += 1

    @lemma
    def never_ahead(self) -> bool:
        return self.second <= self.first

    @lemma
    def few(self) -> bool:
        return self.first <= 2

    @invariant
    def few_follow(self) -> bool:
        return self.second <= 2

    @step_invariant
    def first_stays(self, after: Ahead) -> bool:
        return after.first >= self.first


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Command:
    return Command(monkeypatch, capfd)


def looked(lemma: str | None, after: str | None) -> Verdict:
    """A look without a search beside it."""
    spec = elaborate(Ahead)
    return prove(spec, look=look_at(spec, lemma, after))


def found(verdict: Verdict) -> dict[tuple[str, str], ObligationResult]:
    return {(entry.name, entry.action or entry.obligation): entry for entry in verdict.obligations}


def test_all_obligations_of_a_lemma_are_proved_and_that_is_no_proof() -> None:
    verdict = looked("never_ahead", None)
    assert verdict.outcome is Outcome.PARTLY_PROVED
    assert verdict.exit_status == 3
    assert not verdict
    steps = found(verdict)
    assert set(steps) == {("never_ahead", action) for action in ("start", "go", "follow", "catch_up")}
    assert all(entry.outcome is Outcome.PROVED for entry in steps.values())
    assert [(entry.name, entry.outcome) for entry in verdict.properties] == [("never_ahead", Outcome.PARTLY_PROVED)]


def test_each_proof_names_what_it_may_assume_and_what_it_needs_of_that() -> None:
    steps = found(looked("never_ahead", None))
    assert steps["never_ahead", "start"].hypotheses == ()
    assert set(steps["never_ahead", "go"].hypotheses or ()) >= {"never_ahead", "few"}
    assert steps["never_ahead", "go"].core == ("never_ahead",)
    assert steps["never_ahead", "follow"].core == ()  # its guard says enough
    assert steps["never_ahead", "catch_up"].core == ()


def test_what_follows_from_a_lemma_that_is_false_is_proved_from_it_and_not_proved() -> None:
    verdict = looked("few_follow", None)
    assert verdict.outcome is Outcome.PARTLY_PROVED
    (entry,) = verdict.obligations
    assert (entry.obligation, entry.outcome) == ("follows", Outcome.PROVED)
    assert set(entry.core or ()) == {"never_ahead", "few"}
    assert prove(elaborate(Ahead)).outcome is Outcome.NOT_INDUCTIVE


def test_one_obligation_that_fails_comes_with_its_counterexample_to_induction() -> None:
    verdict = looked("few", "go")
    assert verdict.outcome is Outcome.NOT_INDUCTIVE
    assert verdict.exit_status == 1
    assert [(entry.name, entry.action, entry.outcome) for entry in verdict.obligations] == [
        ("few", "go", Outcome.NOT_INDUCTIVE)
    ]
    assert verdict.trace is not None
    assert [step.label.action for step in verdict.trace.steps] == ["assumed", "go"]


def test_a_claim_that_is_looked_at_and_is_false_in_a_run_is_violated() -> None:
    result = api.prove(Ahead, lemma=Ahead.few, after_action=Ahead.go)
    assert result.outcome is Outcome.VIOLATED
    assert result.trace is not None
    assert result.trace.steps[0].label.action == "start"
    assert result.trace.shows == "few"


def test_after_an_action_every_claim_that_it_may_change_is_looked_at() -> None:
    assert set(found(looked(None, "go"))) == {("never_ahead", "go"), ("few", "go"), ("first_stays", "go")}
    assert set(found(looked(None, "start"))) == {("never_ahead", "start"), ("few", "start")}
    assert looked(None, "start").outcome is Outcome.PARTLY_PROVED


def test_where_nothing_is_to_be_shown_that_is_said() -> None:
    verdict = looked("never_ahead", "tick")
    assert verdict.outcome is Outcome.PARTLY_PROVED
    assert verdict.message.startswith("there is nothing to show of `never_ahead` after tick")


@pytest.mark.parametrize(
    ("lemma", "after", "help"),
    [
        ("never_ahed", None, "did you mean `never_ahead`?"),
        (None, "folow", "did you mean `follow`?"),
        ("go", None, "--after-action go"),
        (None, "few", "--lemma few"),
        ("xyz", None, "it has never_ahead, few, few_follow, first_stays"),
    ],
)
def test_an_unknown_name_is_an_error_with_advice(lemma: str | None, after: str | None, help: str) -> None:
    with pytest.raises(UserError, match="P001") as caught:
        api.prove(Ahead, lemma=lemma, after_action=after)
    assert help in caught.value.render()


def test_the_command_prints_each_obligation_and_the_object_has_them(command: Command) -> None:
    done = command("prove", "toy_consensus", "--after-action", "decide")
    assert done.status == 3, done.err
    assert "proved in part" in done.out
    assert "from the hypotheses" in done.out
    asked = command("prove", "toy_consensus", "--after-action", "decide", "--json")
    document = json.loads(asked.out)
    assert (document["verdict"], document["exit_status"], document["expected"]) == ("partly_proved", 3, None)
    assert document["obligations"]
    for entry in document["obligations"]:
        assert set(entry["core"]) - {"quorums intersect"} <= set(entry["hypotheses"])
        assert f"{entry['name']} " in done.out


def test_a_part_of_a_proof_is_not_sketched(command: Command, tmp_path: Path) -> None:
    done = command("prove", "toy_consensus", "--lemma", "agreement", "--sketch", str(tmp_path / "page.html"))
    assert done.status == 2
    assert "C004" in done.err
