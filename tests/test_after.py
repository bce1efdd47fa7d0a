"""A search that goes on from a trace believes of it only what the interpreter does too."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from command import Command

from checker import Model, Outcome, Result, UserError, check, load, prove
from checker.core.trace import Step, Trace
from checker.core.values import State
from checker.export.itf import trace_to_itf
from checker.frontend.elaborate import elaborate

TINY = ["Acceptor=1", "Ballot=1", "Value=2"]
"""The sizes of the smallest counterexample to induction of Paxos without lemmas: an acceptor has accepted `v2`, while
`v1` is proposed for the same ballot."""


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Command:
    return Command(monkeypatch, capfd)


@pytest.fixture(scope="module")
def gap() -> Trace:
    trace = prove(load("paxos").spec, only=["agreement"]).trace
    assert trace is not None
    return trace


def refused(model: Model, trace: Any) -> str:
    with pytest.raises(UserError) as caught:
        check(model, after=trace)
    assert caught.value.code == "C010"
    return caught.value.message


def violation(name: str) -> Trace:
    trace = check(load(name)).trace
    assert trace is not None
    return trace


def test_a_trace_of_a_broken_protocol_is_no_start_for_the_correct_one() -> None:
    told = refused(load("paxos"), violation("paxos_forgotten_promise"))
    assert "cannot go to state" in told
    assert "`promised` is {a1: b1, a2: None, a3: None} then" in told


def test_a_step_with_the_quorum_of_another_family_is_told_though_both_are_the_first_of_theirs() -> None:
    assert "`q` cannot be {a1}" in refused(load("paxos"), violation("paxos_disjoint_quorums"))


def test_the_step_that_is_not_possible_is_told_with_its_reason() -> None:
    trace = check(load("paxos")).witnesses["decides"]
    later = replace(trace, steps=(trace.steps[0], *trace.steps[2:]))
    assert "by `promise(a=a1, b=b1)`: `require(Prepare(b) in self.sent)` does not hold" in refused(load("paxos"), later)
    begun = replace(trace, steps=trace.steps[1:])
    assert "state 1 is no initial state of `Paxos`: `sent` is {} then" in refused(load("paxos"), begun)
    label = replace(trace.steps[1].label, action="prepar")
    unknown = replace(trace, steps=(trace.steps[0], replace(trace.steps[1], label=label)))
    assert "did you mean `prepare`?" in refused(load("paxos"), unknown)
    label = replace(trace.steps[1].label, arguments=())
    without = replace(trace, steps=(trace.steps[0], replace(trace.steps[1], label=label)))
    assert "its parameters are (b)" in refused(load("paxos"), without)


@pytest.mark.parametrize("wrong", [5, "trace.itf.json", [], Trace("witness", "Paxos", "", None, ())])
def test_what_is_no_trace_is_told(wrong: Any) -> None:
    refused(load("paxos"), wrong)


def test_a_state_that_no_state_of_the_model_is_like_is_told(gap: Trace) -> None:
    assert "the model has no such value of `promised`" in refused(load("paxos"), gap)
    first = gap.steps[0]
    for strange in (None, 5, "x", frozenset({1}), ()):
        state = State(first.state.names, (strange, *first.state.values[1:]))  # type: ignore[arg-type]
        refused(load("paxos", TINY), replace(gap, steps=(Step(first.label, state),)))


def test_what_a_state_that_may_be_unreachable_leads_to_is_no_counterexample(gap: Trace) -> None:
    model = replace(load("paxos", TINY), check=("agreement",))
    found = check(model, after=replace(gap, steps=gap.steps[:1]))
    assert found.outcome is Outcome.UNKNOWN
    assert found.exit_status == 3
    assert "may be unreachable, so this is no counterexample: `agreement` is violated after 1 step" in found.message
    assert any("may be unreachable" in note for note in found.notes)
    (result,) = (entry for entry in found.properties if entry.name == "agreement")
    assert result.outcome is Outcome.UNKNOWN
    assert found.trace is not None
    assert found.trace.kind == "counterexample to induction"
    assert "=> agreement is false, but the first state may be unreachable" in str(found)
    assert "which may be unreachable" in found.picture()


def test_witnesses_from_there_are_not_reached(gap: Trace) -> None:
    model = replace(load("paxos", TINY), check=("decides",))
    found = check(model, after=gap)
    assert found.witnesses == {}
    (result,) = (entry for entry in found.properties if entry.name == "decides")
    assert (result.outcome, result.detail) == (Outcome.UNKNOWN, "reached from a state that may be unreachable")


def test_only_a_counterexample_to_induction_may_begin_anywhere(gap: Trace) -> None:
    told = refused(load("paxos", TINY), replace(gap, kind="counterexample"))
    assert "state 1 is no initial state" in told


def test_one_that_begins_in_an_initial_state_is_a_behaviour_like_any_other() -> None:
    trace = check(load("paxos")).witnesses["decides"]
    plain, named = (check(load("paxos"), after=replace(trace, kind=kind)) for kind in (
        "witness", "counterexample to induction",
    ))
    assert replace(plain, statistics=None) == replace(named, statistics=None)
    assert plain.outcome is Outcome.NOT_VIOLATED


def test_the_command_says_so_too(gap: Trace, command: Command, tmp_path: Path) -> None:
    file = tmp_path / "gap.itf.json"
    file.write_text(trace_to_itf(gap, elaborate(load("paxos").spec)), encoding="utf-8")
    sizes = [word for setting in TINY for word in ("--set", setting)]
    ended = command("check", "paxos", *sizes, "--after", str(file), "--json")
    assert ended.status == 3
    assert ended.json["verdict"] == "unknown"
    assert "may be unreachable" in ended.json["message"]
    assert any("may be unreachable" in note for note in ended.json["notes"])
    document = json.loads(file.read_text(encoding="utf-8"))
    document["#meta"]["kind"] = "counterexample"
    file.write_text(json.dumps(document), encoding="utf-8")
    assert "state 1 is no initial state" in command("check", "paxos", *sizes, "--after", str(file)).err


def test_a_result_is_no_trace() -> None:
    result: Result = check(load("paxos:two_acceptors"))
    assert "is no trace" in refused(load("paxos"), result)
