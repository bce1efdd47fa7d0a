"""Every counterexample is what its page says: broken, shown by a shortest trace, and fixed by undoing the change."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

import pytest

from checker.core.model import Holds, Model, Violated
from checker.core.trace import Trace
from checker.core.verdict import Outcome
from checker.counterexamples.paxos_lowest_vote import spec as lowest_vote
from checker.counterexamples.raft_commit_of_older_term import spec as older_term
from checker.counterexamples.renew import SHELF, counterexample, files, names
from checker.engines.prepare import prepare
from checker.engines.run import check
from checker.engines.scenario import play
from checker.export.itf import trace_from_itf
from checker.specs.paxos import Paxos
from checker.specs.raft import Raft

SEARCHED = [name for name in names() if name != "raft_commit_of_older_term"]


@cache
def found(name: str) -> tuple[Model, Trace]:
    """The model and its trace, searched for once."""
    return counterexample(name)


@pytest.mark.parametrize("name", SEARCHED)
def test_the_search_finds_the_violation_at_the_expected_length(name: str) -> None:
    model, trace = found(name)
    assert isinstance(model.expect, Violated)
    assert model.expect.property == trace.shows
    assert model.expect.length == len(trace)


@pytest.mark.parametrize("name", SEARCHED)
def test_no_shorter_trace_exists(name: str) -> None:
    """A search that stops one state earlier finds nothing."""
    model, trace = found(name)
    assert check(model, max_depth=len(trace) - 1).outcome is Outcome.HOLDS_TO_DEPTH


LARGE = {"raft_outdated_leader", "raft_unchecked_previous_entry"}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow if name in LARGE else ()) for name in SEARCHED]
)
def test_the_right_protocol_survives_the_same_search(name: str) -> None:
    """It is the change that breaks the protocol, not the model."""
    model, trace = found(name)
    right = replace(model, spec=Raft if issubclass(model.spec, Raft) else Paxos, quorums={}, expect=None)
    assert check(right, max_depth=len(trace)).outcome is Outcome.HOLDS_TO_DEPTH


@pytest.mark.parametrize("name", names())
def test_the_committed_trace_is_a_behaviour_that_ends_in_the_violation(name: str) -> None:
    model, _ = found(name)
    prepared = prepare(model)
    trace = trace_from_itf((SHELF / name / "trace.itf.json").read_text(), prepared.spec, prepared.instance)
    assert trace.states[0] in [step.state for step in prepared.interpreter.initial()]
    for before, step in zip(trace.steps, trace.steps[1:], strict=False):
        assert step in prepared.interpreter.steps(before.state)[0]
    (broken,) = (entry for entry in prepared.spec.properties if entry.name == trace.shows)
    assert not prepared.interpreter.holds(broken, trace.states[-1])
    assert all(prepared.interpreter.holds(broken, state) for state in trace.states[:-1])


@pytest.mark.parametrize("name", names())
def test_the_committed_files_are_what_a_fresh_run_writes(name: str) -> None:
    for file, text in files(name, *found(name)):
        assert file.read_text(encoding="utf-8") == text, "run `python -m checker.counterexamples.renew`"


@pytest.mark.parametrize("name", names())
def test_the_page_tells_of_this_trace(name: str) -> None:
    """It names the broken property and the number of states, and its steps are numbered within the trace."""
    model, trace = found(name)
    page = (SHELF / name / "README.md").read_text(encoding="utf-8")
    assert f"`{trace.shows}`" in page
    assert f"{len(trace)} states" in page
    assert "picture.svg" in page
    told = [int(number) for number in re.findall(r"^\| (?:\d+–)?(\d+) \|", page, re.MULTILINE)]
    assert told == sorted(told)
    assert told[-1] == len(trace)
    assert model.spec.__name__ in page


def test_every_counterexample_is_in_the_index() -> None:
    index = (SHELF / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| \[(\w+)\]\(\1/README\.md\)", index, re.MULTILINE) == list(names())


def test_two_ballots_do_not_show_what_is_wrong_with_the_lowest_vote() -> None:
    """With two ballots all votes that a promise can report are of one ballot, the lowest and the highest."""
    assert isinstance(lowest_vote.two_ballots.expect, Holds)
    assert check(lowest_vote.two_ballots).expected is True


def test_a_search_goes_on_from_the_end_of_a_scenario() -> None:
    """Figure 8 (d): the new leader overwrites an entry that was committed."""
    trace = play(older_term.model, older_term.scenario)
    further = replace(older_term.model, check=("committed_entries_stay",), expect=None)
    verdict = check(further, after=trace)
    assert verdict.outcome is Outcome.VIOLATED
    assert verdict.trace is not None
    assert verdict.trace.states[: len(trace)] == trace.states
    assert len(verdict.trace) > len(trace)
