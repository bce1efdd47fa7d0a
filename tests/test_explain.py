"""Explanations name the conjunct that decides, the choice for which it does, and the values that make it so."""

from __future__ import annotations

import pytest
from written_specs import after, initial, property_of, written

from checker.engines.interpreter.explain import ActionExplanation, Explanation, explain_action, explain_property
from checker.engines.interpreter.interpreter import Interpreter

VARIABLES = {
    "vote": ("Map[Node, Mode | None]", "Map({n: None for n in Node})"),
    "limit": ("Small", "1"),
    "sent": ("Set[Ping]", "Set()"),
}


def why(formula: str, *steps: str, helpers: str = "") -> Explanation:
    """The explanation of a formula in the initial state, or after `steps`."""
    actions = """
@action
def cast(self, n: Node, m: Mode) -> None:
    self.vote[n] = m
@action
def send(self, n: Node, r: Round) -> None:
    self.sent.add(Ping(n, r))
"""
    loaded = written(VARIABLES, f"{actions}{helpers}\n@invariant\ndef p(self) -> bool:\n    return {formula}\n")
    interpreter = Interpreter(loaded.spec, loaded.instance)
    return explain_property(interpreter, property_of(loaded, "p"), after(loaded, *steps))


def reasons(formula: str, *steps: str, helpers: str = "") -> list[str]:
    """The lines of the explanation below its head, without the margin."""
    return [line.removeprefix("    ") for line in why(formula, *steps, helpers=helpers).lines()[1:]]


def test_a_comparison_shows_the_values_of_its_sides() -> None:
    assert reasons("self.limit + 1 == len(self.sent)") == [
        "false: self.limit + 1 == len(self.sent)   where self.limit + 1 = 2, len(self.sent) = 0"
    ]


def test_the_first_false_conjunct_is_the_reason() -> None:
    assert reasons("self.limit == 1 and self.limit > 2 and self.limit > 3") == [
        "false: self.limit > 2   where self.limit = 1"
    ]


def test_all_disjuncts_are_the_reason() -> None:
    assert reasons("self.limit == 0 or not self.limit < 2") == [
        "false: self.limit == 0   where self.limit = 1",
        "true: self.limit < 2   where self.limit = 1",
    ]


def test_an_implication_fails_because_of_both_sides() -> None:
    assert reasons("implies(self.limit > 0, self.limit > 1)") == [
        "true: self.limit > 0   where self.limit = 1",
        "false: self.limit > 1   where self.limit = 1",
    ]


def test_a_negated_comparison_is_said_as_it_is_written() -> None:
    assert reasons("self.limit != 1") == ["false: self.limit != 1   where self.limit = 1"]
    assert reasons("Mode.IDLE not in {self.vote[n] for n in Node}", "cast(n=n1, m=IDLE)") == [
        "false: Mode.IDLE not in {self.vote[n] for n in Node}   where {self.vote[n] for n in Node} = {None, IDLE}"
    ]


def test_a_universal_claim_is_refuted_by_its_first_counterexample() -> None:
    formula = "all(self.vote[n] == self.vote[m] for n in Node for m in Node if self.vote[n] is not None)"
    assert reasons(formula, "cast(n=n2, m=BUSY)") == [
        f"false: {formula}",
        "    for n = n2, m = n1",
        "        true: self.vote[n] is not None   where self.vote[n] = BUSY",
        "        false: self.vote[n] == self.vote[m]   where self.vote[n] = BUSY, self.vote[m] = None",
    ]


def test_an_existential_claim_fails_for_every_choice_and_likes_are_put_together() -> None:
    formula = "any(self.vote[n] is not None and self.vote[n] == Mode.DONE for n in Node for r in Round)"
    assert reasons(formula, "cast(n=n1, m=BUSY)") == [
        f"false: {formula}",
        "    for n = n1, r = r1",
        "        false: self.vote[n] == Mode.DONE   where self.vote[n] = BUSY",
        "    and in the same way for 1 other choice",
        "    for n = n2, r = r1",
        "        false: self.vote[n] is not None   where self.vote[n] = None",
        "    and in the same way for 1 other choice",
    ]


def test_an_existential_claim_over_nothing_says_so() -> None:
    assert reasons("any(m.round == Round.first() for m in self.sent)") == [
        "false (there is nothing to choose): any(m.round == Round.first() for m in self.sent)"
    ]


def test_a_universal_claim_that_holds_says_for_how_many_choices() -> None:
    only = "all(r == Round.first() for r in Round if r == Round.first())"
    assert reasons(f"not {only}") == [f"true (for the only choice): {only}"]
    assert reasons("not all(n == n for n in Node)") == ["true (for each of 2 choices): all(n == n for n in Node)"]


def test_a_formula_in_a_helper_is_shown_as_the_helper_has_it() -> None:
    helpers = "def above(self, least: int) -> bool:\n    wanted = least * 2\n    return self.limit > wanted\n"
    assert reasons("self.above(self.limit)", helpers=helpers) == [
        "false: self.above(self.limit)",
        "    with least = 1",
        "    false: self.limit > wanted   where self.limit = 1, wanted = 2",
    ]


TWO_CALLERS = """
def above(self, least: int) -> bool:
    return {}
def left(self) -> bool:
    return self.above(2) or self.limit == 7
def right(self) -> bool:
    return self.above(2) or self.limit == 9
"""
"""Two helpers that call the same one, and what it gives."""


@pytest.mark.parametrize("parts", [1, 60])
def test_a_helper_that_two_others_call_is_explained_below_each_of_them(parts: int) -> None:
    """A large one is kept as one expression, a small one is not."""
    given = " or ".join(["self.limit > least"] * parts)
    lines = reasons("self.left() or self.right()", helpers=TWO_CALLERS.format(given))
    inside = ["    with least = 2", *["    false: self.limit > least   where self.limit = 1"] * parts]
    assert lines == [
        line
        for caller, number in (("left", 7), ("right", 9))
        for line in [
            f"false: self.{caller}()",
            "    false: self.above(2)",
            *(f"    {line}" for line in inside),
            f"    false: self.limit == {number}   where self.limit = 1",
        ]
    ]


def test_a_helper_that_is_called_with_another_name_says_what_the_name_stands_for() -> None:
    helpers = "def voted(self, n: Node) -> bool:\n    return any(self.vote[n] == x for x in Mode)\n"
    formula = "all(implies(self.voted(n), self.voted(m)) for n in Node for m in Node)"
    assert reasons(formula, "cast(n=n1, m=DONE)", helpers=helpers) == [
        f"false: {formula}",
        "    for n = n1, m = n2",
        "        true: self.voted(n)",
        "            true: any(self.vote[n] == x for x in Mode)   where n = n1",
        "                for x = DONE",
        "                    true: self.vote[n] == x   where self.vote[n] = DONE",
        "        false: self.voted(m)",
        "            with n = n2",
        "            false: any(self.vote[n] == x for x in Mode)",
        "                for x = IDLE",
        "                    false: self.vote[n] == x   where self.vote[n] = None",
        "                and in the same way for 2 other choices",
    ]


def test_a_local_name_for_a_condition_is_explained_by_the_condition() -> None:
    helpers = "def good(self) -> bool:\n    high = self.limit > 1\n    return high and self.limit > 0\n"
    assert reasons("self.good()", helpers=helpers) == [
        "false: self.good()",
        "    false: self.limit > 1   where self.limit = 1",
    ]


def test_a_call_that_is_compared_is_shown_as_the_call_and_not_as_what_is_inside() -> None:
    helpers = "def weight(self, n: Node) -> int:\n    return self.limit * 2 if self.vote[n] is None else 0\n"
    formula = "all(self.weight(n) <= self.weight(m) for n in Node for m in Node if n != m)"
    assert reasons(formula, "cast(n=n2, m=DONE)", helpers=helpers) == [
        f"false: {formula}",
        "    for n = n1, m = n2",
        "        true: n != m",
        "        false: self.weight(n) <= self.weight(m)   where self.weight(n) = 2, self.weight(m) = 0",
    ]


def test_a_helper_of_a_helper_has_names_of_its_own() -> None:
    helpers = """
def outer(self, a: int) -> bool:
    return self.inner(a + 1)
def inner(self, a: int) -> bool:
    return self.limit > a
"""
    assert reasons("self.outer(self.limit + 1)", helpers=helpers) == [
        "false: self.outer(self.limit + 1)",
        "    with a = 2",
        "    false: self.inner(a + 1)",
        "        with a = 3",
        "        false: self.limit > a   where self.limit = 1",
    ]


def test_an_argument_that_is_a_condition_is_explained_in_its_callers_names() -> None:
    helpers = "def both(self, p: bool, q: bool) -> bool:\n    return p and q\n"
    formula = "all(self.both(self.vote[q] is None, self.limit > 1) for q in Node)"
    assert reasons(formula, helpers=helpers) == [
        f"false: {formula}",
        "    for q = n1",
        "        false: self.both(self.vote[q] is None, self.limit > 1)",
        "            with p = True, q = False",
        "            false: self.limit > 1   where self.limit = 1",
    ]


def test_names_that_are_bound_again_are_shown_as_they_are_written() -> None:
    formula = "all(len({x for x in Node if self.vote[x] == x2}) == 1 for x2 in Mode for x in Node)"
    assert reasons(formula, "cast(n=n1, m=IDLE)") == [
        f"false: {formula}",
        "    for x2 = BUSY, x = n1",
        "        false: len({x for x in Node if self.vote[x] == x2}) == 1   "
        "where len({x for x in Node if self.vote[x] == x2}) = 0",
    ]
    formula = "any(all(self.vote[n] == n_2 for n in Node) for n in Node for n_2 in Mode)"
    assert reasons(formula)[:4] == [
        f"false: {formula}",
        "    for n = n1, n_2 = IDLE",
        "        false: all(self.vote[n] == n_2 for n in Node)",
        "            for n = n1",
    ]


def test_what_a_tuple_is_taken_apart_into_goes_by_its_names() -> None:
    formula = "all(v is not None for n, v in self.vote.items() if n in {m for m in Node})"
    assert reasons(formula, "cast(n=n1, m=IDLE)")[1] == "    for n = n2, v = None"


def test_a_chain_of_comparisons_is_explained_once() -> None:
    assert reasons("0 <= self.limit < 1 < len(self.sent)") == [
        "false: 0 <= self.limit < 1 < len(self.sent)   where self.limit = 1"
    ]
    assert reasons("not 0 <= self.limit <= 2 - len(self.sent)") == [
        "true: 0 <= self.limit <= 2 - len(self.sent)   where self.limit = 1, 2 - len(self.sent) = 2"
    ]
    assert reasons("self.limit in (0, 2)") == ["false: self.limit in (0, 2)   where self.limit = 1"]


def test_two_conditions_of_a_generator_are_no_chain() -> None:
    formula = "any(True for n in Node if self.limit == 1 if self.vote[n] is not None)"
    assert reasons(formula)[2] == "        false: self.vote[n] is not None   where self.vote[n] = None"


def test_a_match_is_explained_by_its_cases() -> None:
    helpers = """
def well(self, m: Ping | Pong | None) -> bool:
    match m:
        case Ping(node=k) if self.vote[k] is None:
            return False
        case Ping(node=k):
            return self.vote[k] == Mode.IDLE
        case _:
            return True
"""
    formula = "all(self.well(p) for p in self.sent)"
    head = [f"false: {formula}", "    for p = Ping(node=n1, round=r1)", "        false: self.well(p)"]
    ping = "with m = Ping(node=n1, round=r1)"
    assert reasons(formula, "send(n=n1, r=r1)", helpers=helpers) == [
        *head, f"            {ping}",
        "            true: case Ping(node=k)   where m = Ping(node=n1, round=r1)",
        "            true: self.vote[k] is None   where self.vote[k] = None",
    ]  # fmt: skip
    assert reasons(formula, "send(n=n1, r=r1)", "cast(n=n1, m=DONE)", helpers=helpers) == [
        *head, f"            {ping}",
        "            false: self.vote[k] is None   where self.vote[k] = DONE",
        "            true: case Ping(node=k)   where m = Ping(node=n1, round=r1)",
        "            false: self.vote[k] == Mode.IDLE   where self.vote[k] = DONE",
    ]  # fmt: skip


def test_what_holds_is_explained_too() -> None:
    explanation = why("any(self.vote[n] is None for n in Node)")
    assert explanation.holds
    assert explanation.lines()[0] == "p is true"
    assert explanation.because[0].cases[0].choice[0][0] == "n"


# --- actions ------------------------------------------------------------------------------------------------------


def survey(body: str, parameters: str = "n: Node, r: Round") -> ActionExplanation:
    """What becomes of the choices of an action in the initial state."""
    loaded = written(VARIABLES, f"@action\ndef act(self, {parameters}) -> None:\n{body}\n")
    (action,) = loaded.spec.actions
    return explain_action(Interpreter(loaded.spec, loaded.instance), action, initial(loaded))


def texts(explanation: ActionExplanation) -> list[str]:
    """The lines without their places."""
    return [line.partition("   [")[0] for line in explanation.lines()]


def test_every_choice_of_the_parameters_is_accounted_for() -> None:
    explanation = survey("    require(r > Round.first())\n    self.vote[n] = Mode.IDLE")
    assert list(map(str, explanation.enabled)) == ["act(n=n1, r=r2)", "act(n=n2, r=r2)"]
    assert [blocked.text for blocked in explanation.blocked] == ["r > Round.first()"]


def test_only_the_parameters_that_matter_are_named() -> None:
    assert texts(survey("    require(self.limit == 1, r < Round.first())")) == [
        "act is not enabled",
        "    require r < Round.first()",
        "        fails for r = r1 | r2",
    ]


def test_a_require_that_depends_on_no_parameter_fails_whatever_is_chosen() -> None:
    assert texts(survey("    require(self.limit > 1)")) == [
        "act is not enabled",
        "    require self.limit > 1",
        "        fails whatever is chosen",
        "            self.limit = 1",
    ]


def test_choices_that_fail_for_the_same_reason_are_put_together() -> None:
    assert texts(survey("    require(self.vote[n] is not None)")) == [
        "act is not enabled",
        "    require self.vote[n] is not None",
        "        fails for n = n1 | n2",
        "            self.vote[n] = None",
    ]


def test_a_parameter_without_a_value_is_said_to_have_none() -> None:
    assert texts(survey("    require(m in self.sent)", "m: Ping")) == [
        "act is not enabled",
        "    there is no m: Ping in self.sent",
    ]


def test_a_step_beyond_the_bounds_is_told_from_one_that_is_not_enabled() -> None:
    explanation = survey("    require(self.limit == 1)\n    self.limit += 5", "n: Node")
    assert texts(explanation) == [
        "act is not enabled",
        "    beyond the model's bounds: act(n = n1), as 6 is above the range 0..2 of `small`",
        "    beyond the model's bounds: act(n = n2), as 6 is above the range 0..2 of `small`",
    ]


def test_a_require_of_a_method_is_shown_inside_of_its_call() -> None:
    loaded = written(
        VARIABLES,
        """
@action
def act(self, n: Node, r: Round) -> None:
    self.only(Round.first(), r)

def only(self, n: Round, least: Round) -> None:
    require(n > least)
    self.limit = 0
""",
    )
    (action,) = loaded.spec.actions
    explanation = explain_action(Interpreter(loaded.spec, loaded.instance), action, initial(loaded))
    assert texts(explanation) == [
        "act is not enabled",
        "    require n > least",
        "        fails for r = r1",
        "            in: self.only(Round.first(), r)",
        "                with n = r1, least = r1",
        "                false: n > least",
        "        fails for r = r2",
        "            in: self.only(Round.first(), r)",
        "                with n = r1, least = r2",
        "                false: n > least",
    ]
