"""The arguments and options that several commands share."""

from __future__ import annotations

from math import isnan
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from checker.engines import tiers
from checker.engines.asked import MOST_WORKERS, writable
from checker.frontend.load import bundled


def _bundled_names(incomplete: str) -> list[str]:
    """For the completion of a shell."""
    return [name for name in bundled() if name.startswith(incomplete)]


Target: TypeAlias = Annotated[
    str,
    typer.Argument(
        help="A bundled name (paxos, paxos:small), a file (my_spec.py, my_spec.py:Model) or a module.",
        autocompletion=_bundled_names,
        show_default=False,
    ),
]

Settings: TypeAlias = Annotated[
    list[str],
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help="Another size, bound or constant: Acceptor=5, Value=x,y, index=0..3, net=2x1, restarts=true. "
        "Once for each of them.",
    ),
]

Properties: TypeAlias = Annotated[
    list[str], typer.Option("--property", "-p", metavar="NAME", help="This property, and not all of them.")
]

Json: TypeAlias = Annotated[
    bool, typer.Option("--json", help="One JSON object on standard output, and nothing else there.")
]



def _writable(folder: Path | None) -> Path | None:
    """The folder, made where it is missing: what a long search finds must not be lost for want of it."""
    return None if folder is None else writable(folder, "--out")


def _number(memory: float | None) -> float | None:
    if memory is not None and isnan(memory):
        raise typer.BadParameter("it is no number")
    return memory


Out: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--out", metavar="DIR", callback=_writable, help="Write traces and pictures into this folder.",
        show_default=False,
    ),
]

Witness: TypeAlias = Annotated[
    str | None, typer.Option("--witness", metavar="NAME", help="Go the way to this witness.", show_default=False)
]

MaxDepth: TypeAlias = Annotated[
    int | None, typer.Option("--max-depth", min=1, help="Longest path, in states.", show_default=False)
]

MaxStates: TypeAlias = Annotated[
    int | None, typer.Option("--max-states", min=1, help="Stop at about so many states.", show_default=False)
]

TraceFile: TypeAlias = Annotated[
    Path | None,
    typer.Option("--trace", metavar="FILE", help="The trace in this ITF file.", dir_okay=False, show_default=False),
]

Tier: TypeAlias = Annotated[
    tiers.Tier, typer.Option("--tier", help="Explore in Python, in machine code, or in the one that suits the model.")
]

Workers: TypeAlias = Annotated[
    int | None,
    typer.Option(
        "--workers", min=1, max=MOST_WORKERS, show_default=False,
        help="Threads of machine code; by default all processors.",
    ),
]

Memory: TypeAlias = Annotated[
    float | None,
    typer.Option(
        "--memory", metavar="GIB", min=0.001, max=2**20, callback=_number, show_default=False,
        help="Memory for the states of machine code, by default three quarters of what is free; then they go to disk.",
    ),
]

Checkpoint: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--checkpoint", metavar="DIR", file_okay=False, show_default=False,
        help="Save the search in this folder from time to time (in machine code).",
    ),
]

Resume: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--resume", metavar="DIR", file_okay=False, show_default=False,
        help="Go on with the search that is saved in this folder.",
    ),
]

Disk: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--disk", metavar="DIR", file_okay=False, show_default=False,
        help="Where states go that memory has no room for; by default into the folder of the checkpoint, or a cache.",
    ),
]

Symmetry: TypeAlias = Annotated[
    bool | None,
    typer.Option(
        "--symmetry/--no-symmetry",
        help="Explore one state of each orbit, or all. By default: one, wherever that is sound.",
        show_default=False,
    ),
]
