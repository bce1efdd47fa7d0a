"""Explanations name the conjunct that decides, the choice for which it does, and the values that make it so."""

from __future__ import annotations

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


def test_a_formula_in_a_helper_is_shown_as_the_helper_has_it() -> None:
    helpers = "def above(self, least: int) -> bool:\n    wanted = least * 2\n    return self.limit > wanted\n"
    assert reasons("self.above(self.limit)", helpers=helpers) == [
        "false: self.limit > wanted   where self.limit = 1, wanted = 2"
    ]


def test_a_helper_that_is_called_with_another_name_says_what_the_name_stands_for() -> None:
    helpers = "def voted(self, n: Node) -> bool:\n    return any(self.vote[n] == x for x in Mode)\n"
    formula = "all(implies(self.voted(n), self.voted(m)) for n in Node for m in Node)"
    assert reasons(formula, "cast(n=n1, m=DONE)", helpers=helpers) == [
        f"false: {formula}",
        "    for n = n1, m = n2",
        "        true: any(self.vote[n] == x for x in Mode)",
        "            for x = DONE",
        "                true: self.vote[n] == x   where self.vote[n] = DONE",
        "        false: any(self.vote[n] == x for x in Mode)   where m = n2",
        "            for x = IDLE",
        "                false: self.vote[n] == x   where self.vote[n] = None",
        "            and in the same way for 2 other choices",
    ]


def test_a_local_name_for_a_condition_is_explained_by_the_condition() -> None:
    helpers = "def good(self) -> bool:\n    high = self.limit > 1\n    return high and self.limit > 0\n"
    assert reasons("self.good()", helpers=helpers) == ["false: self.limit > 1   where self.limit = 1"]


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
