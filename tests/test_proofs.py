"""Proofs prove what holds, and nothing else; where one fails, its counterexample is what it says it is."""

from __future__ import annotations

from pathlib import Path

import proof_specs
import pytest
from hypothesis import HealthCheck, given, settings
from random_specs import RandomSpec, load, random_specs

from checker import api
from checker.core import ir
from checker.core.errors import UserError
from checker.core.language import Spec
from checker.core.model import Model
from checker.core.verdict import Outcome, Verdict
from checker.engines.proof.induction import prove
from checker.engines.interpreter.interpreter import Interpreter
from checker.engines.run import check
from checker.frontend.elaborate import elaborate
from checker.frontend.load import claims_of, load_proof
from checker.specs.paxos import Paxos

PROVED, NOT_INDUCTIVE, UNKNOWN, VIOLATED = Outcome.PROVED, Outcome.NOT_INDUCTIVE, Outcome.UNKNOWN, Outcome.VIOLATED


def proof_of(spec: type[Spec]) -> Verdict:
    return prove(elaborate(spec), only=claims_of(spec))


def outcomes(verdict: Verdict) -> dict[str, Outcome]:
    return {entry.name: entry.outcome for entry in verdict.properties}


def support(verdict: Verdict) -> dict[str, set[str]]:
    """Which properties the proof of each one used, besides itself."""
    names = {entry.name for entry in verdict.properties}
    words = {entry.name: entry.detail.replace(",", " ").split() for entry in verdict.properties}
    return {name: names & set(found) for name, found in words.items()}


@pytest.mark.parametrize("target", ["paxos", "flexible_paxos", "fast_start_paxos", "raft_election"])
def test_what_is_bundled_with_a_proof_is_proved(target: str) -> None:
    verdict = proof_of(load_proof(target).spec)
    assert verdict.outcome is PROVED, verdict
    assert set(outcomes(verdict).values()) == {PROVED}
    assert verdict.trace is None


def test_paxos_rests_on_what_its_proof_on_paper_rests_on() -> None:
    # the proof graph of research on Paxos in this style; a larger one could still be a proof, a smaller one could not
    found = support(proof_of(load_proof("paxos").spec))
    assert found["safe_at"] >= {
        "promise_reports_vote", "promise_reports_last_vote", "promise_is_kept", "one_value_per_ballot",
    }
    assert found["promise_reports_vote"] >= {"remembers_vote"}
    assert found["promise_reports_last_vote"] >= {"remembers_last_vote", "promise_is_kept"}
    assert found["remembers_last_vote"] >= {"vote_is_joined"}
    assert "safe_at" in found["only_choice"]


def test_raft_elects_one_leader_a_term_whatever_the_network_does() -> None:
    proof = load_proof("raft_election").spec
    switched_on = {name for name in ("restarts", "duplicates", "drops") if getattr(proof, name)}
    assert switched_on == {"restarts", "duplicates", "drops"}
    proved = {name for name, outcome in outcomes(proof_of(proof)).items() if outcome is PROVED}
    assert proved >= {"election_safety", "one_election_a_term", "one_vote_a_term"}


BROKEN = [
    (proof_specs.ForgetfulProof, "promise_is_kept"),
    (proof_specs.ObedientProof, "promise_is_kept"),
    (proof_specs.HeedlessProof, "safe_at"),
    (proof_specs.LowestVoteProof, "safe_at"),
    (proof_specs.DisjointProof, "safe_at"),
    (proof_specs.GenerousProof, "vote_is_remembered"),
    (proof_specs.AmnesicProof, "vote_is_remembered"),
]


@pytest.mark.parametrize(("broken", "lemma"), BROKEN)
def test_a_broken_variant_fails_at_the_lemma_that_it_breaks(broken: type[Spec], lemma: str) -> None:
    verdict = proof_of(broken)
    assert verdict.outcome is NOT_INDUCTIVE
    assert outcomes(verdict)[lemma] is NOT_INDUCTIVE
    # whatever rests on the lemma is not said to be proved
    assert not any(lemma in used for name, used in support(verdict).items() if outcomes(verdict)[name] is PROVED)
    assert_is_counterexample(elaborate(broken), verdict)


def assert_is_counterexample(spec: ir.Spec, verdict: Verdict) -> None:
    """The hypotheses hold in the first state, the interpreter takes the step, and the property fails after it."""
    trace, instance = verdict.trace, verdict.instance
    assert trace is not None
    assert instance is not None
    assert trace.kind == "counterexample to induction"
    interpreter = Interpreter(spec, instance)
    properties = {entry.name: entry for entry in spec.properties}
    broken = properties[trace.shows or ""]
    before, last = trace.steps
    assert all(interpreter.holds(entry, before.state) for entry in spec.of_kind("lemma"))
    assert last in interpreter.steps(before.state)[0]
    assert not interpreter.holds(broken, last.state)


def test_what_holds_but_is_not_inductive_is_not_called_violated() -> None:
    verdict = proof_of(proof_specs.Even)
    assert verdict.outcome is NOT_INDUCTIVE
    assert verdict.trace is not None
    assert [state["count"] for state in verdict.trace.states] == [1, 3]
    assert verdict.exit_status == 1
    assert verdict.message.startswith("`never_three` is not inductive by itself, and there is no @lemma: ")
    several = prove(elaborate(Paxos), only=None)
    assert several.message.startswith(
        "`agreement`, `only_choice` are not inductive with the invariants alone, and there is no @lemma: "
    )
    assert proof_of(proof_specs.EvenWithLittle).message.startswith("the lemmas are not enough for `never_three`: ")


def test_the_missing_lemma_makes_it_a_proof() -> None:
    assert outcomes(proof_of(proof_specs.EvenProof)) == {"never_three": PROVED, "is_even": PROVED}


def test_nothing_is_proved_from_a_lemma_that_is_wrong_at_the_start() -> None:
    found = outcomes(proof_of(proof_specs.Inconsistent))
    assert found["is_ten"] is NOT_INDUCTIVE
    assert found["never_three"] is not PROVED


def test_an_int_that_may_fall_below_0_is_any_int() -> None:
    verdict = proof_of(proof_specs.Falling)
    assert outcomes(verdict) == {"at_most_three": PROVED}
    assert any("the ints of `left` stay at least 0" in note for note in verdict.notes)
    landing = proof_of(proof_specs.Landing)
    assert outcomes(landing) == {"at_most_three": PROVED}
    assert not any("at least 0" in note for note in landing.notes)


def test_what_is_false_below_0_has_a_counterexample_there() -> None:
    verdict = proof_of(proof_specs.Sinking)
    assert outcomes(verdict) == {"not_below_0": NOT_INDUCTIVE, "at_most_three": PROVED, "calm": PROVED}
    assert verdict.trace is not None
    assert [state["left"] for state in verdict.trace.states] == [0, -1]


def test_what_rests_on_ints_that_rest_on_a_wrong_lemma_is_not_proved() -> None:
    found = outcomes(proof_of(proof_specs.Believing))
    assert found["never_drained"] is NOT_INDUCTIVE
    assert found["counts_up"] is UNKNOWN
    assert found["calm"] is PROVED


def test_a_failure_in_an_initial_state_is_told_as_one() -> None:
    verdict = proof_of(proof_specs.Inconsistent)
    assert verdict.message == "`is_ten` is false in an initial state of `start`"
    assert verdict.trace is not None
    assert (verdict.trace.kind, len(verdict.trace)) == ("counterexample", 1)


@pytest.mark.parametrize(
    "spec",
    [
        proof_specs.Climb, proof_specs.NoneBelowFirst, proof_specs.CountBelowFirst, proof_specs.RestBelowFirst,
        proof_specs.AtGreatest, proof_specs.LooksUp, proof_specs.LooksUpInSubset, proof_specs.LooksUpSometimes,
    ],
)
def test_an_order_has_a_first_and_a_last_element_in_a_proof_as_in_a_model(spec: type[Spec]) -> None:
    sorts = {proof_specs.Cell: 2} if spec is proof_specs.LooksUpSometimes else {}
    assert check(Model(spec, sizes={proof_specs.Level: 3, **sorts})).outcome is VIOLATED
    assert proof_of(spec).outcome is NOT_INDUCTIVE


def test_quorums_of_an_order_are_made_of_its_elements() -> None:
    assert check(Model(proof_specs.Meeting, sizes={proof_specs.Level: 3})).outcome is Outcome.HOLDS
    assert outcomes(proof_of(proof_specs.Meeting)) == {"stands": PROVED, "quorums_meet": PROVED}


def test_a_step_beyond_the_last_element_is_not_taken_in_a_proof_either() -> None:
    assert check(Model(proof_specs.BeyondLast, sizes={proof_specs.Level: 3})).outcome is Outcome.HOLDS
    assert proof_of(proof_specs.BeyondLast).outcome is PROVED
    sizes = {proof_specs.Level: 3, proof_specs.Cell: 2}
    assert check(Model(proof_specs.LooksUpForAll, sizes=sizes)).outcome is Outcome.HOLDS
    assert proof_of(proof_specs.LooksUpForAll).outcome is PROVED


SWITCHED = """
from checker import Model, Spec, action, init, invariant

class Switched(Spec):
    bad: bool
    BUG = False

    @init
    def start(self) -> None:
        self.bad = False

    @action
    def go(self) -> None:
        self.bad = self.BUG

    @invariant
    def good(self) -> bool:
        return not self.bad

sound = Model(Switched)
unsound = Model(Switched, constants={"BUG": True})
"""


def test_a_named_model_gives_the_proof_its_constants(tmp_path: Path) -> None:
    file = tmp_path / "switched.py"
    file.write_text(SWITCHED, encoding="utf-8")
    assert [api.prove(f"{file}{name}").outcome for name in ("", ":Switched", ":sound")] == [PROVED] * 3
    refuted = api.prove(f"{file}:unsound")
    assert refuted.outcome is VIOLATED
    assert "the proof is about the constants of `unsound`: BUG=True" in refuted.notes


def test_orders_sequences_and_maxima_of_any_size_are_proved_about() -> None:
    assert set(outcomes(proof_of(proof_specs.Rising)).values()) == {PROVED}


def test_a_proof_without_time_is_unknown() -> None:
    verdict = prove(load_proof("paxos").typed(), seconds=1e-6)
    assert verdict.outcome is UNKNOWN
    assert PROVED not in outcomes(verdict).values()


def test_a_property_that_is_not_there_is_an_error() -> None:
    with pytest.raises(UserError, match="agreemnet"):
        prove(load_proof("paxos").typed(), only=["agreemnet"])


def test_two_proofs_say_the_same() -> None:
    first, second = (proof_of(proof_specs.ObedientProof) for _ in range(2))
    assert first == second


@given(random_specs())
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_what_is_proved_is_never_violated(random_spec: RandomSpec) -> None:
    loaded = load(random_spec)
    found = outcomes(prove(loaded.spec, seconds=2))
    interpreter = Interpreter(loaded.spec, loaded.instance)
    proved = [entry for entry in loaded.spec.properties if found.get(entry.name) is PROVED]
    try:
        states = list(dict.fromkeys(step.state for step in interpreter.initial()))
        for state in states:
            after = [step.state for step in interpreter.steps(state)[0]]
            for entry in proved:
                nexts = after if entry.kind == "step invariant" else [None]
                assert all(interpreter.holds(entry, state, other) for other in nexts)
            states += [other for other in dict.fromkeys(after) if other not in states and len(states) < 200]
    except UserError:
        return  # an error of the spec ends it; a proof is about the states before


def test_an_int_parameter_is_any_int() -> None:
    assert proof_of(proof_specs.AnyAmount).outcome is NOT_INDUCTIVE
    assert proof_of(proof_specs.GuardedAmount).outcome is PROVED


def test_nothing_is_proved_of_a_spec_without_an_initial_state() -> None:
    verdict = proof_of(proof_specs.Nowhere)
    assert verdict.outcome is Outcome.ERROR
    assert outcomes(verdict) == {"anything": UNKNOWN}


def test_what_a_proof_says_nothing_about_is_named() -> None:
    verdict = proof_of(proof_specs.EmptyCases)
    assert verdict.outcome is PROVED
    assert "vacuous: no state that satisfies the lemmas enables `never`, which is proved" in verdict.notes
    (assumed,) = [note for note in verdict.notes if "`of_nothing` assumes" in note]
    assert assumed.startswith("vacuous: no state that satisfies the lemmas is a case of what")
    assert "not known: whether a state that satisfies the lemmas enables `seldom`" in verdict.notes
    assert verdict.exit_status == 0


def test_a_proof_about_something_says_so() -> None:
    assert any("is possible where they hold" in note for note in proof_of(proof_specs.EvenProof).notes)
