"""`checker check`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from checker.core.errors import UserError
from checker.engines.run import check as run_check
from checker.frontend.load import load_model
from checker.ui.options import (
    Checkpoint, Disk, Json, MaxDepth, MaxStates, Memory, Out, Properties, Resume, Settings, Symmetry, Target,
    Tier, Workers,
)
from checker.ui.overrides import with_settings
from checker.ui.progress import progress_shown
from checker.ui.report import report
from checker.ui.subject import Subject
from checker.ui.traces import trace_in_file


def check(
    target: Target,
    settings: Settings = [],  # noqa: B006 - typer reads the default, nothing changes it
    properties: Properties = [],  # noqa: B006
    symmetry: Symmetry = None,
    max_depth: MaxDepth = None,
    max_states: MaxStates = None,
    after: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Go on from the end of this trace.", show_default=False)
    ] = None,
    tier: Tier = "auto",
    workers: Workers = None,
    memory: Memory = None,
    checkpoint: Checkpoint = None,
    resume: Resume = None,
    disk: Disk = None,
    go_on: Annotated[
        bool, typer.Option("--continue", help="Go on after a violation, to a shortest trace for each property.")
    ] = False,
    count: Annotated[
        int, typer.Option("--count", min=1, metavar="N", help="So many counterexamples, with other last states.")
    ] = 1,
    via: Annotated[
        str | None,
        typer.Option("--via", metavar="ACTION", help="A shortest one that takes this action.", show_default=False),
    ] = None,
    json: Json = False,
    out: Out = None,
) -> None:
    """Explore every state of a model, and say what was established.

    Without a name after the colon the first model of the place is checked.  A violation comes with a shortest trace.

    `checker check paxos`

    `checker check paxos:medium --set Acceptor=5 --no-symmetry`

    `checker check my_spec.py --out pictures`

    `checker check paxos_forgotten_promise --count 3 --via accept`
    """
    if resume is not None and checkpoint not in (None, resume):
        raise UserError(
            "C027", "a run is saved in the folder from which it goes on, and two are named",
            help=f"leave `--checkpoint {checkpoint}` out",
        )
    name, model = load_model(target)
    model = with_settings(model, settings)
    if properties:
        model = replace(model, check=tuple(properties), skip=(), expect=None)
    start = None if after is None else trace_in_file(after, Subject.of(model))
    with progress_shown() as progress:
        verdict = run_check(
            model,
            name=name,
            symmetry=symmetry,
            max_depth=max_depth,
            max_states=max_states,
            report=progress,
            after=start,
            tier=tier,
            workers=workers,
            memory=None if memory is None else int(memory * 2**30),
            checkpoint=resume or checkpoint,
            resume=resume is not None,
            disk=disk,
            all_violations=go_on,
            count=count,
            via=via,
        )
    report(verdict, lambda: Subject.of(model), json=json, out=out)
