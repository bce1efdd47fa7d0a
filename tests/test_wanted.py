"""More than one counterexample from one search, or one that takes a certain action: which there are is enumerated here
by a program of its own over the interpreter's steps, or known by arithmetic."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from random import Random
from typing import Self

import pytest
from command import Command
from random_specs import load, write_spec

from checker import Map, Model, Sort, Spec, Violated, action, check, init, invariant, require, step_invariant, witness
from checker import load as load_model
from checker.core.errors import UserError
from checker.core.trace import Step, Trace
from checker.core.values import State
from checker.core.verdict import Outcome, PropertyResult, Verdict
from checker.engines.interpreter.interpreter import Interpreter
from checker.engines.prepare import Prepared, prepare

EVERY = 1_000_000
"""More counterexamples than there are."""


class Walk(Spec):
    """From (0, 0) right and up within a square of 4 by 4; `leap` goes up by two."""

    x: int
    y: int

    @init
    def start(self) -> None:
        self.x = 0
        self.y = 0

    @action
    def right(self) -> None:
        self.x += 1

    @action
    def up(self) -> None:
        self.y += 1

    @action
    def leap(self) -> None:
        self.y += 2

    @invariant
    def near(self) -> bool:
        return self.x + self.y < 3

    @invariant
    def not_at_the_right(self) -> bool:
        return self.x < 3

    @step_invariant
    def no_leap_from_the_right(self, after: Self) -> bool:
        return self.x < 2 or after.y < self.y + 2

    @witness
    def corner(self) -> bool:
        return self.x == 3 and self.y == 3


WALK = Model(Walk, bounds={"x": (0, 3), "y": (0, 3)}, deadlock=False)


class Cell(Sort):
    """Interchangeable."""


class Flags(Spec):
    raised: Map[Cell, bool]

    @init
    def start(self) -> None:
        self.raised = Map({c: False for c in Cell})

    @action
    def toggle(self, c: Cell) -> None:
        self.raised[c] = not self.raised[c]

    @invariant
    def few(self) -> bool:
        return sum(1 for c in Cell if self.raised[c]) < 2


class Guarded(Flags):
    @action
    def rest(self, c: Cell) -> None:
        require(not self.few())
        self.raised[c] = False


def lengths(verdict: Verdict) -> dict[str, list[int]]:
    return {name: [len(trace) for trace in traces] for name, traces in verdict.counterexamples.items()}


def results(verdict: Verdict) -> dict[str, PropertyResult]:
    return {entry.name: entry for entry in verdict.properties}


# --- by arithmetic ----------------------------------------------------------------------------------------------------


def test_a_plain_run_tells_the_first_violation_only() -> None:
    plain = check(WALK)
    assert lengths(plain) == {"near": [3]}
    assert plain.wrong == (plain.trace,)


def test_all_violations_are_found_each_by_a_shortest_trace_beyond_other_violations() -> None:
    found = check(WALK, all_violations=True)
    assert found.outcome is Outcome.VIOLATED and found.exit_status == 1
    # near: right, leap; not_at_the_right: right three times, beyond a violation of near; from (2, 0) a leap
    assert lengths(found) == {"near": [3], "not_at_the_right": [4], "no_leap_from_the_right": [4]}
    assert found.statistics is not None and (found.statistics.states, found.statistics.queue) == (16, 0)
    assert results(found)["corner"].outcome is Outcome.REACHED
    assert "all 16 states were explored" in found.message


def test_other_counterexamples_have_other_last_states_and_no_violation_before_their_end() -> None:
    found = check(WALK, count=EVERY)
    # inside of x + y < 3 there are 6 states; from these lead steps to the 4 with a sum of 3, and leaps to (0, 2) + 2
    # beyond the square: none; (1, 1) + 2 and (0, 2) + 2 = (0, 4) is cut, (1, 3) has the sum 4; (2, 0) + 2 = (2, 2)
    near = found.counterexamples["near"]
    assert sorted((trace.states[-1]["x"], trace.states[-1]["y"]) for trace in near) == [
        (0, 3), (1, 2), (1, 3), (2, 1), (2, 2), (3, 0),
    ]
    assert lengths(found) == {"near": [3, 3, 4, 4, 4, 4], "not_at_the_right": [4], "no_leap_from_the_right": [4]}
    assert any("fewer counterexamples" in note for note in found.notes)
    assert results(found)["corner"].outcome is Outcome.UNKNOWN
    assert len(check(WALK, count=4).counterexamples["near"]) == 4
    assert len(check(WALK, count=EVERY, all_violations=True).counterexamples["near"]) == 16 - 6


def test_up_to_symmetry_other_last_states_are_those_of_other_orbits() -> None:
    model = Model(Flags, sizes={Cell: 4})
    # 2, 3 or 4 of 4 flags are raised; beyond the first violation, up to symmetry and without
    assert lengths(check(model, count=EVERY, all_violations=True)) == {"few": [3, 4, 5]}
    plain = check(model, count=EVERY, all_violations=True, symmetry=False)
    assert lengths(plain) == {"few": [3] * 6 + [4] * 4 + [5]}
    assert lengths(check(model, count=EVERY, symmetry=False)) == {"few": [3] * 6}
    assert lengths(check(model, count=EVERY)) == {"few": [3]}


def test_a_counterexample_via_an_action_takes_it_and_is_a_shortest_one() -> None:
    for name, length in (("leap", 3), ("right", 3), ("up", 3)):
        found = check(WALK, via=name)
        assert lengths(found) == {"near": [length]}
        assert any(step.label.action == name for step in found.wrong[0].steps)
    only = Model(Walk, bounds={"x": (0, 3), "y": (0, 3)}, check=["not_at_the_right"])
    assert lengths(check(only)) == {"not_at_the_right": [4]}
    assert lengths(check(only, via="leap")) == {"not_at_the_right": [5]}


def test_no_violation_takes_an_action_that_is_never_enabled_before_one() -> None:
    found = check(Model(Guarded, sizes={Cell: 3}), via="rest")
    assert found.outcome is Outcome.NOT_REACHED and found.exit_status == 1
    detail = "by no trace that takes `rest`"
    assert results(found)["few"] == PropertyResult("invariant", "few", Outcome.VIOLATED, detail)
    assert not found.wrong
    holds = check(Model(Guarded, sizes={Cell: 1}), via="rest")
    assert holds.outcome is Outcome.HOLDS


# --- against an enumeration of every path -----------------------------------------------------------------------------


def enumerated(prepared: Prepared, *, beyond: bool, via: str | None) -> dict[str, list[int]]:
    """For each property the lengths of shortest traces to its violations, one for each last state, in order."""
    interpreter, checked = prepared.interpreter, prepared.checked
    lengths: dict[str, dict[State, int]] = defaultdict(dict)
    known: set[tuple[State, bool]] = set()
    level: list[tuple[State, bool]] = []

    def meet(before: State | None, step: Step, taken: bool, length: int, following: list[tuple[State, bool]]) -> None:
        state, stop = step.state, False
        if before is not None:
            for entry in checked.step_invariants:
                if not interpreter.holds(entry, before, state):
                    stop = not beyond
                    if taken:
                        lengths[entry.name].setdefault(state, length)
        false = [entry for entry in checked.invariants if not interpreter.holds(entry, state)]
        for entry in false:
            if taken:
                lengths[entry.name].setdefault(state, length)
        if stop or (state, taken) in known:
            return
        if all(interpreter.holds(entry, state) for entry in checked.constraints):
            known.add((state, taken))
            if beyond or not false:
                following.append((state, taken))

    for step in interpreter.initial():
        meet(None, step, via is None, 1, level)
    length = 1
    while level:
        length += 1
        following: list[tuple[State, bool]] = []
        for state, taken in level:
            for step in interpreter.steps(state)[0]:
                meet(state, step, taken or step.label.action == via, length, following)
        level = following
        if len(known) > 400:
            raise TooMany
    return {name: sorted(found.values()) for name, found in lengths.items()}


class TooMany(Exception):
    """States to enumerate in a test."""


def confirm(interpreter: Interpreter, prepared: Prepared, trace: Trace, *, beyond: bool, via: str | None) -> None:
    """It is a trace of the spec, takes the action, and unless it may go on beyond one, ends at its first violation."""
    assert trace.steps[0] in interpreter.initial()
    broken: list[tuple[int, str]] = []
    for number, step in enumerate(trace.steps):
        before = trace.steps[number - 1].state if number else None
        assert before is None or step in interpreter.steps(before)[0]
        for entry in prepared.checked.invariants:
            if not interpreter.holds(entry, step.state):
                broken.append((number, entry.name))
        for entry in prepared.checked.step_invariants if before is not None else ():
            if not interpreter.holds(entry, before or step.state, step.state):
                broken.append((number, entry.name))
    assert (len(trace) - 1, trace.shows) in broken
    assert beyond or {number for number, _ in broken} == {len(trace) - 1}
    assert via is None or any(step.label.action == via for step in trace.steps)


@pytest.mark.parametrize("shard", range(4))
def test_on_random_specs_every_violation_is_found_by_a_shortest_trace(shard: int) -> None:
    compared = sum(violations_compared(seed) for seed in range(shard, 28, 4))
    assert compared >= 5


def violations_compared(seed: int) -> int:
    """Compares what is found in a random spec with the enumeration; in how many ways there was a violation."""
    loaded = load(write_spec(Random(seed)))
    ways = 0
    prepared = prepare(loaded.model)
    actions = [entry.name for entry in loaded.spec.actions]
    for beyond, via in [(True, None), (False, None), *((False, name) for name in actions), (True, actions[0])]:
        try:
            expected = enumerated(prepared, beyond=beyond, via=via)
        except (UserError, TooMany):
            continue
        found = check(loaded.model, all_violations=beyond, count=EVERY, via=via, symmetry=False)
        assert {name: sorted(those) for name, those in lengths(found).items()} == expected
        assert (found.outcome is Outcome.VIOLATED) == bool(expected)
        for traces in found.counterexamples.values():
            assert [len(trace) for trace in traces] == sorted(len(trace) for trace in traces)
            for trace in traces:
                confirm(prepared.interpreter, prepared, trace, beyond=beyond, via=via)
        orbits = check(loaded.model, all_violations=beyond, count=EVERY, via=via)
        assert {name: min(those) for name, those in lengths(orbits).items()} == {
            name: those[0] for name, those in expected.items()
        }
        first = check(loaded.model, all_violations=beyond, via=via)
        assert all(those == expected[name][:1] for name, those in lengths(first).items())
        ways += bool(expected)
    return ways


# --- how it is told ---------------------------------------------------------------------------------------------------


def test_what_the_model_expects_is_compared_where_the_whole_model_was_explored() -> None:
    model = Model(Walk, bounds={"x": (0, 3), "y": (0, 3)}, expect=Violated("not_at_the_right", length=4))
    assert check(model, all_violations=True).expected is True
    assert check(model).expected is False  # near is violated first
    assert check(model, all_violations=True, max_depth=2).expected is None
    assert check(model, via="leap").expected is None


def test_a_search_that_is_cut_short_says_what_it_found() -> None:
    found = check(WALK, all_violations=True, max_depth=3)
    assert lengths(found) == {"near": [3]} and found.outcome is Outcome.VIOLATED
    assert results(found)["not_at_the_right"].outcome is Outcome.HOLDS_TO_DEPTH
    assert "up to 3 states" in found.message


def test_an_error_beyond_a_violation_takes_nothing_from_it() -> None:
    class Erring(Walk):
        @action
        def up(self) -> None:
            self.y += 6 // (3 - self.x) - 1

    found = check(Model(Erring, bounds={"x": (0, 3), "y": (0, 9)}), all_violations=True)
    assert found.outcome is Outcome.VIOLATED and "near" in found.counterexamples
    assert "error of the spec" in found.message
    assert any("division" in note or "zero" in note for note in found.notes)


def test_what_is_asked_for_wrongly_is_told() -> None:
    for code, more in (
        ("C006", {"via": "lep"}), ("C030", {"count": 0}), ("C030", {"all_violations": "yes"}), ("C030", {"via": 3}),
        ("C031", {"count": 2, "tier": "native"}), ("C026", {"count": 2, "checkpoint": "here"}),
    ):  # fmt: skip
        with pytest.raises(UserError) as error:
            check(WALK, **more)  # pyright: ignore[reportArgumentType]
        assert error.value.code == code
    with pytest.raises(UserError) as error:
        check(WALK, via="lep")
    assert "did you mean `leap`" in str(error.value.help)


def test_the_command_prints_and_writes_every_counterexample(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    ended = Command(monkeypatch, capfd)("check", "paxos_forgotten_promise", "--count", "2", "--out", str(tmp_path))
    assert ended.status == 0  # it is what the model expects
    heads = [line for line in ended.out.splitlines() if line.startswith("Counterexample, ForgetfulPaxos")]
    assert [head.partition(": ")[2] for head in heads] == ["agreement, 1 of 2", "agreement, 2 of 2"]
    names = sorted(file.name for file in tmp_path.iterdir())
    stem = "ForgetfulPaxos-paxos_forgotten_promise"
    assert names == sorted([
        f"{stem}-agreement-2.itf.json", f"{stem}-agreement-2.svg", f"{stem}-agreement.itf.json",
        f"{stem}-agreement.svg", f"{stem}.html",
    ])
    page = (tmp_path / f"{stem}.html").read_text()
    assert page.count('<section class="story">') == 2
    assert all(f"<h2>{head}</h2>" in page for head in heads)


def test_a_result_explains_and_draws_each_of_them() -> None:
    found = check(load_model("paxos_forgotten_promise"), count=2)
    assert found.picture("agreement") == found.picture()
    assert "<svg" in found.picture("agreement", 2) and found.picture("agreement", 2) != found.picture()
    assert found.picture("agreement", 3) == ""
    assert "agreement is false" in found.explanation("agreement")
