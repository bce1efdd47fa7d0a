"""Packages that are installed and do not load: machine code is left out with a note, and a proof is refused."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

BROKEN = {
    "OSError": "raise OSError('libLLVM.so: wrong ELF class')",
    "ImportError": "raise ImportError('DLL load failed')",
    "RuntimeError": "raise RuntimeError('no such processor')",
    "an import within": "import a_package_that_is_not_there",
}


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`checker ...` with the packages in a folder before those that are installed, and with nothing kept of earlier."""
    environment = {**os.environ, "PYTHONPATH": str(folder), "XDG_CACHE_HOME": str(folder / "cache")}
    return subprocess.run(
        [sys.executable, "-m", "checker", *arguments], env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("kind", BROKEN)
def test_without_a_working_llvm_the_search_stays_in_python_and_says_so(kind: str, tmp_path: Path) -> None:
    (tmp_path / "llvmlite").mkdir()
    (tmp_path / "llvmlite" / "__init__.py").write_text("")
    (tmp_path / "llvmlite" / "binding.py").write_text(BROKEN[kind])
    ended = run(tmp_path, "check", "paxos", "--tier", "native", "--json")
    assert ended.returncode == 0, ended.stderr
    assert "llvmlite is installed and does not load" in " ".join(json.loads(ended.stdout)["notes"])
    walked = run(tmp_path, "simulate", "paxos", "--walks", "3", "--tier", "native")
    assert walked.returncode == 0, walked.stderr
    assert "walked in Python, not in machine code: llvmlite is installed and does not load" in walked.stdout


@pytest.mark.parametrize("kind", BROKEN)
def test_a_proof_without_a_working_z3_is_refused(kind: str, tmp_path: Path) -> None:
    (tmp_path / "z3.py").write_text(f"print('where is it?')\n{BROKEN[kind]}")
    ended = run(tmp_path, "prove", "paxos", "--json")
    assert ended.returncode == 2
    assert json.loads(ended.stdout)["error"]["code"] == "P002"
    assert "Traceback" not in ended.stderr
