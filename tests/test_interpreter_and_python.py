"""A spec is Python, and means what Python says: the interpreter against Python on the same source."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plain_python import NoNext, NotEnabledHere, PythonSpec
from random_specs import RandomSpec, load, random_specs
from test_engines_agree import states_of

from checker.core import ir
from checker.core.errors import UserError
from checker.core.values import State
from checker.engines.interpreter.scope import Environment
from checker.engines.interpreter.interpreter import Interpreter, NotEnabled, OutOfBounds, parameter_choices

often = settings(max_examples=60, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))

PYTHONS_ERRORS = (IndexError, ValueError, KeyError, ZeroDivisionError, NoNext)


def truth_in_python(python: PythonSpec, entry: ir.Property, state: State, after: State | None) -> object:
    """Whether the property holds, or that Python raises an error."""
    arguments = [] if after is None else [python.state(after)]
    try:
        return getattr(python.state(state), entry.name)(*arguments)
    except PYTHONS_ERRORS:
        return "error"


def truth_in_interpreter(interpreter: Interpreter, entry: ir.Property, state: State, after: State | None) -> object:
    try:
        return interpreter.holds(entry, state, after)
    except UserError as error:
        return "bounds" if error.code in ("R005", "R006") else "error"


@given(random_specs(), st.integers(0, 1000))
@often
def test_a_property_is_true_where_python_says_so(random_spec: RandomSpec, seed: int) -> None:
    loaded = load(random_spec)
    interpreter = Interpreter(loaded.spec, loaded.instance)
    python = PythonSpec(random_spec.source, loaded.instance)
    states = states_of(loaded.spec, loaded.instance, 8, seed)
    for state, other in zip(states, states[1:] + states[:1], strict=True):
        for entry in loaded.spec.properties:
            after = other if entry.kind == "step invariant" else None
            said = truth_in_interpreter(interpreter, entry, state, after)
            expected = truth_in_python(python, entry, state, after)
            assert said in (expected, "bounds"), (entry.name, state, after)


def step_in_python(python: PythonSpec, action: ir.Action, env: Environment, state: State) -> Any:
    """The variables after the action, None where it is not enabled, or that Python raises an error."""
    made = python.state(state)
    arguments = [copy.deepcopy(python.value(env.names[parameter.name])) for parameter in action.parameters]
    try:
        getattr(made, action.name)(*arguments)
    except NotEnabledHere:
        return None
    except PYTHONS_ERRORS:
        return "error"
    return {name: getattr(made, name) for name in state.names}


def step_in_interpreter(interpreter: Interpreter, python: PythonSpec, action: ir.Action, env: Environment) -> Any:
    try:
        after = interpreter.perform(action, env)
    except NotEnabled:
        return None
    except OutOfBounds:
        return "bounds"
    except UserError as error:
        return "bounds" if error.code == "R005" else "error"
    return {name: python.value(value) for name, value in after.items()}


@given(random_specs(), st.integers(0, 1000))
@often
def test_an_action_does_what_python_does(random_spec: RandomSpec, seed: int) -> None:
    loaded = load(random_spec)
    interpreter = Interpreter(loaded.spec, loaded.instance)
    python = PythonSpec(random_spec.source, loaded.instance)
    for state in states_of(loaded.spec, loaded.instance, 6, seed):
        for action in loaded.spec.actions:
            for env in parameter_choices(action, interpreter.environment(state), lambda label, reason: None):
                said = step_in_interpreter(interpreter, python, action, env)
                expected = step_in_python(python, action, env, state)
                assert said in (expected, "bounds"), (action.name, state, env.names, said, expected)
