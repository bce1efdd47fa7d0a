"""A user's files may be called what they like: whatever modules Python, the checker and libraries have."""

from __future__ import annotations

import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from checker import UserError, check, load
from checker.core.errors import Remark

NAMES = """
    logging string html xml graphviz resource secrets ctypes z3 typing enum random json checker specs rich typer click
    llvmlite dataclasses pathlib hashlib mmap base64 copy decimal uuid queue socket ssl tempfile zipfile token pprint
    textwrap attr IPython pygments markdown_it shellingham models counterexamples platform subprocess selectors bisect
    numbers heapq struct locale gettext getpass csv calendar signal threading select atexit io os sys abc types errno
""".split()  # noqa: SIM905

SPEC = """
from enum import Enum
import random
from typing import Annotated
from dataclasses import dataclass
from checker import Holds, Map, Model, Ordered, Quorum, Set, Sort, Spec, action, init, invariant, require, witness
class Process(Sort):
    '''One.'''
class Light(Enum):
    RED = 1
    GREEN = 2
class Lights(Spec):
    light: Map[Process, Light]
    @init
    def start(self) -> None:
        self.light = Map({p: Light.RED for p in Process})
    @action
    def switch(self, p: Process) -> None:
        require(self.light[p] == Light.RED)
        self.light[p] = Light.GREEN
    @invariant
    def some_red(self) -> bool:
        return any(self.light[p] == Light.RED for p in Process)
    @witness
    def one(self) -> bool:
        return any(self.light[p] == Light.GREEN for p in Process)
small = Model(Lights, sizes={Process: 3})
"""

COMMANDS = (
    ("check", "{}", "--out", "out"), ("check", "{}", "--tier", "native", "--json"), ("show", "{}", "--graph"),
    ("simulate", "{}", "--tier", "native"), ("prove", "{}"), ("explain", "{}"), ("show-code", "{}"),
)


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command as it is installed, in the folder."""
    script = Path(sys.executable).with_name("checker")
    return subprocess.run([script, *arguments], cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture
def crowded(tmp_path: Path) -> Path:
    """A folder with a spec, and beside it a file of every name that ends whatever imports it."""
    for name in NAMES:
        (tmp_path / f"{name}.py").write_text("raise RuntimeError('this is not the module that you are looking for')\n")
    (tmp_path / "lights.py").write_text(SPEC)
    return tmp_path


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_files_that_lie_beside_a_spec_stand_in_nobodys_way(command: tuple[str, ...], crowded: Path) -> None:
    ended = run(crowded, *(part.format("lights.py") for part in command))
    assert "Traceback" not in ended.stderr
    assert ended.returncode == (1 if command[0] in ("check", "simulate", "prove") else 0), ended.stderr + ended.stdout
    assert "looking for" not in ended.stderr + ended.stdout
    if command[0] != "show-code":
        assert f"`{crowded / 'random.py'}` has the name of the module `random`" in ended.stderr


def test_the_current_folder_is_not_where_python_looks_either(tmp_path: Path) -> None:
    late = [name for name in NAMES if name in ("html", "xml", "secrets", "graphviz", "rich", "typer", "json", "string")]
    for name in late:
        (tmp_path / f"{name}.py").write_text("raise RuntimeError('this is not the module that you are looking for')\n")
    (tmp_path / "lights.py").write_text(SPEC)
    command = [sys.executable, "-m", "checker", "check", "lights.py", "--out", "out"]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ended.returncode == 1, ended.stderr


@pytest.mark.parametrize("name", ["logging", "string", "checker", "z3", "typing", "enum", "html", "os"])
def test_a_spec_may_have_the_name_of_any_module(name: str, tmp_path: Path) -> None:
    (tmp_path / f"{name}.py").write_text(SPEC)
    ended = run(tmp_path, "check", f"{name}.py", "--out", "out")
    assert ended.returncode == 1, ended.stderr
    assert f"note: `{name}.py` has the name of the module `{name}`" in ended.stderr
    (tmp_path / "variant.py").write_text(
        f"from {name} import Lights, Process\nfrom checker import Model\nclass Variant(Lights):\n    '''As it is.'''\n"
        "small = Model(Variant, sizes={Process: 2})\n"
    )
    ended = run(tmp_path, "check", "variant.py")
    assert ended.returncode == 1, ended.stderr
    assert "4 states" in ended.stdout or "orbits" in ended.stdout


@pytest.fixture
def modules() -> Iterator[set[str]]:
    """The names of Python's modules before; those that come are taken away."""
    before = set(sys.modules)
    yield before
    for name in set(sys.modules) - before:
        del sys.modules[name]


def test_no_module_of_a_user_takes_the_name_of_another(tmp_path: Path, modules: set[str]) -> None:
    path = list(sys.path)
    (tmp_path / "this.py").write_text("answer = 42\n")
    (tmp_path / "lights.py").write_text(SPEC + "from this import answer\nassert answer == 42\n")
    with pytest.warns(Remark, match="this"):
        assert not check(load(str(tmp_path / "lights.py")))
    assert getattr(sys.modules.get("this"), "answer", None) is None
    assert sys.path == path


def test_modules_beside_each_other_are_the_neighbours(tmp_path: Path, modules: set[str]) -> None:
    for number, name in enumerate(("one", "two"), start=2):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "common.py").write_text(SPEC)
        (folder / "sized.py").write_text(
            "from common import Lights, Process\nfrom checker import Model\n"
            f"small = Model(Lights, sizes={{Process: {number}}})\n"
        )
    results = [check(load(str(tmp_path / name / "sized.py")), symmetry=False) for name in ("one", "two")]
    assert [result.trace and len(result.trace) for result in results] == [3, 4]


def test_a_package_beside_a_spec_is_found_by_it_and_by_name(tmp_path: Path, modules: set[str]) -> None:
    for name in ("lamps", "email"):  # the second one is a package of Python's too
        (tmp_path / name / "inner").mkdir(parents=True)
        (tmp_path / name / "__init__.py").write_text("")
        (tmp_path / name / "inner" / "__init__.py").write_text("from .lights import Lights as Lights\n")
        (tmp_path / name / "inner" / "lights.py").write_text(SPEC)
        (tmp_path / "user.py").write_text(
            f"import {name}.inner.lights\nfrom {name}.inner import lights\nfrom {name} import inner\n"
            f"assert {name}.inner.lights is lights and inner.lights is lights\nsmall = lights.small\n"
        )
        assert run(tmp_path, "check", "user.py").returncode == 1, name
        ended = run(tmp_path, "check", f"{name}.inner.lights")
        assert ended.returncode == 1, ended.stderr


def test_a_module_that_raises_is_a_mistake_of_its_author(tmp_path: Path) -> None:
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg" / "__init__.py").write_text("print('hello')\n1 / 0\n")
    (tmp_path / "pkg" / "sub.py").write_text(SPEC)
    ended = run(tmp_path, "check", "pkg.sub", "--json")
    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr
    assert "S003" in ended.stdout and "hello" not in ended.stdout
    (tmp_path / "pkg" / "__init__.py").write_text("")
    assert run(tmp_path, "check", "pkg.sub").returncode == 1
    for missing in ("pkg.nothing", "nothing.sub", "pkg.sub.deeper", "__main__"):
        ended = run(tmp_path, "check", missing)
        assert (ended.returncode, "error[C002]" in ended.stderr) == (2, True), missing + ended.stderr
    (tmp_path / "pkg" / "sub.py").write_text("import nothing_like_that\n")
    assert "error[S003]" in run(tmp_path, "check", "pkg.sub").stderr


def test_an_import_in_a_function_finds_the_neighbour_later_too(tmp_path: Path, modules: set[str]) -> None:
    (tmp_path / "later.py").write_text("answer = 42\n")
    (tmp_path / "lazy.py").write_text(SPEC + "def answer():\n    import later\n    return later.answer\n")
    model = load(str(tmp_path / "lazy.py"))
    assert sys.modules[model.spec.__module__].answer() == 42


def test_an_ordinary_name_is_no_matter_for_a_note(tmp_path: Path, modules: set[str]) -> None:
    (tmp_path / "lights.py").write_text(SPEC)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        load(str(tmp_path / "lights.py"))
    with pytest.raises(UserError):
        load(str(tmp_path / "nothing.py"))
    assert "lights" in sys.modules
