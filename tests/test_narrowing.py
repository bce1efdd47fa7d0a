"""What a test shows of a value, where, and for how long."""

from __future__ import annotations

from pathlib import Path

import pytest
from cluster import mistake, verified, written

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


def test_a_match_in_an_action_narrows_the_name_that_it_is_about(tmp_path: Path) -> None:
    taking = "@action\n    def act(self, s: Server, m: Ask | Reply | Stop) -> None:"
    body = "match m:\n    case Ask():\n        self.leader = m.source\n    case Stop():\n        self.term[s] = m.term"
    verified(written(tmp_path, body, marked=taking))
