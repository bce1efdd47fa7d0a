"""What a model expects has teeth: anything else ends with status 4, and what cannot be met is told at once."""

from __future__ import annotations

from typing import Any

import pytest
from small_specs import Cell, Counters, Level, Locks, Log, Watched

from checker import Holds, Model, NotReached, Violated, check, play, simulate
from checker.core.errors import UserError
from checker.core.verdict import DEADLOCK, Outcome


def counters(**options: Any) -> Model:
    """Two cells of three levels: 9 states, 6 orbits, a depth of 5."""
    return Model(Counters, sizes={Cell: 2, Level: 3}, **options)


def watched(**options: Any) -> Model:
    """Two cells of two levels: `not_all_moved` is violated by three states."""
    return Model(Watched, sizes={Cell: 2, Level: 2}, **options)


@pytest.mark.parametrize(
    ("model", "outcome"),
    [
        (counters(expect=Holds(states=9, depth=5, orbits=6)), Outcome.HOLDS),
        (watched(expect=Violated("not_all_moved", 3)), Outcome.VIOLATED),
        (watched(check=("one_moved", "below_the_first"), expect=NotReached("below_the_first")), Outcome.NOT_REACHED),
        (Model(Locks, sizes={Cell: 2}, deadlock=True, expect=Violated(DEADLOCK, 3)), Outcome.VIOLATED),
    ],
)
@pytest.mark.parametrize("symmetry", [None, False])
def test_what_is_expected_ends_with_0_whatever_it_is(model: Model, outcome: Outcome, symmetry: bool | None) -> None:
    result = check(model, symmetry=symmetry)
    assert (result.outcome, result.expected, result.exit_status, bool(result)) == (outcome, True, 0, True)


SAFE = ("one_moved", "below_the_first", "says_nothing")


@pytest.mark.parametrize(
    ("model", "difference"),
    [
        (counters(expect=Holds(states=10)), "expected 10 states, found 9"),
        (counters(expect=Holds(states=8, depth=4)), "expected 8 states, found 9; expected a depth of 4, found 5"),
        (
            watched(expect=Holds()),
            "expected that everything holds, and `not_all_moved` is violated, by a trace of 3 states",
        ),
        (
            watched(check=SAFE, expect=Holds()),
            "expected that everything holds, and `below_the_first` is not reached",
        ),
        (
            watched(expect=Violated("not_all_moved", 2)),
            "expected a trace of 2 states to a violation of `not_all_moved`, found one of 3",
        ),
        (
            watched(expect=Violated("says_something")),
            "expected a violation of `says_something`, and `not_all_moved` is violated, by a trace of 3 states",
        ),
        (
            watched(check=SAFE, expect=Violated("says_nothing")),
            "expected a violation of `says_nothing`, and `below_the_first` is not reached",
        ),
        (
            watched(check=("one_moved", "says_nothing"), expect=Violated("says_nothing")),
            "expected a violation of `says_nothing`, and every invariant holds, `one_moved` is reached by 2 states",
        ),
        (
            watched(check=SAFE, expect=NotReached("one_moved")),
            "expected that `one_moved` is not reached, and `below_the_first` is not reached",
        ),
        (
            watched(check=("one_moved",), expect=NotReached("one_moved")),
            "expected that `one_moved` is not reached, and every invariant holds, `one_moved` is reached by 2 states",
        ),
    ],
)
def test_anything_else_ends_with_4_and_names_what_differs(model: Model, difference: str) -> None:
    result = check(model, symmetry=False)
    assert (result.expected, result.exit_status, bool(result)) == (False, 4, False)
    assert result.notes[-1] == f"not what the model expects: {difference}"
    assert result.wording.endswith(", not what the model expects")


def test_orbits_are_compared_where_they_are_counted_and_states_where_those_are() -> None:
    model = counters(expect=Holds(states=9, orbits=6))
    assert check(model).expected is check(model, symmetry=False).expected is True
    wrong = check(counters(expect=Holds(states=9, orbits=9)))
    assert wrong.notes[-1] == "not what the model expects: expected 9 orbits, found 6"


def test_a_count_that_was_not_compared_is_told() -> None:
    up_to_symmetry = check(counters(expect=Holds(states=1_000)))
    assert up_to_symmetry.expected is True
    assert "the expected 1,000 states were not compared" in up_to_symmetry.notes[-1]
    assert "--no-symmetry" in up_to_symmetry.notes[-1]
    whole = check(counters(expect=Holds(orbits=1_000)), symmetry=False)
    assert "the expected 1,000 orbits were not compared" in whole.notes[-1]


def test_a_run_that_is_not_the_whole_one_is_not_compared() -> None:
    model = counters(expect=Holds(states=1_000))
    trace = play(model, [])
    runs = [check(model, max_depth=2), check(model, max_states=2), simulate(model, walks=3), check(model, after=trace)]
    assert [run.expected for run in runs] == [None] * 4
    assert [run.exit_status for run in runs] == [0, 3, 0, 0]
    assert check(model, max_depth=100, symmetry=False).expected is False  # which cut nothing off


@pytest.mark.parametrize(
    ("expect", "words"),
    [
        ("violated", "and not what a run can show"),
        (Holds, "is the class `Holds`"),
        (Violated, "is the class `Violated`"),
        (True, "and not what a run can show"),
        (Outcome.HOLDS, "and not what a run can show"),
        (Holds(states=-1), "`states` is -1"),
        (Holds(depth=0), "`depth` is 0"),
        (Holds(orbits=2.5), "`orbits` is 2.5"),  # pyright: ignore[reportArgumentType]
        (Holds(states=True), "`states` is True"),
        (Violated("not_all_moved", -3), "`length` is -3"),
        (Violated(counters), "is given by its name"),
        (Violated(print), "is given by its name"),
        (NotReached(3), "is given by its name"),  # pyright: ignore[reportArgumentType]
    ],
)
def test_what_no_run_can_show_is_refused_where_the_model_is_made(expect: Any, words: str) -> None:
    with pytest.raises(UserError) as caught:
        Model(Watched, sizes={Cell: 2, Level: 2}, expect=expect)
    assert caught.value.code == "M006"
    assert words in caught.value.message
    assert caught.value.span is not None
    assert caught.value.span.file == __file__
    assert "Model(Watched, sizes" in caught.value.span.underlined()[0]


@pytest.mark.parametrize(
    ("options", "help"),
    [
        ({"expect": Violated("not_al_moved")}, "did you mean `not_all_moved`?"),
        ({"expect": Violated("agreement")}, "it has `not_all_moved`, `says_nothing`, `says_something`"),
        ({"expect": Violated("one_moved")}, 'NotReached("one_moved")'),
        ({"expect": NotReached("one_move")}, "did you mean `one_moved`?"),
        ({"expect": NotReached("not_all_moved")}, 'Violated("not_all_moved")'),
        ({"expect": Violated(DEADLOCK)}, "deadlock=True"),
        ({"expect": Violated("not_all_moved"), "check": ("one_moved",)}, "check it as well"),
        ({"expect": NotReached("one_moved"), "check": ("not_all_moved",)}, "check it as well"),
    ],
)
def test_what_is_expected_of_a_property_that_is_not_checked_is_a_mistake(options: Any, help: str) -> None:
    with pytest.raises(UserError) as caught:
        check(watched(**options))
    assert caught.value.code == "M041"
    assert help in (caught.value.help or "")
    assert caught.value.span is not None


def test_an_error_of_the_spec_is_one_whatever_is_expected() -> None:
    result = check(Model(Log, sizes={Cell: 2}, bounds={"log": 2}, expect=Holds()))
    assert (result.outcome, result.expected, result.exit_status) == (Outcome.ERROR, None, 2)
