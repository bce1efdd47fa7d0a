"""What is written by people who know Python and not this language is told with its place, the reason, and advice."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker.core.errors import UserError
from checker.engines.prepare import typed
from checker.frontend.load import load_model

SPEC = """
from dataclasses import dataclass
from enum import Enum, auto
import itertools, logging, random, time
from checker import Map, Model, Record, Seq, Set, Sort, Spec, action, init, invariant, require

class P(Sort):
    pass

class Role(Enum):
    A = auto()

class Msg(Record):
    src: P
    n: int

class S(Spec):
    count: Map[P, int]
    log: Map[P, Seq[P]]
    net: Set[Msg]
    total: int

    @init
    def start(self) -> None:
        self.count = Map({p: 0 for p in P})
        self.log = Map({p: Seq() for p in P})
        self.net = Set()
        self.total = 0

    @action
    def step(self, p: P) -> None:
        require(self.total < 3)
        self.total += 1

    def helper(self) -> bool:
        return True

    @invariant
    def ok(self) -> bool:
        return self.total < 9

m = Model(S, sizes={P: 2}, bounds={"count": (0, 3), "log": 2, "total": (0, 9), "Msg.n": (0, 3)})
"""

FORMULAS = {
    "abs(self.total) < 9": "x if x >= 0 else -x",
    "self.total ** 2 < 99": "`x * x`",
    "(self.total < 9) & (self.total > 1)": "`and`",
    "sorted(self.net) == 1": "no order",
    "str(self.total) == 1": "Enum",
    "type(self.total) == 1": "isinstance",
    "all(i < 9 for p in P for i, q in enumerate(self.log[p]))": "range(len(s))",
    "sum(map(int, self.count.values())) < 9": "comprehension",
    "all(a != b for a, b in itertools.combinations(P, 2))": "for y in xs",
    "Role.A.value == 1": "Map[Role, int]",
    "P[0] == P[1]": "no position",
    "Role['A'] == Role.A": "`Role.A`",
    "all(p + 1 != p for p in P)": "Ordered",
    "all(self.log[p][::-1] == self.log[p] for p in P)": "neighbours",
    "all(m._replace(n=1) == m for m in self.net)": "write a new one out",
    "self.count.get(1, 0) < 9": "a value for every key",
    "self.foo(3) < 9": "def foo(self",
    "quux < 9": "no name of this file",
    "self.missing < 9": "`missing: Type`",
}

STATEMENTS = {
    "print(self.total)": "leave it out",
    "logging.info(1)": "leave it out",
    "s = self.net\n        s.add(Msg(p, 1))": "change the variable, `self.x.add(...)`",
    "require(self.total < 3, 'too many')": "comment",
    "self.count.update({p: 1})": "self.m[k] = v",
    "self.log[p].pop()": "s[:-1]",
    "self.log[p].insert(0, p)": "Seq([x])",
    "self.net.append(Msg(p, 1))": "`.add`",
    "x = self.net.pop()": "a parameter of the action",
    "self.net = self.net + {Msg(p, 1)}": "`|`",
    "self.net = {*self.net, Msg(p, 1)}": "`s | {x}`",
    "self.count = self.count | {p: 1}": "self.m[k] = v",
    "self.count[p] = random.randint(0, 3)": "a parameter of the action",
    "self.total = time.time()": "no time",
    "yield": "nothing waits",
    "self.total: int = 3": "`self.total = ...`",
}

CHANGES = {
    ("    @invariant\n    def ok", "    @invariant\n    async def ok"): "`def ok`",
    ("    def helper", "    @property\n    def helper"): "self.helper()",
    ("    def helper", "    @classmethod\n    def helper"): "self.helper()",
    ("        self.total = 0\n", "        total = 0\n"): "`self.total = ...`",
    ("    @init\n    def start", "    def __init__"): "`__init__`",
    ("class Msg(Record):", "class Msg:"): "`class Msg(Record)`",
    ("    total: int\n", "    total: int\n    class In(Record):\n        a: int\n"): "beside",
    ("sizes={P: 2}", "sizes={'P': 2}"): "without quotes: `P`",
    ("sizes={P: 2}", "sizes={P: 2, Role: 1}"): "leave `Role` out",
    ('"total": (0, 9)', "S.total: (0, 9)"): '`"total"`',
    ("sizes={P: 2}", "sizes={P: 2}, check=[S.ok()]"): "`S.ok`",
    ("class S(Spec):", "class S(Spec()):"): "without brackets",
    ("    @invariant\n", "    @invariant('ok')\n"): "`@invariant`",
    ("sizes={P: 2}", "sizes={Zyx: 2}"): "define `Zyx`",
    ("self.total < 9\n", "self.total < 9 && True\n"): "`and`",
    ("self.total += 1", "self.total++"): "`x += 1`",
}


def told(text: str, tmp_path: Path) -> UserError:
    file = tmp_path / "mine.py"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UserError) as caught:
        typed(load_model(str(file))[1])
    assert caught.value.span is not None
    assert caught.value.span.file == str(file)
    return caught.value


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_formula_of_python_is_told_with_what_to_write(formula: str, tmp_path: Path) -> None:
    error = told(SPEC.replace("self.total < 9\n", f"{formula}\n"), tmp_path)
    assert FORMULAS[formula] in str(error.help)


@pytest.mark.parametrize("statement", STATEMENTS)
def test_a_statement_of_python_is_told_with_what_to_write(statement: str, tmp_path: Path) -> None:
    error = told(SPEC.replace("self.total += 1", statement), tmp_path)
    assert STATEMENTS[statement] in str(error.help)


@pytest.mark.parametrize("change", CHANGES, ids="->".join)
def test_a_class_or_a_model_of_another_form_is_told_with_what_to_write(
    change: tuple[str, str], tmp_path: Path
) -> None:
    assert change[0] in SPEC
    assert CHANGES[change] in str(told(SPEC.replace(*change), tmp_path).help)


def test_a_word_of_the_language_that_comes_from_elsewhere_is_told(tmp_path: Path) -> None:
    text = SPEC.replace("Seq, Set, Sort", "Seq, Sort").replace("\nclass P", "\nfrom typing import Set\nclass P")
    error = told(text, tmp_path)
    assert "from checker import Set" in str(error.help)


def test_a_function_of_pythons_library_is_not_read_as_one_of_the_spec(tmp_path: Path) -> None:
    text = SPEC.replace("import dataclass\n", "import dataclass, replace\n")
    error = told(text.replace("self.total < 9\n", "all(replace(m, n=1) == m for m in self.net)\n"), tmp_path)
    assert (error.code, "write the new record out" in str(error.help)) == ("S060", True)


@pytest.mark.parametrize("decorator", ["@dataclass", "@dataclass(frozen=True)"])
def test_a_dataclass_is_the_record_or_the_spec_that_it_derives_from(decorator: str, tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text(SPEC.replace("class Msg", f"{decorator}\nclass Msg").replace("class S(", f"{decorator}\nclass S("))
    plain = tmp_path / "plain.py"
    plain.write_text(SPEC)
    made, usual = (typed(load_model(str(path))[1])[0] for path in (file, plain))
    assert made.variables == usual.variables and made.actions == usual.actions
