"""What the front end makes of a class: its names, its types, its places, and what it leaves out."""

from __future__ import annotations

import importlib.util
import linecache
import os
import subprocess
import sys
from enum import Enum, auto
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any, Self

import pytest

from checker import (
    Bag, Bounded, Ghost, Map, Ordered, Quorum, Record, Seq, Set, Sort, Spec, action, init, invariant, require,
    step_invariant,
)
from checker.core import ir
from checker.core.errors import UserError
from checker.core.types import BagType, IntType, QuorumType, SeqType, SortType, parts
from checker.core.verify import verify
from checker.frontend.elaborate import elaborate
from checker.frontend.ghosts import without_unread_ghosts
from checker.frontend.load import load_spec
from checker.specs import paxos


ROOT = Path(__file__).parents[1]


class Server(Sort):
    """A process."""


class Term(Ordered):
    """A stretch of time."""


class Majority(Quorum[Server]):
    """More than half."""


class Role(Enum):
    FOLLOWER = auto()
    LEADER = auto()


class Ask(Record):
    source: Server
    term: Term | None


class Reply(Record):
    source: Server
    granted: bool


class Stop(Record):
    term: Term


class Cluster(Spec):
    """What the specs below have in common."""

    leader: Server | None
    term: Map[Server, Term | None]
    role: Role
    net: Set[Ask | Reply | Stop]
    log: Seq[int]

    @init
    def start(self) -> None:
        self.leader = None
        self.term = Map({s: None for s in Server})
        self.role = Role.FOLLOWER
        self.net = Set()
        self.log = Seq()

    def count(self, limit: int = 3) -> int:
        """How many entries, at most `limit`."""
        return min(len(self.log), limit)

    def has(self, s: Server) -> bool:
        return any(t == s for t in Server)

    def swap(self, s: Server) -> None:
        """Changes the term of `s`."""
        self.term[s] = Term.first() if self.term[s] is None else None

    def three_times(self, n: int) -> bool:
        return n + n + n > n

    def is_ask(self, m: Ask | Reply | Stop) -> bool:
        """Every kind of message ends it."""
        if isinstance(m, Ask):
            return True
        elif isinstance(m, (Reply, Stop)):
            return False


def verified(cls: type[Spec], **constants: bool | int) -> ir.Spec:
    """The typed IR of a class, which is legal."""
    spec = elaborate(cls, constants)
    verify(spec)
    return spec


def mistake(cls: type[Spec]) -> UserError:
    """The mistake that a class has."""
    with pytest.raises(UserError) as caught:
        elaborate(cls)
    return caught.value


def written(tmp_path: Path, body: str, *, marked: str = "@invariant\n    def formula(self) -> bool:") -> type[Spec]:
    """A variant of `Cluster` with one more method, from a file."""
    lines = "\n".join(f"        {line}" for line in body.splitlines())
    text = f"from test_frontend import *\n\n\nclass Variant(Cluster):\n    {marked}\n{lines}\n"
    file = tmp_path / "variant.py"
    file.write_text(text, encoding="utf-8")
    return load_spec(f"{file}:Variant")


def words(span_of: ir.Expr) -> str:
    """The text at the place of an expression."""
    span = span_of.span
    return linecache.getline(span.file, span.line)[span.column : span.end_column]


# --- narrowing ----------------------------------------------------------------------------------------------------

SHOWN = {
    "and": "return self.leader is not None and self.term[self.leader] is None",
    "or": "return self.leader is None or self.term[self.leader] is None",
    "not": "return not (self.leader is None or self.term[self.leader] is not None)",
    "implies": "return implies(self.leader is not None, self.term[self.leader] is None)",
    "conditional expression": "return self.term[self.leader] is None if self.leader is not None else True",
    "comprehension": "return all(m.term > Term.first() for m in self.net if isinstance(m, Ask) if m.term is not None)",
    "all but one record": "return all(m.source in Server for m in self.net if not isinstance(m, Stop))",
    "two records": "return all(isinstance(m, Stop) or m.source in Server for m in self.net)",
    "a map at a key": "return all(self.term[s] is None or self.term[s] >= Term.first() for s in Server)",
    "a local name": "joined = self.leader\nreturn joined is None or self.term[joined] is None",
    "an if statement": "if self.leader is None:\n    return True\nreturn self.term[self.leader] is None",
    "an elif": "if self.leader is None:\n    return True\nelif self.has(self.leader):\n    return True\nreturn False",
    "equality with what is not None": "return all(self.leader != s or self.term[self.leader] is None for s in Server)",
    "a chain of comparisons": "return all(self.term[s] is not None and Term.first() < self.term[s] for s in Server)",
    "the last record that is left": "return all(self.is_ask(m) for m in self.net)",
}


@pytest.mark.parametrize("body", SHOWN.values(), ids=SHOWN)
def test_a_test_shows_that_a_value_is_there(body: str, tmp_path: Path) -> None:
    verified(written(tmp_path, body))


NOT_SHOWN = {
    "no test": "return self.term[self.leader] is None",
    "the wrong side of and": "return self.leader is None and self.term[self.leader] is None",
    "the wrong side of or": "return self.leader is not None or self.term[self.leader] is None",
    "another key": "return all(self.term[s] is None or self.term[t] > Term.first() for s in Server for t in Server)",
    "after a comprehension": "return any(self.leader is not None for s in Server) and self.has(self.leader)",
    "one record of three": "return all(m.source in Server for m in self.net if not isinstance(m, Reply))",
    "a disjunction": "return (self.leader is not None or self.role == Role.LEADER) and self.term[self.leader] is None",
}


@pytest.mark.parametrize("body", NOT_SHOWN.values(), ids=NOT_SHOWN)
def test_no_other_test_shows_that_a_value_is_there(body: str, tmp_path: Path) -> None:
    assert mistake(written(tmp_path, body)).code in {"S023", "S030", "S035"}


ACTION = "@action\n    def act(self, s: Server, t: Server) -> None:"


@pytest.mark.parametrize(
    ("change", "code"),
    [("self.role = Role.LEADER", None), ("self.term[t] = None", "S035"), ("self.swap(t)", "S035")],
    ids=["of another variable", "of the variable", "by a method"],
)
def test_an_assignment_makes_what_was_shown_of_its_variable_doubtful(
    change: str, code: str | None, tmp_path: Path
) -> None:
    body = f"require(self.term[s] is not None)\n{change}\nrequire(self.term[s] > Term.first())"
    cls = written(tmp_path, body, marked=ACTION)
    if code is None:
        verified(cls)
    else:
        assert mistake(cls).code == code


# --- inlining -----------------------------------------------------------------------------------------------------


def test_an_argument_that_is_computed_is_computed_once(tmp_path: Path) -> None:
    cls = written(tmp_path, "return self.three_times(sum(1 for s in Server))")
    (formula,) = (entry.formula for entry in verified(cls).properties)
    assert [type(part) for part in ir.walk(formula)].count(ir.Sum) == 1


def test_the_subject_of_a_match_is_computed_once(tmp_path: Path) -> None:
    body = "match max(self.log, default=0):\n    case 1 | 2:\n        return True\n    case n:\n        return n < 9"
    (formula,) = (entry.formula for entry in verified(written(tmp_path, body)).properties)
    assert [type(part) for part in ir.walk(formula)].count(ir.Extremum) == 1


def test_of_several_values_each_is_computed_once(tmp_path: Path) -> None:
    many = ", ".join(f"len(self.log[{n}:])" for n in range(12))
    (formula,) = (entry.formula for entry in verified(written(tmp_path, f"return max({many}) >= 0")).properties)
    assert [type(part) for part in ir.walk(formula)].count(ir.Slice) == 12


def test_names_that_come_twice_are_kept_apart(tmp_path: Path) -> None:
    body = "return all(any(s == t for t in Server) for s in Server) and all(s == s for s in Server if self.has(s))"
    verified(written(tmp_path, body))  # the names are unique, or it would not be legal


def test_a_default_is_read_where_the_method_is(tmp_path: Path) -> None:
    other = tmp_path / "with_a_limit.py"
    other.write_text(
        "from checker import Spec, init\n\nLIMIT = 4\n\n\nclass Limited(Spec):\n    x: int\n\n    @init\n"
        "    def start(self) -> None:\n        self.x = self.cut(9)\n\n"
        "    def cut(self, n: int, limit: int = LIMIT) -> int:\n        return min(n, limit)\n",
        encoding="utf-8",
    )
    limited = load_spec(f"{other}:Limited")

    class Variant(limited):  # type: ignore[misc, valid-type]
        @invariant
        def formula(self) -> bool:
            return bool(self.cut(5) == 4)

    (formula,) = (entry.formula for entry in verified(Variant).properties)
    assert [part.value for part in ir.walk(formula) if isinstance(part, ir.Integer)].count(4) >= 2


class Loud(Cluster):
    """Overrides a helper, and calls the overridden one."""

    def count(self, limit: int = 3) -> int:
        return super().count(limit) + 1

    @action
    def elect(self, s: Server) -> None:
        require(self.count() > 0)
        self.leader = s


class Louder(Loud):
    """Overrides an action, and does what the overridden one does."""

    def elect(self, s: Server) -> None:
        super().elect(s)
        self.role = Role.LEADER


def test_super_is_the_overridden_action_with_the_overriding_helpers() -> None:
    (elect,) = verified(Louder).actions
    assert [type(statement) for statement in elect.body] == [ir.Require, ir.Assign, ir.Assign]
    require_ = elect.body[0]
    assert isinstance(require_, ir.Require)
    assert any(isinstance(part, ir.Arithmetic) and part.operator == "+" for part in ir.walk(require_.condition))


def test_an_override_without_a_mark_keeps_the_mark_and_the_place_in_the_order() -> None:
    assert [action.name for action in verified(Louder).actions] == ["elect"]


class Bounded3(Cluster):
    limit = 3
    strict: bool = True

    @invariant
    def within(self) -> bool:
        return len(self.log) <= self.limit or not self.strict


class Bounded4(Bounded3):
    limit = 4


@pytest.mark.parametrize(
    ("cls", "constants", "limit"), [(Bounded3, {}, 3), (Bounded4, {}, 4), (Bounded4, {"limit": 7}, 7)]
)
def test_a_constant_is_the_models_or_else_the_most_derived_classs(
    cls: type[Spec], constants: dict[str, int], limit: int
) -> None:
    (formula,) = (entry.formula for entry in verified(cls, **constants).properties)
    assert [part.value for part in ir.walk(formula) if isinstance(part, ir.Integer)] == [limit]


def test_a_successor_can_be_handed_to_a_helper() -> None:
    class Growing(Cluster):
        @step_invariant
        def grows(self, after: Self) -> bool:
            return self.no_longer_than(after) and after.count() >= 0

        def no_longer_than(self, other: Self) -> bool:
            return len(self.log) <= len(other.log)

    (entry,) = verified(Growing).properties
    read = {(part.name, part.primed) for part in ir.walk(entry.formula) if isinstance(part, ir.Variable)}
    assert read == {("log", False), ("log", True)}


def test_a_mixin_may_hold_helpers() -> None:
    class Helpers:
        def big(self, n: int) -> bool:
            return n > 3

    class Mixed(Helpers, Cluster):
        @invariant
        def formula(self) -> bool:
            return not self.big(len(self.log))

    verified(Mixed)


# --- types, bounds and domains ------------------------------------------------------------------------------------

Small = Annotated[int, Bounded("small")]


class Item(Record):
    size: int
    weight: Small
    parts: Seq[int]


class Store(Spec):
    number: int
    named: Small
    queue: Seq[Item]
    numbers: Annotated[Seq[int], Bounded("queue")]
    bag: Bag[Map[Role, int]]
    pair: tuple[int, Seq[bool]]

    @init
    def start(self, amount: int) -> None:
        self.number = amount
        self.named = 0
        self.queue = Seq()
        self.numbers = Seq()
        self.bag = Bag()
        self.pair = (0, Seq())


def test_a_bound_has_the_name_of_its_place_or_the_name_that_it_is_given() -> None:
    spec = verified(Store)
    names = {
        variable.name: [
            part.bound for part in parts(variable.type) if isinstance(part, (IntType, SeqType, BagType))
        ]
        for variable in spec.variables
    }
    assert names == {
        "number": ["number"],
        "named": ["small"],
        "queue": ["queue", "Item.size", "small", "Item.parts", "Item.parts.item"],
        "numbers": ["queue", "queue.item"],
        "bag": ["bag", "bag.item"],
        "pair": ["pair", "pair"],
    }
    assert spec.initial[0].parameters[0].type == IntType("start.amount")


@pytest.mark.parametrize(
    ("body", "domain"),
    [
        ("require(m in self.net)", "net"),
        ("require(self.leader is not None, m in self.net)", "net"),
        ("require(self.role == Role.LEADER and m in self.net)", "net"),
        ("self.role = Role.LEADER\nrequire(m in self.net)", None),
        ("require(m in self.net or self.role == Role.LEADER)", None),
        ("require(m not in self.net)", None),
    ],
)
def test_a_parameter_is_drawn_from_the_collection_that_it_must_be_in(
    body: str, domain: str | None, tmp_path: Path
) -> None:
    cls = written(tmp_path, body, marked="@action\n    def act(self, m: Ask) -> None:")
    (parameter,) = verified(cls).actions[0].parameters
    read = {part.name for part in ir.walk(parameter.domain) if isinstance(part, ir.Variable)}
    assert read == ({domain} if domain else set())


def test_the_sorts_of_a_spec_are_those_it_mentions_anywhere() -> None:
    class Counting(Cluster):
        @invariant
        def formula(self) -> bool:
            return all(len(q) > 0 for q in Majority)

    sorts = verified(Counting).sorts
    assert [str(sort) for sort in sorts] == ["Server", "Term", "Majority"]
    assert [type(sort) for sort in sorts] == [SortType, SortType, QuorumType]


# --- ghosts -------------------------------------------------------------------------------------------------------


class Remembering(Spec):
    up: Set[Server]
    seen: Ghost[Set[Server]]
    again: Ghost[Set[Server]]
    unread: Ghost[int]

    @init
    def start(self) -> None:
        self.up = Set()
        self.seen = Set()
        self.again = Set()
        self.unread = 0

    @action
    def boot(self, s: Server) -> None:
        known = s in self.seen
        if known:
            self.again.add(s)
            self.unread += 1
        self.up.add(s)
        self.seen.add(s)

    @invariant
    def of_ghosts(self) -> bool:
        return len(self.again) <= 3

    @invariant
    def of_servers(self) -> bool:
        return len(self.up) <= 3


@pytest.mark.parametrize(
    ("properties", "kept"), [(["of_ghosts"], ["up", "seen", "again"]), (["of_servers"], ["up"]), ([], ["up"])]
)
def test_a_ghost_is_kept_where_a_property_or_a_kept_ghost_depends_on_it(properties: list[str], kept: list[str]) -> None:
    spec = verified(Remembering)
    checked = [entry for entry in spec.properties if entry.name in properties]
    smaller = without_unread_ghosts(spec, checked)
    verify(smaller)  # nothing reads what is gone
    assert [variable.name for variable in smaller.variables] == kept
    assert list(smaller.properties) == checked


def test_with_a_ghost_goes_all_that_serves_it_alone() -> None:
    spec = verified(Remembering)
    smaller = without_unread_ghosts(spec, spec.properties[1:])
    assert [type(statement) for statement in smaller.actions[0].body] == [ir.Assign]


# --- places -------------------------------------------------------------------------------------------------------


def test_an_expression_has_the_place_of_its_words(tmp_path: Path) -> None:
    body = "größe = len(self.log)  # ä\nreturn größe >= 0 and self.three_times(größe) and größe < 9"
    (entry,) = verified(written(tmp_path, body)).properties
    found = [words(part) for part in ir.walk(entry.formula) if isinstance(part, ir.Local)]
    assert set(found) == {"größe", "n"}, "a name has the place where it is used"
    assert "len(self.log)" in [words(part) for part in ir.walk(entry.formula) if isinstance(part, ir.Length)]
    assert "größe < 9" in [words(part) for part in ir.walk(entry.formula) if isinstance(part, ir.Less)]


def test_a_declaration_has_the_place_of_its_name() -> None:
    spec = verified(Louder)
    for variable in spec.variables:
        assert f"    {variable.name}: " in linecache.getline(variable.span.file, variable.span.line)
    for action_ in spec.actions:
        assert f"    def {action_.name}(" in linecache.getline(action_.span.file, action_.span.line)


# --- where a class is written -------------------------------------------------------------------------------------

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
    "import checker.core.errors\ntry:\n    elaborate(Wrong)\nexcept checker.core.errors.UserError as error:\n    print(error)",
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
