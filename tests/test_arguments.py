"""Whatever Python gives as an argument, it has the obvious meaning or is a mistake that is told."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

import checker
from checker import (
    BagBound, Model, NotReached, Outcome, UserError, Violated, check, infer, load, play, prove, simulate,
)
from checker.frontend.elaborate import elaborate
from checker.frontend.instantiate import instantiate
from checker.specs.paxos import Acceptor, Ballot, Majority, Paxos, Value
from checker.specs.raft import Raft

SIZES: dict[Any, Any] = {Acceptor: 2, Value: 1, Ballot: 1}
HUGE = 10**5_000


class Number:
    """A whole number that is no int, as numpy has them."""

    def __init__(self, value: int) -> None:
        self.value = value

    def __index__(self) -> int:
        return self.value


class Strange:
    """What has no text."""

    def __repr__(self) -> str:
        raise ValueError


def refused(run: Callable[[], object]) -> UserError:
    with pytest.raises(UserError) as caught:
        run()
    error = caught.value
    assert error.code
    assert error.help
    assert len(error.message) < 300
    assert error.render()
    return error


ODD: list[Any] = [
    True, -1, 0, 1.5, float("nan"), float("inf"), HUGE, -HUGE, "x", "", "\0", b"x", [], [1], {}, {1: 2}, set(), object,
    Strange(), Paxos, Paxos.agreement, Number(2), (1, 2, 3), range(3), 1j, ...,
]


@pytest.mark.parametrize(
    "parameter", ["spec", "sizes", "bounds", "quorums", "constants", "check", "symmetry", "deadlock"]
)
def test_a_model_takes_or_refuses_what_is_odd(parameter: str) -> None:
    for value in [*ODD, None]:
        arguments: dict[str, Any] = {"spec": Paxos, "sizes": SIZES, parameter: value}
        try:
            check(Model(**arguments), max_states=50, tier="python")
        except UserError as error:
            assert error.render()
            assert error.span is not None


@pytest.mark.parametrize("parameter", ["sizes", "quorums"])
def test_sizes_and_quorums_take_or_refuse_what_is_odd(parameter: str) -> None:
    key = Acceptor if parameter == "sizes" else Majority
    for value in [*ODD, None, [[0, 1]], [["a1"]], [[Strange()]], [[]], ["a1"], [HUGE], [[[1]]], {"a1": 1}]:
        arguments: dict[str, Any] = {"sizes": SIZES, parameter: {**(SIZES if parameter == "sizes" else {}), key: value}}
        try:
            check(Model(Paxos, **arguments), max_states=50, tier="python")
        except UserError as error:
            assert error.render()
            assert error.span is not None


def test_bounds_and_constants_take_or_refuse_what_is_odd() -> None:
    raft = load("raft")
    spec = elaborate(raft.spec)
    bags: list[Any] = [BagBound(distinct, copies) for distinct in ODD for copies in (1, *ODD)]
    for name in raft.bounds:
        for value in [*ODD, None, (HUGE, HUGE), (0, HUGE), (3, 0), (0, True), (0.0, 3.0), *bags]:
            try:
                instantiate(replace(raft, bounds={**raft.bounds, name: value}), spec)
            except UserError as error:
                assert error.render()
                assert error.span is not None


@pytest.mark.parametrize("function", [check, simulate, play, load, prove])
def test_functions_take_or_refuse_what_is_odd(function: Callable[..., Any], tmp_path: Path) -> None:
    small = Model(Paxos, sizes=SIZES)
    usual: dict[str, Any] = {
        "model": small, "scenario": [], "target": "paxos", "spec": "paxos", "seconds": 0.01,
        "max_states": 20, "walks": 2,
    }
    parameters = inspect.signature(function).parameters
    for name in parameters:
        for value in [*ODD, None, [None], ["prepare"], [("prepare",)], [("prepare", {1: Strange()})]]:
            arguments = {key: usual[key] for key in parameters if key in usual} | {name: value}
            if name in ("checkpoint", "disk") and isinstance(value, str) and value == "x":
                arguments[name] = str(tmp_path / "x")
            if name == "spec" and value in ("paxos", Paxos) or name in ("walks", "depth") and value == HUGE:
                continue
            try:
                function(**arguments)
            except UserError as error:
                assert error.render()


def test_methods_stand_for_properties() -> None:
    checked = check(Model(Paxos, sizes=SIZES, check=[Paxos.agreement]))
    assert [entry.name for entry in checked.properties] == ["agreement"]
    broken = load("paxos_forgotten_promise")
    assert [entry.name for entry in check(replace(broken, check=[Paxos.agreement])).properties] == ["agreement"]
    assert refused(lambda: Model(Paxos, sizes=SIZES, check=[Raft.election_safety])).code == "M006"
    assert prove(Paxos, only=[Paxos.agreement]).outcome is Outcome.NOT_INDUCTIVE
    assert refused(lambda: prove(Paxos, only="agreement")).code == "C030"
    assert refused(lambda: prove(Paxos, only=["agrement"])).code == "P001"
    assert refused(lambda: infer(Paxos, only="agreement")).code == "C030"
    assert refused(lambda: infer(Paxos, only=["agrement"])).code == "P001"
    assert refused(lambda: infer("paxos", left_out=["saf_at"])).code == "P001"


def test_a_method_stands_for_what_is_expected() -> None:
    broken = load("paxos_forgotten_promise")
    expecting = replace(broken, expect=Violated(Paxos.agreement))
    assert expecting.expect == Violated("agreement")
    assert check(expecting).expected
    never = check(replace(broken, check=None, expect=NotReached(Paxos.decides)))
    assert never.expected is False
    for expect in (Violated(Raft.election_safety), NotReached(5), Violated([])):  # type: ignore[arg-type]
        assert refused(lambda expect=expect: replace(broken, expect=expect)).code == "M006"


def test_an_object_of_a_spec_is_not_the_spec() -> None:
    instance: Any = Paxos()
    for run in (lambda: Model(instance), lambda: check(instance), lambda: prove(instance), lambda: infer(instance)):
        error = refused(run)
        assert "without brackets" in str(error.help)
        assert "(Paxos)`" in str(error.help)


def test_a_bound_of_a_bag_that_is_no_number_is_named() -> None:
    raft = load("raft")
    for bound, part in ((BagBound("a"), "distinct"), (BagBound(2, 0), "copies")):  # type: ignore[arg-type]
        model = replace(raft, bounds={**raft.bounds, "net": bound})
        assert f"`{part}` is" in refused(lambda model=model: check(model)).message


LIKE_PLAIN = """
from typing import Annotated
from checker import Bounded, Map, Model, Sort, Spec, Violated, action, init, invariant, witness

class Oﬃce(Sort):
    pass

class Ofﬁces(Spec):
    ﬁlled: Annotated[int, Bounded("ﬁlling")]
    oﬀ = 1

    @init
    def start(self) -> None:
        self.filled = 0

    @action
    def ﬁll(self, ofﬁce: Office) -> None:
        self.ﬁlled += self.oﬀ

    @invariant
    def ﬁne(self) -> bool:
        return self.ﬁlled < 2

    @witness
    def ﬁrst(self) -> bool:
        return self.filled == 1

m = Model(Offices, sizes={Office: ("ﬁve", "six")}, bounds={"ﬁlling": (0, 2)}, constants={"oﬀ": 1}, check=["ﬁne"],
    expect=Violated("ﬁne", length=3))
"""
"""Names with ligatures, which Python reads as plain letters."""


def test_a_name_given_as_text_means_what_python_reads(tmp_path: Path) -> None:
    file = tmp_path / "office.py"
    file.write_text(LIKE_PLAIN, encoding="utf-8")
    assert check(load(file)).expected
    other = load(file, ["oﬀ=2", "ﬁlling=0..2", "Oﬃce=ﬁve,six"])
    assert (other.constants, other.bounds) == ({"off": 2}, {"filling": (0, 2)})
    assert list(other.sizes.values()) == [("five", "six")]
    assert len(check(other).wrong[0]) == 2
    assert len(play(load(file), [("fill", {"office": "ﬁve"})])) == 2
    for told in (
        refused(lambda: check(load(file), via="ﬁll")), refused(lambda: check(load(file)).explanation("ﬁrst")),
    ):
        assert "Python reads other letters in it" in str(told.help)
    assert refused(lambda: load(file, "Oﬃce=ﬁve,five")).code == "C004"
    twice = replace(load(file), sizes={next(iter(load(file).sizes)): ("ﬁve", "five")})
    assert refused(lambda: check(twice)).code == "M002"


def test_numbers_of_other_kinds_are_numbers() -> None:
    plain = check(Model(Paxos, sizes=SIZES, quorums={Majority: 2}))
    other: Any = Number
    model = Model(Paxos, sizes={Acceptor: other(2), Value: other(1), Ballot: other(1)}, quorums={Majority: other(2)})
    assert check(model, max_states=other(10**6)).statistics.states == plain.statistics.states  # type: ignore[union-attr]
    assert BagBound(other(2), other(1)) == BagBound(2, 1)
    assert simulate(model, walks=other(3), depth=other(4), seed=other(5)).statistics.walks == 3  # type: ignore[union-attr]


def test_a_path_is_a_target(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text(
        "from checker import Model\nfrom checker.specs.paxos import Acceptor, Ballot, Paxos, Value\n"
        "small = Model(Paxos, sizes={Acceptor: 2, Value: 1, Ballot: 1})\n"
    )
    assert load(file).spec is Paxos
    assert prove(file, seconds=1).spec == "Paxos"


def test_a_setting_alone_is_one_setting() -> None:
    assert load("paxos", "Acceptor=4").sizes[Acceptor] == 4


def test_a_time_that_is_none_is_told() -> None:
    seconds: Any
    for seconds in (-1, 0, float("nan"), "x", None, True, -HUGE, -float("inf")):
        assert refused(lambda seconds=seconds: prove("paxos", seconds=seconds)).code == "C030"
        assert refused(lambda seconds=seconds: infer("lock_server", seconds=seconds)).code == "C030"


def test_a_proof_may_take_any_time() -> None:
    for seconds in (float("inf"), HUGE, 1e300):
        assert prove(Paxos, only=["validity"], seconds=seconds).outcome is not Outcome.UNKNOWN


def test_a_scenario_that_is_no_list_of_actions_is_told() -> None:
    scenario: Any
    for scenario in (["prepare"], "prepare", 5, [("prepare",)], [("prepare", "b1")], [5], {"prepare": {}}):
        assert refused(lambda scenario=scenario: play(Model(Paxos, sizes=SIZES), scenario)).code == "M054"
    assert len(play(Model(Paxos, sizes=SIZES), [])) == 1


def test_labels_in_a_set_have_no_order() -> None:
    assert refused(lambda: check(Model(Paxos, sizes={**SIZES, Value: {"x", "y"}}))).code == "M002"


def line_of(mark: str, function: Callable[..., object]) -> int:
    lines, first = inspect.getsourcelines(function)
    return first + next(number for number, line in enumerate(lines) if mark in line)


def test_a_mistake_has_the_place_of_the_caller() -> None:
    def mistakes() -> list[Callable[[], object]]:
        wrong: Any = 5
        return [
            lambda: check(Paxos),  # A
            lambda: simulate(Paxos),  # B
            lambda: play(Paxos, []),  # C
            lambda: check(wrong),  # D
            lambda: Model(wrong),  # E
            lambda: check(Model(Paxos, sizes=SIZES, constants={"x": 1})),  # F
            lambda: replace(Model(Paxos, sizes=SIZES), check=wrong),  # G
        ]

    codes = ["M001", "M001", "M001", "M006", "M006", "M020", "M006"]
    for letter, code, mistake in zip("ABCDEFG", codes, mistakes(), strict=True):
        error = refused(mistake)
        assert error.code == code
        assert error.span is not None
        assert (error.span.file, error.span.line) == (__file__, line_of(f"# {letter}", mistakes))
        assert "^" in error.render()


def test_a_mistake_in_a_cell_has_its_place_there(capsys: pytest.CaptureFixture[str]) -> None:
    shell = InteractiveShell.instance()
    shell.run_cell("from checker import check\nfrom checker.specs.paxos import Paxos")
    assert not shell.run_cell("sizes = None\ncheck(Paxos)").success
    shown = capsys.readouterr().out
    assert "error[M001]" in shown
    assert "2 | check(Paxos)" in shown


def test_every_public_function_is_tried_here() -> None:
    functions = {name for name in checker.__all__ if inspect.isfunction(getattr(checker, name))}
    language = {name for name in functions if getattr(checker, name).__module__ == "checker.core.language"}
    assert functions - language == {"check", "infer", "load", "play", "prove", "simulate"}
    assert sys.get_int_max_str_digits() < 5_000
