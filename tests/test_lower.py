"""Lowering: what an action reads after it has written, on every path.  (`test_engines_agree` compares at random.)"""

from __future__ import annotations

from dataclasses import replace

import pytest
from written_specs import initial, written

from checker.core import ir
from checker.core.typing_rules import IllegalIR
from checker.core.verify import verify
from checker.engines.interpreter.interpreter import Interpreter
from checker.frontend.lower import lower

VARIABLES = {"count": ("int", "1"), "total": ("int", "2"), "open": ("bool", "True")}
BOUNDS = {"count": (0, 9), "total": (0, 9)}


def lowered(body: str) -> ir.LoweredAction:
    """The one action of a spec, with this body."""
    (action,) = lower(written(VARIABLES, f"@action\ndef act(self, b: bool) -> None:\n{body}", BOUNDS).spec).actions
    return action


def results(body: str) -> list[tuple[object, ...]]:
    """The values after the lowered action, for each `b`."""
    loaded = written(VARIABLES, f"@action\ndef act(self, b: bool) -> None:\n{body}", BOUNDS)
    spec = lower(loaded.spec)
    verify(spec)
    return [step.state.values for step in Interpreter(spec, loaded.instance).steps(initial(loaded))[0]]


def test_a_read_after_a_write_sees_the_write() -> None:
    assert results("    self.count += 1\n    self.total = self.count * 2\n") == [(2, 4, True)] * 2


def test_a_local_name_keeps_its_value_when_the_variable_changes() -> None:
    body = "    old = self.count\n    self.count = self.total\n    self.total = old\n"
    assert results(body) == [(2, 1, True)] * 2


def test_a_variable_that_one_side_of_a_branch_assigns_keeps_its_value_on_the_other() -> None:
    body = "    if b:\n        self.count = 5\n    self.total = self.count\n"
    assert results(body) == [(1, 1, True), (5, 5, True)]


def test_a_require_inside_a_branch_counts_on_that_path_alone() -> None:
    body = "    if b:\n        require(not self.open)\n    else:\n        self.open = False\n"
    assert results(body) == [(1, 2, False)]


def test_an_error_on_a_path_that_is_not_taken_is_none() -> None:
    body = "    if b:\n        if self.count > 3:\n            self.total = 1 // (self.count - 1)\n    self.open = b\n"
    assert results(body) == [(1, 2, False), (1, 2, True)]


def test_what_is_not_assigned_has_no_update() -> None:
    assert [name for name, _ in lowered("    self.total += 1\n").updates] == ["total"]


def test_a_condition_of_a_branch_is_computed_once() -> None:
    action = lowered("    if self.count + 1 > 3:\n        self.count = 0\n        self.total = 0\n")
    comparisons = [node for step in action.steps for node in ir.walk(_expression(step)) if isinstance(node, ir.Less)]
    assert len(comparisons) == 1


def _expression(step: ir.Require | ir.Bind) -> ir.Expr:
    return step.condition if isinstance(step, ir.Require) else step.value


def test_updates_read_only_what_was_bound_before() -> None:
    action = lowered("    if b:\n        self.count = 5\n    self.total = self.count\n")
    assert all(isinstance(value, ir.Local) for _, value in action.updates)


# --- what verify refuses ------------------------------------------------------------------------------------------


def spec() -> ir.Spec:
    return written(VARIABLES, "@action\ndef act(self, b: bool) -> None:\n    self.count = 5\n", BOUNDS).spec


def test_a_value_of_another_type_is_refused() -> None:
    (action,) = spec().actions
    (statement,) = action.body
    assert isinstance(statement, ir.Assign)
    wrong = replace(action, body=(replace(statement, variable="open"),))
    with pytest.raises(IllegalIR):
        verify(replace(spec(), actions=(wrong,)))


def test_a_name_without_a_meaning_is_refused() -> None:
    (action,) = spec().actions
    unknown = ir.Local(name="unknown", type=spec().variables[0].type, span=action.span)
    wrong = replace(action, body=(ir.Assign(variable="count", value=unknown, span=action.span),))
    with pytest.raises(IllegalIR):
        verify(replace(spec(), actions=(wrong,)))


def test_an_initial_state_that_reads_or_leaves_out_a_variable_is_refused() -> None:
    (start,) = spec().initial
    with pytest.raises(IllegalIR):
        verify(replace(spec(), initial=(replace(start, body=start.body[1:]),)))


def test_an_undefined_value_is_refused_in_the_typed_form() -> None:
    (action,) = spec().actions
    undefined = ir.Undefined(type=spec().variables[0].type, span=action.span)
    wrong = replace(action, body=(ir.Assign(variable="count", value=undefined, span=action.span),))
    with pytest.raises(IllegalIR):
        verify(replace(spec(), actions=(wrong,)))


def test_a_variable_of_the_successor_is_refused_outside_of_a_step_invariant() -> None:
    loaded = written(VARIABLES, "@step_invariant\ndef p(self, after: Self) -> bool:\n    return after.open\n", BOUNDS)
    verify(loaded.spec)
    (entry,) = loaded.spec.properties
    with pytest.raises(IllegalIR):
        verify(replace(loaded.spec, properties=(replace(entry, kind="invariant"),)))


def test_two_updates_of_one_variable_are_refused() -> None:
    low = lower(spec())
    (action,) = low.actions
    with pytest.raises(IllegalIR):
        verify(replace(low, actions=(replace(action, updates=action.updates * 2),)))
