"""`checker prove --bounded K` and `--k-induction K`: the paths of a model, looked at with a solver."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

from checker.core.errors import UserError
from checker.engines.proof.bounded import bounded, k_induction
from checker.frontend.load import load_model
from checker.ui.progress import proof_progress_shown
from checker.ui.report import report
from checker.ui.subject import Subject


def check_alone(option: str, others: Mapping[str, object]) -> None:
    """Raises `UserError` C004 for another option that is given and does not go with this one."""
    given = [name for name, value in others.items() if name and value]
    if given:
        raise UserError(
            "C004", f"`{option}` is about a model, and `{given[0]}` about a proof for every size",
            help=f"leave out `{option}` or `{given[0]}`" if given[0] != "--bounded" else "leave out one of the two",
        )


def report_on_paths(
    target: str, properties: Sequence[str], depth: int | None, induction: int | None, seconds: float, *, json: bool,
    out: Path | None,
) -> NoReturn:
    """Looks at the paths of up to `depth` states of a model, or shows by `induction` over so many, and reports."""
    name, model = load_model(target)
    if properties:
        model = replace(model, check=tuple(properties), skip=(), expect=None)
    with proof_progress_shown(seconds) as progress:
        if induction is not None:
            verdict = k_induction(model, induction, name=name, seconds=seconds, progress=progress)
        else:
            verdict = bounded(model, depth or 1, name=name, seconds=seconds, progress=progress)
    report(verdict, lambda: Subject.of(model), json=json, out=out)
