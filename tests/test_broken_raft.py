"""A broken Raft fails at an obligation that names what it breaks, and at one that the right Raft meets."""

from __future__ import annotations

import time
from functools import cache

import pytest

from checker.core import ir
from checker.core.language import Map, Set, Spec, action, require
from checker.counterexamples.raft_commit_of_older_term.spec import HastyRaft
from checker.counterexamples.raft_forgotten_vote.spec import AmnesicRaft
from checker.counterexamples.raft_outdated_leader.spec import TrustingRaft
from checker.counterexamples.raft_two_votes.spec import GenerousRaft
from checker.counterexamples.raft_unchecked_previous_entry.spec import UncheckedRaft
from checker.engines.proof.cti import find_counterexamples
from checker.engines.proof.obligations import Claim, Obligation, asked_of, with_ints
from checker.engines.proof.smt.attempts import Answer, attempt
from checker.engines.proof.smt.ladder import FIRST, QUICK, Ladder
from checker.engines.proof.smt.theory import Theory
from checker.engines.proof.trust import Trusted
from checker.frontend.elaborate import elaborate
from checker.frontend.lower import lower
from checker.specs.raft import Role, Seq, Server
from checker.specs.raft_proof import RaftProof

pytestmark = pytest.mark.slow


class Unchecked(UncheckedRaft, RaftProof):
    """Followers do not look at the entry before the new one."""


class Trusting(TrustingRaft, RaftProof):
    """Voters do not look at the candidate's log."""


class Hasty(HastyRaft, RaftProof):
    """Leaders commit what a majority holds, of whatever term."""


class Amnesic(AmnesicRaft, RaftProof):
    """A restart loses the vote."""


class Generous(GenerousRaft, RaftProof):
    """Servers vote twice in a term."""


class Erased(RaftProof):
    """A restart loses the log."""

    @action
    def restart(self, s: Server) -> None:
        require(self.restarts)
        self.role[s] = Role.FOLLOWER
        self.log[s] = Seq()
        self.responded[s] = Set()
        self.granted[s] = Set()
        self.next_index[s] = Map({t: 1 for t in Server})
        self.match_index[s] = Map({t: 0 for t in Server})
        self.commit[s] = 0


BROKEN: list[tuple[type[Spec], str, str]] = [
    (Unchecked, "agreed_entry_stays", "accept_append"),
    (Unchecked, "committed_is_decided", "accept_append"),
    (Trusting, "candidate_has_what_voters_agreed_to", "handle_request_vote"),
    (Hasty, "counted_is_of_its_term", "advance_commit"),
    (Amnesic, "vote_is_remembered", "restart"),
    (Generous, "vote_is_remembered", "handle_request_vote"),
    (Erased, "agreed_entry_stays", "restart"),
]


NOT_SHOWN: list[tuple[type[Spec], str, str]] = [
    (Unchecked, "prefix_is_its_leaders", "append_entry"),
    (Hasty, "later_leader_has_counted", "advance_commit"),
]
"""Where it takes more than a minute to find a counterexample to induction."""


@cache
def lowered(spec: type[Spec]) -> ir.LoweredSpec:
    return lower(elaborate(spec))


def obligation(spec: ir.LoweredSpec, lemma: str, action: str) -> Obligation:
    claim = next(Claim(entry.name, entry) for entry in spec.source.properties if entry.name == lemma)
    return Obligation(claim, next(entry for entry in spec.actions if entry.name == action), initial=False)


def assumed(spec: ir.LoweredSpec) -> tuple[ir.Property, ...]:
    """What a proof assumes of the state before a step."""
    return spec.source.of_kind("lemma", "invariant")


def answer(spec: ir.LoweredSpec, lemma: str, action: str, ladder: Ladder) -> Answer:
    theory = Theory(spec)
    query = theory.query(asked_of(obligation(spec, lemma, action), assumed(spec)))
    return attempt(theory.universe, query, ladder, time.monotonic() + 300, Trusted(("z3",))).answer


@pytest.mark.parametrize(("broken", "lemma", "action"), [*BROKEN, *NOT_SHOWN])
def test_the_right_raft_meets_the_obligation_at_which_a_broken_one_fails(
    broken: type[Spec], lemma: str, action: str
) -> None:
    assert answer(lowered(RaftProof), lemma, action, QUICK) == "proved"
    assert answer(lowered(broken), lemma, action, FIRST) != "proved"


@pytest.mark.parametrize(("broken", "lemma", "action"), BROKEN)
def test_a_state_with_all_lemmas_shows_how_a_broken_raft_fails(broken: type[Spec], lemma: str, action: str) -> None:
    wrong = lowered(broken)
    failing = obligation(wrong, lemma, action)
    until = time.monotonic() + 300
    trace = next(find_counterexamples(wrong, [failing], assumed(wrong), with_ints(wrong), until)).trace
    assert trace.shows == lemma
    assert trace.steps[-1].label.action == action  # which the interpreter takes from a state in which all lemmas hold
