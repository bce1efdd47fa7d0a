"""Each bundled proof changed in one place: what is proved of it, the search does not violate; and what is harmless."""

from __future__ import annotations

import importlib
import time
from functools import cache
from pathlib import Path

import mutants
import pytest
from mutants import Mutant

from checker.core import ir
from checker.core.errors import UserError
from checker.core.model import Model
from checker.core.verdict import Outcome
from checker.engines.proof.induction import prove
from checker.engines.proof.obligations import Claim, Obligation, asked_of
from checker.engines.proof.smt.attempts import attempt
from checker.engines.proof.smt.ladder import QUICK
from checker.engines.proof.smt.theory import Theory
from checker.engines.proof.trust import Trusted
from checker.engines.run import check
from checker.frontend.elaborate import elaborate
from checker.frontend.instantiate import needed_bounds
from checker.frontend.load import claims_of, load_proof
from checker.frontend.lower import lower

MOST = {"paxos": 24, "paxos_proof": 14, "raft": 16, "raft_election_proof": 6, "raft_log_proof": 5, "raft_proof": 5}
"""How many mutants of a module are tried; of all others up to six, evenly spread."""
ENOUGH = QUICK[:4]
"""Rungs that prove what is proved of the right specs, but for what then gets all of a proof's time."""
Z3 = Trusted(("z3",))
MANY = 10
"""Of a proof with more lemmas it is enough that what is new in it is proved."""
BOUNDS = {"leader_log": 2}

MODULES = sorted({module for proof in mutants.PROOFS for module in mutants.family(f"{proof}_proof")})


def chosen(module: str) -> list[Mutant]:
    every = list(mutants.mutants(module))
    most = min(MOST.get(module, 6), len(every))
    return [every[place * len(every) // most] for place in range(most)]


@cache
def right(module: str) -> ir.LoweredSpec:
    """The proof that a module belongs to, unchanged."""
    return lower(elaborate(load_proof(mutants.proof_with(module)).spec))


def claims(spec: ir.LoweredSpec) -> tuple[ir.Property, ...]:
    return spec.source.of_kind("lemma", "invariant", "step invariant")


def changed(spec: ir.LoweredSpec, before: ir.LoweredSpec) -> list[Obligation]:
    """The obligations that are not as before, be it since a hypothesis is not; those of what was changed come first."""
    same = {*(entry.name for entry in claims(spec) if entry in claims(before))}
    kept = [*before.initial, *before.actions]
    is_of_actions = claims(spec) == claims(before)
    found = [
        (action in kept, entry.name in same, Obligation(Claim(entry.name, entry), action, initial))
        for initial, actions in ((True, spec.initial), (False, spec.actions)) for action in actions
        for entry in claims(spec) if not (initial and entry.kind == "step invariant")
        if not (is_of_actions and action in kept)
    ]
    return [obligation for _, _, obligation in sorted(found, key=lambda entry: entry[:2])]


def are_met(obligations: list[Obligation], spec: ir.LoweredSpec) -> bool:
    """Is each of them met with little effort?"""
    theory = Theory(spec)
    hypotheses = spec.source.of_kind("lemma", "invariant")
    queries = (theory.query(asked_of(entry, hypotheses)) for entry in obligations)
    return all(
        attempt(theory.universe, query, ENOUGH, time.monotonic() + 60, Z3).answer == "proved" for query in queries
    )


def small_model(module: str) -> Model:
    proof = mutants.proof_with(module)
    return importlib.import_module(f"checker.models.{'raft' if 'raft' in proof else proof}").small


def proved_and_safe(mutant: Mutant, number: int, folder: Path) -> bool:
    """Is all of the mutant proved?  Then the search must not refute it."""
    try:
        modules = mutants.load(mutant, number, folder)
        proof = mutants.proof_in(modules)
        spec = elaborate(proof)
        lowered = lower(spec)
    except (UserError, TypeError, NameError, AttributeError):
        return False  # no spec any more
    obligations = changed(lowered, right(mutant.module))
    if not obligations or not are_met(obligations, lowered):
        return False
    is_large = len(spec.of_kind("lemma")) > MANY  # the whole would take a minute
    proved = is_large or prove(spec, only=claims_of(proof), seconds=200).outcome is Outcome.PROVED
    if proved:
        bounds = {name: bound for name, bound in BOUNDS.items() if name in needed_bounds(spec)}
        searched = check(mutants.model_of(proof, modules, small_model(mutant.module), bounds), max_states=60_000)
        claimed = claims_of(proof) or [entry.name for entry in spec.properties]
        refuted = [
            entry.name for entry in searched.properties
            if entry.outcome is Outcome.VIOLATED and (entry.kind == "lemma" or entry.name in claimed)
        ]
        assert not refuted, (mutant.name, refuted)
        assert searched.outcome is not Outcome.ERROR, mutant.name
    return proved


LESS = "less happens"
HARMLESS = {
    "toy_consensus.cast: without self.vote[n] = v": LESS,
    "toy_consensus.decide: without self.decided.add(v)": LESS,
    "lock_server.ask: without self.net.add(Request(c))": LESS,
    "lock_server.grant: m not in self.net for m in self.net": "the lock may be granted to who did not ask for it",
    "lock_server.release: without self.net.add(Release(c))": LESS,
    "lock_server.take_back: without self.free = True": LESS,
    "ticket_lock.enter: without self.inside.add(t)": LESS,
    "ticket_lock.enter: t in self.inside for t not in self.inside": "nobody enters",
    "sharded_store.one_value_per_key: "
    "any((implies(self.table[n][k] is not None and self.table[p][ for "
    "all((implies(self.table[n][k] is not None and self.table[p][": "less is claimed",
    "two_phase_commit.prepare: without require(self.phase[m] == Phase.WORKING)":
        "who aborted on its own has told nobody, and keeps the word that it gives later",
    "two_phase_commit.obey: without self.phase[m] = Phase.COMMITTED if d.commit else Phase.ABORTED": LESS,
    "flexible_paxos.propose: m.last is not None and m.last is not None for m.acceptor in q and m.last is not None":
        "promises of more acceptors than those of the quorum are looked at",
    "paxos.prepare: without self.sent.add(Prepare(b))": LESS,
    "paxos.promise: require(self.below(a, b)) for require(Prepare(b) in self.sent, self.below(a, b))":
        "an acceptor may join a ballot that nobody began",
    "paxos.allows: y.ballot < x.ballot for y.ballot <= x.ballot": "no vote is above itself: less happens",
    "fast_start_paxos.propose_at_once: without self.sent.add(Propose(Ballot.first(), v))": LESS,
    "fast_start_paxos.propose_at_once: "
    "Propose(Ballot.first(), w) not in self.sent for Propose(Ballot.first(), w) in self.sent":
        "only what was proposed already is proposed",
    "paxos.only_choice: b <= m.ballot for b < m.ballot": "a ballot proposes one value only: more is claimed, and true",
    "paxos.allows: all((x.value == v and all((y.ballot <= x.ballot for y in vot for "
    "any((x.value == v and all((y.ballot <= x.ballot for y in vot":
        "all votes that are reported have to be the last one: less happens",
    "multi_paxos.prepare: without self.sent.add(Prepare(b))": LESS,
    "vertical_paxos.prepare: self.assigned[b] is None for self.assigned[b] is not None":
        "a ballot begins before it has its configuration, and proposes when it has one",
    "vertical_paxos.propose_again: all((self.belongs(a, c) and Promise(a, b, c, v) in self.sent for "
    "any((self.belongs(a, c) and Promise(a, b, c, v) in self.sent": "all acceptors have to have voted: less happens",
    "reliable_broadcast.broadcast: "
    "without require(self.sender in self.faulty or not any((Initial(w) in self.sent for w in Value)))":
        "each node echoes what it hears first, so that a correct sender tells two values does no harm",
    "reliable_broadcast.deliver: without self.delivered[n] = v": LESS,
    "chord_proof.has_successor: no lemma": "the others do not rest on it",
    "raft.timeout: without require(self.role[s] in (Role.FOLLOWER, Role.CANDIDATE))":
        "a leader may stand for election too",
    "raft.client_request: without self.log[s].append(Entry(self.term[s], v))": LESS,
    "raft.reject_append: without self.net.add(AppendReply(self.term[m.dest], False, 0, m.dest, m.source))": LESS,
    "raft.return_to_follower: self.role[m.dest] != Role.CANDIDATE for self.role[m.dest] == Role.CANDIDATE":
        "a leader may step down, and a candidate need not",
    "raft.handle_append_reply: m.source for m.dest": "elections do not rest on what a leader believes of other logs",
    "raft.restart: without self.granted[s] = Set()": "a follower counts no votes, and a new term begins without any",
}
"""Whatever is proved all the same, and why."""


@pytest.mark.nightly
@pytest.mark.parametrize("module", MODULES)
def test_no_mutant_is_proved_that_the_search_refutes(module: str, tmp_path: Path) -> None:
    found = [mutant.name for number, mutant in enumerate(chosen(module)) if proved_and_safe(mutant, number, tmp_path)]
    assert [name for name in found if name not in HARMLESS] == []


def test_there_are_mutants_enough() -> None:
    assert sum(len(chosen(module)) for module in MODULES) >= 80
