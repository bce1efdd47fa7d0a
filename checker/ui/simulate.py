"""`checker simulate`."""

from __future__ import annotations

from typing import Annotated

import typer

from checker.engines.simulate import simulate as run_simulation
from checker.frontend.load import load_model
from checker.ui.options import Json, Out, Settings, Target, Tier, Workers
from checker.ui.overrides import with_settings
from checker.ui.progress import progress_shown
from checker.ui.report import report
from checker.ui.subject import Subject


def simulate(
    target: Target,
    settings: Settings = [],  # noqa: B006 - typer reads the default, nothing changes it
    walks: Annotated[int, typer.Option(min=1, help="How many walks.")] = 100,
    depth: Annotated[int, typer.Option(min=1, help="States on a walk, at most.")] = 100,
    seed: Annotated[int, typer.Option(help="The same seed takes the same walks.")] = 0,
    tier: Tier = "auto",
    workers: Workers = None,
    json: Json = False,
    out: Out = None,
) -> None:
    """Walk through a model at random: a quick look at one that is too large to explore.

    It can find a violation, and it never shows that there is none.

    `checker simulate raft:large --walks 1000 --seed 7`
    """
    name, model = load_model(target)
    model = with_settings(model, settings)
    with progress_shown() as progress:
        verdict = run_simulation(
            model, name=name, walks=walks, depth=depth, seed=seed, report=progress, tier=tier, workers=workers
        )
    report(verdict, lambda: Subject.of(model), json=json, out=out)
