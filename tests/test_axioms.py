"""Axioms: what is assumed of variables that no action assigns, and of quorums, in a search and in a proof."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from graph_specs import Directed, Node, Undirected

from checker import Map, Model, Quorum, Set, Sort, Spec, action, axiom, init, invariant, lemma, require
from checker.core.verdict import Outcome, Verdict
from checker.engines.interpreter.interpreter import Interpreter
from checker.engines.prepare import prepare
from checker.engines.proof.induction import prove
from checker.engines.run import check
from checker.engines.simulate import simulate
from checker.engines.tiers import Tier
from checker.frontend.elaborate import elaborate


three = Model(Undirected, sizes={Node: 3})


def graphs(nodes: int) -> Iterator[frozenset[tuple[int, int]]]:
    """Every graph with edges that go both ways; an edge may lead from a node to itself."""
    pairs = [(m, n) for m in range(nodes) for n in range(m, nodes)]
    for size in range(len(pairs) + 1):
        for some in itertools.combinations(pairs, size):
            yield frozenset((*some, *((n, m) for m, n in some)))


def independent_sets(nodes: int) -> set[tuple[frozenset[tuple[int, int]], frozenset[int]]]:
    """What can be reached: each graph with each set of nodes without an edge among them."""
    sets = [frozenset(some) for size in range(nodes + 1) for some in itertools.combinations(range(nodes), size)]
    return {
        (graph, chosen) for graph in graphs(nodes) for chosen in sets
        if not any((m, n) in graph for m in chosen for n in chosen)
    }


def orbits(nodes: int) -> int:
    """The same up to renamings."""
    renamings = list(itertools.permutations(range(nodes)))
    return len({
        min(
            (sorted((r[m], r[n]) for m, n in graph), sorted(r[m] for m in chosen)) for r in renamings
        ).__repr__() for graph, chosen in independent_sets(nodes)
    })


@pytest.mark.parametrize("tier", ["python", "native"])
def test_an_axiom_filters_the_initial_states_in_every_tier(tier: Tier) -> None:
    verdict = check(three, tier=tier, symmetry=False)
    assert verdict.outcome is Outcome.HOLDS
    assert verdict.statistics is not None
    assert verdict.statistics.states == len(independent_sets(3))
    assert noted(verdict, "`both_ways`: 64 of 512")
    assert check(three, tier=tier).statistics.states == orbits(3)  # pyright: ignore[reportOptionalMemberAccess]


def test_the_interpreter_begins_in_what_the_axiom_leaves() -> None:
    prepared = prepare(three)
    assert len({step.state for step in prepared.interpreter.initial()}) == 64
    lowered = Interpreter(prepared.spec, prepared.instance).initial()
    assert [step.label for step in lowered] == [step.label for step in prepared.interpreter.initial()]
    assert all(map(prepared.interpreter.begins, lowered))


def test_without_the_axiom_two_nodes_are_enough_to_violate_what_is_proved_with_it() -> None:
    two = check(Model(Directed, sizes={Node: 2}))
    assert (two.outcome, len(two.trace or ())) == (Outcome.VIOLATED, 3)
    assert prove(elaborate(Directed)).outcome is Outcome.NOT_INDUCTIVE
    verdict = prove(elaborate(Undirected))
    assert verdict.outcome is Outcome.PROVED
    assert verdict.message == (
        "`independent` holds for any number of elements of `Node`, where the axiom `both_ways` holds"
    )
    assert verdict.properties[0].detail == "by induction, with both_ways"
    assert noted(verdict, "assumed for every size, not proved: `both_ways`; true in an initial state with Node=1")


def test_walks_begin_in_what_the_axiom_leaves() -> None:
    assert check(Model(Directed, sizes={Node: 3})).outcome is Outcome.VIOLATED
    assert simulate(three, walks=300, depth=6).outcome is Outcome.NOT_VIOLATED


class Alone(Undirected):
    """Of each node two others are neighbours, and of two nodes none: there is no such graph."""

    @axiom
    def crowded(self) -> bool:
        return any(m != n for m in Node for n in Node)

    @axiom
    def lonely(self) -> bool:
        return all(m == n for m in Node for n in Node)


def test_axioms_that_contradict_each_other_prove_nothing_and_hold_nowhere() -> None:
    verdict = prove(elaborate(Alone))
    assert (verdict.outcome, verdict.message) == (Outcome.ERROR, "there is no initial state: nothing was proved")
    for size, name in ((1, "crowded"), (2, "lonely")):
        verdict = check(Model(Alone, sizes={Node: size}))
        assert verdict.outcome is Outcome.ERROR
        assert f"the axiom `{name}` is false for the sizes, quorums and constants of this model" in verdict.message


class Large(Undirected):
    @axiom
    def four(self) -> bool:
        return any(
            a not in (b, c, d) and b not in (c, d) and c != d for a in Node for b in Node for c in Node for d in Node
        )


def test_axioms_that_no_small_instance_satisfies_are_told() -> None:
    verdict = prove(elaborate(Large))
    assert verdict.outcome is Outcome.PROVED
    assert noted(verdict, "`both_ways`, `four`; no instance was found in which they are true")


class Unaxiomatic(Undirected):
    def both_ways(self) -> bool:
        return True


def test_an_override_takes_an_axiom_away() -> None:
    assert check(Model(Unaxiomatic, sizes={Node: 2})).outcome is Outcome.VIOLATED
    assert prove(elaborate(Unaxiomatic)).outcome is Outcome.NOT_INDUCTIVE


# --- lemmas about what never changes --------------------------------------------------------------------------------


class Fixed(Undirected):
    @lemma
    def both_or_none(self) -> bool:
        return all(((m, n) in self.edge) == ((n, m) in self.edge) for m in Node for n in Node)


def test_a_lemma_about_what_never_changes_is_an_obligation_of_the_initial_states_alone() -> None:
    fewer, more = prove(elaborate(Undirected)), prove(elaborate(Fixed))
    assert more.outcome is Outcome.PROVED
    assert noted(fewer, "2 obligations, 0 without a proof")
    assert noted(more, "3 obligations, 0 without a proof")


# --- quorums --------------------------------------------------------------------------------------------------------


class Acceptor(Sort):
    pass


class Value(Sort):
    pass


class Classic(Quorum[Acceptor]):
    pass


class Fast(Quorum[Acceptor], intersects=()):
    pass


class Voting(Spec):
    """Whoever asks a classic quorum sees at most one value that a fast quorum may have chosen."""

    voted: Map[Acceptor, Value | None]

    @init
    def start(self) -> None:
        self.voted = Map({a: None for a in Acceptor})

    @action
    def vote(self, a: Acceptor, v: Value) -> None:
        require(self.voted[a] is None)
        self.voted[a] = v

    def may_be_chosen(self, v: Value, q: Classic) -> bool:
        return any(all(self.voted[a] == v for a in q if a in f) for f in Fast)

    @invariant
    def one_value_may_be_chosen(self) -> bool:
        return all(
            v == w for q in Classic for v in Value for w in Value
            if self.may_be_chosen(v, q) and self.may_be_chosen(w, q)
        )


class FastVoting(Voting):
    @axiom
    def fast_quorums_meet(self) -> bool:
        """Any two fast quorums and a classic one share an acceptor."""
        return all(any(a in f and a in g for a in q) for f in Fast for g in Fast for q in Classic)


def test_quorums_that_intersect_in_threes_prove_what_pairs_do_not() -> None:
    sizes: dict[type[Sort], int] = {Acceptor: 3, Value: 2}
    assert prove(elaborate(FastVoting)).outcome is Outcome.PROVED
    assert prove(elaborate(Voting)).outcome is Outcome.NOT_INDUCTIVE
    assert check(Model(Voting, sizes=sizes)).outcome is Outcome.VIOLATED
    broken = check(Model(FastVoting, sizes=sizes))  # two of three twice, and two of three
    assert broken.outcome is Outcome.ERROR
    assert "`fast_quorums_meet` is false" in broken.message
    assert check(Model(FastVoting, sizes=sizes, quorums={Fast: 3})).outcome is Outcome.HOLDS


class Witnesses(Quorum[Node], intersects=()):
    pass


class Byzantine(Spec):
    """The correct ones say one thing to all, and the faulty ones whatever they like."""

    faulty: Set[Node]
    said: Set[tuple[Node, bool]]

    @init
    def start(self, faulty: Set[Node]) -> None:
        self.faulty = faulty
        self.said = Set()

    @axiom
    def quorums_share_a_correct_one(self) -> bool:
        return all(any(n in r and n not in self.faulty for n in q) for q in Witnesses for r in Witnesses)

    @action
    def say(self, n: Node, b: bool) -> None:
        require(n in self.faulty or (n, not b) not in self.said)
        self.said.add((n, b))

    @lemma
    def correct_ones_say_one_thing(self) -> bool:
        return all(n in self.faulty or (n, True) not in self.said or (n, False) not in self.said for n in Node)

    @invariant
    def no_two_certificates(self) -> bool:
        return not any(
            all((n, True) in self.said for n in q) and all((n, False) in self.said for n in r)
            for q in Witnesses for r in Witnesses
        )


def test_quorums_that_share_a_correct_process() -> None:
    assert prove(elaborate(Byzantine)).outcome is Outcome.PROVED
    # 3 of 4 twice share 2 of 4: nobody or one is faulty, 1 + 4; the others have said nothing or one thing, 3 each
    verdict = check(Model(Byzantine, sizes={Node: 4}, quorums={Witnesses: 3}), symmetry=False)
    assert verdict.outcome is Outcome.HOLDS
    assert verdict.statistics is not None
    assert verdict.statistics.states == 3**4 + 4 * 4 * 3**3
    assert noted(verdict, "`quorums_share_a_correct_one`: 5 of 16")


# --- axioms against plain Python --------------------------------------------------------------------------------------


class Spread(Spec):
    """From a root along the edges of a graph."""

    edge: Set[tuple[Node, Node]]
    root: Node
    marked: Set[Node]
    TRANSITIVE = False
    SYMMETRIC = False
    REFLEXIVE = False
    LOOPS = False

    @init
    def start(self, edge: Set[tuple[Node, Node]], root: Node) -> None:
        self.edge = edge
        self.root = root
        self.marked = Set({root})

    @axiom
    def transitive(self) -> bool:
        return not self.TRANSITIVE or all(
            (a, c) in self.edge
            for a in Node for b in Node for c in Node if (a, b) in self.edge and (b, c) in self.edge
        )

    @axiom
    def symmetric(self) -> bool:
        return not self.SYMMETRIC or all((b, a) in self.edge for a in Node for b in Node if (a, b) in self.edge)

    @axiom
    def reflexive(self) -> bool:
        return not self.REFLEXIVE or all((a, a) in self.edge for a in Node)

    @axiom
    def loops(self) -> bool:
        return not self.LOOPS or all(a == b for a in Node for b in Node if (a, b) in self.edge)

    @action
    def spread(self, a: Node, b: Node) -> None:
        require(a in self.marked, (a, b) in self.edge)
        self.marked.add(b)

    @invariant
    def after_the_root(self) -> bool:
        return all((self.root, a) in self.edge or a == self.root for a in self.marked)

    @invariant
    def before_the_root(self) -> bool:
        return all((a, self.root) in self.edge or a == self.root for a in self.marked)

    @invariant
    def root_alone(self) -> bool:
        return all(a == self.root for a in self.marked)

    @invariant
    def looping(self) -> bool:
        return all((a, a) in self.edge for a in self.marked)


NAMES = ("after_the_root", "before_the_root", "root_alone", "looping")
SHAPES = [
    (), ("TRANSITIVE",), ("SYMMETRIC",), ("REFLEXIVE",), ("LOOPS",), ("TRANSITIVE", "SYMMETRIC"),
    ("TRANSITIVE", "REFLEXIVE"),
]


def true_in_python(shape: tuple[str, ...]) -> set[str]:
    """The invariants that hold in each graph of this shape with one, two or three nodes."""
    found: set[str] = set(NAMES)
    for nodes in (1, 2, 3):
        pairs = [(a, b) for a in range(nodes) for b in range(nodes)]
        for size in range(len(pairs) + 1):
            for edge in map(set, itertools.combinations(pairs, size)):
                is_so = {
                    "TRANSITIVE": all((a, d) in edge for a, b in edge for c, d in edge if b == c),
                    "SYMMETRIC": all((b, a) in edge for a, b in edge),
                    "REFLEXIVE": all((a, a) in edge for a in range(nodes)),
                    "LOOPS": all(a == b for a, b in edge),
                }
                if all(is_so[name] for name in shape):
                    found &= true_of_graph(edge)
    return found


def true_of_graph(edge: set[tuple[int, int]]) -> set[str]:
    """The invariants that hold wherever the root is, which here is 0 (the others are renamings)."""
    marked = {0}
    while more := {b for a, b in edge if a in marked} - marked:
        marked |= more
    truths = (
        all((0, a) in edge or a == 0 for a in marked), all((a, 0) in edge or a == 0 for a in marked), marked == {0},
        all((a, a) in edge for a in marked),
    )
    return {name for name, is_true in zip(NAMES, truths, strict=True) if is_true}


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: "-".join(shape) or "any")
def test_what_is_proved_under_axioms_is_true_of_every_small_graph_of_their_shape(shape: tuple[str, ...]) -> None:
    spec, true = elaborate(Spread, dict.fromkeys(shape, True)), true_in_python(shape)
    together = prove(spec)
    assert {entry.name for entry in together.properties if entry.outcome is Outcome.PROVED} <= true
    for name in true:
        assert prove(spec, only=[name]).outcome is Outcome.PROVED


def noted(verdict: Verdict, words: str) -> bool:
    return any(words in note for note in verdict.notes)
