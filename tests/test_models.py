"""Every bundled model does what it says, with the counts of TLC and of a program written by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest
from by_hand import Raft, paxos
from by_hand_paxos import fast_paxos, multi_paxos, stoppable_paxos, vertical_paxos
from by_hand_small import (
    chord, lock_server, reliable_broadcast, ring_election, sharded_store, ticket_lock, toy_consensus,
    transaction_commit, two_phase_commit,
)

from checker.core.model import Holds, Model
from checker.core.verdict import Outcome
from checker.engines.run import check
from checker.frontend.load import PACKAGE, models_of

SLOW = {"paxos:large", "vertical_paxos:three_ballots"}
"""Minutes of search."""


def _targets() -> list[object]:
    places = sorted(file.stem for file in (PACKAGE / "models").glob("[!_]*.py"))
    targets = [f"{place}:{name}" for place in places for name in models_of(place)]
    return [pytest.param(target, marks=pytest.mark.slow if target in SLOW else ()) for target in targets]


def _model(target: str) -> Model:
    place, name = target.split(":")
    return models_of(place)[name]


@pytest.mark.parametrize("target", _targets())
def test_a_model_meets_its_expectation(target: str) -> None:
    model = _model(target)
    assert model.expect is not None, "a bundled model says what to expect"
    verdict = check(model, name=target)
    assert verdict.expected is True, verdict.notes
    assert not any("not compared" in note for note in verdict.notes), "orbits are counted, and so to be expected"


BY_HAND: dict[str, Callable[[], tuple[int, int]]] = {
    "paxos:small": partial(paxos, 3, 2, 2),
    "paxos:two_acceptors": partial(paxos, 2, 3, 2),
    "flexible_paxos:small": partial(paxos, 4, 2, 2, quorum=3),
    "fast_start_paxos:small": partial(paxos, 3, 2, 2, fast_start=True),
    "fast_start_paxos:medium": partial(paxos, 2, 2, 3, fast_start=True),
    "multi_paxos:small": partial(multi_paxos, 2, 2, 2, 2),
    "multi_paxos:one_slot": partial(multi_paxos, 3, 2, 2, 1),
    "stoppable_paxos:small": partial(stoppable_paxos, 2, 2, 2, 2),
    "fast_paxos:small": partial(fast_paxos, 3, 2, 2, fast_quorum=3),
    "fast_paxos:two_acceptors": partial(fast_paxos, 2, 2, 2, fast_quorum=2),
    "vertical_paxos:small": partial(vertical_paxos, ((0, 1), (2,)), 2, 2),
    "vertical_paxos:singletons": partial(vertical_paxos, ((0,), (1,)), 2, 2),
    "raft:small": Raft(2, 2, 1, 1).count,
    "raft:medium": Raft(2, 2, 1, 2).count,
    "raft:elections": Raft(3, 2, 0, 1).count,
    "raft:second_term": Raft(2, 3, 1, 1, history=True).count,
    "raft:unreliable": Raft(2, 2, 1, 1, copies=2, unreliable=True, history=True).count,
    "ring_election:small": partial(ring_election, 3),
    "ring_election:medium": partial(ring_election, 4),
    "chord:small": partial(chord, 3),
    "chord:medium": partial(chord, 4),
}


@pytest.mark.parametrize("target", BY_HAND)
def test_a_program_written_by_hand_counts_the_same(target: str) -> None:
    expected = _model(target).expect
    assert isinstance(expected, Holds)
    assert BY_HAND[target]() == (expected.states, expected.depth)


SMALL_BY_HAND: dict[str, Callable[..., tuple[int, int]]] = {
    "transaction_commit:small": partial(transaction_commit, 3),
    "two_phase_commit:small": partial(two_phase_commit, 3),
    "two_phase_commit:medium": partial(two_phase_commit, 5),
    "lock_server:small": partial(lock_server, 3),
    "lock_server:medium": partial(lock_server, 6),
    "toy_consensus:small": partial(toy_consensus, 3, 2),
    "toy_consensus:medium": partial(toy_consensus, 5, 3),
    "ticket_lock:small": partial(ticket_lock, 3, 4),
    "reliable_broadcast:small": partial(reliable_broadcast, 1),
    "sharded_store:small": partial(sharded_store, 2, 2, 2),
}


@pytest.mark.parametrize("target", SMALL_BY_HAND)
def test_a_program_written_by_hand_counts_the_same_with_symmetry_and_without(target: str) -> None:
    expected = _model(target).expect
    assert isinstance(expected, Holds)
    assert SMALL_BY_HAND[target]() == (expected.states, expected.depth)
    assert SMALL_BY_HAND[target](symmetric=True) == (expected.orbits, expected.depth)


@pytest.mark.parametrize("target", [*BY_HAND, *SMALL_BY_HAND, "paxos:medium"])
def test_a_model_has_as_many_states_as_expected_without_symmetry(target: str) -> None:
    model = _model(target)
    assert check(model, symmetry=False).expected is True


def test_what_a_raft_model_leaves_unchecked_is_out_of_its_reach() -> None:
    """Two terms are one election: no leader of a second one; a log without room commits nothing."""
    for name, missed in (("small", {"commits_in_a_later_term"}), ("elections", {"commits", "commits_in_a_later_term"})):
        verdict = check(replace(_model(f"raft:{name}"), check=None))
        assert verdict.outcome is Outcome.NOT_REACHED
        assert {entry.name for entry in verdict.properties if entry.outcome is Outcome.NOT_REACHED} == missed


@pytest.mark.parametrize("action", ["restart", "duplicate_message", "drop_message"])
def test_what_a_model_switches_off_never_happens(action: str) -> None:
    for name, happens in (("small", False), ("unreliable", True)):
        statistics = check(_model(f"raft:{name}")).statistics
        assert statistics is not None
        assert (statistics.actions[action].generated > 0) == happens
