"""A model like another one: what it takes over, what goes before, and which properties are left out."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from command import Command
from small_specs import Cell, Counters, Level, Low, Watched

from checker import Holds, Model, NotReached, Outcome, UserError, Violated, check, invariant, witness
from checker.models import paxos, raft
from checker.specs.flexible_paxos import FlexiblePaxos, Phase1, Phase2
from checker.specs.paxos import Acceptor, Ballot, Value
from checker.specs.raft import Raft, Server, Term

DOCS = Path(__file__).parents[1] / "docs"


class Strict(Watched):
    """Adds a property of each kind."""

    @invariant
    def none_moved(self) -> bool:
        return all(self.level[c] == Level.first() for c in Cell)

    @witness
    def all_at_first(self) -> bool:
        return all(self.level[c] == Level.first() for c in Cell)


base = Model(Watched, sizes={Cell: 2, Level: 3}, check=["says_nothing", "one_moved"], symmetry=False, deadlock=True)


def checked(model: Model) -> list[str]:
    found = check(replace(model, expect=None), max_depth=1).properties
    return [entry.name for entry in found if entry.kind != "deadlock"]


def test_what_is_given_goes_before_what_is_taken_entry_by_entry() -> None:
    model = Model(Strict, like=base, sizes={Level: 2})
    assert dict(model.sizes) == {Cell: 2, Level: 2}
    assert (model.symmetry, model.deadlock, model.expect) == (False, True, None)
    other = Model(Strict, like=base, symmetry=True, deadlock=False)
    assert (other.symmetry, other.deadlock) == (True, False)
    larger = Model(Raft, like=raft.unreliable, bounds={"log": 2}, constants={"drops": False})
    assert larger.bounds == {**raft.unreliable.bounds, "log": 2}
    assert larger.constants == {"restarts": True, "duplicates": True, "drops": False}


def test_what_is_left_out_there_stays_out_and_what_is_new_is_checked() -> None:
    assert checked(Model(Strict, like=base)) == ["says_nothing", "none_moved", "one_moved", "all_at_first"]
    assert checked(Model(Strict, like=base, skip=["none_moved"])) == ["says_nothing", "one_moved", "all_at_first"]
    assert checked(Model(Strict, like=base, check=["not_all_moved"])) == ["not_all_moved"]
    again = Model(Strict, like=Model(Strict, like=base, skip=["none_moved"]))
    assert checked(again) == ["says_nothing", "one_moved", "all_at_first"]


def test_a_property_that_is_skipped_is_not_checked() -> None:
    model = Model(Watched, sizes={Cell: 2, Level: 2}, skip=[Watched.not_all_moved, "below_the_first"])
    assert check(model).outcome is Outcome.HOLDS
    unreached = Model(Watched, like=model, check=["below_the_first"], expect=NotReached("below_the_first"))
    assert check(unreached).expected is True


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        ({"skip": ["not_al_moved"]}, "M040", "did you mean `not_all_moved`?"),
        ({"skip": ["count"]}, "M040", "has no property `count`"),
        ({"skip": "not_all_moved"}, "M006", "`skip` holds names of properties"),
        ({"skip": [3]}, "M006", "`skip` holds names of properties"),
        ({"skip": ["one_moved"], "check": ["one_moved"]}, "M006", "`check` alone"),
        ({"skip": ["not_all_moved"], "expect": Violated("not_all_moved")}, "M041", "does not check it"),
        ({"like": Watched}, "M006", "no model"),
        ({"like": "small"}, "M006", "no model"),
    ],
)
def test_what_cannot_be_taken_or_left_out_is_told(options: Any, code: str, words: str) -> None:
    with pytest.raises(UserError) as caught:
        check(Model(Watched, sizes={Cell: 2, Level: 2}, **options))
    assert caught.value.code == code
    assert words in str(caught.value)
    assert caught.value.span is not None
    assert caught.value.span.file == __file__


def test_a_constraint_is_never_skipped() -> None:
    with pytest.raises(UserError, match="bounds every search"):
        check(Model(Low, sizes={Cell: 2, Level: 3}, skip=["low"]))


def test_a_changed_copy_forgets_nothing() -> None:
    model = Model(Strict, like=base, skip=["none_moved"])
    assert checked(replace(model, sizes={Cell: 3, Level: 2})) == checked(model)
    assert checked(replace(model, check=["none_moved"], skip=())) == ["none_moved"]


def test_bundled_models_can_be_varied() -> None:
    variant = Model(FlexiblePaxos, like=paxos.small, sizes={Acceptor: 2}, quorums={Phase1: 2, Phase2: 1})
    assert dict(variant.sizes) == {Acceptor: 2, Value: 2, Ballot: 2}
    assert check(variant).outcome is Outcome.HOLDS
    same = Model(Raft, like=raft.small, expect=Holds(states=358, depth=27, orbits=182))
    assert check(same).expected is True
    assert dict(same.sizes) == {Server: 2, raft.Value: 1, Term: 2}
    assert dict(Model(Counters, like=base).sizes) == dict(base.sizes)


def test_the_example_of_the_documentation_runs(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    section = (DOCS / "language.md").read_text(encoding="utf-8").partition("### Models like others\n")[2]
    code = "\n".join(re.findall(r"^    (.*)$", section.partition("\n`like` takes")[0], re.MULTILINE))
    variant = '    """Every server may lead."""\n'
    code = "from checker import Model\n" + re.sub(r"class Candid\(Raft\): .*", f"class Candid(Raft):\n{variant}", code)
    (tmp_path / "candid.py").write_text(code)
    monkeypatch.chdir(tmp_path)
    command = Command(monkeypatch, capfd)
    ended = command("check", "candid.py", "--json")
    assert (ended.status, ended.json["model"], ended.json["states"]) == (0, "mine", 182)
    larger = command("check", "candid.py:larger", "--json", "--max-states", "5").json
    assert (larger["sizes"]["Server"], larger["bounds"]["log"]) == (3, 2)
    assert "commits" not in {entry["name"] for entry in larger["properties"]}
    shown = command("check", "candid.py", "-p", "commits_in_a_later_term", "--json")
    assert (shown.status, shown.json["verdict"]) == (1, "not_reached")
