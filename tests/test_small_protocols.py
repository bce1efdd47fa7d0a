"""The small protocols of the library are proved for every size, and what breaks one is found and not proved."""

from __future__ import annotations

import broken_small as broken
import pytest

from checker.core.language import Spec
from checker.core.model import Model
from checker.core.verdict import Outcome
from checker.engines.proof.induction import prove
from checker.engines.run import check
from checker.frontend.elaborate import elaborate
from checker.frontend.load import claims_of, load_proof, models_of

PROTOCOLS = (
    "chord", "lock_server", "reliable_broadcast", "ring_election", "sharded_store", "ticket_lock", "toy_consensus",
    "transaction_commit", "two_phase_commit",
)


@pytest.mark.parametrize("place", PROTOCOLS)
def test_it_is_proved_for_every_size(place: str) -> None:
    proof = load_proof(place).spec
    verdict = prove(elaborate(proof), only=claims_of(proof))
    assert {entry.name: entry.outcome for entry in verdict.properties if entry.outcome is not Outcome.PROVED} == {}
    assert verdict.outcome is Outcome.PROVED


BROKEN: list[tuple[str, type[Spec], str, str]] = [
    ("transaction_commit", broken.LateAbort, "agreement", "agreement"),
    ("two_phase_commit", broken.HastyCoordinator, "agreement", "commits_when_all_are_prepared"),
    ("two_phase_commit", broken.FickleManager, "agreement", "keeps_its_word"),
    ("lock_server", broken.GenerousServer, "mutual_exclusion", "with_one_client"),
    ("lock_server", broken.RepeatedGrant, "mutual_exclusion", "in_one_place"),
    ("toy_consensus", broken.FickleVoter, "agreement", "decided_by_quorum"),
    ("ticket_lock", broken.StuckRoll, "mutual_exclusion", "one_thread_per_ticket"),
    ("ticket_lock", broken.CalledEarly, "mutual_exclusion", "inside_is_called"),
    ("sharded_store", broken.RepeatedTransfer, "reads_what_was_written", "moving_has_no_owner"),
    ("sharded_store", broken.KeepsCopy, "one_value_per_key", "moving_has_no_owner"),
    ("ring_election", broken.EagerNode, "one_leader", "passes_lower_names"),
    ("ring_election", broken.SameNames, "one_leader", "passes_lower_names"),
    ("reliable_broadcast", broken.TooManyFaulty, "agreement", "agreement"),
    ("reliable_broadcast", broken.EchoesAnew, "ready_for_one", "echoes_once"),
    ("reliable_broadcast", broken.BelievesOne, "validity", "ready_after_echoes"),
    ("chord", broken.RecklessMember, "goes_on", "goes_on"),
    ("chord", broken.BlindJoin, "one_ring", "successor_stops_at_first"),
]

SLOW: set[type[Spec]] = {broken.BlindJoin, broken.EchoesAnew, broken.BelievesOne}
"""A proof of them looks long for a counterexample to induction."""


@pytest.mark.parametrize(
    ("place", "spec", "violated", "lemma"),
    [pytest.param(*row, id=row[1].__name__, marks=pytest.mark.slow if row[1] in SLOW else ()) for row in BROKEN])
def test_broken_it_is_found_by_a_search_and_not_proved(
    place: str, spec: type[Spec], violated: str, lemma: str
) -> None:
    found = check(Model(spec, like=models_of(place)["small"], check=[violated]))
    assert found.outcome is Outcome.VIOLATED
    proof = prove(elaborate(spec), only=claims_of(spec))
    assert proof.outcome in (Outcome.NOT_INDUCTIVE, Outcome.VIOLATED)
    failed = {entry.name for entry in proof.properties if entry.outcome is not Outcome.PROVED}
    assert lemma in failed
