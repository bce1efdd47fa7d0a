"""A proof may rest on two solvers that share no code: both have to prove everything, or it is told which one did."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path
from time import monotonic
from types import SimpleNamespace

import proof_specs
import pytest

from checker import api
from checker.core.errors import UserError
from checker.core.language import Spec
from checker.core.verdict import Outcome, Verdict
from checker.engines.proof import evaluating, induction, naturals
from checker.engines.proof.induction import prove
from checker.engines.proof.smt import attempts, second, solvers
from checker.engines.proof.smt.ladder import Ladder, Rung
from checker.frontend.elaborate import elaborate

LITTLE: Ladder = (Rung("as written", 1),)
"""So little effort that nobody proves anything that needs a thought."""


def by_two(spec: type[Spec]) -> Verdict:
    return prove(elaborate(spec), trust="two")


def make_z3_lazy(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, first in ((induction, "FIRST"), (evaluating, "ALONE"), (naturals, "ALONE")):
        for name in (first, "QUICK", "PATIENT"):
            monkeypatch.setattr(module, name, LITTLE)
    monkeypatch.setattr(attempts, "SUPPORTED", LITTLE)


def pigeons(number: int) -> str:
    """SMT-LIB: so many pigeons in one hole less, each with a hole of its own; that takes a solver long to refute."""
    holes = range(number - 1)
    lines = [f"(declare-const p{pigeon}_{hole} Bool)" for pigeon in range(number) for hole in holes]
    lines += [f"(assert (or {' '.join(f'p{pigeon}_{hole}' for hole in holes)}))" for pigeon in range(number)]
    lines += [
        f"(assert (not (and p{one}_{hole} p{other}_{hole})))"
        for hole in holes for one in range(number) for other in range(one)
    ]
    return "\n".join([*lines, "(check-sat)"])


@pytest.mark.parametrize("spec", [proof_specs.EvenProof, proof_specs.Falling])
def test_what_both_solvers_prove_is_proved_by_two(spec: type[Spec]) -> None:
    verdict = by_two(spec)
    assert verdict.outcome is Outcome.PROVED, verdict
    assert verdict.message.endswith("by z3 and cvc5")
    assert {entry.outcome for entry in verdict.properties} == {Outcome.PROVED}


def test_paxos_is_proved_by_two_solvers() -> None:
    result = api.prove("paxos", trust="two")
    assert result.outcome is Outcome.PROVED, result
    assert result.message.endswith("by z3 and cvc5")
    assert any("46 obligations, 0 without a proof" in note for note in result.notes)


@pytest.mark.slow
def test_all_of_raft_is_proved_by_two_solvers() -> None:
    result = api.prove("raft", trust="two", seconds=3000)
    assert result.outcome is Outcome.PROVED, result
    assert result.message.endswith("by z3 and cvc5")
    assert result.expected


def test_hypotheses_that_one_solver_used_are_enough_for_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempts, "for_cvc5", lambda climbed, **has_to_prove: LITTLE)
    verdict = by_two(proof_specs.EvenProof)
    assert verdict.outcome is Outcome.PROVED, verdict


@pytest.mark.parametrize("lazy", ["z3", "cvc5"])
def test_what_one_solver_alone_proves_is_named_and_not_proved(lazy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if lazy == "cvc5":
        monkeypatch.setattr(attempts, "for_cvc5", lambda climbed, **has_to_prove: LITTLE)
        monkeypatch.setattr(attempts, "CVC5_SUPPORTED", LITTLE)
    else:
        make_z3_lazy(monkeypatch)
    other = {"z3": "cvc5", "cvc5": "z3"}[lazy]
    verdict = by_two(proof_specs.EvenProof)
    assert verdict.outcome is Outcome.UNKNOWN
    assert verdict.exit_status == 3
    assert f"proved by {other} only: " in verdict.message
    assert f"proved by {lazy} only" not in verdict.message
    assert any(f"proved by {other} only" in entry.detail for entry in verdict.properties)


def test_what_z3_leaves_open_is_proved_by_cvc5_where_one_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    make_z3_lazy(monkeypatch)
    verdict = prove(elaborate(proof_specs.EvenProof))
    assert verdict.outcome is Outcome.PROVED, verdict
    assert any("proved by cvc5, where z3 has no answer" in note for note in verdict.notes)
    assert "cvc5" not in verdict.message


class Liar:
    """Like a solver of cvc5 that has one answer to everything."""

    def __init__(self, manager: object) -> None:
        pass

    def setOption(self, name: str, value: str) -> None:  # noqa: N802 - the names of cvc5's interface
        pass

    def getUnsatAssumptions(self) -> list[str]:  # noqa: N802
        return []


class Told:
    """Like a parser of cvc5, of a text with a single command, which is answered by `unsat`."""

    def __init__(self, solver: Liar) -> None:
        self.left = ["unsat"]

    def setStringInput(self, *text: object) -> None:  # noqa: N802
        pass

    def getSymbolManager(self) -> None:  # noqa: N802
        return None

    def nextCommand(self) -> SimpleNamespace:  # noqa: N802
        left = self.left
        return SimpleNamespace(isNull=lambda: not left, invoke=lambda solver, symbols: left.pop())


@pytest.fixture
def lying_cvc5(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cvc5 that proves everything."""
    language = SimpleNamespace(SMT_LIB_2_6=None)
    package = SimpleNamespace(Solver=Liar, TermManager=object, InputParser=Told, InputLanguage=language)
    monkeypatch.setitem(sys.modules, "cvc5", package)


@pytest.mark.usefixtures("lying_cvc5")
@pytest.mark.parametrize("spec", [proof_specs.Even, pytest.param(proof_specs.HeedlessProof, marks=pytest.mark.slow)])
def test_solvers_that_disagree_are_an_alarm(spec: type[Spec]) -> None:
    # Z3 has a model against the first at once; the second fails in a finite instance, which the interpreter confirms
    verdict = by_two(spec)
    assert verdict.outcome is Outcome.UNKNOWN, verdict
    assert verdict.exit_status == 3
    assert "cvc5 proves" in verdict.message
    assert "believe neither" in verdict.message


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("(declare-const x Int)(assert |a|)(check-sat)", "unknown"),  # no such flag
        ("(declare-const a Bool)(assert (not a))(check-sat)", "proved"),
        ("(declare-const a Bool)(assert a)(check-sat)", "refuted"),
    ],
)
def test_cvc5_answers_by_what_follows_from_the_flags(text: str, said: str) -> None:
    rung = Rung("as written", 10_000)
    asked = partial(second.answer, text, ["a"], rung, 10.0)
    assert second.beside(asked, monotonic() + 10, ("unknown", []))[0] == said


def test_of_what_it_proves_cvc5_tells_which_hypotheses_it_used() -> None:
    context = attempts.z3.Context()
    x = attempts.z3.Int("x", context)
    text, flags = solvers.smt_text({None: [x > 3], "small": [x < 2], "even": [x % 2 == 0]})
    for answer in (second.answer, solvers.z3_answer):
        said, core = answer(text, list(flags), Rung("as written", 100_000), 10.0)
        assert (said, [flags[flag] for flag in core]) == ("proved", ["small"])


def test_the_effort_of_cvc5_is_counted_in_its_steps_and_not_in_seconds() -> None:
    asked = partial(second.answer, pigeons(12), [], Rung("as written", 20_000), 600.0)
    began = monotonic()
    assert second.beside(asked, monotonic() + 600, ("refuted", []))[0] == "unknown"
    assert monotonic() - began < 300


def test_ctrl_c_ends_cvc5_at_once_and_leaves_no_process() -> None:
    asked = partial(second.answer, pigeons(14), [], Rung("as written", 10**9), 600.0)
    previous = signal.signal(signal.SIGALRM, signal.default_int_handler)
    signal.setitimer(signal.ITIMER_REAL, 0.5)
    try:
        with pytest.raises(KeyboardInterrupt):
            second.beside(asked, monotonic() + 600, ("unknown", []))
    finally:
        signal.signal(signal.SIGALRM, previous)
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_a_cvc5_that_breaks_down_has_no_answer() -> None:
    assert second.beside(partial(os._exit, 1), monotonic() + 10, "nothing") == "nothing"


def test_two_solvers_without_cvc5_are_an_error_that_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cvc5", None)
    with pytest.raises(UserError) as raised:
        by_two(proof_specs.EvenProof)
    assert raised.value.code == "P004"
    assert "pip install 'consensus-checker[cvc5]'" in raised.value.render()
    assert prove(elaborate(proof_specs.EvenProof)).outcome is Outcome.PROVED


def test_a_cvc5_that_does_not_load_is_told_as_one(tmp_path: Path) -> None:
    (tmp_path / "cvc5.py").write_text("raise OSError('wrong ELF class')")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    command = [sys.executable, "-m", "checker", "prove", "paxos", "--trust", "two"]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert "P004" in ended.stderr
    assert "does not load: OSError: wrong ELF class" in ended.stderr


def test_a_trust_that_is_none_is_an_error() -> None:
    with pytest.raises(UserError) as raised:
        prove(elaborate(proof_specs.EvenProof), trust="three")  # type: ignore[arg-type]
    assert raised.value.code == "C030"


def test_cvc5_is_loaded_only_when_it_is_asked() -> None:
    code = (
        "import sys, proof_specs; from checker import prove;"
        "print(prove(proof_specs.EvenProof).outcome.name, 'cvc5' in sys.modules)"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    ended = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert ended.stdout.split() == ["PROVED", "False"]
