"""The lemma that a counterexample is said to break is the one: from a state with all lemmas a step leads out of it."""

from __future__ import annotations

import time

import pytest
from test_broken_raft import BROKEN, NOT_SHOWN

from checker.core.language import Spec
from checker.counterexamples.raft_forgotten_vote.spec import AmnesicRaft
from checker.engines.axioms import broken_assumptions
from checker.engines.proof.cti import find_counterexamples
from checker.engines.proof.obligations import Claim, Obligation, with_ints
from checker.frontend.broken import broken_variants
from checker.frontend.elaborate import elaborate
from checker.frontend.load import broken, find, load_proof
from checker.frontend.lower import lower
from checker.frontend.variants import with_lemmas
from checker.specs.lock_server import LockServer
from checker.specs.paxos_proof import PaxosProof
from checker.specs.raft_election_proof import RaftElectionProof
from checker.specs.raft_proof import RaftProof

QUICKLY = [
    *((name, PaxosProof) for name in broken() if name.startswith("paxos_") and "quorums" not in name),
    ("raft_forgotten_vote", RaftElectionProof),
    ("raft_two_votes", RaftElectionProof),
]


@pytest.mark.parametrize(
    ("name", "proof"),
    [pytest.param(*row, id=row[0], marks=pytest.mark.slow if row[0] == "paxos_lowest_vote" else ()) for row in QUICKLY],
)
def test_a_step_of_the_variant_breaks_the_lemma(name: str, proof: type[Spec]) -> None:
    right = {action.name: action for action in lower(elaborate(proof)).actions}
    wrong = lower(with_lemmas(load_proof(name), proof).typed())
    lemma = next(entry for entry in wrong.source.of_kind("lemma") if entry.name == find(name).modules[0].BREAKS)
    changed = [action for action in wrong.actions if action != right[action.name]]
    failing = [Obligation(Claim(lemma.name, lemma), action, initial=False) for action in changed]
    assumed = wrong.source.of_kind("lemma", "invariant")
    trace = next(find_counterexamples(wrong, failing, assumed, with_ints(wrong), time.monotonic() + 120)).trace
    assert trace.shows == lemma.name


def test_of_the_larger_ones_the_prover_is_asked_in_another_test() -> None:
    """In a slow one, by the same lemmas."""
    asked = {(spec.__mro__[1].__name__, lemma) for spec, lemma, _ in (*BROKEN, *NOT_SHOWN)}
    for name in broken():
        if name.startswith("raft_"):
            module = find(name).modules[0]
            assert (module.model.spec.__name__, module.BREAKS) in asked


def test_quorums_that_do_not_intersect_are_what_the_proof_assumes() -> None:
    module = find("paxos_disjoint_quorums").modules[0]
    assert [module.BREAKS in said for said in broken_assumptions(module.model)] == [True]


def test_a_proof_is_told_with_the_broken_variants_of_its_protocol() -> None:
    told = {spec: {entry.name for entry in broken_variants(spec)} for spec in (PaxosProof, RaftProof, LockServer)}
    assert told == {
        PaxosProof: {name for name in broken() if name.startswith("paxos_")},
        RaftProof: {name for name in broken() if name.startswith("raft_")},
        LockServer: set(),
    }
    forgotten = next(entry for entry in broken_variants(RaftProof) if entry.name == "raft_forgotten_vote")
    assert AmnesicRaft.__name__ not in forgotten.what and "vote" in forgotten.what
    assert (forgotten.breaks, forgotten.violated, forgotten.states) == ("vote_is_remembered", "election_safety", 19)
    assert forgotten.picture.rstrip().endswith("</svg>")
