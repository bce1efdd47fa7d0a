"""A spec is read from its source, wherever that is: a file, a function, another module, a notebook."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from cluster import mistake, verified

from checker import Set, Spec, init, invariant
from checker.core.errors import UserError
from checker.frontend.load import load_model
from checker.specs import paxos

ROOT = Path(__file__).parents[1]

IN_A_FUNCTION = """
from checker import Map, Record, Set, Sort, Spec, init, invariant

def make():
    class Node(Sort):
        pass

    class Vote(Record):
        node: Node

    class Local(Spec):
        up: Set[Vote]
        owner: "Map[Node, 'Node | None']"

        @init
        def start(self) -> None:
            self.up = Set()
            self.owner = Map({n: None for n in Node})

        @invariant
        def formula(self) -> bool:
            return all(v.node == v.node for v in self.up)

    return Local
"""


def test_a_class_in_a_function_sees_the_names_of_the_function(tmp_path: Path) -> None:
    cls = imported(IN_A_FUNCTION, tmp_path / "in_a_function.py").make()
    assert [str(variable.type) for variable in verified(cls).variables] == ["Set[Vote]", "Map[Node, Node | None]"]


def imported(text: str, file: Path) -> ModuleType:
    """The module that a file with this text makes."""
    file.write_text(text, encoding="utf-8")
    description = importlib.util.spec_from_file_location(file.stem, file)
    assert description is not None and description.loader is not None
    module = sys.modules[file.stem] = importlib.util.module_from_spec(description)
    description.loader.exec_module(module)
    return module


def test_annotations_may_be_postponed_or_in_quotes(tmp_path: Path) -> None:
    text = """
from __future__ import annotations
from checker import Map, Record, Set, Sort, Spec, init, invariant

class Vote(Record):
    node: "Node"

class Late(Spec):
    up: Set["Vote"]
    owner: "Map[Node, Node | None]"

    @init
    def start(self) -> None:
        self.up = Set()
        self.owner = Map({n: None for n in Node})

    @invariant
    def formula(self) -> "bool":
        return all(self.mine(v) for v in self.up)

    def mine(self, v: "Vote") -> bool:
        return v.node in Node

class Node(Sort):
    pass
"""
    cls = imported(text, tmp_path / "late.py").Late
    assert [str(variable.type) for variable in verified(cls).variables] == ["Set[Vote]", "Map[Node, Node | None]"]


def test_a_name_may_come_from_a_module() -> None:
    class Votes(Spec):
        votes: Set[paxos.Vote]

        @init
        def start(self, b: paxos.Ballot, v: paxos.Value) -> None:
            self.votes = Set({paxos.Vote(b, v)})

        @invariant
        def formula(self) -> bool:
            return all(paxos.Vote(paxos.Ballot.first(), v) not in self.votes for v in paxos.Value)

    assert [str(sort) for sort in verified(Votes).sorts] == ["Ballot", "Value"]


CELLS = (
    "from checker import Record, Set, Sort, Spec, init, invariant\nclass Node(Sort): pass",
    "class Vote(Record):\n    old: Node",
    "class Vote(Record):\n    node: Node",
    "class Cell(Spec):\n    up: Set[Vote]\n\n    @init\n    def start(self) -> None:\n        self.up = Set()\n\n"
    "    @invariant\n    def formula(self) -> bool:\n        return all(v.node in Node for v in self.up)",
    "from checker.frontend.elaborate import elaborate\nfrom checker.core.verify import verify\nverify(elaborate(Cell))",
    "class Wrong(Cell):\n    @invariant\n    def wrong(self) -> bool:\n        return self.upp == Set()",
    "from checker.core.errors import UserError",
    "try:\n    elaborate(Wrong)\nexcept UserError as error:\n    print(error)",
)


def test_a_notebook_cell_is_a_source(tmp_path: Path) -> None:
    script = (
        "from IPython.core.interactiveshell import InteractiveShell\nshell = InteractiveShell.instance()\n"
        f"for cell in {CELLS!r}:\n    shell.run_cell(cell, store_history=True).raise_error()\n"
    )
    elsewhere = {"IPYTHONDIR": str(tmp_path), "HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", script]
    done = subprocess.run(
        command, cwd=tmp_path, env=os.environ | elsewhere, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "error[S021]: unknown name `upp`" in done.stdout
    assert "        return self.upp == Set()\n" in done.stdout
    assert "help: did you mean `up`?" in done.stdout


def test_a_class_without_a_source_is_a_mistake() -> None:
    names: dict[str, Any] = {"__name__": "nowhere"}
    exec("from checker import Spec\nclass Nowhere(Spec):\n    x: int", names)
    assert mistake(names["Nowhere"]).code == "S006"


def test_a_comment_that_is_not_in_utf_8_is_told_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "in_latin_1.py"
    body = "    @init\n    def start(self) -> None:\n        self.up = Set()\n"
    text = f"from checker import Set, Spec, init\n\nclass Drink(Spec):  # café\n    up: Set[bool]\n{body}"
    file.write_bytes(text.encode("latin-1"))
    with pytest.raises(UserError) as caught:
        verified(load_model(str(file))[1].spec)
    assert caught.value.code == "S006" and caught.value.span is not None
    assert (caught.value.span.line, caught.value.span.column) == (3, len("class Drink(Spec):  # caf"))
