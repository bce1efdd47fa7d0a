"""Machine code finds the representative that the Python tier finds, in every layout and for every group."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_specs import RandomSpec, load, random_specs, random_state
from small_specs import Cell, Everything, Level

from checker.core import ir
from checker.core.instance import BagBound, Instance
from checker.core.model import Model
from checker.engines.symmetry.canonical import compile_canonical
from checker.engines.layout import Layout
from checker.engines.native.symmetry import moves, recode
from checker.engines.native.code.builder import Module
from checker.engines.native.code.to_llvm import to_llvm
from checker.engines.native.symmetry.canonical import build_canonical
from checker.engines.native.limits import NotNative
from checker.engines.native.code.machine import compile_module
from checker.engines.native.search.memory import Words
from checker.engines.prepare import prepare
from checker.engines.symmetry.group import SymmetryGroup, symmetries
from checker.engines.system import System
from checker.frontend.elaborate import elaborate
from checker.frontend.instantiate import instantiate
from checker.frontend.load import load_model


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """The cache of the person who runs the tests is left alone."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))


def native_canonical(group: SymmetryGroup, layout: Layout) -> Callable[[int], int]:
    """`canonical` in machine code, over Python ints: as baseline code, which optimised code has to agree with."""
    module = Module()
    build_canonical(module, group, layout)
    machine = compile_module(lambda: (module, {}), to_llvm(module))
    baseline = machine.function("canonical", 2)
    machine.optimise()
    optimised = machine.function("canonical", 2)
    words = Words(2 * layout.words)

    def representative(function: Callable[..., int], state: int) -> int:
        words.set_row(0, layout.words, state)
        words.set_row(1, layout.words, (1 << 64 * layout.words) - 1)
        function(words.address, words.address + 8 * layout.words)
        assert words.row(0, layout.words) == state
        return words.row(1, layout.words)

    def canonical(state: int) -> int:
        chosen = representative(baseline, state)
        assert representative(optimised, state) == chosen
        return chosen

    return canonical


def assert_same(group: SymmetryGroup, layout: Layout, states: Iterable[int]) -> None:
    native, python = native_canonical(group, layout), compile_canonical(group, layout)
    for state in states:
        assert native(state) == python(state)


def everything(**more: object) -> Model:
    bounds = {"number": (0, 3), "net": BagBound(3, 2), "log": 2, "nested": 1, "deep": 2, "few": BagBound(2, 1)}
    return Model(Everything, sizes={Cell: 3, Level: 2}, bounds=bounds, **more)  # type: ignore[arg-type]


def random_states(spec: ir.Spec, instance: Instance, layout: Layout, number: int) -> list[int]:
    random = Random(11)
    return [layout.pack(random_state(random, spec, instance)) for _ in range(number)]


@pytest.mark.parametrize("table_limit", [recode.TABLE_LIMIT, 18])
def test_every_type_is_renamed_as_in_python(table_limit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recode, "TABLE_LIMIT", table_limit)
    spec = elaborate(Everything)
    instance = instantiate(everything(), spec)
    layout = Layout(spec.variables, instance)
    assert_same(symmetries(spec, instance), layout, random_states(spec, instance, layout, 400))


@given(random_specs(), st.sampled_from([recode.TABLE_LIMIT, 4]))
@settings(max_examples=60, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
def test_states_of_random_specs_are_renamed_as_in_python(random_spec: RandomSpec, table_limit: int) -> None:
    loaded = load(random_spec)
    spec, instance = loaded.spec, loaded.instance
    layout = Layout(spec.variables, instance)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(recode, "TABLE_LIMIT", table_limit)
        assert_same(symmetries(spec, instance), layout, random_states(spec, instance, layout, 60))


@pytest.mark.parametrize(
    "name", ["paxos:small", "flexible_paxos:small", "fast_start_paxos:small", "raft:medium", "raft:unreliable"]
)
def test_reachable_states_have_the_representatives_of_the_python_tier(name: str) -> None:
    prepared = prepare(load_model(name)[1])
    assert len(prepared.group.renamings) > 1
    assert_same(prepared.group, prepared.layout, reachable(prepared.system))


def test_a_group_that_is_too_large_is_left_to_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moves, "MOVES_LIMIT", 100)
    spec = elaborate(Everything)
    instance = instantiate(everything(), spec)
    with pytest.raises(NotNative, match="too many"):
        native_canonical(symmetries(spec, instance), Layout(spec.variables, instance))


def reachable(system: System[int]) -> set[int]:
    """Every state, found in the plainest way."""
    found, queue = set[int](), system.initial()
    while queue:
        state = queue.pop()
        if state not in found:
            found.add(state)
            queue.extend(system.successors(state)[0])
    return found
