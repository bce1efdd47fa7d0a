"""Every bundled model does what it says: the counts of other tools and of theory, not of this checker."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checker.core.model import Holds, Model
from checker.core.verdict import Outcome
from checker.engines.expectation import unmet_expectation
from checker.engines.run import check
from checker.frontend.load import PACKAGE, models_of

SLOW = {"paxos:large"}
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
    assert unmet_expectation(model, check(model, name=target)) is None


WITHOUT_SYMMETRY = (
    "paxos:small", "paxos:two_acceptors", "paxos:medium", "flexible_paxos:small", "fast_start_paxos:small",
    "fast_start_paxos:medium", "raft:small", "raft:medium", "raft:elections", "raft:second_term", "raft:unreliable",
)


@pytest.mark.parametrize("target", WITHOUT_SYMMETRY)
def test_a_model_has_the_states_that_tlc_counts(target: str) -> None:
    model = _model(target)
    assert isinstance(model.expect, Holds)
    assert model.expect.states is not None
    assert unmet_expectation(model, check(model, symmetry=False)) is None


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
