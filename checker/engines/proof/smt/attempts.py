"""One obligation against Z3, which must find no model of the goal with the hypotheses, on one rung of a ladder."""
# pyright: basic
from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping, Sequence

import z3

from checker.core.structs import struct
from checker.core.types import QuorumType
from checker.engines.proof.obligations import Answer, Result
from checker.engines.proof.smt.answers import answer
from checker.engines.proof.smt.formulas import Clause, Constants, clause, instances, skolemised
from checker.engines.proof.smt.ladder import SUPPORTED, Form, Ladder, Rung
from checker.engines.proof.smt.logic import Symbol
from checker.engines.proof.smt.traversal import contents
from checker.engines.proof.smt.universe import Universe, name_of_sort
from checker.engines.proof.smt.values import well_typed

MOST_INSTANCES = 3000
"""No more instances of one clause than that; a clause with more is left out of the attempt."""


@struct
class Query:
    """Do the hypotheses, which hold in a state, exclude that a step is taken (`given`) and its claim `refused`?

    `always` is what needs no mention: types, quorums.  `own` are the claim itself, where it is among the hypotheses,
    and what is assumed of ints.  `support` are those that its author names for it; empty for none.
    """

    given: Symbol
    refused: Symbol
    hypotheses: Mapping[str, Sequence[Clause]]
    always: Sequence[Clause]
    quorums: Sequence[QuorumType]
    own: Collection[str] = ()
    support: Collection[str] = ()


def attempt(universe: Universe, query: Query, ladder: Ladder, until: float) -> Result:
    """Climbs a ladder until there is an answer, or until the time `until` (of `time.monotonic`).

    A refusal that is a disjunction is refuted part by part, each with fewer constants.
    """
    before = time.process_time()
    used: dict[str, None] = {}
    dearest: Rung | None = None
    answer: Answer = "proved"
    for part in query.refused.children() if z3.is_or(query.refused) else [query.refused]:
        answer, needed, rung = _Attempt(universe, query, [query.given, part]).climb(ladder, until)
        dearest = max(filter(None, (dearest, rung)), key=lambda each: each.effort, default=None)
        if answer != "proved":
            break
        used.update(dict.fromkeys(needed))
    needed = [name for name in query.hypotheses if name in used] if answer == "proved" else []
    seconds = time.process_time() - before
    return Result(answer, tuple(needed), rung=dearest.words if dearest else "", seconds=seconds)


class _Attempt:
    """One goal of a query."""

    def __init__(self, universe: Universe, query: Query, goal: Sequence[Symbol]) -> None:
        self.universe = universe
        self.query = query
        self.goal = [*goal, *_witnesses(universe, goal)]
        inside = contents(self.goal)
        self.constants: Constants = inside.constants
        self.symbols = inside.symbols
        self.quorums = frozenset(name_of_sort(type.name) for type in query.quorums)
        self._instances: dict[tuple[int, bool], list[Symbol]] = {}

    def climb(self, ladder: Ladder, until: float) -> tuple[Answer, Collection[str], Rung | None]:
        """The answer, the hypotheses that a proof used, and the last rung that was tried."""
        last: Rung | None = None
        for rung, names in self._rungs(ladder):
            left = until - time.monotonic()
            if left <= 0:
                break
            last = rung
            found, used = _asked(self._assertions(rung, names), rung, left)
            if found == z3.unsat:
                return "proved", used, rung
            if found == z3.sat and not self._leaves_out(rung, names):
                return "refuted", (), rung
        return "unknown", (), last

    def _rungs(self, ladder: Ladder) -> Iterator[tuple[Rung, Collection[str]]]:
        """The rungs, each with the names of the hypotheses on it: those that the author names first."""
        query = self.query
        named = [name for name in query.hypotheses if name in query.support or name in query.own]
        own = [name for name in query.hypotheses if name in query.own]
        for rung in SUPPORTED if query.support else ():
            yield rung, named
        for rung in ladder:
            yield rung, own if rung.own else list(query.hypotheses)

    def _leaves_out(self, rung: Rung, names: Collection[str]) -> bool:
        """Does the rung say less than the query?  Then a model of it is none of the query."""
        query = self.query
        if len(names) < len(query.hypotheses):
            return True
        clauses = [*query.always, *(clause for found in query.hypotheses.values() for clause in found)]
        return rung.form not in ("as written", "whole") and any(clause.is_existential for clause in clauses)

    def _assertions(self, rung: Rung, names: Collection[str]) -> dict[str | None, list[Symbol]]:
        """What is asserted: the formulas of each hypothesis by its name, all else under None."""
        found: dict[str | None, list[Symbol]] = {None: list(self.goal)}
        symbols = set(self.symbols)
        for name, clauses in ((None, self.query.always), *((name, self.query.hypotheses[name]) for name in names)):
            for entry in clauses:
                formulas = self._in_form(entry, rung.form)
                found.setdefault(name, []).extend(formulas)
                symbols |= entry.symbols if formulas else frozenset()
        found[None] += _definitions(self.universe, symbols)
        return found

    def _in_form(self, entry: Clause, form: Form) -> list[Symbol]:
        if not entry.is_existential or form == "as written":
            return [entry.formula]
        match form:
            case "universal":
                return []
            case "in quorums" | "instances":
                return self._at_constants(entry, only_quorums=form == "in quorums")
            case _:
                return [*self._at_constants(entry, only_quorums=False), entry.formula]

    def _at_constants(self, entry: Clause, *, only_quorums: bool) -> list[Symbol]:
        key = (id(entry), only_quorums)
        if key not in self._instances:
            sorts = self.quorums if only_quorums else None
            self._instances[key] = instances(entry, self.constants, sorts=sorts, most=MOST_INSTANCES)
        return self._instances[key]


def _asked(
    assertions: Mapping[str | None, Sequence[Symbol]], rung: Rung, seconds: float
) -> tuple[z3.CheckSatResult, Collection[str]]:
    """Z3's answer, and of `unsat` the hypotheses in it.

    Z3 gets a text, in a context of its own: what it does then depends on nothing that was asked before.
    """
    text, trackers = _text(assertions)
    context = z3.Context()
    solver = _solver(context, text, rung)
    solver.set(timeout=max(1, int(1000 * seconds)), rlimit=rung.effort, random_seed=rung.seed)
    flags = [z3.Bool(tracker, context) for tracker in trackers]
    found = answer(solver, *flags)
    core = {str(flag) for flag in solver.unsat_core()} if found == z3.unsat else set()
    return found, [name for tracker, name in trackers.items() if tracker in core]


def _text(assertions: Mapping[str | None, Sequence[Symbol]]) -> tuple[str, Mapping[str, str]]:
    """SMT-LIB in which each hypothesis is assumed where its flag is; and which flag stands for which."""
    context = assertions[None][0].ctx
    writer = z3.Solver(ctx=context)
    writer.add(*assertions[None])
    trackers: dict[str, str] = {}
    for name, formulas in assertions.items():
        if name is not None and formulas:
            tracker = f"hypothesis {len(trackers)}"
            trackers[tracker] = name
            whole = z3.And(*formulas) if len(formulas) > 1 else formulas[0]
            writer.add(z3.Implies(z3.Bool(tracker, context), whole))
    return writer.to_smt2(), trackers


def _solver(context: z3.Context, text: str, rung: Rung) -> z3.Solver:
    solver = z3.Solver(ctx=context)
    if not rung.names_choices:
        solver.from_string(text)
        return solver
    goal = z3.Goal(ctx=context)
    goal.add(*z3.parse_smt2_string(text, ctx=context))
    for part in z3.Tactic("elim-term-ite", ctx=context)(goal):
        solver.add(*part)
    return solver


def _witnesses(universe: Universe, goal: Sequence[Symbol]) -> list[Symbol]:
    """What is known of the maxima and sums in a goal, with constants for what exists (the quorum that holds an entry).

    Hypotheses are instantiated at these too.
    """
    defined = _definitions(universe, contents(goal).symbols)
    return [skolemised(universe, formula) for formula in defined if not z3.is_quantifier(formula)]


def _definitions(universe: Universe, symbols: Collection[str]) -> list[Symbol]:
    """What is known of these symbols, and of those that this speaks of."""
    found: list[Symbol] = []
    known, pending = set(symbols), [*universe.definitions]
    while True:
        used = [entry for entry in pending if entry[0] in known]
        if not used:
            return found
        pending = [entry for entry in pending if entry[0] not in known]
        found += [formula for _, formula in used]
        known |= contents(formula for _, formula in used).symbols


def quorum_axioms(universe: Universe, quorums: Sequence[QuorumType]) -> list[Clause]:
    """Sets of families that intersect share an element; no set is empty, and its members are elements of the sort."""
    found: list[Clause] = []
    families = {type.name: type for type in quorums}
    for type in quorums:
        one, element = universe.bound(universe.sort(type)), universe.bound(universe.sort(type.member))
        found.append(clause((one,), z3.Exists([element], universe.member(element, one, type))))
        inside = well_typed(universe, element, type.member)
        if inside is not True:
            found.append(clause((one, element), z3.Implies(universe.member(element, one, type), inside)))
        for name in type.intersects:
            if name in families:
                other = universe.bound(universe.sort(families[name]))
                both = z3.And(universe.member(element, one, type), universe.member(element, other, families[name]))
                found.append(clause((one, other), z3.Exists([element], both)))
    return found
