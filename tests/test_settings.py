"""`--set`: what is no value for a name is told with what was meant, and what is set stands in the verdict."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from command import Command

from checker import UserError, load

SPEC = '''from checker import (
    Bag, BagBound, Model, Ordered, Quorum, Seq, Sort, Spec, action, init, invariant, require,
)

class Server(Sort):
    """Counts."""

class Term(Ordered):
    """A time."""

class Majority(Quorum[Server]):
    """Some servers."""

class Everything(Spec):
    n: int
    log: Seq[Server]
    net: Bag[Server]
    term: Term
    restarts = False
    limit = 3

    @init
    def start(self) -> None:
        self.n = 0
        self.log = Seq()
        self.net = Bag()
        self.term = Term.first()

    @action
    def count(self, s: Server, q: Majority) -> None:
        require(self.n < self.limit, s in q or self.restarts)
        self.n += 1
        self.log.append(s)

    @invariant
    def small(self) -> bool:
        return self.n <= 100

model = Model(
    Everything, sizes={Server: 2, Term: 2}, bounds={"n": (0, 3), "log": 3, "net": BagBound(2)},
)
given = Model(
    Everything, sizes={Server: ("a", "b", "c"), Term: 1}, bounds={"n": (0, 3), "log": 3, "net": BagBound(2)},
    quorums={Majority: [{"a", "b"}, {"a", "c"}]}, constants={"restarts": False, "limit": 2},
)
'''

SIZE = "a whole number, `--set Server=3`, or the labels of two or more elements, `--set Server=a,b`"


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Command:
    """The command, run in a folder that holds the spec."""
    (tmp_path / "everything.py").write_text(SPEC)
    monkeypatch.chdir(tmp_path)
    return Command(monkeypatch, capfd)


@pytest.mark.parametrize(
    ("setting", "code", "help"),
    [
        *((f"Server={text}", "C004", SIZE) for text in ("3.5", "abc", "a,a", "a,1", "a,", "1,2", "[a,b]", "3x", "1_0")),
        *((f"Server={text}", "C004", SIZE) for text in ("=3", "٣", "a-b,c", "+3", "0x3")),
        ("Server=", "C004", "for example `--set Server=3`"),
        ("Server", "C004", "for example `--set Server=3`"),
        ("=3", "C004", "for example `--set Acceptor=3`"),
        ("Server=3,Term=2", "C004", "one name in each: `--set Server=3 --set Term=2`"),
        ("Server=3 Term=2", "C004", "one name in each: `--set Server=3 --set Term=2`"),
        ("Server=a,b,n=0..3", "C004", "one name in each: `--set Server=a,b --set n=0..3`"),
        ("Server=0", "M002", "at least one element"),
        ("Server=-1", "M002", "at least one element"),
        ("Server=" + "9" * 5_000, "C004", None),
        ("server=3", "C005", "did you mean `Server`?"),
        ("Sever=3", "C005", "did you mean `Server`?"),
        ("Quorum=3", "C005", "what can be set: `restarts`, `limit`, `Server`, `Term`, `Majority`, `n`, `log`, `net`"),
        ("log=x", "C004", "the greatest length of a sequence: `--set log=2`"),
        ("log=-1", "C004", "the greatest length of a sequence: `--set log=2`"),
        ("log=0..3", "C004", "the greatest length of a sequence: `--set log=2`"),
        *((f"n={text}", "C004", "`--set n=0..3`") for text in ("3", "3..0", "0-3", "0,3", "a..b", "0..", "0...3")),
        *((f"net={text}", "C004", "`--set net=3`") for text in ("0", "2x0", "2x", "x2", "2.5", "2x1x1", "many")),
        ("restarts=yes", "C004", "true or false: `--set restarts=true`"),
        ("restarts=1", "C004", "true or false: `--set restarts=true`"),
        ("limit=true", "C004", "a whole number: `--set limit=3`"),
        ("limit=1.5", "C004", "a whole number: `--set limit=3`"),
        ("Majority=a,b", "C004", "how many members its sets have: `--set Majority=2`"),
        ("Majority=0", "M005", "a number from 1 to 2"),
    ],
)
def test_what_is_no_value_is_told_with_what_was_meant(
    command: Command, setting: str, code: str, help: str | None
) -> None:
    ended = command("check", "everything.py", "--set", setting)
    assert (ended.status, ended.out) == (2, "")
    assert f"error[{code}]" in ended.err
    assert len(ended.err) < 1_000
    assert help is None or help in ended.err


def test_a_name_is_set_once(command: Command) -> None:
    ended = command("check", "everything.py", "--set", "Server=1", "--set", "Server=2")
    assert ended.status == 2
    assert "`Server` is set twice" in ended.err


@pytest.mark.parametrize(
    ("setting", "shown"),
    [
        ("Server=3", "Server=3, Term=2"),
        ("Server=anna,ben,cleo", "Server=3, Term=2"),
        (" Server = a, b ", "Server=2, Term=2"),
        ("Majority=1", "Server=2, Term=2, Majority=1"),
        ("Majority=2", "Server=2, Term=2"),
        ("restarts=TRUE", "Server=2, Term=2, restarts=true"),
        ("restarts=false", "Server=2, Term=2"),
        ("limit=-2", "Server=2, Term=2, limit=-2"),
    ],
)
def test_what_is_set_stands_in_the_first_line(command: Command, setting: str, shown: str) -> None:
    ended = command("check", "everything.py", "--set", setting)
    assert ended.status == 0
    assert ended.out.splitlines()[0] == f"Everything (everything), {shown}: holds for this model"


@pytest.mark.parametrize(
    ("setting", "bounds"),
    [
        ("n=-1..5", {"n": [-1, 5], "log": 3, "net": {"distinct": 2, "copies": 1}}),
        ("log=0", {"n": [0, 3], "log": 0, "net": {"distinct": 2, "copies": 1}}),
        ("net=3x2", {"n": [0, 3], "log": 3, "net": {"distinct": 3, "copies": 2}}),
        ("net=3", {"n": [0, 3], "log": 3, "net": {"distinct": 3, "copies": 1}}),
    ],
)
def test_bounds_stand_below_and_can_be_set_again_as_they_are_shown(
    command: Command, setting: str, bounds: dict[str, object]
) -> None:
    assert command("check", "everything.py", "--set", setting, "--json").json["bounds"] == bounds
    (line,) = re.findall("^  within (.*)$", command("check", "everything.py", "--set", setting).out, re.MULTILINE)
    again = [word for shown in line.split(", ") for word in ("--set", shown)]
    assert command("check", "everything.py", *again, "--json").json["bounds"] == bounds


def test_every_verdict_says_what_it_is_about(command: Command) -> None:
    for run in (("check",), ("simulate", "--walks", "2"), ("check", "--max-depth", "1")):
        said = command(run[0], "everything.py:given", *run[1:], "--json").json
        assert said["sizes"] == {"Server": 3, "Term": 1}
        assert said["quorums"] == {"Majority": [["a", "b"], ["a", "c"]]}
        assert said["bounds"] == {"n": [0, 3], "log": 3, "net": {"distinct": 2, "copies": 1}}
        assert said["constants"] == {"limit": 2}, "the one that differs from the spec's own"
    title = "Everything (given), Server=3, Term=1, Majority=2 given sets, limit=2"
    assert command("check", "everything.py:given", "--out", "out").out.startswith(f"{title}: holds")
    (page,) = Path("out").glob("*.html")
    assert f"<title>{title}: holds for this model</title>" in page.read_text()
    assert "<p>Server=3, Term=1, Majority=2 given sets, limit=2; n=0..3, log=3, net=2x1</p>" in page.read_text()


def test_a_proof_says_nothing_of_sizes(command: Command) -> None:
    said = command("prove", "everything.py", "--json").json
    assert [said[key] for key in ("sizes", "quorums", "bounds", "constants", "fixed")] == [None] * 5


def test_settings_from_python_are_the_same(tmp_path: Path) -> None:
    (tmp_path / "everything.py").write_text(SPEC)
    target = str(tmp_path / "everything.py")
    assert load(target, "Server=5").sizes == load(target, ["Server=5"]).sizes
    with pytest.raises(UserError, match="one name in each"):
        load(target, ["Server=3,Term=2"])
