"""No rung of the ladder proves what is false, and the lemmas of the whole of Raft are true of small models."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Sequence
from dataclasses import replace

import proof_specs
import pytest

from checker.core.language import Spec
from checker.core.model import BagBound, Model
from checker.core.verdict import Outcome
from checker.engines.proof.expectation import expected_of, judged
from checker.engines.proof.induction import prove
from checker.engines.proof.obligations import Claim, Question, Result
from checker.engines.proof.smt import attempts, solvers
from checker.engines.proof.smt.attempts import attempt
from checker.engines.proof.smt.ladder import ALONE, PATIENT, QUICK, SUPPORTED, Rung
from checker.engines.proof.smt.theory import Theory
from checker.engines.proof.trust import Trusted
from checker.engines.run import check
from checker.frontend.elaborate import elaborate
from checker.frontend.load import claims_of, load_proof
from checker.frontend.lower import lower
from checker.specs.raft import Server, Term, Value
from checker.specs.raft_proof import RaftProof

LITTLE = 500_000
"""Steps of Z3: enough for what is proved here; a rung that proves what is false does not need more."""

RUNGS = list(dict.fromkeys(replace(rung, effort=LITTLE, seed=0) for rung in (*ALONE, *SUPPORTED, *QUICK, *PATIENT)))

FALSE = [
    (proof_specs.ForgetfulProof, "promise_is_kept"),
    (proof_specs.LowestVoteProof, "safe_at"),
    (proof_specs.GenerousProof, "vote_is_remembered"),
    (proof_specs.AmnesicProof, "vote_is_remembered"),
]


def tried(spec: type[Spec], lemma: str, rung: Rung) -> list[Result]:
    """The answers on this rung alone: that the lemma is kept by each action, assuming all others and itself."""
    lowered = lower(elaborate(spec))
    theory = Theory(lowered)
    hypotheses = lowered.source.of_kind("lemma")
    claim = next(Claim(entry.name, entry) for entry in hypotheses if entry.name == lemma)
    queries = [theory.query(Question(claim, action, hypotheses)) for action in lowered.actions]
    return [attempt(theory.universe, query, (rung,), time.monotonic() + 60, Trusted(("z3",))) for query in queries]


@pytest.mark.parametrize("rung", RUNGS, ids=str)
def test_no_rung_proves_a_lemma_that_an_action_breaks(rung: Rung) -> None:
    for spec, lemma in FALSE:
        assert any(result.answer != "proved" for result in tried(spec, lemma, rung)), spec


@pytest.mark.parametrize("rung", QUICK[:4], ids=str)
def test_each_rung_proves_something_of_the_lemma_that_is_not_broken(rung: Rung) -> None:
    results = tried(load_proof("paxos").spec, "promise_is_kept", rung)
    assert any(result.answer == "proved" for result in results)


def test_a_support_set_is_what_a_proof_uses_first() -> None:
    verdict = prove(elaborate(proof_specs.Supported))
    assert verdict.outcome is Outcome.PROVED
    details = {entry.name: entry.detail for entry in verdict.properties}
    assert details["at_most_four"] == "follows from at_most_five, is_even"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no forks")
def test_where_z3_breaks_down_on_a_rung_the_next_one_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    """As it did, by a fault of its own, when its steps ended while it looked at a model."""
    here = os.getpid()
    answer = solvers.z3_answer

    def breaking_down(text: str, flags: Sequence[str], rung: Rung, seconds: float) -> object:
        if rung.own:
            assert os.getpid() != here, "the proof would have ended with this process"
            os.kill(os.getpid(), signal.SIGKILL)
        return answer(text, flags, rung, seconds)

    for module in (attempts, solvers):
        monkeypatch.setattr(module, "z3_answer", breaking_down)
    assert prove(elaborate(proof_specs.EvenProof)).outcome is Outcome.PROVED


def test_two_lemmas_do_not_follow_from_each_other() -> None:
    verdict = prove(elaborate(proof_specs.Circular))
    outcomes = {entry.name: entry.outcome for entry in verdict.properties}
    assert Outcome.PROVED not in outcomes.values()


def test_the_lemmas_of_raft_hold_in_every_state_of_a_small_model() -> None:
    bounds = {
        "log": 2, "leader_log": 2, "index": (0, 2), "next_index": (1, 3), "Append.entries": 1, "net": BagBound(1, 1),
    }
    constants = {"drops": False, "duplicates": False, "restarts": False}
    verdict = check(Model(RaftProof, sizes={Server: 2, Value: 1, Term: 3}, bounds=bounds, constants=constants))
    assert verdict.outcome is Outcome.HOLDS
    lemmas = {entry.name for entry in elaborate(RaftProof).of_kind("lemma")}
    assert len(lemmas) == 47
    assert lemmas <= {entry.name for entry in verdict.properties if entry.outcome is Outcome.HOLDS}


@pytest.mark.slow
def test_all_of_raft_is_proved_whatever_the_network_and_the_servers_suffer() -> None:
    proof = load_proof("raft")
    assert all(getattr(proof.spec, name) for name in ("restarts", "duplicates", "drops"))
    spec = proof.typed()
    verdict = prove(spec, only=claims_of(proof.spec))
    assert verdict.outcome is Outcome.PROVED, verdict
    proved = {entry.name for entry in verdict.properties if entry.outcome is Outcome.PROVED}
    assert proved >= {entry.name for entry in spec.of_kind("lemma", "invariant", "step invariant")}
    assert judged(expected_of(proof, spec), verdict).expected
