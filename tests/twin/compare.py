"""Runs both texts of a random spec, and compares what was found."""

from __future__ import annotations

import itertools
import linecache
import re
import sys
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from time import perf_counter
from types import ModuleType
from typing import Any

from twin.plain import Enumeration, Found
from twin.specs import Twins, write

from checker.api import Result, check
from checker.core.model import Model
from checker.core.verdict import Outcome, Verdict
from checker.engines.interpreted import InterpretedSystem
from checker.engines.kernels import KernelSystem
from checker.engines.prepare import prepare
from checker.engines.search import Limits, search
from checker.engines.finished import Finished
from checker.engines.verdicts import verdict_of

MOST = 300
"""A search ends with the last level before which there are at most so many states."""

TRIES = 4
"""So many specs are written for one that is compared; most random ones have few states."""

_numbers = itertools.count()


class Disagreement(AssertionError):
    """The checker does not find what the plain program does."""


def load(text: str) -> Model:
    """The model of a spec's text, which is kept where tracebacks and errors find it."""
    name = f"twin_spec_{next(_numbers)}"
    file = f"/twins/{name}.py"
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    module = ModuleType(name)
    module.__file__ = file
    sys.modules[name] = module
    exec(compile(text, file, "exec"), vars(module))
    return vars(module)["the_model"]


def enumerate_states(text: str) -> Found:
    """What the plain program finds."""
    names: dict[str, Any] = {}
    exec(compile(text, "<a plain program>", "exec"), names)
    return Enumeration(names["PROGRAM"], MOST).run()


def twins_of(seed: int, words: Collection[str]) -> tuple[Twins, Found]:
    """A random spec, and what plain Python finds: of several ones the one with the most states."""
    random = Random(seed)
    written = [write(random, words) for _ in range(TRIES)]
    found = [enumerate_states(twins.plain) for twins in written]
    best = max(range(TRIES), key=lambda index: (found[index].states, -index))
    return written[best], found[best]


def interpreted(model: Model, depth: int | None) -> Verdict:
    """The verdict of a search in which the interpreter takes every step."""
    prepared = prepare(model)
    system = InterpretedSystem(prepared.interpreter, prepared.system.actions, prepared.checked)
    result = search(system, limits=Limits(depth), deadlock=model.deadlock)
    pack = prepared.system.pack
    packed = replace(
        result, path=tuple(map(pack, result.path)),
        witnesses={bit: tuple(map(pack, path)) for bit, path in result.witnesses.items()},
    )
    return verdict_of(Finished(prepared=prepared, result=packed, name="interpreted", started=perf_counter()))


@dataclass(frozen=True)
class Seen:
    """What a verdict says, in the words of `Found`: what is wrong, or else all counts."""

    wrong: tuple[str, int] | None
    counts: dict[str, Any]


def seen(verdict: Verdict) -> Seen:
    """What to compare of a verdict."""
    statistics = verdict.statistics
    assert statistics is not None
    length = len(verdict.trace.steps) if verdict.trace else 0
    if verdict.outcome is Outcome.VIOLATED:
        assert verdict.trace is not None and verdict.trace.shows is not None
        return Seen(("deadlock" if " " in verdict.trace.shows else verdict.trace.shows, length), {})
    code = re.search(r"error\[(\w+)\]", verdict.message)
    if code:
        return Seen((code[1], length), {})
    return Seen(None, {
        "outcome": verdict.outcome.name, "states": statistics.states, "generated": statistics.generated,
        "depth": statistics.depth, "terminal": statistics.terminal,
        "outside": statistics.outside_constraint + statistics.outside_initial,
        "actions": {name: (action.generated, action.cut) for name, action in statistics.actions.items()},
        "witnesses": {name: len(trace.steps) for name, trace in verdict.witnesses.items()},
    })


def expected(found: Found, witnesses: set[str]) -> dict[str, Any]:
    """The counts, and the verdict, where nothing is wrong."""
    outcome = Outcome.HOLDS if found.complete else Outcome.HOLDS_TO_DEPTH
    if not found.states:
        outcome = Outcome.ERROR
    elif found.complete and witnesses - set(found.witnesses):
        outcome = Outcome.NOT_REACHED
    counts = vars(found).copy()
    del counts["wrong"], counts["complete"], counts["drawn"]
    counts["actions"] = dict(found.actions)
    return {"outcome": outcome.name, **counts}


ENGINES: dict[str, Callable[[Model, int | None], Verdict]] = {
    "interpreter": interpreted,
    "python": lambda model, depth: check(model, tier="python", symmetry=False, max_depth=depth),
    "native": lambda model, depth: check(model, tier="native", workers=1, symmetry=False, max_depth=depth),
    "python, symmetry": lambda model, depth: check(model, tier="python", max_depth=depth),
    "native, symmetry": lambda model, depth: check(model, tier="native", workers=1, max_depth=depth),
}
"""The ways to explore a model."""

UP_TO_SYMMETRY = ("outcome", "depth", "witnesses")
"""What is the same where one state an orbit is explored."""


def compare(model: Model, found: Found, folder: Path, engines: Collection[str]) -> None:
    """Compares what the checker finds with what plain Python found, and draws each violation into the folder.

    Raises `Disagreement`, and what the checker raises.
    """
    depth = None if found.complete else found.depth
    for engine in engines:
        verdict = ENGINES[engine](model, depth)
        _compare(engine, verdict, found)
        if isinstance(verdict, Result) and verdict.trace and "symmetry" not in engine:
            draw(verdict, folder / engine)


def _compare(engine: str, verdict: Verdict, found: Found) -> None:
    what = seen(verdict)
    if found.wrong or what.wrong:
        if what.wrong not in found.wrong:
            raise Disagreement(f"{engine}: {what.wrong or what.counts}, plain Python: {found.wrong or found}")
        return
    wanted = expected(found, {entry.name for entry in verdict.properties if entry.kind == "witness"})
    for name in found.drawn:
        for actions in (what.counts["actions"], wanted["actions"]):
            actions[name] = (actions[name][0], actions[name][1] > 0)
    for name, value in what.counts.items():
        if value != wanted[name] and ("symmetry" not in engine or name in UP_TO_SYMMETRY):
            raise Disagreement(f"{engine}: {name} is {value}, in plain Python {wanted[name]}")


def draw(result: Result, folder: Path) -> None:
    """Draws and writes everything that there is to see of a violation."""
    assert result.picture()
    result.explanation()
    assert repr(result) and result._repr_html_()
    assert result.save(folder)


def names_in_generated_code(texts: Iterator[str]) -> list[str]:
    """The names that the generated Python of these specs uses."""
    found: set[str] = set()
    for text in texts:
        system = prepare(load(text)).system
        assert isinstance(system, KernelSystem)
        found |= {word for word in re.findall(r"[^\W\d]\w*", system.source) if word.isidentifier()}
    return sorted(found)
