"""One obligation against Z3: a portfolio of attempts, each with a limit.

A goal with hypotheses must have no model.  Hypotheses that say "for all ... there is ..." are what makes Z3 wander, so
the attempts differ in what becomes of them: their instances at the constants of the goal alone; their instances in the
quorums alone; the whole of them.  What is dropped can only make a proof fail, never succeed, so every `unsat` counts;
`sat` says something only where nothing was dropped.
"""
# pyright: basic
from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

import z3

from checker.core.structs import struct
from checker.core.types import QuorumType
from checker.engines.proof.smt.answers import answer
from checker.engines.proof.smt.logic import Symbol
from checker.engines.proof.smt.formulas import Clause, Constants, constants_of, instances
from checker.engines.proof.smt.universe import Universe
from checker.engines.proof.smt.values import well_typed

Answer: TypeAlias = Literal["proved", "refuted", "unknown"]
Form: TypeAlias = Literal["instances", "instances in quorums", "whole"]

MOST_INSTANCES = 3000
"""No more instances of one clause than that; a clause with more is left out of the attempt."""

Portfolio: TypeAlias = tuple[tuple[Form, int, int], ...]
"""What is tried, in order: the form of the hypotheses, the seed, and the effort.

The effort is in Z3's own steps, some four million a second, so that a proof does not depend on how busy the machine is.
"""

QUICK: Portfolio = (("instances", 0, 4_000_000), ("instances in quorums", 0, 4_000_000), ("whole", 0, 4_000_000))
"""Most obligations fall to these; what does not may well have a counterexample, which is looked for next."""

ALONE: Portfolio = (("instances", 0, 400_000),)
"""For what may well need no hypothesis at all."""

PATIENT: Portfolio = (
    ("instances in quorums", 1, 16_000_000),
    ("instances", 1, 16_000_000),
    ("whole", 1, 16_000_000),
    ("instances in quorums", 2, 32_000_000),
)


@struct
class Result:
    """`used`: the hypotheses that the proof used.  `refuted` is about all sizes, where an infinite one counts too."""

    answer: Answer
    used: tuple[str, ...] = ()
    seconds: float = 0.0


@struct
class Query:
    """Do the hypotheses, which hold in a state, exclude that a step is taken (`given`) and its claim `refused`?

    `always` is what needs no mention: types, quorums.
    """

    given: Symbol
    refused: Symbol
    hypotheses: Mapping[str, Sequence[Clause]]
    always: Sequence[Clause]
    quorums: Sequence[QuorumType]


def attempt(universe: Universe, query: Query, portfolio: Portfolio, until: float) -> Result:
    """Goes through a portfolio until there is an answer, or until the time `until` (of `time.monotonic`).

    A refusal that is a disjunction is refuted part by part, each with fewer constants.
    """
    start = time.monotonic()
    used: dict[str, None] = {}
    for part in query.refused.children() if z3.is_or(query.refused) else [query.refused]:
        answer, needed = _attempt(universe, query, [query.given, part], portfolio, until)
        if answer != "proved":
            return Result(answer, (), time.monotonic() - start)
        used.update(dict.fromkeys(needed))
    return Result("proved", tuple(name for name in query.hypotheses if name in used), time.monotonic() - start)


def _attempt(
    universe: Universe, query: Query, goal: Sequence[Symbol], portfolio: Portfolio, until: float
) -> tuple[Answer, Sequence[str]]:
    constants = constants_of(goal)
    nothing_dropped = not any(clause.is_existential for clause in (*query.always, *_all_clauses(query)))
    for form, seed, effort in portfolio:
        left = until - time.monotonic()
        if left <= 0:
            break
        solver, names = _solver(universe, query, goal, constants, form)
        solver.set(timeout=max(1, int(1000 * left)), rlimit=effort, random_seed=seed)
        found = answer(solver)
        if found == z3.unsat:
            return "proved", [names[str(tracker)] for tracker in solver.unsat_core()]
        if found == z3.sat and (form == "whole" or nothing_dropped):
            return "refuted", ()
    return "unknown", ()


def _all_clauses(query: Query) -> list[Clause]:
    return [clause for clauses in query.hypotheses.values() for clause in clauses]


def _solver(
    universe: Universe, query: Query, goal: Sequence[Symbol], constants: Constants, form: Form
) -> tuple[z3.Solver, Mapping[str, str]]:
    """A solver that holds the query in one form, and which tracking name stands for which hypothesis."""
    solver = z3.Solver(ctx=universe.context)
    solver.set(unsat_core=True)
    solver.add(*goal)
    solver.add(*universe.definitions)
    quorums = frozenset(type.name for type in query.quorums)
    for clause in query.always:
        solver.add(*_in_form(clause, constants, form, quorums))
    names: dict[str, str] = {}
    for number, (name, clauses) in enumerate(query.hypotheses.items()):
        parts = [part for clause in clauses for part in _in_form(clause, constants, form, quorums)]
        if parts:
            names[f"hypothesis {number}"] = name
            tracker = z3.Bool(f"hypothesis {number}", universe.context)
            solver.assert_and_track(z3.And(*parts) if len(parts) > 1 else parts[0], tracker)
    return solver, names


def _in_form(clause: Clause, constants: Constants, form: Form, quorums: frozenset[str]) -> list[Symbol]:
    if not clause.is_existential:
        return [clause.formula]
    at_constants = instances(clause, constants, sorts=None, most=MOST_INSTANCES)
    match form:
        case "instances":
            return at_constants
        case "instances in quorums":
            return instances(clause, constants, sorts=quorums, most=MOST_INSTANCES) or at_constants
        case "whole":
            return [*at_constants, clause.formula]


def quorum_axioms(universe: Universe, quorums: Sequence[QuorumType]) -> list[Clause]:
    """Sets of families that intersect share an element; no set is empty, and its members are elements of the sort."""
    found: list[Clause] = []
    families = {type.name: type for type in quorums}
    for type in quorums:
        one, element = universe.bound(universe.sort(type)), universe.bound(universe.sort(type.member))
        found.append(Clause((one,), z3.Exists([element], universe.member(element, one, type))))
        inside = well_typed(universe, element, type.member)
        if inside is not True:
            found.append(Clause((one, element), z3.Implies(universe.member(element, one, type), inside)))
        for name in type.intersects:
            if name in families:
                other = universe.bound(universe.sort(families[name]))
                both = z3.And(universe.member(element, one, type), universe.member(element, other, families[name]))
                found.append(Clause((one, other), z3.Exists([element], both)))
    return found
