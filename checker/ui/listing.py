"""`checker list`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

from rich.table import Column, Table

from checker.core.model import Holds, Model, NotReached, Size, Violated
from checker.core.structs import struct
from checker.frontend.load import bundled, load_spec, models_of
from checker.ui.console import json_text, results
from checker.ui.options import Json


@struct
class Entry:
    """A line of the list; `model` is empty for a spec without a bundled model."""

    protocol: str
    model: str
    spec: str
    sizes: str
    expect: str
    summary: str


def list_library(json: Json = False) -> None:
    """List the bundled protocols, their models and what these are expected to show.

    `checker list`
    """
    entries = [entry for protocol in bundled() for entry in _entries(protocol)]
    if json:
        rows = [asdict(entry) for entry in entries]
        print(json_text(rows))
        return
    targets = [
        entry.protocol if entry.model in ("", "model") else f"{entry.protocol}:{entry.model}" for entry in entries
    ]
    # a target is there to be copied, so it is never cut short
    first = Column("target", min_width=max(map(len, targets)), no_wrap=True)
    table = Table(first, "sizes", "expected", box=None, header_style="bold")
    for target, entry in zip(targets, entries, strict=True):
        table.add_row(target, entry.sizes, entry.expect)
    results().print(table)
    results().print("\n`checker check TARGET` explores one of them; `checker prove` takes the name before the colon.")


def _entries(protocol: str) -> Iterator[Entry]:
    models = models_of(protocol)
    for name, model in models.items():
        yield Entry(protocol, name, model.spec.__name__, _sizes(model), _expectation(model), _summary(model.spec))
    if not models:
        spec = load_spec(protocol)
        yield Entry(protocol, "", spec.__name__, "", "", _summary(spec))


def _sizes(model: Model) -> str:
    sizes = [f"{sort.__name__} {_count(size)}" for sort, size in model.sizes.items()]
    return ", ".join(sizes)


def _count(size: Size) -> int:
    return size if isinstance(size, int) else len(size)


def _expectation(model: Model) -> str:
    match model.expect:
        case None:
            return ""
        case Holds(states=states, depth=depth, orbits=orbits):
            known = {"{:,} states": states, "{:,} orbits": orbits, "depth {}": depth}
            return ", ".join(["holds", *(text.format(count) for text, count in known.items() if count is not None)])
        case Violated(property=property, length=length):
            return f"{property} violated" + (f" by {length} states" if length else "")
        case NotReached(witness=witness):
            return f"{witness} not reached"


def _summary(spec: type) -> str:
    return (spec.__doc__ or "").strip().partition("\n")[0]
