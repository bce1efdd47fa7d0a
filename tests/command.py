"""Runs the command `checker` inside of the tests' process."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import Any

import pytest

from checker.ui.main import run


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output, which is one JSON value and nothing else."""
        return json.loads(self.out)


class Command:
    """`command("check", "paxos")` runs `checker check paxos`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch = monkeypatch
        self._capfd = capfd

    def __call__(self, *arguments: str) -> Ended:
        self._monkeypatch.setattr(sys, "argv", ["checker", *arguments])
        self._capfd.readouterr()
        with pytest.raises(SystemExit) as end:
            run()
        captured = self._capfd.readouterr()
        return Ended(int(end.value.code or 0), captured.out, captured.err)
