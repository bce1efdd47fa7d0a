"""Writes the trace and the picture of each counterexample anew: `python -m checker.counterexamples.renew [NAME ...]`.

The pages are written by hand; a test holds the files beside them to what this writes.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

from checker.core.model import Model
from checker.core.trace import Trace
from checker.engines.run import check
from checker.engines.scenario import play
from checker.export.itf import trace_to_itf
from checker.ui.artifacts import trace_picture
from checker.ui.subject import Subject

SHELF = Path(__file__).parent


def names() -> tuple[str, ...]:
    """The folders of the shelf, in order."""
    return tuple(sorted(file.parent.name for file in SHELF.glob("*/spec.py")))


def counterexample(name: str) -> tuple[Model, Trace]:
    """The broken model in the folder `name`, and its trace: that of its scenario, or else a shortest one."""
    module = importlib.import_module(f"checker.counterexamples.{name}.spec")
    model: Model = module.model
    scenario = getattr(module, "scenario", None)
    if scenario is not None:
        return model, play(model, scenario, name=name)
    trace = check(model, name=name).trace
    if trace is None:
        raise LookupError(f"{name}: nothing is violated")
    return model, trace


def files(name: str, model: Model, trace: Trace) -> Iterator[tuple[Path, str]]:
    """What belongs into the folder `name`: each file with its text."""
    subject = Subject.of(model)
    yield SHELF / name / "trace.itf.json", trace_to_itf(trace, subject.spec)
    yield SHELF / name / "picture.svg", trace_picture(trace, subject)


if __name__ == "__main__":
    for chosen in sys.argv[1:] or names():
        for file, text in files(chosen, *counterexample(chosen)):
            file.write_text(text, encoding="utf-8")
            print(f"wrote {file.relative_to(SHELF)}")
