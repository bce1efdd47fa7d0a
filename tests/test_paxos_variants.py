"""The kin of Paxos in the library are proved for every size, and what breaks one is found and not proved."""

from __future__ import annotations

import broken_paxos as broken
import pytest

from checker.core.language import Spec
from checker.core.model import Model
from checker.core.verdict import Outcome
from checker.engines.proof.induction import prove
from checker.engines.run import check
from checker.frontend.elaborate import elaborate
from checker.frontend.load import claims_of, load_proof, models_of


@pytest.mark.parametrize("place", ["fast_paxos", "multi_paxos", "stoppable_paxos", "vertical_paxos"])
def test_it_is_proved_for_every_size(place: str) -> None:
    proof = load_proof(place).spec
    verdict = prove(elaborate(proof), only=claims_of(proof))
    assert {entry.name: entry.outcome for entry in verdict.properties if entry.outcome is not Outcome.PROVED} == {}
    assert verdict.outcome is Outcome.PROVED


BROKEN: list[tuple[str, type[Spec], str, str]] = [
    ("multi_paxos", broken.Willful, "agreement", "safe_at"),
    ("multi_paxos", broken.Silent, "agreement", "promise_reports_last_vote"),
    ("stoppable_paxos", broken.Unstoppable, "nothing_after_stop", "no_stop_before"),
    ("stoppable_paxos", broken.Unclear, "nothing_after_stop", "nothing_after"),
    ("fast_paxos", broken.Fickle, "agreement", "one_vote_per_ballot"),
    ("vertical_paxos", broken.Unasking, "agreement", "safe_at"),
    ("vertical_paxos", broken.Obedient, "agreement", "promise_is_kept"),
]


@pytest.mark.parametrize(
    ("place", "spec", "violated", "lemma"), [pytest.param(*row, id=row[1].__name__) for row in BROKEN])
def test_broken_it_is_found_by_a_search(place: str, spec: type[Spec], violated: str, lemma: str) -> None:
    found = check(Model(spec, like=models_of(place)["small"], check=[violated]))
    assert found.outcome is Outcome.VIOLATED


@pytest.mark.slow
@pytest.mark.parametrize(
    ("place", "spec", "violated", "lemma"), [pytest.param(*row, id=row[1].__name__) for row in BROKEN])
def test_broken_it_is_not_proved(place: str, spec: type[Spec], violated: str, lemma: str) -> None:
    """The lemma that the variant breaks fails, and what the search shows to be wrong has no proof."""
    proof = prove(elaborate(spec), only=claims_of(spec), seconds=120)
    assert proof.outcome is not Outcome.PROVED
    failed = {entry.name for entry in proof.properties if entry.outcome is not Outcome.PROVED}
    assert {violated, lemma} <= failed
