"""Every mistake of a user is told with its place, a stable code and help; never with a traceback of Python.

A case is a file in golden/errors: `NAME.py`, a spec or a model with a mistake, or `NAME.cmd`, the arguments of a
command.  `NAME.txt` is what the user reads.  `RENEW_GOLDEN=1 pytest tests/test_errors.py` writes these anew; read the
difference before you commit it.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from checker.core.errors import UserError
from checker.core.verdict import Outcome
from checker.engines.run import check
from checker.export.text import trace_text
from checker.frontend.load import load_model

ROOT = Path(__file__).parents[1]
GOLDEN = Path(__file__).parent / "golden" / "errors"
MISTAKES = sorted(GOLDEN.glob("*.py"))
COMMANDS = sorted(GOLDEN.glob("*.cmd"))
CODE = re.compile(r"\b[SMRCP]\d{3}\b")


def names(paths: list[Path]) -> list[str]:
    return [path.stem for path in paths]


@pytest.mark.parametrize("case", MISTAKES, ids=names(MISTAKES))
def test_mistake_in_a_file_is_told_as_its_golden_text_says(case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(GOLDEN)
    compare(case, told_of_file(case.name))


@pytest.mark.parametrize("case", COMMANDS, ids=names(COMMANDS))
def test_mistake_on_the_command_line_is_told_as_its_golden_text_says(case: Path) -> None:
    command = [sys.executable, "-m", "checker", *shlex.split(case.read_text(encoding="utf-8"))]
    done = subprocess.run(
        command,
        cwd=GOLDEN,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 2, done.stderr
    compare(case, done.stderr)


def told_of_file(name: str) -> str:
    """What a check of the first model (or else the only spec) of a file says."""
    try:
        found, model = load_model(name)
        verdict = check(model, name=found)
    except UserError as error:
        return error.render() + "\n"
    assert verdict.outcome is Outcome.ERROR, verdict.message
    steps = trace_text(verdict.trace) if verdict.trace else []  # none leads to an error in the initial state
    return "\n".join([verdict.message, *steps, ""])


def compare(case: Path, told: str) -> None:
    golden = case.with_suffix(".txt")
    if os.environ.get("RENEW_GOLDEN"):
        golden.write_text(told, encoding="utf-8")
    assert golden.is_file(), "no golden text yet: RENEW_GOLDEN=1"
    assert told == golden.read_text(encoding="utf-8")
    assert str(ROOT) not in told
