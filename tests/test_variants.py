"""The proof of a protocol, taken for a variant of it, and a proof without one of its lemmas."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker import api
from checker.core.errors import UserError
from checker.core.verdict import Outcome
from checker.counterexamples.paxos_forgotten_promise.spec import ForgetfulPaxos
from checker.specs.paxos import Paxos
from checker.specs.paxos_proof import PaxosProof

CAUTIOUS = '''
from checker import Model, action, require
from checker.specs.paxos import Acceptor, Ballot, Paxos, Value

class CautiousPaxos(Paxos):
    """Who has voted lets only the same value be proposed by asking for a vote of it."""

    @action
    def accept(self, a: Acceptor, b: Ballot, v: Value) -> None:
        require(self.voted[a] is None)
        super().accept(a, b, v)
'''


def rows(result: api.Result) -> dict[str, Outcome]:
    """The outcome of each property."""
    return {entry.name: entry.outcome for entry in result.properties}


def test_the_lemmas_of_a_proof_are_those_of_a_variant_too(tmp_path: Path) -> None:
    file = tmp_path / "cautious.py"
    file.write_text(CAUTIOUS, encoding="utf-8")
    result = api.prove(file, lemmas="paxos")
    assert result.outcome is Outcome.PROVED, result
    assert result.spec == "CautiousPaxos"
    assert rows(result)["safe_at"] is Outcome.PROVED


def test_of_a_broken_variant_it_is_said_which_lemma_breaks() -> None:
    result = api.prove(ForgetfulPaxos, lemmas=PaxosProof)
    assert rows(result)["promise_is_kept"] in (Outcome.NOT_INDUCTIVE, Outcome.VIOLATED)
    assert rows(result)["vote_has_proposal"] is Outcome.PROVED


def test_a_proof_taken_for_the_protocol_itself_is_its_own() -> None:
    assert rows(api.prove(Paxos, lemmas=PaxosProof, only=["validity"]))["validity"] is Outcome.PROVED


def test_lemmas_of_another_protocol_are_told() -> None:
    with pytest.raises(UserError, match="P003") as caught:
        api.prove(ForgetfulPaxos, lemmas="raft")
    assert "class ForgetfulPaxos(Raft)" in caught.value.render()


def test_without_a_lemma_its_hole_is_shown() -> None:
    result = api.prove("paxos", left_out=[PaxosProof.vote_is_joined])
    assert result.outcome is Outcome.NOT_INDUCTIVE
    assert rows(result)["remembers_last_vote"] is Outcome.NOT_INDUCTIVE
    assert "vote_is_joined" not in rows(result)
    with pytest.raises(UserError, match="P001"):
        api.prove("paxos", left_out=["vote_is_join"])
