"""Bounded and k-inductive checks say what a search of the same model says, or that they cannot say it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from random import Random

import pytest
from command import Command
from hypothesis.errors import UnsatisfiedAssumption
from random_specs import load, write_spec

from checker import Model, Spec, action, init, invariant, load as load_model, require
from checker.core.errors import UserError
from checker.core.model import Model as AnyModel
from checker.core.verdict import Outcome, Verdict
from checker.engines.proof.bounded import bounded, k_induction
from checker.engines.run import check

DEPTH = 4


class Counting(Spec):
    """Counts in twos, from an even number, to what the model has room for."""

    count: int
    stops: bool = False

    @init
    def start(self) -> None:
        self.count = 0

    @action
    def step(self) -> None:
        require(not self.stops or self.count < 2)
        self.count += 2

    @invariant
    def never_five(self) -> bool:
        return self.count != 5

    @invariant
    def small(self) -> bool:
        return self.count < 6


def counting(
    most: int, *, deadlock: bool = False, stops: bool = False, check: tuple[str, ...] | None = None
) -> AnyModel:
    return Model(Counting, bounds={"count": (0, most)}, check=check, deadlock=deadlock, constants={"stops": stops})


def compare(model: AnyModel, depth: int) -> tuple[Verdict, Verdict]:
    """The verdict of a search and of a bounded check, which agree unless the latter does not know."""
    searched, found = check(model, max_depth=depth), bounded(model, depth)
    if found.outcome is Outcome.UNKNOWN:
        return searched, found
    if searched.outcome in (Outcome.HOLDS, Outcome.HOLDS_TO_DEPTH):
        assert found.outcome is Outcome.HOLDS_TO_DEPTH, (searched.message, found.message)
        return searched, found
    wrong = (Outcome.VIOLATED, Outcome.ERROR)  # of one length, both may be there to be met first
    assert searched.outcome is found.outcome or {searched.outcome, found.outcome} == set(wrong)
    assert len(searched.trace or ()) == len(found.trace or ()), (searched.message, found.message)
    return searched, found


def compare_random(seeds: range) -> Counter[Outcome]:
    """How many random specs came out in which way."""
    outcomes: Counter[Outcome] = Counter()
    for seed in seeds:
        try:
            loaded = load(write_spec(Random(seed)))
        except (UnsatisfiedAssumption, UserError):
            continue
        names = tuple(e.name for e in loaded.spec.properties if e.kind in ("invariant", "lemma", "step invariant"))
        _, found = compare(replace(loaded.model, check=names), DEPTH)
        outcomes[found.outcome] += 1
    return outcomes


def test_a_bounded_check_of_random_specs_agrees_with_the_search() -> None:
    outcomes = compare_random(range(24))
    assert outcomes[Outcome.VIOLATED] >= 10
    assert outcomes[Outcome.UNKNOWN] <= 3


@pytest.mark.nightly
def test_a_bounded_check_of_many_random_specs_agrees_with_the_search() -> None:
    assert compare_random(range(400))[Outcome.VIOLATED] > 200


@pytest.mark.parametrize("target", ["two_phase_commit", "lock_server", "toy_consensus"])
def test_a_bounded_check_of_a_bundled_model_holds_as_the_search_does(target: str) -> None:
    _, found = compare(load_model(target), 5)
    assert found.outcome is Outcome.HOLDS_TO_DEPTH
    assert bool(found)


def test_the_violation_is_found_at_its_shortest_length_and_not_before() -> None:
    _, found = compare(counting(10), 6)
    assert found.outcome is Outcome.VIOLATED
    assert found.trace is not None
    assert [state["count"] for state in found.trace.states] == [0, 2, 4, 6]
    assert bounded(counting(10), 3).outcome is Outcome.HOLDS_TO_DEPTH


def test_a_step_beyond_the_bounds_is_cut_and_no_deadlock() -> None:
    assert compare(counting(5, deadlock=True), 8)[1].outcome is Outcome.HOLDS_TO_DEPTH
    _, found = compare(counting(5, deadlock=True, stops=True), 8)
    assert found.outcome is Outcome.VIOLATED
    assert len(found.trace or ()) == 2


def test_what_holds_is_shown_by_k_induction() -> None:
    # within 0..5 the odd numbers are never left: 1, 3, 5 is a path, and no longer one without a repetition leads to 5
    model = counting(5, check=("never_five",))
    assert k_induction(model, 1).outcome is Outcome.NOT_INDUCTIVE
    found = k_induction(model, 2)
    assert found.outcome is Outcome.NOT_INDUCTIVE
    assert found.trace is not None
    assert [state["count"] for state in found.trace.states] == [1, 3, 5]
    assert found.trace.kind == "counterexample to induction"
    assert k_induction(model, 3).outcome is Outcome.HOLDS


def test_k_induction_finds_what_is_violated_from_the_beginning() -> None:
    assert k_induction(counting(10), 4).outcome is Outcome.VIOLATED


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Command:
    return Command(monkeypatch, capfd)


def test_the_command_says_how_far_it_looked(command: Command) -> None:
    done = command("prove", "lock_server", "--bounded", "3")
    assert done.status == 0, done.err
    assert "nothing is violated on a path of up to 3 states" in done.out
    for other in (["--lemma", "x"], ["--k-induction", "2"], ["--trust", "two"]):
        refused = command("prove", "lock_server", "--bounded", "3", *other)
        assert refused.status == 2
        assert "C004" in refused.err


class Adding(Spec):
    """Adds any of many numbers."""

    count: int

    @init
    def start(self) -> None:
        self.count = 0

    @action
    def add(self, n: int) -> None:
        require(self.count + n <= 4)
        self.count += n


def test_what_paths_cannot_represent_is_refused() -> None:
    many = Model(Adding, bounds={"count": (0, 4), "add.n": (0, 2000)}, deadlock=True)
    with pytest.raises(UserError) as caught:
        bounded(many, 3)
    assert caught.value.code == "P005"
    assert bounded(replace(many, deadlock=False), 3).outcome is Outcome.HOLDS_TO_DEPTH
