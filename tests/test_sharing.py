"""Helpers that call each other many times: what is equal is computed once, and what explodes is an early error."""

from __future__ import annotations

import pytest
from random_specs import Loaded
from test_engines_agree import assert_kernels_agree
from test_domains import assert_machine_code_agrees
from written_specs import written

from checker.core.errors import UserError
from checker.core.values import Element, FrozenMap, State
from checker.core.verify import verify
from checker.engines.interpreter.explain import explain_property
from checker.engines.interpreter.interpreter import Interpreter
from checker.frontend.lower import lower

DEEP = 40

STEPS = {
    "sum": ("int", "self.a[s] + 1", "self.h{0}(s) + self.h{0}(s)", f"== {2**DEEP} * (self.a[s] + 1)"),
    "both": ("bool", "self.a[s] == 0", "self.h{0}(s) and self.h{0}(s)", "== (self.a[s] == 0)"),
    "same": ("bool", "self.a[s] == 0", "self.h{0}(s) == self.h{0}(s)", "== True"),
    "choice": ("int", "self.a[s] + 1", "self.h{0}(s) if self.h{0}(s) > 2 else 1 + self.a[s]", "== self.a[s] + 1"),
    "computed": ("int", "self.a[s] + 1", "self.g(self.h{0}(s)) + self.h{0}(s)", f"== {2**DEEP} * (self.a[s] + 1)"),
    "partial": ("int", "self.row[0] + 1", "self.h{0}(s) + self.h{0}(s)", f"== {2**DEEP}"),
    "diamond": ("int", "self.a[s] + 1", "self.left{0}(s) + self.right{0}(s)", f"== {2**DEEP} * (self.a[s] + 1)"),
}
"""The type of what helpers give, the first one, each other one after the one before it, and what the last one gives."""

VARIABLES = {
    "a": ("Map[Node, Small]", "Map({s: 0 for s in Node})"),
    "row": ("Annotated[Seq[Small], Bounded('length')]", "Seq([0])"),
}


def chain(name: str, depth: int) -> Loaded:
    type, first, step, test = STEPS[name]
    lines = ["def g(self, n: int) -> int:\n    return n\n", f"def h0(self, s: Node) -> {type}:\n    return {first}\n"]
    for index in range(depth):
        for side in ("left", "right"):
            lines.append(f"def {side}{index}(self, s: Node) -> {type}:\n    return self.h{index}(s)\n")
        lines.append(f"def h{index + 1}(self, s: Node) -> {type}:\n    return {step.format(index)}\n")
    lines.append(f"@invariant\ndef ok(self) -> bool:\n    return all(self.h{depth}(s) {test} for s in Node)\n")
    return written(VARIABLES, "".join(lines))


@pytest.mark.parametrize("name", STEPS)
def test_helpers_that_call_the_one_before_twice_are_as_good_as_one_call(name: str) -> None:
    loaded = chain(name, DEEP)
    verify(loaded.spec)
    verify(lower(loaded.spec))
    interpreter = Interpreter(loaded.spec, loaded.instance)
    (start,) = interpreter.initial()
    nodes = [Element("Node", index, f"n{index + 1}") for index in range(2)]
    other = State(start.state.names, (FrozenMap(((nodes[0], 0), (nodes[1], 1))), *list(start.state.values)[1:]))
    (entry,) = loaded.spec.properties
    for state in (start.state, other):
        assert interpreter.holds(entry, state), state
        assert explain_property(interpreter, entry, state).lines()
    assert_kernels_agree(loaded.spec, loaded.instance, [start.state, other])
    assert_machine_code_agrees(loaded, [start.state, other])


def test_calls_with_other_arguments_that_explode_are_an_early_error() -> None:
    lines = ["def h0(self, s: Node) -> bool:\n    return self.a[s] == 0\n"]
    for index in range(24):
        lines.append(
            f"def h{index + 1}(self, s: Node) -> bool:\n"
            f"    return all(self.h{index}(t) for t in Node if t != s) or self.h{index}(s)\n"
        )
    lines.append("@invariant\ndef ok(self) -> bool:\n    return all(self.h24(s) for s in Node)\n")
    with pytest.raises(UserError) as caught:
        written(VARIABLES, "".join(lines))
    assert caught.value.code == "S086"


def test_a_test_of_a_shared_helper_still_stands_before_what_it_protects() -> None:
    """Only the second call is evaluated where the sequence is empty: naming the first around both would be an error."""
    body = " + ".join(["self.row[0]"] * 80)
    loaded = written(VARIABLES, (
        f"def big(self) -> int:\n    return {body}\n"
        "def guarded(self) -> bool:\n    return len(self.row) == 0 or (self.big() == 0 and self.big() >= 0)\n"
        "@invariant\ndef ok(self) -> bool:\n    return self.guarded()\n"
        "@action\ndef empty(self) -> None:\n    self.row = Seq[Small]()\n"
    ))
    interpreter = Interpreter(loaded.spec, loaded.instance)
    (start,) = interpreter.initial()
    ((empty,), _) = interpreter.steps(start.state)
    (entry,) = loaded.spec.properties
    assert interpreter.holds(entry, start.state) and interpreter.holds(entry, empty.state)
    assert_kernels_agree(loaded.spec, loaded.instance, [start.state, empty.state])
