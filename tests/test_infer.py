"""Lemmas that nobody wrote: they are proved as they are printed, and hold where nobody looked for them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from command import Command
from infer_specs import Bench, CarelessBench, Jury, Robot

from checker import Model, Outcome, Spec, UserError, check, infer, prove
from checker.frontend.load import load_spec
from checker.specs.ticket_lock import TicketLock
from checker.specs.two_phase_commit import TwoPhaseCommit

IN_TWO_MINUTES = ("lock_server", "sharded_store", "ring_election", "two_phase_commit", "toy_consensus", "ticket_lock")


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Command:
    return Command(monkeypatch, capfd)


def saved(module: str, name: str, folder: Path) -> type[Spec]:
    """The spec in a file with this text."""
    path = folder / f"{name}.py"
    path.write_text(module)
    return load_spec(str(path))


@pytest.mark.parametrize("spec", [Bench, Jury])
def test_the_printed_module_proves_as_it_stands(spec: type[Spec], tmp_path: Path) -> None:
    result = infer(spec)
    assert result.outcome is Outcome.PROVED and result.lemmas
    pasted = saved(result.module, f"{spec.__name__.lower()}_inferred", tmp_path)
    assert prove(pasted).outcome is Outcome.PROVED
    assert prove(spec).outcome is not Outcome.PROVED


def test_what_is_inferred_holds_in_a_model_larger_than_those_that_were_looked_at(tmp_path: Path) -> None:
    pasted = saved(infer(Bench).module, "bench_in_a_larger_model", tmp_path)
    assert check(Model(pasted, sizes={Robot: 6})).outcome is Outcome.HOLDS


def test_an_invariant_that_is_false_comes_back_with_a_trace() -> None:
    result = infer(CarelessBench)
    assert result.outcome is Outcome.VIOLATED and not result.lemmas
    assert result.trace is not None and result.trace.shows == "alone"
    assert result.trace.steps[0].label.action == "start"


def test_a_goal_that_is_left_open_is_named_and_what_was_tried() -> None:
    result = infer(TicketLock, seconds=1)
    assert result.outcome is not Outcome.PROVED
    assert any("literals over up to" in note for note in result.notes)


def test_nothing_is_needed_where_the_invariants_are_inductive() -> None:
    from checker.specs.transaction_commit import TransactionCommit

    result = infer(TransactionCommit)
    assert result.outcome is Outcome.PROVED and result.lemmas == ()


def test_an_unknown_name_is_a_mistake() -> None:
    with pytest.raises(UserError, match="no invariant `alon`"):
        infer(Bench, only=["alon"])


def test_the_command_prints_the_class_and_then_the_verdict(command: Command) -> None:
    ended = command("infer", "toy_consensus")
    assert ended.status == 0
    text, _, verdict = ended.out.partition("ToyConsensusProof (every size): ")
    assert verdict.startswith("proved for every size")
    assert "    @lemma\n    def " in text and "class ToyConsensusProof(ToyConsensus):" in text


def test_the_command_gives_one_object(command: Command) -> None:
    found = command("infer", "toy_consensus", "--json").json
    assert found["verdict"] == "proved" and len(found["lemmas"]) == 1
    assert found["methods"] in found["module"]


@pytest.mark.slow
@pytest.mark.parametrize("name", IN_TWO_MINUTES)
def test_the_lemmas_of_a_bundled_protocol_are_found(name: str, tmp_path: Path) -> None:
    result = infer(name)
    assert result.outcome is Outcome.PROVED, result
    file = tmp_path / f"{name}_inferred.py"
    file.write_text(result.module)
    ended = subprocess.run([sys.executable, "-m", "checker", "prove", str(file)], capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout


@pytest.mark.slow
@pytest.mark.parametrize("lemma", ["promise_is_kept", "vote_is_joined"])
def test_the_missing_lemma_of_paxos_is_found(lemma: str) -> None:
    result = infer("paxos", left_out=[lemma])
    assert result.outcome is Outcome.PROVED, result


def test_steps_are_goals_too() -> None:
    assert infer(TwoPhaseCommit, only=["commits_as_a_transaction"]).outcome is Outcome.PROVED
