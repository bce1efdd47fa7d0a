"""What the front end makes of a class: its names, its types, its places, and what it leaves out."""

from __future__ import annotations

import linecache
from pathlib import Path
from typing import Annotated, Self

import pytest
from cluster import Cluster, Majority, Role, Server, verified, words, written

from checker import Bag, Bounded, Ghost, Map, Record, Seq, Set, Spec, action, init, invariant, require, step_invariant
from checker.core import ir
from checker.core.model import Model
from checker.core.types import BagType, IntType, QuorumType, SeqType, SortType, parts
from checker.core.verify import verify
from checker.engines.interpreter.interpreter import Interpreter
from checker.frontend.ghosts import without_unread_ghosts
from checker.frontend.instantiate import instantiate
from checker.frontend.load import load_spec

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


def test_a_choice_that_may_be_none_can_be_compared_with_what_is_not(tmp_path: Path) -> None:
    body = "return all(s == (s if len(self.log) > 0 else None) for s in Server)"
    verified(written(tmp_path, body))


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


def test_a_parameter_has_each_item_of_a_sequence_once() -> None:
    class Queue(Spec):
        queue: Seq[bool]

        @init
        def start(self) -> None:
            self.queue = Seq([True, False, True])

        @action
        def take(self, x: bool) -> None:
            require(x in self.queue)
            self.queue = Seq([x])

    spec = verified(Queue)
    interpreter = Interpreter(spec, instantiate(Model(Queue, bounds={"queue": 3}), spec))
    (first,) = interpreter.initial()
    assert [str(step.label) for step in interpreter.steps(first.state)[0]] == ["take(x=False)", "take(x=True)"]


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
