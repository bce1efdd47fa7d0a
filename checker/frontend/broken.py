"""The bundled variants that are wrong, as they are told beside a proof: each breaks one of its lemmas."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from checker.core.language import Spec
from checker.core.model import Model, Violated
from checker.core.structs import struct
from checker.frontend.load import broken, find

BREAKS = "BREAKS"
"""What the module of a counterexample says: the first of the proof's lemmas that its change breaks, or the quorums that
need not share an element any more."""


@struct
class Broken:
    """A bundled counterexample.

    `breaks` names the lemma, `what` says what was changed; `violated` is the property that is lost, by a run of so many
    `states`, 0 where that is not said.  `picture` shows it, an SVG; empty where the library has no such file.
    """

    name: str
    breaks: str
    what: str
    violated: str
    states: int
    picture: str


def broken_variants(spec: type[Spec]) -> Iterator[Broken]:
    """The counterexamples that are variants of a protocol that the spec derives from, by name."""
    for name in broken():
        module = find(name).modules[0]
        model: Model = module.model
        breaks: str | None = getattr(module, BREAKS, None)
        protocols = [base for base in model.spec.__mro__ if base is not Spec and issubclass(base, Spec)]
        if breaks is not None and isinstance(model.expect, Violated) and any(issubclass(spec, b) for b in protocols):
            yield Broken(
                name, breaks, what=(module.__doc__ or "").split("\n\n")[0], violated=str(model.expect.property),
                states=model.expect.length or 0, picture=_picture(Path(module.__file__ or "")),
            )


def _picture(spec: Path) -> str:
    file = spec.with_name("picture.svg")
    return file.read_text(encoding="utf-8") if file.is_file() else ""
