"""What is proved for every size is true at every small size, and nothing there is an error."""

from __future__ import annotations

import itertools
import linecache
import sys
from collections.abc import Iterator
from random import Random
from types import ModuleType
from typing import Any

import proof_formulas
import pytest

from checker.core import ir
from checker.core.errors import UserError
from checker.core.model import Model
from checker.core.values import State
from checker.core.verdict import Outcome, Verdict
from checker.engines.interpreter.interpreter import Interpreter
from checker.engines.proof.induction import prove
from checker.frontend.elaborate import elaborate
from checker.frontend.instantiate import instantiate

MOST_STATES = 60
OF_BOUNDS = ("R005", "R006")


def spec_of(seed: int) -> tuple[type[Any], dict[str, Any]]:
    """A random spec, and the names of its module."""
    name, source = f"soundness_{seed}", proof_formulas.write(Random(seed))
    file = f"/random/{name}.py"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    module = ModuleType(name)
    module.__file__ = file
    sys.modules[name] = module
    exec(compile(source, file, "exec"), module.__dict__)
    return module.__dict__["Random"], module.__dict__


def models(spec: type[Any], names: dict[str, Any], limit: int) -> Iterator[Model]:
    for nodes, levels in itertools.product((1, 2), (1, 2, 3)):
        yield Model(
            spec, sizes={names["Node"]: nodes, names["Level"]: levels}, bounds={"small": (-3, 3), "log": 2},
            constants={"LIMIT": limit},
        )


def assert_nothing_proved_is_refuted(seed: int) -> Verdict | None:
    """Proves what it can of a random spec, with one of three constants, and searches all small sizes for the rest."""
    cls, names = spec_of(seed)
    limit = seed % 3
    try:
        spec = elaborate(cls, {"LIMIT": limit})
    except UserError:
        return None  # a formula that is no formula of the language, such as an index that is written and negative
    verdict = prove(spec, seconds=2)
    proved = [entry for entry in verdict.properties if entry.outcome is Outcome.PROVED]
    if proved:
        properties = {entry.name: entry for entry in spec.properties}
        for model in models(cls, names, limit):
            interpreter = Interpreter(spec, instantiate(model, spec))
            everything = verdict.outcome is Outcome.PROVED
            for state, after in behaviours(interpreter, errors_allowed=not everything):
                for entry in proved:
                    holds(interpreter, properties[entry.name], state, after)
    return verdict


def behaviours(interpreter: Interpreter, *, errors_allowed: bool) -> Iterator[tuple[State, list[State]]]:
    """Reachable states, each with those that follow it."""
    states = list(dict.fromkeys(step.state for step in interpreter.initial()))
    for state in states:
        try:
            after = [step.state for step in interpreter.steps(state)[0]]
        except UserError as error:
            if error.code in OF_BOUNDS or errors_allowed:
                return
            raise
        yield state, after
        states += [other for other in dict.fromkeys(after) if other not in states and len(states) < MOST_STATES]


def holds(interpreter: Interpreter, entry: ir.Property, state: State, after: list[State]) -> None:
    for other in after if entry.kind == "step invariant" else [None]:
        assert interpreter.holds(entry, state, other), (entry.name, state, other)


@pytest.mark.parametrize("seed", range(1000, 1018))
def test_what_is_proved_of_a_random_spec_is_neither_violated_nor_an_error_at_any_small_size(seed: int) -> None:
    assert_nothing_proved_is_refuted(seed)


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(2000, 3000))
def test_nor_is_it_of_many_more(seed: int) -> None:
    assert_nothing_proved_is_refuted(seed)
