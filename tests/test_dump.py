"""The obligations of a proof as files, which solvers read without us and find what the proof has found."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from time import monotonic

import proof_specs
import pytest
import z3
from command import Command

from checker import api
from checker.core.errors import UserError
from checker.core.language import Spec
from checker.core.verdict import Outcome
from checker.engines.proof.dump import Dump
from checker.engines.proof.induction import prove
from checker.engines.proof.smt import second
from checker.engines.proof.smt.ladder import Rung
from checker.frontend.load import load_proof


def z3_says(file: Path) -> str:
    solver = z3.Solver()
    solver.from_string(file.read_text())
    return str(solver.check())


def cvc5_says(file: Path) -> str:
    text = file.read_text().replace("(set-logic ALL)\n", "")  # which our own question to it begins with
    asked = partial(second.answer, text, [], Rung("whole", 1_000_000), 60.0)
    return second.beside(asked, monotonic() + 60, ("broken", []))[0]


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Command:
    monkeypatch.chdir(tmp_path)
    return Command(monkeypatch, capfd)


@pytest.mark.parametrize("spec", [proof_specs.EvenProof, proof_specs.GuardedAmount, proof_specs.LooksUpForAll])
def test_every_obligation_of_a_proof_is_a_file_that_solvers_refute(spec: type[Spec], tmp_path: Path) -> None:
    result = api.prove(spec, dump=tmp_path)
    assert result.outcome is Outcome.PROVED, result
    files = sorted(tmp_path.iterdir())
    assert len(files) == len(result.obligations)
    assert {file.name for file in files if z3_says(file) != "unsat"} == set()
    # with quantifiers that alternate, cvc5 wants another form of one of them
    left = {"stands.fall.smt2"} if spec is proof_specs.LooksUpForAll else set[str]()
    assert {file.name for file in files if cvc5_says(file) != "proved"} <= left


def test_an_obligation_that_is_not_met_has_a_model_in_its_file(tmp_path: Path) -> None:
    result = api.prove(proof_specs.Even, dump=tmp_path)
    assert result.outcome is Outcome.NOT_INDUCTIVE
    text = (tmp_path / "never_three.step.smt2").read_text()
    assert text.startswith("; Even: `never_three` after step, not proved")
    assert "; hypothesis 1: never_three" in text
    assert z3_says(tmp_path / "never_three.step.smt2") == "sat"
    assert z3_says(tmp_path / "never_three.start.smt2") == "unsat"


SPEC = """
from checker import Spec, action, init, invariant

class Halves(Spec):
    full: bool

    @init
    def start(self) -> None:
        self.full = False

    @action
    def keep(self) -> None:
        self.full = False

    @invariant
    def never_full(self) -> bool:
        return not self.full
"""


def test_a_folder_that_cannot_be_written_is_told_before_anything_is_proved(command: Command, tmp_path: Path) -> None:
    (tmp_path / "halves.py").write_text(SPEC)
    (tmp_path / "taken").write_text("")
    ended = command("prove", "halves.py", "--dump", "taken/in")
    assert ended.status == 2
    assert "C008" in ended.err
    assert "proved" not in ended.out
    with pytest.raises(UserError, match="C008"):
        api.prove(proof_specs.EvenProof, dump=tmp_path / "taken" / "in")


def test_a_file_that_cannot_be_written_takes_nothing_from_the_verdict(command: Command, tmp_path: Path) -> None:
    (tmp_path / "halves.py").write_text(SPEC)
    (tmp_path / "texts" / "never_full.keep.smt2").mkdir(parents=True)
    ended = command("prove", "halves.py", "--dump", "texts")
    assert ended.status == 2
    assert "proved for every size" in ended.out
    assert "C008" in ended.err
    assert "Traceback" not in ended.err
    with pytest.warns(UserWarning, match="cannot be written"):
        result = api.prove(str(tmp_path / "halves.py"), dump=tmp_path / "texts")
    assert result.outcome is Outcome.PROVED


def test_obligations_known_from_earlier_are_written_too(command: Command, tmp_path: Path) -> None:
    (tmp_path / "halves.py").write_text(SPEC)
    assert command("prove", "halves.py").status == 0
    assert command("prove", "halves.py", "--dump", "texts").status == 0
    assert sorted(file.name for file in (tmp_path / "texts").iterdir()) == [
        "never_full.keep.smt2", "never_full.start.smt2",
    ]


def test_a_proof_that_is_stopped_says_that_nothing_was_written(tmp_path: Path) -> None:
    def stop(line: str) -> None:
        raise KeyboardInterrupt

    verdict = prove(load_proof("paxos").typed(), progress=stop, dump=Dump(tmp_path / "texts"))
    assert verdict.outcome is Outcome.INTERRUPTED
    assert f"stopped when 0 obligations were in {tmp_path / 'texts'}" in verdict.notes
    assert not list((tmp_path / "texts").iterdir())
