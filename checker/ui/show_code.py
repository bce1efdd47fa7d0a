"""`checker show-code`."""

from __future__ import annotations

from checker.engines.kernels import KernelSystem
from checker.engines.prepare import prepare
from checker.frontend.load import load_model
from checker.ui.options import Settings, Target
from checker.ui.overrides import with_settings


def show_code(
    target: Target,
    settings: Settings = [],  # noqa: B006 - typer reads the default, nothing changes it
) -> None:
    """Print the Python that is generated for a model: what the search really runs.

    `checker show-code paxos`
    """
    _, model = load_model(target)
    system = prepare(with_settings(model, settings)).system
    assert isinstance(system, KernelSystem)
    print(system.source)
