"""Machine code does what the generated Python does, and so what the interpreter does: in every reachable state of the
bundled models that are small, and in reachable and other states of random specs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from itertools import pairwise
from random import Random

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from native_system import NativeSystem
from random_specs import RandomSpec, load, random_specs, random_state

from checker.core import ir
from checker.core.instance import Instance
from checker.engines import layout as layouts
from checker.engines.kernels import KernelSystem, compile_kernels
from checker.engines.layout import Layout
from checker.engines.prepare import prepare
from checker.engines.system import Checked, SpecError
from checker.frontend.load import load_model
from checker.frontend.lower import lower

pytest.importorskip("llvmlite")

from checker.engines.native.code.builder import Module
from checker.engines.native.code.to_llvm import to_llvm
from checker.engines.native.kernels import actions, build_kernels, emitter, quantifiers, reading, sets
from checker.engines.native.limits import NotNative
from checker.engines.native.code.machine import compile_module


def native(
    spec: ir.Spec, checked: Checked, layout: Layout, initial: Callable[[], list[int]]
) -> tuple[NativeSystem, NativeSystem]:
    """The spec as machine code, freshly compiled: as baseline code, and as optimised code."""
    lowered = lower(spec)
    module = Module()
    kernels = build_kernels(module, lowered, checked, layout)
    machine = compile_module(lambda: (module, {}), to_llvm(module))
    names = tuple(action.name for action in lowered.actions)
    baseline = NativeSystem(names, checked, layout, kernels, machine.function, initial)
    machine.optimise()
    return baseline, NativeSystem(names, checked, layout, kernels, machine.function, initial)


def outcome(evaluate: Callable[[], object]) -> object:
    try:
        return evaluate()
    except SpecError:
        return "an error of the spec"


def agree_on(python: KernelSystem, machines: Iterable[NativeSystem], state: int) -> list[int]:
    """All say the same about the state and the steps from it; its successors."""
    found = [successors_agreed_on(python, machine, state) for machine in machines]
    return found[0]


def successors_agreed_on(python: KernelSystem, machine: NativeSystem, state: int) -> list[int]:
    pending = (1 << len(python.checked.witnesses)) - 1
    python.cuts[:] = [0] * len(python.cuts)
    machine.cuts[:] = [0] * len(machine.cuts)
    following = outcome(lambda: python.successors(state))
    assert outcome(lambda: machine.successors(state)) == following, python.unpack(state)
    assert outcome(lambda: machine.violated(state)) == outcome(lambda: python.violated(state))
    assert outcome(lambda: machine.inside(state)) == outcome(lambda: python.inside(state))
    for wanted in {pending, pending & 0b0101, 0}:
        assert outcome(lambda wanted=wanted: machine.reached(state, wanted)) == outcome(
            lambda wanted=wanted: python.reached(state, wanted)
        )
    if not isinstance(following, tuple):
        return []
    assert machine.cuts == python.cuts
    rows, ends = following
    kernels = machine.kernels
    for (begin, end), violate, reach in zip(pairwise((0, *ends)), kernels.may_violate, kernels.may_reach, strict=True):
        for after in rows[begin:end]:
            assert violate or outcome(partial(python.violated, after)) == outcome(partial(python.violated, state))
            assert reach or outcome(partial(python.reached, after, pending)) == outcome(
                partial(python.reached, state, pending)
            )
    for after in dict.fromkeys(following[0]):
        assert outcome(lambda after=after: machine.step_violated(state, after)) == outcome(
            lambda after=after: python.step_violated(state, after)
        )
    return following[0]


def what_may_change(spec: ir.Spec, checked: Checked, layout: Layout) -> dict[str, tuple[bool, bool]]:
    """For each action: may a step of it make an invariant false, a witness true?"""
    lowered = lower(spec)
    kernels = build_kernels(Module(), lowered, checked, layout)
    pairs = zip(kernels.may_violate, kernels.may_reach, strict=True)
    return dict(zip((action.name for action in lowered.actions), pairs, strict=True))


SMALL_MODELS = ["paxos:small", "paxos:two_acceptors", "raft:small", "raft:medium", "raft:second_term",
                "raft:unreliable", "chord:small", "fast_paxos:two_acceptors", "lock_server:small",
                "ring_election:small", "sharded_store:small", "ticket_lock:small", "toy_consensus:small",
                "transaction_commit:small", "two_phase_commit:small"]
LARGE_MODELS = ["paxos:large", "raft:large", "raft:elections", "flexible_paxos", "fast_start_paxos"]


def explore(name: str, limit: int) -> int:
    """Walks through the model's reachable states, up to `limit` of them, comparing; how many there were."""
    _, model = load_model(name)
    prepared = prepare(model)
    python = prepared.system
    assert isinstance(python, KernelSystem)
    machines = native(prepared.spec, prepared.checked, prepared.layout, python.initial)
    seen = dict.fromkeys(python.initial())
    pending = list(seen)
    count = 0
    while pending and count < limit:
        state = pending.pop(0)
        count += 1
        for after in agree_on(python, machines, state):
            if after not in seen:
                seen[after] = None
                pending.append(after)
    return count


@pytest.mark.parametrize("name", SMALL_MODELS)
def test_machine_code_reaches_the_states_of_the_python_tier(name: str) -> None:
    expected = load_model(name)[1].expect
    assert explore(name, 1 << 30) == getattr(expected, "states", None)


@pytest.mark.parametrize("name", LARGE_MODELS)
def test_machine_code_agrees_on_the_first_states_of_large_models(name: str) -> None:
    assert explore(name, 1_500) == 1_500


# --- random specs -----------------------------------------------------------------------------------------------------


WAYS: dict[str, list[tuple[object, str, int]]] = {
    "loops over parameters": [(actions, "CHOICES", 1)],
    "loops instead of written-out quantifiers": [(quantifiers, "BODIES", 2), (quantifiers, "INSTRUCTIONS", 0)],
    "records part by part": [(layouts, "CODE_LIMIT", 1)],
    "no tables of small fields": [(reading, "TABLE_WIDTH", 0)],
    "sets as a whole": [(sets, "EXPANSION_LIMIT", 0)],
}
WAYS["all of these"] = [limit for limits in WAYS.values() for limit in limits]


def agree(spec: ir.Spec, instance: Instance, random: Random) -> None:
    """Both agree on some reachable states and on random ones."""
    layout = Layout(spec.variables, instance)
    python = compile_kernels(lower(spec), spec.properties, instance, layout)
    try:
        machines = native(spec, python.checked, layout, python.initial)
    except NotNative:
        assume(False)
        raise
    initial = outcome(python.initial)
    states = list(dict.fromkeys(initial)) if isinstance(initial, list) else []
    for state in states[:10]:
        states += agree_on(python, machines, state)
    for state in [*dict.fromkeys(states[:12]), *(python.pack(random_state(random, spec, instance)) for _ in range(8))]:
        agree_on(python, machines, state)


@given(random_specs(), st.randoms(use_true_random=False))
@settings(max_examples=15, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
def test_machine_code_agrees_on_random_specs(random_spec: RandomSpec, random: Random) -> None:
    loaded = load(random_spec)
    agree(loaded.spec, loaded.instance, random)


@pytest.mark.parametrize("ways", WAYS)
@given(random_specs(), st.randoms(use_true_random=False))
@settings(max_examples=10, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_way_to_generate_machine_code_agrees(ways: str, random_spec: RandomSpec, random: Random) -> None:
    loaded = load(random_spec)
    with pytest.MonkeyPatch.context() as patch:
        for place, name, limit in WAYS[ways]:
            patch.setattr(place, name, limit)
        agree(loaded.spec, loaded.instance, random)


def test_a_model_that_has_no_machine_code_says_why() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(emitter, "SCRATCH_LIMIT", 1)
        prepared = prepare(load_model("raft:small")[1])
        with pytest.raises(NotNative, match=r"too large for the stack, in `[a-z_]+`$"):
            build_kernels(Module(), lower(prepared.spec), prepared.checked, prepared.layout)


def test_only_steps_that_change_what_is_looked_at_are_followed_by_a_look() -> None:
    """Paxos decides by proposals and votes: what only prepares or promises need not be looked at.  In Raft a message
    that is sent, lost or repeated changes no term, log or vote."""
    prepared = prepare(load_model("paxos:small")[1])
    assert what_may_change(prepared.spec, prepared.checked, prepared.layout) == {
        "prepare": (False, False), "promise": (False, False), "propose": (True, True), "accept": (True, True),
    }
    prepared = prepare(load_model("raft:unreliable")[1])
    found = what_may_change(prepared.spec, prepared.checked, prepared.layout)
    for name in ("request_vote", "append_entries", "duplicate_message", "drop_message"):
        assert found[name] == (False, False)
    for name in ("timeout", "become_leader", "client_request", "append_entry"):
        assert found[name][0]
