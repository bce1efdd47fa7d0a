"""Every way to run a model says the same of thousands of random ones: `pytest -m nightly -n 2` takes half an hour.

The parts of it are tested one by one elsewhere, on fewer models: what is generated against the interpreter in
`test_engines_agree`, machine code in `test_native_kernels`, `test_native_symmetry` and `test_native_search`.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from native_runs import counts
from random_specs import Loaded, RandomSpec, load, random_specs
from test_engines_agree import assert_forms_agree, assert_kernels_agree, states_of
from test_native_kernels import agree_on, native
from test_native_symmetry import assert_same

from checker.core.verdict import Outcome
from checker.engines.symmetry.canonical import compile_canonical
from checker.engines.interpreted import InterpretedSystem
from checker.engines.kernels import compile_kernels
from checker.engines.layout import Layout
from checker.engines.native.limits import NotNative
from checker.engines.prepare import prepare
from checker.engines.run import check
from checker.engines.search import End, Limits, search
from checker.engines.symmetry.group import symmetries
from checker.frontend.lower import lower

SHARDS, MODELS = 20, 100
"""So many parts, which may run side by side, of so many models each."""

DEPTH = 4
FEW = 5_000
"""States of a model that is explored by the interpreter too."""

LEFT_TO_PYTHON = 0.05
"""The part of the random models that may have no machine code."""


@pytest.mark.nightly
@pytest.mark.parametrize("shard", range(SHARDS))
def test_every_way_to_run_a_model_agrees(shard: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    seen: Counter[str] = Counter()

    @seed(shard)
    @given(random_specs())
    @settings(
        max_examples=MODELS, database=None, deadline=None, suppress_health_check=list(HealthCheck),
        phases=(Phase.generate,),
    )
    def hold(random_spec: RandomSpec) -> None:
        loaded = load(random_spec)
        assert_the_meaning_is_kept(loaded, Random(shard))
        seen["native" if assert_machine_code_agrees(loaded, Random(shard)) else "python"] += 1
        assert_searches_agree(loaded)

    hold()
    assert seen["native"] + seen["python"] >= MODELS
    assert seen["python"] <= LEFT_TO_PYTHON * MODELS, seen


def assert_the_meaning_is_kept(loaded: Loaded, random: Random) -> None:
    """Typed form, lowered form and generated Python say the same of states within reach and out of it."""
    states = states_of(loaded.spec, loaded.instance, 15, random.randrange(1000))
    assert_forms_agree(loaded.spec, loaded.instance, states)
    assert_kernels_agree(loaded.spec, loaded.instance, states)


def assert_machine_code_agrees(loaded: Loaded, random: Random) -> bool:
    """Machine code says what generated Python does, and finds the representatives of it; False where there is none."""
    spec, instance = loaded.spec, loaded.instance
    layout, group = Layout(spec.variables, instance), symmetries(spec, instance)
    python = compile_kernels(lower(spec), spec.properties, instance, layout)
    states = [layout.pack(state) for state in states_of(spec, instance, 15, random.randrange(1000))]
    try:
        machines = native(spec, python.checked, layout, python.initial)
        assert_same(group, layout, states)
    except NotNative:
        return False
    for state in states:
        agree_on(python, machines, state)
    canonical = compile_canonical(group, layout)
    for state in states:
        orbit = group.orbit(layout.unpack(state))
        assert {canonical(layout.pack(other)) for other in orbit} == {canonical(state)}
    return True


def assert_searches_agree(loaded: Loaded) -> None:
    """Machine code counts what generated Python does, and that what the interpreter does where there are few states."""
    model = loaded.model
    expected = check(model, tier="python", max_depth=DEPTH)
    wrong = expected.outcome in (Outcome.VIOLATED, Outcome.ERROR)
    for workers in (1, 2):
        found = check(model, tier="native", workers=workers, max_depth=DEPTH)
        if wrong:  # of several mistakes either may be met first
            assert found.outcome in (Outcome.VIOLATED, Outcome.ERROR)
        else:
            assert found.outcome is expected.outcome
            assert counts(found) == counts(expected)
    prepared = prepare(model)
    generated = search(prepared.system, limits=Limits(DEPTH, FEW))
    if generated.end in (End.COMPLETE, End.DEPTH_LIMIT):
        system = InterpretedSystem(prepared.interpreter, prepared.system.actions, prepared.checked)
        interpreted = search(system, limits=Limits(DEPTH, None))
        assert interpreted.end is generated.end
        assert interpreted.statistics.actions == generated.statistics.actions
        assert interpreted.statistics.states == generated.statistics.states
