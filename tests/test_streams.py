"""Standard output and error that are closed, full, left early, or lack characters: the right exit status."""

from __future__ import annotations

import errno
import json
import os
import stat
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

HOLDS, MISTAKE = ("check", "paxos"), ("check", "paxso")
VIOLATED = ("check", "paxos_forgotten_promise", "-p", "agreement")
COMMANDS: dict[tuple[str, ...], int] = {
    HOLDS: 0,
    VIOLATED: 1,
    (*VIOLATED, "--json"): 1,
    ("simulate", "paxos", "--walks", "5"): 0,
    ("prove", "flexible_paxos"): 0,
    ("explain", "paxos_forgotten_promise"): 0,
    ("show", "paxos_forgotten_promise"): 0,
    ("show-code", "raft"): 0,
    ("list",): 0,
    ("list", "--json"): 0,
    ("--help",): 0,
    ("check", "--help"): 0,
    MISTAKE: 2,
    (*MISTAKE, "--json"): 2,
    ("chekc",): 2,
    ("check", "paxos", "--max-depth", "none"): 2,
}
"""Each with its exit status."""

QUICK = {HOLDS, VIOLATED, ("list",), MISTAKE, (*MISTAKE, "--json"), ("chekc",)}

EVERY_COMMAND = [
    pytest.param(command, id=" ".join(command), marks=() if command in QUICK else pytest.mark.slow)
    for command in COMMANDS
]

SPEC = '''
from checker import Model, Sort, Spec, action, init, invariant
class Größe(Sort):
    """Ein Prozess → 过程."""
class Zähler(Spec):
    zahl: bool
    @init
    def start(self) -> None:
        self.zahl = False
    @action
    def erhöhe(self, größe: Größe) -> None:
        """Ändert → alles."""
        self.zahl = True
    @invariant
    def nie(self) -> bool:
        return not self.zahl
klein = Model(Zähler, sizes={Größe: ["过", "程"]})
'''


def ended(
    shell: str, arguments: Sequence[str], *, folder: Path | None = None, **settings: str
) -> subprocess.CompletedProcess[str]:
    """`checker ...` with the redirections that `shell` writes behind it; the exit status is that of the checker."""
    script = f'set -o pipefail; "$@" {shell}'
    return subprocess.run(
        ["bash", "-c", script, "bash", sys.executable, "-m", "checker", *arguments],
        cwd=folder, env={**os.environ, **settings}, capture_output=True, encoding="utf-8", errors="replace",
    )


@pytest.mark.parametrize("arguments", EVERY_COMMAND)
def test_a_reader_that_leaves_changes_no_status_and_hears_no_complaint(
    arguments: tuple[str, ...], tmp_path: Path
) -> None:
    run = ended("| true", arguments, folder=tmp_path)
    assert run.returncode == COMMANDS[arguments]
    assert "Traceback" not in run.stderr
    assert "cannot be written" not in run.stderr


@pytest.mark.parametrize("arguments", EVERY_COMMAND)
@pytest.mark.parametrize("shell", [">/dev/full", ">&-"])
def test_what_cannot_be_told_is_neither_established_nor_refuted(
    arguments: tuple[str, ...], shell: str, tmp_path: Path
) -> None:
    run = ended(shell, arguments, folder=tmp_path)
    mistake = COMMANDS[arguments] == 2
    assert run.returncode == (2 if mistake else 3)
    assert "Traceback" not in run.stderr
    reason = os.strerror(errno.ENOSPC if "full" in shell else errno.EBADF)
    lost = "--json" in arguments or not mistake
    assert (f"standard output cannot be written: {reason}\n" in run.stderr) == lost


@pytest.mark.parametrize("shell", ["2>/dev/full", "2>&-", "2>&- <&-"])
@pytest.mark.parametrize("arguments", [VIOLATED, MISTAKE], ids=" ".join)
def test_a_complaint_that_cannot_be_told_changes_no_status(arguments: tuple[str, ...], shell: str) -> None:
    assert ended(shell, arguments).returncode == COMMANDS[arguments]


def test_where_nothing_can_be_told_the_status_still_says_so() -> None:
    assert ended(">&- 2>&- <&-", VIOLATED).returncode == 3
    assert ended(">&- 2>&- <&-", MISTAKE).returncode == 2


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", pytest.param("utf-16", marks=pytest.mark.slow)])
def test_characters_that_the_output_lacks_are_replaced(encoding: str, tmp_path: Path) -> None:
    spec = tmp_path / "zähler.py"
    spec.write_text(SPEC, encoding="utf-8")
    out = tmp_path / "bilder"
    told = ended("", ["check", str(spec), "--out", str(out)], PYTHONIOENCODING=encoding)
    assert told.returncode == 1, told.stderr
    assert "Traceback" not in told.stderr
    assert {path.suffix for path in out.iterdir()} == {".json", ".svg", ".html"}
    for file in out.iterdir():
        assert "erhöhe" in file.read_text(encoding="utf-8")
    for command in (["explain", str(spec)], ["show-code", str(spec)], ["--help"], ["chekc"], ["check", "ö"], ["list"]):
        run = ended("", command, PYTHONIOENCODING=encoding)
        assert "Traceback" not in run.stderr
        assert run.returncode == (2 if command in (["chekc"], ["check", "ö"]) else 0), run.stderr


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8"])
def test_json_loses_no_character(encoding: str, tmp_path: Path) -> None:
    spec = tmp_path / "zähler.py"
    spec.write_text(SPEC, encoding="utf-8")
    run = ended("", ["check", str(spec), "--json"], PYTHONIOENCODING=encoding)
    document = json.loads(run.stdout)
    assert (document["spec"], list(document["actions"])) == ("Zähler", ["erhöhe"])


@pytest.mark.parametrize("settings", [{"LC_ALL": "C"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}])
def test_files_are_utf8_in_every_locale(settings: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "spec.py").write_text(SPEC, encoding="utf-8")
    out = tmp_path / "out"
    run = ended("", ["check", str(tmp_path / "spec.py"), "--out", str(out)], **settings)
    assert "Traceback" not in run.stderr
    assert run.returncode == 1, run.stderr
    for file in out.iterdir():
        assert "erhöhe" in file.read_text(encoding="utf-8")


# --- files that cannot be written ---------------------------------------------------------------------------------


@pytest.mark.parametrize("asked", [VIOLATED, HOLDS], ids=" ".join)
@pytest.mark.parametrize("json_wanted", [False, True])
def test_a_verdict_is_told_also_where_its_files_cannot_be_written(
    asked: tuple[str, ...], json_wanted: bool, tmp_path: Path
) -> None:
    limits = "ulimit -f 1"  # of 1,024 bytes: no picture is as small as that
    script = f'{limits}; exec "$@"'
    command = [sys.executable, "-m", "checker", *asked, "--out", str(tmp_path), *["--json"] * json_wanted]
    run = subprocess.run(["bash", "-c", script, "bash", *command], capture_output=True, text=True, check=False)
    refuted = asked == VIOLATED
    assert run.returncode == (1 if refuted else 2)
    assert "error[C008]" in run.stderr
    assert "Traceback" not in run.stderr
    if json_wanted:
        document = json.loads(run.stdout)
        assert document["verdict"] == ("violated" if refuted else "holds")
        assert document["exit_status"] == run.returncode
        assert any("cannot be written" in note for note in document["notes"])
        assert document["files"] == []
    else:
        assert ("agreement is violated" if refuted else "holds for this model") in run.stdout
    assert list(tmp_path.iterdir()) == []  # nor is half a file left


def test_a_result_saves_whole_files_or_none(tmp_path: Path) -> None:
    code = f"""
import resource
from checker import UserError, check, load
result = check(load("paxos_forgotten_promise"))
resource.setrlimit(resource.RLIMIT_FSIZE, (1024, 1024))
try:
    result.save({str(tmp_path)!r})
except UserError as error:
    print(error.code, result.outcome.name)
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "C008 VIOLATED\n"
    assert list(tmp_path.iterdir()) == []


DOTS = {
    "fails": "echo broken >&2; exit 1",
    "crashes": "kill -SEGV $$",
    "says nothing": "exit 0",
    "says nonsense": "head -c 100 /dev/urandom",
    "does not read": "exec <&-; exit 3",
}


@pytest.mark.parametrize("kind", [*DOTS, "is no program", "may not be run"])
def test_a_dot_that_fails_is_a_note_and_the_page_draws_itself(kind: str, tmp_path: Path) -> None:
    dot = tmp_path / "bin" / "dot"
    dot.parent.mkdir()
    dot.write_text(f"#!/bin/bash\n{DOTS[kind]}\n" if kind in DOTS else "\0\1\2")
    dot.chmod(stat.S_IRUSR | (stat.S_IXUSR if kind != "may not be run" else 0))
    path = f"{dot.parent}:{os.environ['PATH']}" if kind in DOTS else str(dot.parent)
    command = [sys.executable, "-m", "checker", *VIOLATED, "--out", str(tmp_path / "out")]
    run = subprocess.run(command, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert "note: Graphviz is not used, since `dot` failed" in run.stderr
    assert "Traceback" not in run.stderr
    (page,) = (tmp_path / "out").glob("*.html")
    assert "data-dot=" in page.read_text(encoding="utf-8")
