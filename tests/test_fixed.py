"""What a model fixes of the variables that no action assigns."""

from __future__ import annotations

import itertools
import json
import textwrap
from dataclasses import replace
from enum import Enum, auto
from pathlib import Path
from typing import Any

import pytest
from graph_specs import Directed, Node, Undirected

from checker import (
    Bag, BagBound, Holds, Map, Model, Quorum, Record, Seq, Spec, UserError, action, init, prove,
)
from checker.core.trace import Trace
from checker.core.verdict import Outcome
from checker.engines.axioms import broken_assumptions
from checker.engines.prepare import prepare
from checker.engines.run import check
from checker.engines.simulate import simulate
from checker.engines.tiers import Tier
from checker.frontend.load import load_proof
from checker.ui.result_json import verdict_json


def path(*labels: str) -> set[tuple[str, str]]:
    """The edges of a path, both ways."""
    steps = set(itertools.pairwise(labels))
    return steps | {(n, m) for m, n in steps}


four = Model(Undirected, sizes={Node: 4}, fixed={"edge": path("n3", "n1", "n4", "n2")})


@pytest.mark.parametrize("tier", ["python", "native"])
def test_a_graph_that_is_fixed_is_the_only_one_and_keeps_its_symmetry(tier: Tier) -> None:
    """The independent sets of a path of four are 8; up to turning it round {}, {1}, {2}, {1, 3} and {1, 4}."""
    verdict = check(four, tier=tier, symmetry=False)
    assert verdict.statistics is not None
    assert (verdict.outcome, verdict.statistics.states) == (Outcome.HOLDS, 8)
    assert "the model fixes `edge`" in verdict.notes
    assert "the initial states are those that satisfy the axiom `both_ways`: 1 of 1" in verdict.notes
    verdict = check(four, tier=tier)
    assert verdict.statistics is not None
    assert (verdict.outcome, verdict.statistics.states) == (Outcome.HOLDS, 5)


def test_a_trace_begins_in_what_is_fixed_whatever_renamings_were_explored() -> None:
    for edge in (("n3", "n1"), ("n1", "n2"), ("n2", "n3")):
        model = Model(Directed, sizes={Node: 3}, fixed={"edge": [edge]})
        verdict = check(model)
        assert (verdict.outcome, len(verdict.trace or ())) == (Outcome.VIOLATED, 3)
        assert shown(verdict.trace) == repr(frozenset([edge])).replace("'", "")
    walked = simulate(Model(Directed, sizes={Node: 3}, fixed={"edge": [("n2", "n3")]}), walks=50, depth=5)
    assert walked.outcome is Outcome.VIOLATED
    assert shown(walked.trace) == "frozenset({(n2, n3)})"


def shown(trace: Trace | None) -> str:
    assert trace is not None
    return repr(dict(trace.states[0].items())["edge"])


def test_what_is_fixed_has_to_satisfy_the_axioms() -> None:
    verdict = check(Model(Undirected, sizes={Node: 2}, fixed={"edge": [("n1", "n2")]}))
    assert verdict.outcome is Outcome.ERROR
    assert verdict.message == (
        "there is no initial state, since nothing that an `@init` can choose satisfies the axiom `both_ways`: nothing "
        "was checked"
    )


def test_a_model_like_another_fixes_the_same() -> None:
    model = Model(Undirected, like=four)
    assert "the model fixes `edge`" in check(model).notes
    assert check(replace(model, symmetry=False, expect=Holds(states=8))).exit_status == 0


def test_the_verdict_says_what_is_fixed() -> None:
    verdict = check(Model(Undirected, sizes={Node: 2}, fixed={"edge": path("n1", "n2")}))
    said = json.loads(verdict_json(verdict, [], verdict.exit_status))
    assert said["fixed"] == {"edge": "{(n1, n2), (n2, n1)}"}


# --- every type -----------------------------------------------------------------------------------------------------


class Mode(Enum):
    SLOW = auto()
    QUICK = auto()


class Link(Record):
    to: Node
    cost: int


class Down(Record):
    pass


class Majority(Quorum[Node]):
    pass


class Every(Spec):
    flag: bool
    limit: int
    mode: Mode
    leader: Node | None
    pair: tuple[Node, bool]
    link: Map[Node, Link | Down]
    order: Seq[Node]
    load: Bag[int]
    board: Majority
    tick: bool

    @init
    def start(
        self, flag: bool, limit: int, mode: Mode, leader: Node | None, pair: tuple[Node, bool],
        link: Map[Node, Link | Down], order: Seq[Node], load: Bag[int], board: Majority,
    ) -> None:
        self.flag = flag
        self.limit = limit
        self.mode = mode
        self.leader = leader
        self.pair = pair
        self.link = link
        self.order = order
        self.load = load
        self.board = board
        self.tick = False

    @action
    def go(self) -> None:
        self.tick = not self.tick


BOUNDS: dict[str, Any] = {
    "limit": (0, 5), "start.limit": (0, 5), "Link.cost": (0, 3), "order": 3, "start.order": 3, "load": BagBound(2, 2),
    "start.load": BagBound(2, 2), "load.item": (0, 3), "start.load.item": (0, 3),
}
FIXED: dict[str, Any] = {
    "flag": True, "limit": 4, "mode": Mode.QUICK, "leader": "n2", "pair": ("n3", False), "order": ["n3", "n1"],
    "link": {"n1": {"to": "n2", "cost": 3}, "n2": {}, "n3": {"to": "n1", "cost": 0}},
    "load": [2, 2, 0], "board": {"n3", "n1"},
}


def test_a_value_of_every_type_can_be_fixed() -> None:
    prepared = prepare(Model(Every, sizes={Node: 3}, bounds=BOUNDS, fixed=FIXED))
    (step,) = prepared.interpreter.initial()
    assert repr(dict(step.state.items())) == (
        "{'flag': True, 'limit': 4, 'mode': QUICK, 'leader': n2, 'pair': (n3, False), 'link': {n1: Link(to=n2, cost=3),"
        " n2: Down(), n3: Link(to=n1, cost=0)}, 'order': [n3, n1], 'load': Bag(0, 2 x2), "
        "'board': {n1, n3}, 'tick': False}"
    )
    (state,) = prepared.system.initial()
    assert prepared.system.unpack(state) == step.state


def test_what_is_fixed_is_one_of_the_choices_of_the_parameter() -> None:
    with pytest.raises(UserError) as caught:
        prepare(Model(Every, sizes={Node: 3}, bounds={**BOUNDS, "start.limit": (0, 3)}, fixed=FIXED))
    assert caught.value.code == "M023"
    assert "an int from 0 to 3" in str(caught.value.help)


# --- a proof --------------------------------------------------------------------------------------------------------

VOTING = """
    from checker import Model, Quorum, Set, Sort, Spec, action, axiom, init, invariant

    class Acceptor(Sort): ...
    class Classic(Quorum[Acceptor]): ...
    class Fast(Quorum[Acceptor], intersects=(Classic,)): ...

    class Voting(Spec):
        voted: Set[Acceptor]

        @init
        def start(self) -> None:
            self.voted = Set()

        @action
        def vote(self, a: Acceptor) -> None:
            self.voted.add(a)

        @axiom
        def fast_quorums_meet(self) -> bool:
            return all(any(a in f and a in g for a in q) for f in Fast for g in Fast for q in Classic)

        @invariant
        def two_fast_quorums_meet(self) -> bool:
            return all(any(a in g for a in f) for f in Fast for g in Fast)

    kept = Model(Voting, sizes={Acceptor: 3}, quorums={Fast: 3})
    in_pairs = Model(Voting, sizes={Acceptor: 3})
    disjoint = Model(Voting, sizes={Acceptor: 3}, quorums={Fast: 1})
"""


def test_of_a_place_without_a_named_model_the_first_one_is_looked_at() -> None:
    (told,) = broken_assumptions(load_proof("paxos_disjoint_quorums").model)
    assert told == (
        "a proof says nothing of the model with Acceptor=3, Ballot=2, Value=2, Majority=1: the quorums {a1} of "
        "`Majority` and {a2} of `Majority` share no member; a proof assumes that any two do"
    )


def test_a_proof_says_of_a_model_that_breaks_what_it_assumes_that_it_is_not_about_it(tmp_path: Path) -> None:
    file = tmp_path / "voting.py"
    file.write_text(textwrap.dedent(VOTING), encoding="utf-8")
    said = {name: prove(f"{file}:{name}") for name in ("kept", "in_pairs", "disjoint")}
    assert {verdict.outcome for verdict in said.values()} == {Outcome.PROVED}
    told = {name: [n for n in verdict.notes if n.startswith("a proof says nothing")] for name, verdict in said.items()}
    assert not list(broken_assumptions(load_proof(str(file)).model))
    axiom = "the axiom `fast_quorums_meet` is false for the sizes, quorums and constants of this model"
    assert told["kept"] == []
    assert told["in_pairs"] == [
        f"a proof says nothing of the model with Acceptor=3: there is no initial state, since {axiom}"
    ]
    assert [note.partition(": ")[2] for note in told["disjoint"]] == [
        "the quorums {a1} of `Fast` and {a2, a3} of `Classic` share no member; a proof assumes that any two do",
        f"there is no initial state, since {axiom}",
    ]
