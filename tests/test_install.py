"""The wheel in an empty folder: what a user gets who has no checkout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from readme import save_examples

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the checkout without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)], cwd=ROOT, check=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of packages that holds the unpacked wheel alone."""
    folder = tmp_path_factory.mktemp("packages")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def run(installed: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`checker ...` with the installed package, in `folder`.  The checkout's own folder is not on the path."""
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    return subprocess.run(
        [sys.executable, "-m", "checker", *arguments], cwd=folder, env=environment, capture_output=True, text=True
    )


def test_the_wheel_holds_the_library_and_no_tests(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    held = {name.removeprefix("checker/") for name in names if name.startswith("checker/")}
    for shelf in ("specs", "models", "counterexamples"):
        wanted = {path.relative_to(ROOT).as_posix() for path in (ROOT / shelf).rglob("*.py")}
        assert wanted
        assert wanted <= held
    assert {name.split("/")[0] for name in names} == {"checker", f"{wheel.name.split('-py3')[0]}.dist-info"}
    assert "py.typed" in held


def test_the_bundled_models_can_be_checked_in_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    ended = run(installed, tmp_path, "check", "paxos:two_acceptors", "--no-symmetry", "--json")
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout)["states"] == 217  # TLC's count for Lamport's own Paxos.tla
    assert list(tmp_path.iterdir()) == []


def test_a_spec_of_the_user_is_checked_broken_and_drawn(installed: Path, tmp_path: Path) -> None:
    save_examples(tmp_path)
    assert run(installed, tmp_path, "check", "two_phase.py").returncode == 0
    broken = run(installed, tmp_path, "check", "hasty.py", "--out", "pictures")
    assert broken.returncode == 0, broken.stderr  # what the model expects
    assert "agreement is violated" in broken.stdout
    assert {path.suffix for path in (tmp_path / "pictures").iterdir()} >= {".json", ".svg"}


def test_it_is_the_installed_package_that_runs(installed: Path, tmp_path: Path) -> None:
    code = "import checker, checker.specs.paxos as paxos; print(checker.__file__); print(paxos.__file__)"
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert all(Path(line).is_relative_to(installed) for line in ended.stdout.splitlines())


def test_the_wheel_runs_as_a_zip_file_too(wheel: Path, installed: Path, tmp_path: Path) -> None:
    listed = run(wheel, tmp_path, "list", "--json")
    assert listed.returncode == 0, listed.stderr
    assert listed.stdout == run(installed, tmp_path, "list", "--json").stdout
    for target in ("paxos:two_acceptors", "raft_two_votes"):
        ended = run(wheel, tmp_path, "check", target, "--out", "pictures")
        assert ended.returncode == 0, ended.stderr
    assert run(wheel, tmp_path, "prove", "flexible_paxos").returncode == 0


def test_importing_the_language_loads_no_engine(installed: Path, tmp_path: Path) -> None:
    code = "import sys, checker; print([name for name in ('z3', 'typer', 'rich', 'graphviz') if name in sys.modules])"
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert ended.stdout.strip() == "[]"
