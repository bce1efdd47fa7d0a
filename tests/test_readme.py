"""The README keeps its word: its code is checked as it stands, and its commands exist."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from command import Command
from readme import README, blocks, save_examples

ROOT = README.parent


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Command:
    """The command, run in a folder that holds the README's examples."""
    save_examples(tmp_path)
    monkeypatch.chdir(tmp_path)
    return Command(monkeypatch, capfd)


def test_the_spec_is_checked_as_the_readme_shows(command: Command) -> None:
    shown = blocks("console")[0].splitlines()
    start = shown[0].index("checker ") + len("checker ")
    printed = command(*shown[0][start:].split()).out.splitlines()
    for line in shown[1 : shown.index("  ...")]:
        assert line in printed


def test_the_variant_is_violated_as_it_expects(command: Command) -> None:
    result = command("check", "hasty.py", "--json")
    assert result.status == 0
    assert (result.json["verdict"], result.json["expected"]) == ("violated", True)


def test_the_proof_is_one_and_the_spec_alone_is_not_inductive(command: Command) -> None:
    assert command("prove", "two_phase_proof.py", "--json").json["verdict"] == "proved"
    assert command("prove", "two_phase.py", "--json").json["verdict"] == "not_inductive"


def test_the_python_session_runs(command: Command) -> None:
    subprocess.run([sys.executable, "-c", blocks("python")[1]], check=True)


def test_the_mistake_is_reported_as_shown(command: Command) -> None:
    shown = blocks("console")[1]
    path = Path("two_phase.py")
    path.write_text(path.read_text().replace("== Phase.WORKING)\n", "== Phase.WORKNG)\n"))
    assert command("check", "two_phase.py").err == shown


def test_a_strict_type_checker_accepts_the_examples(tmp_path: Path) -> None:
    paths = save_examples(tmp_path)
    (tmp_path / "pyrightconfig.json").write_text('{"typeCheckingMode": "strict"}')
    ended = subprocess.run(
        [sys.executable, "-m", "pyright", "--pythonpath", sys.executable, "--project", str(tmp_path), *map(str, paths)],
        capture_output=True, text=True,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stdout


def test_every_command_in_the_table_parses(command: Command) -> None:
    for line in re.findall(r"`checker ([a-z-]+)", README.read_text(encoding="utf-8")):
        assert command(line, "--help").status == 0


def test_every_file_it_links_to_exists() -> None:
    for page in (README, ROOT / "ARCHITECTURE.md", *(ROOT / "docs").glob("*.md")):
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_every_file_that_the_architecture_names_exists() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([\w./]*\.py)`", text)) | set(re.findall(r"`(\w+/(?:\w+/)*)`", text))
    assert named
    for name in named:
        places = [folder / name for folder in (ROOT, ROOT / "checker", ROOT / "checker/engines", ROOT / "tests")]
        assert any(place.exists() for place in places), f"there is no {name}"


def test_every_error_code_is_documented_and_no_other() -> None:
    """The codes in the source, as arguments and as values, against the tables of docs/errors.md."""
    code = re.compile(r'"([SMRCP]\d{3})"')
    used = {match for path in (ROOT / "checker").rglob("*.py") for match in code.findall(path.read_text("utf-8"))}
    documented = set(re.findall(r"^\| ([SMRCP]\d{3}) \|", (ROOT / "docs/errors.md").read_text("utf-8"), re.MULTILINE))
    assert used == documented
