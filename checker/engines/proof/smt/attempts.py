"""One obligation against solvers, which must find no model of the goal with the hypotheses, on a rung of a ladder."""
# pyright: basic
from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

import z3

from checker.core.structs import struct
from checker.core.types import QuorumType
from checker.engines.proof.obligations import Answer, Result
from checker.engines.proof.smt import second
from checker.engines.proof.smt.formulas import Clause, Constants, clause, instances, skolemised
from checker.engines.proof.smt.ladder import CVC5_SUPPORTED, SUPPORTED, Form, Ladder, Rung, for_cvc5
from checker.engines.proof.smt.logic import Symbol
from checker.engines.proof.smt.solvers import Ask, smt_text, z3_answer, z3_answer_apart
from checker.engines.proof.smt.traversal import contents
from checker.engines.proof.smt.triggers import matched
from checker.engines.proof.smt.universe import Universe, name_of_sort
from checker.engines.proof.smt.values import well_typed
from checker.engines.proof.trust import Solver, Trusted

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


def attempt(
    universe: Universe, query: Query, ladder: Ladder, until: float, trust: Trusted, *, apart: bool = False
) -> Result:
    """Climbs a ladder until there is an answer, or until the time `until` (of `time.monotonic`).

    A refusal that is a disjunction is refuted part by part, each with fewer constants.  With `apart` Z3 is asked in a
    process of its own on each rung, so that where it breaks down the next one is tried.
    """
    parts = query.refused.children() if z3.is_or(query.refused) else [query.refused]
    goals = [_Attempt(universe, query, [query.given, part]) for part in parts]
    found: dict[Solver, _Climbed] = {}
    for solver in trust.asked:
        if not trust.both and any(climbed.answer != "unknown" for climbed in found.values()):
            break
        rungs, hint = ladder, _hint(found)
        if solver == "cvc5":
            rungs = for_cvc5(ladder, has_to_prove=trust.both)
        if rungs or hint:
            found[solver] = _asked(solver, goals, rungs, until, hint, apart)
    for solver in found:
        if trust.both and found[solver].answer == "unknown" and (hint := _hint(found)):
            again = _asked(solver, goals, (), until, hint, apart)
            found[solver] = replace(again, seconds=found[solver].seconds + again.seconds)
    return _result(query, found, trust)


@struct
class _Climbed:
    """What a solver by itself came to: with which hypotheses, its dearest rung, the seconds of the processor."""

    answer: Answer
    used: tuple[str, ...] = ()
    rung: Rung | None = None
    seconds: float = 0.0


def _hint(found: Mapping[Solver, _Climbed]) -> _Climbed | None:
    """A proof that the next solver is told of: its hypotheses are mostly few, and enough."""
    return next((climbed for climbed in found.values() if climbed.answer == "proved"), None)


def _asked(
    solver: Solver, goals: Sequence[_Attempt], ladder: Ladder, until: float, hint: _Climbed | None, apart: bool
) -> _Climbed:
    climb = partial(_climbed, goals, ladder, solver, until, hint, apart=apart)
    return climb() if solver == "z3" else second.beside(climb, until, _Climbed("unknown"))


def _climbed(
    goals: Sequence[_Attempt], ladder: Ladder, solver: Solver, until: float, hint: _Climbed | None, *, apart: bool
) -> _Climbed:
    before = time.process_time()
    ask = second.answer if solver == "cvc5" else z3_answer_apart if apart else z3_answer
    used: dict[str, None] = {}
    dearest: Rung | None = None
    answer: Answer = "proved"
    for goal in goals:
        rungs = goal.rungs(ladder, SUPPORTED if solver == "z3" else CVC5_SUPPORTED, hint)
        answer, needed, rung = goal.climb(rungs, ask, until)
        dearest = max(filter(None, (dearest, rung)), key=lambda each: each.effort, default=None)
        if answer != "proved":
            break
        used.update(dict.fromkeys(needed))
    needed = tuple(used) if answer == "proved" else ()
    return _Climbed(answer, needed, dearest, time.process_time() - before)


def _result(query: Query, found: Mapping[Solver, _Climbed], trust: Trusted) -> Result:
    proved: list[Solver] = [solver for solver, climbed in found.items() if climbed.answer == "proved"]
    refuted: list[Solver] = [solver for solver, climbed in found.items() if climbed.answer == "refuted"]
    used = {name for climbed in found.values() for name in climbed.used}
    counting = [(solver, climbed.rung) for solver, climbed in found.items() if solver in proved or not proved]
    return Result(
        answer="proved" if trust.suffices(proved) else "refuted" if refuted else "unknown",
        used=tuple(name for name in query.hypotheses if name in used),
        rung="; ".join(("" if solver == "z3" else "cvc5: ") + rung.words for solver, rung in counting if rung),
        seconds=sum(climbed.seconds for climbed in found.values()),
        proved_by=tuple(proved),
        refuted_by=tuple(refuted),
    )


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
        self._instances: dict[tuple[int, Form], list[Symbol]] = {}

    def climb(
        self, rungs: Iterable[tuple[Rung, Collection[str]]], ask: Ask, until: float
    ) -> tuple[Answer, Collection[str], Rung | None]:
        """The answer of a solver, the hypotheses that a proof used, and the last rung that was tried."""
        last: Rung | None = None
        for rung, names in rungs:
            left = until - time.monotonic()
            if left <= 0:
                break
            last = rung
            text, flags = smt_text(self.assertions(rung, names))
            found, core = ask(text, list(flags), rung, left)
            if found == "proved":
                return "proved", [name for flag, name in flags.items() if flag in core], rung
            if found == "refuted" and not self._leaves_out(rung, names):
                return "refuted", (), rung
        return "unknown", (), last

    def rungs(
        self, ladder: Ladder, supported: Ladder, hint: _Climbed | None
    ) -> Iterator[tuple[Rung, Collection[str]]]:
        """The rungs, each with the names of the hypotheses on it.

        First come those that the `hint`, another proof, used, in the form that they had there before all others; then
        those that the author names."""
        query = self.query
        named = [name for name in query.hypotheses if name in query.support or name in query.own]
        own = [name for name in query.hypotheses if name in query.own]
        if hint is not None and hint.rung is not None:
            form = hint.rung.form
            yield from ((rung, hint.used) for rung in sorted(supported, key=lambda rung: rung.form != form))
        for rung in supported if query.support else ():
            yield rung, named
        for rung in ladder:
            yield rung, own if rung.own else list(query.hypotheses)

    def _leaves_out(self, rung: Rung, names: Collection[str]) -> bool:
        """Does the rung say less than the query?  Then a model of it is none of the query."""
        query = self.query
        if rung.own or len(names) < len(query.hypotheses):
            return True
        clauses = [*query.always, *(clause for found in query.hypotheses.values() for clause in found)]
        return rung.form not in ("as written", "whole") and any(clause.is_existential for clause in clauses)

    def assertions(self, rung: Rung, names: Collection[str]) -> dict[str | None, list[Symbol]]:
        """What is asserted: the formulas of each hypothesis by its name, all else under None."""
        query = self.query
        found: dict[str | None, list[Symbol]] = {None: list(self.goal)}
        symbols = set(self.symbols)
        for name in names:
            for entry in query.hypotheses[name]:
                formulas = self._in_form(entry, rung.form)
                found.setdefault(name, []).extend(formulas)
                symbols |= entry.symbols if formulas else frozenset()
        if not rung.own:
            symbols = symbols.union(*(entry.symbols for entry in query.always))
        defined, symbols = _definitions(self.universe, symbols)
        for entry in query.always:
            if entry.symbols <= symbols:
                found[None] += self._in_form(entry, rung.form)
        found[None] += defined
        return found

    def _in_form(self, entry: Clause, form: Form) -> list[Symbol]:
        if not entry.is_existential or form == "as written":
            return [entry.formula]
        match form:
            case "universal":
                return []
            case "in quorums" | "in unmatched" | "instances":
                return self._at_constants(entry, form)
            case _:
                return [*self._at_constants(entry, "instances"), entry.formula]

    def _at_constants(self, entry: Clause, form: Form) -> list[Symbol]:
        key = (id(entry), form)
        if key not in self._instances:
            chosen = self._chosen(entry, form)
            self._instances[key] = instances(entry, self.constants, chosen, most=MOST_INSTANCES)
        return self._instances[key]

    def _chosen(self, entry: Clause, form: Form) -> list[Symbol]:
        """The variables of a clause for which constants are put."""
        match form:
            case "in quorums":
                return [variable for variable in entry.variables if str(variable.sort()) in self.quorums]
            case "in unmatched":
                found = matched(entry.variables, entry.matrix)
                return [variable for variable in entry.variables if str(variable) not in found]
            case _:
                return list(entry.variables)


def obligation_text(
    universe: Universe, queries: Sequence[Query], names: Collection[str] | None
) -> tuple[str, Mapping[str, str]]:
    """All parts of queries with the same hypotheses in one text, from the hypotheses of these names or from all (None).

    A text as of `smt_text`, which is more than any rung says where the hypotheses are the same."""
    first = queries[0]
    context = universe.context
    refused = [z3.And(query.given, query.refused) for query in queries]
    goal = [z3.Or(*refused, context)] if len(refused) > 1 else [first.given, first.refused]
    whole = _Attempt(universe, first, goal)
    rung = Rung("as written" if names is None else "whole", effort=0)
    return smt_text(whole.assertions(rung, [name for name in first.hypotheses if names is None or name in names]))


def _witnesses(universe: Universe, goal: Sequence[Symbol]) -> list[Symbol]:
    """What is known of the maxima and sums in a goal, with constants for what exists (the quorum that holds an entry).

    Hypotheses are instantiated at these too.
    """
    defined, _ = _definitions(universe, contents(goal).symbols)
    return [skolemised(universe, formula) for formula in defined if not z3.is_quantifier(formula)]


def _definitions(universe: Universe, symbols: Collection[str]) -> tuple[list[Symbol], set[str]]:
    """What is known of these symbols, and of those that this speaks of; and all of these symbols."""
    found: list[Symbol] = []
    known, pending = set(symbols), [*universe.definitions]
    while True:
        used = [entry for entry in pending if entry[0] in known]
        if not used:
            return found, known
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
