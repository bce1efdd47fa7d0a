"""On every state of a bundled model generated code does what the interpreter does, which explores the model by itself.

Machine code is held to generated code, on every state too, in `test_native_kernels`.
"""

from __future__ import annotations

import pytest
from test_engines_agree import what_it_does

from checker.core.model import Holds
from checker.engines.interpreted import InterpretedSystem
from checker.engines.kernels import KernelSystem
from checker.engines.prepare import prepare
from checker.frontend.load import PACKAGE, models_of

FEW = 1_000
"""States that are explored in about a second."""
MANY = 100_000
"""States that are explored in minutes."""


def _targets() -> list[object]:
    places = sorted(file.stem for file in (PACKAGE / "models").glob("[!_]*.py"))
    models = {f"{place}:{name}": model for place in places for name, model in models_of(place).items()}
    return [
        pytest.param(target, model.expect.states, marks=() if model.expect.states <= FEW else pytest.mark.nightly)
        for target, model in models.items()
        if isinstance(model.expect, Holds) and model.expect.states is not None and model.expect.states <= MANY
    ]


@pytest.mark.parametrize(("target", "expected"), _targets())
def test_generated_code_does_what_the_interpreter_does_in_every_state(target: str, expected: int) -> None:
    place, name = target.split(":")
    prepared = prepare(models_of(place)[name])
    kernels = prepared.system
    assert isinstance(kernels, KernelSystem)
    judge = InterpretedSystem(prepared.interpreter, kernels.actions, kernels.checked)
    found = dict.fromkeys(judge.initial())
    assert list(found) == list(dict.fromkeys(map(kernels.unpack, kernels.initial())))
    todo = list(found)
    for state in todo:
        assert what_it_does(kernels, state) == what_it_does(judge, state)
        for after in judge.successors(state)[0]:
            if after not in found:
                found[after] = None
                todo.append(after)
    assert len(found) == expected
