"""Every way to run a spec says the same: the typed form is the meaning, and the others are held to it.

The specs are random ones, which between them have every type and construct of the language, and the bundled ones.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from random import Random
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_specs import RandomSpec, load, random_specs, random_state

from checker.core import ir
from checker.core.errors import UserError
from checker.core.instance import Instance
from checker.core.values import State
from checker.core.verify import verify
from checker.engines.interpreted import InterpretedSystem
from checker.engines.interpreter.interpreter import Interpreter
from checker.engines.kernels import compile_kernels
from checker.engines.layout import Layout
from checker.engines.system import Checked, SpecError, System
from checker.frontend.elaborate import elaborate
from checker.frontend.instantiate import instantiate
from checker.frontend.load import load_model
from checker.frontend.lower import lower

T = TypeVar("T")
S = TypeVar("S", bound=Hashable)

BUNDLED = ["paxos:small", "flexible_paxos:small", "raft:small", "raft:unreliable"]

often = settings(max_examples=60, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))


def outcome(run: Callable[[], T]) -> T | tuple[str, str]:
    """What `run` returns, or the code and the message of the error of the spec that it meets."""
    try:
        return run()
    except UserError as error:
        assert error.code.startswith("R"), error
        return error.code, error.message


def states_of(spec: ir.Spec, instance: Instance, limit: int, seed: int) -> list[State]:
    """The first states that the interpreter reaches, and some that may be out of reach."""
    interpreter = Interpreter(spec, instance)
    found = outcome(lambda: [step.state for step in interpreter.initial()])
    states = list(dict.fromkeys(found)) if isinstance(found, list) else []
    for state in states:
        steps = outcome(lambda state=state: interpreter.steps(state)[0])
        if isinstance(steps, list):
            states += [step.state for step in steps if step.state not in states]
        if len(states) > limit:
            break
    random = Random(seed)
    return states[:limit] + [random_state(random, spec, instance) for _ in range(6)]


def assert_forms_agree(spec: ir.Spec, instance: Instance, states: list[State]) -> None:
    typed, lowered = Interpreter(spec, instance), Interpreter(lower(spec), instance)
    assert outcome(typed.initial) == outcome(lowered.initial)
    for state in states:
        assert outcome(lambda state=state: typed.steps(state)) == outcome(lambda state=state: lowered.steps(state))


@given(random_specs(), st.integers(0, 1000))
@often
def test_the_lowered_form_means_what_the_typed_form_means(random_spec: RandomSpec, seed: int) -> None:
    loaded = load(random_spec)
    verify(loaded.spec)
    verify(lower(loaded.spec))
    states = states_of(loaded.spec, loaded.instance, 25, seed)
    assert_forms_agree(loaded.spec, loaded.instance, states)


@pytest.mark.parametrize("name", BUNDLED)
def test_the_lowered_form_of_a_bundled_spec_means_what_its_typed_form_means(name: str) -> None:
    _, model = load_model(name)
    spec = elaborate(model.spec, model.constants)
    verify(spec)
    verify(lower(spec))
    instance = instantiate(model, spec)
    assert_forms_agree(spec, instance, states_of(spec, instance, 150, seed=1))


def what_it_does(system: System[S], state: State) -> dict[str, object]:
    """Everything that a system says about `state`, in values that two systems can be compared by."""
    packed = system.pack(state)
    all_witnesses = (1 << len(system.checked.witnesses)) - 1

    def successors() -> object:
        before = list(system.cuts)
        following, ends = system.successors(packed)
        cut = [now - then for now, then in zip(system.cuts, before, strict=True)]
        return [system.unpack(after) for after in following], ends, cut

    def steps() -> object:
        return [system.step_violated(packed, after) for after in system.successors(packed)[0]]

    said = {
        "itself": lambda: system.unpack(packed) == state,
        "successors": successors,
        "violated": lambda: system.violated(packed),
        "steps violated": steps,
        "reached": lambda: system.reached(packed, all_witnesses),
        "inside": lambda: system.inside(packed),
    }
    return {what: _unless_error(say) for what, say in said.items()}


def _unless_error(say: Callable[[], object]) -> object:
    try:
        return say()
    except SpecError:
        return "an error of the spec"


def assert_kernels_agree(spec: ir.Spec, instance: Instance, states: list[State]) -> None:
    properties = spec.properties
    kernels = compile_kernels(lower(spec), properties, instance, Layout(spec.variables, instance))
    names = tuple(action.name for action in spec.actions)
    interpreted = InterpretedSystem(Interpreter(spec, instance), names, Checked.of(properties))
    assert kernels.actions == interpreted.actions
    assert kernels.checked == interpreted.checked
    initial = _unless_error(interpreted.initial)
    assert _unless_error(lambda: [kernels.unpack(state) for state in kernels.initial()]) == initial
    for state in states:
        assert what_it_does(kernels, state) == what_it_does(interpreted, state)


@given(random_specs(), st.integers(0, 1000))
@often
def test_generated_code_does_what_the_interpreter_does(random_spec: RandomSpec, seed: int) -> None:
    loaded = load(random_spec)
    states = states_of(loaded.spec, loaded.instance, 25, seed)
    assert_kernels_agree(loaded.spec, loaded.instance, states)


@pytest.mark.parametrize("name", BUNDLED)
def test_generated_code_of_a_bundled_spec_does_what_the_interpreter_does(name: str) -> None:
    _, model = load_model(name)
    spec = elaborate(model.spec, model.constants)
    instance = instantiate(model, spec)
    assert_kernels_agree(spec, instance, states_of(spec, instance, 150, seed=1))
