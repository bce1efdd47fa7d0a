"""Every mistake of a user is told with its place, a stable code and help; never with a traceback of Python.

A case is a file in golden/errors: `NAME.py`, a spec or a model with a mistake, or `NAME.cmd`, the arguments of a
command.  `NAME.txt` is what the user reads.  `RENEW_GOLDEN=1 pytest tests/test_errors.py` writes these anew; read the
difference before you commit it.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterable
from pathlib import Path

import pytest

from command import Command

from checker.core.errors import UserError
from checker.core.verdict import Outcome
from checker.engines.run import check
from checker.export.text import trace_text
from checker.frontend.load import load_model

ROOT = Path(__file__).parents[1]
GOLDEN = Path(__file__).parent / "golden" / "errors"
MISTAKES = sorted(GOLDEN.glob("*.py"))
COMMANDS = sorted(GOLDEN.glob("*.cmd"))
LIBRARY = {"specs", "models", "counterexamples"}


def names(paths: list[Path]) -> list[str]:
    return [path.stem for path in paths]


@pytest.mark.parametrize("case", MISTAKES, ids=names(MISTAKES))
def test_mistake_in_a_file_is_told_as_its_golden_text_says(case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(GOLDEN)
    compare(case, told_of_file(case.name))


@pytest.mark.parametrize("case", COMMANDS, ids=names(COMMANDS))
def test_mistake_on_the_command_line_is_told_as_its_golden_text_says(
    case: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(GOLDEN)
    ended = Command(monkeypatch, capfd)(*shlex.split(case.read_text(encoding="utf-8")))
    assert ended.status == 2
    compare(case, ended.err)


def test_a_trace_of_another_spec_cannot_be_gone_on_from(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(GOLDEN / "files")
    reached = check(load_model("counter.py")[1]).witnesses["grown"]
    with pytest.raises(UserError) as caught:
        check(load_model("plain.py")[1], after=reached)
    assert caught.value.code == "M053"


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


def test_every_code_is_tested_and_has_a_line_in_the_documentation() -> None:
    package = ROOT / "checker"
    used = codes_in(path for path in package.rglob("*.py") if not LIBRARY & set(path.relative_to(package).parts))
    seen = codes_in([*GOLDEN.glob("*.txt"), *Path(__file__).parent.glob("test_*.py")])
    documented = re.findall(r"^\| ([SMRCP]\d{3}) \|", (ROOT / "docs" / "errors.md").read_text(encoding="utf-8"), re.M)
    assert documented == sorted(documented, key=lambda code: ("SMRCP".index(code[0]), code))
    assert len(documented) == len(set(documented)), "a code means one thing"
    assert set(documented) == used
    assert used <= seen, "a code is in a golden text, or where no file and no command leads to it, in a test"


def codes_in(files: Iterable[Path]) -> set[str]:
    code = r"""(?:"|error\[)([SMRCP]\d{3})(?:"|\]|:)"""
    return {found for file in files for found in re.findall(code, file.read_text(encoding="utf-8"))}
