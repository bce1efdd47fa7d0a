"""A spec for all sizes: its states, steps and properties in one Z3 context, and the obligations of a proof.

That a property holds in every reachable state is shown by induction: it holds in every initial state (with no
hypothesis), and after each step from a state in which all hypotheses hold.
"""
# pyright: basic
from __future__ import annotations

from collections.abc import Mapping, Sequence

import z3

from checker.core import ir
from checker.core.types import QuorumType
from checker.engines.proof.obligations import Claim, Question, with_ints
from checker.engines.proof.smt.actions import SymbolicStep, symbolic_step
from checker.engines.proof.smt.attempts import Query, quorum_axioms
from checker.engines.proof.smt.formulas import Clause, clauses, skolemised
from checker.engines.proof.smt.goals import goals
from checker.engines.proof.smt.logic import Leaf, Symbol, as_term, conjunction
from checker.engines.proof.smt.columns import variable
from checker.engines.proof.smt.terms import Term
from checker.engines.proof.smt.translate import Translator
from checker.engines.proof.smt.universe import Universe
from checker.engines.proof.smt.values import well_typed


class Theory:
    """The Z3 side of a spec.

    `naturals`: the variables whose ints are taken to be at least 0, each a hypothesis; by default all that hold ints.
    The list may change later.
    """

    def __init__(self, spec: ir.LoweredSpec, naturals: list[str] | None = None) -> None:
        self.spec = spec
        self.universe = Universe()
        self.variables = {entry.name: entry for entry in spec.source.variables}
        self.state = {name: variable(self.universe, name, entry.type) for name, entry in self.variables.items()}
        self.quorums = [sort for sort in spec.source.sorts if isinstance(sort, QuorumType)]
        self._steps: dict[str, SymbolicStep] = {}
        self._clauses: dict[str, list[Clause]] = {}
        self.axioms = quorum_axioms(self.universe, self.quorums)
        self.naturals = with_ints(spec) if naturals is None else naturals
        self.types = [clause for name in self.variables for clause in self._type_clauses(name)]

    def query(self, asked: Question) -> Query:
        """The query that a question is."""
        claim, action, hypotheses = asked.claim, asked.action, asked.hypotheses
        if action is None:
            assert claim is not None and hypotheses is not None
            return self.corollary(claim, hypotheses)
        if claim is None:
            return self.impossible(action) if hypotheses is None else self.never(action, hypotheses)
        return self.initial(claim, action) if hypotheses is None else self.step(claim, action, hypotheses)

    def initial(self, claim: Claim, action: ir.LoweredAction) -> Query:
        """The initial states satisfy the claim."""
        step = self._step(action, {})
        return self._query(step.guard, self._truth(claim, {}, step.after))

    def impossible(self, action: ir.LoweredAction) -> Query:
        """The `@init` leads to no state at all."""
        return self._query(self._step(action, {}).guard, False)

    def never(self, action: ir.LoweredAction, hypotheses: Sequence[ir.Property]) -> Query:
        """No state with the hypotheses enables the action."""
        return self._query(self._step(action, self.state).guard, False, hypotheses)

    def step(self, claim: Claim, action: ir.LoweredAction, hypotheses: Sequence[ir.Property]) -> Query:
        """A step from a state with the hypotheses leads to a state with the claim."""
        step = self._step(action, self.state)
        truth = self._truth(claim, self.state, step.after)
        return self._query(step.guard, truth, hypotheses, about=(claim, action.name))

    def corollary(self, claim: Claim, hypotheses: Sequence[ir.Property]) -> Query:
        """A state with the hypotheses satisfies the claim."""
        return self._query(True, self._truth(claim, self.state, None), hypotheses, about=(claim, None))

    def parts(self, entry: ir.Property, hypotheses: Sequence[ir.Property]) -> list[Query]:
        """A state with the hypotheses has the property, part by part."""
        translator = Translator(self.universe, self.state)
        return [
            self._query(goal.given, goal.formula, hypotheses) for goal in goals(translator, entry.formula, {})
        ]

    def parts_in_step(
        self, entry: ir.Property, action: ir.LoweredAction, hypotheses: Sequence[ir.Property]
    ) -> list[Query]:
        """A step from a state with the hypotheses has the property, part by part."""
        step = self._step(action, self.state)
        translator = Translator(self.universe, self.state, step.after)
        return [
            self._query(conjunction((step.guard, goal.given)), goal.formula, hypotheses)
            for goal in goals(translator, entry.formula, {})
        ]

    def demands(self, entry: ir.Property, hypotheses: Sequence[ir.Property]) -> list[Query]:
        """All parts of a property of states, or of the steps of every action."""
        if entry.kind != "step invariant":
            return self.parts(entry, hypotheses)
        return [part for action in self.spec.actions for part in self.parts_in_step(entry, action, hypotheses)]

    def _query(
        self, guard: Leaf, claim: Leaf, hypotheses: Sequence[ir.Property] | None = None, *,
        about: tuple[Claim, str | None] | None = None,
    ) -> Query:
        """Where the step is from no state, there are no hypotheses (None).

        `about` is what the query asks of, and after which action (None: of a state)."""
        naturals = self.naturals if hypotheses is not None else ()
        assumed = {name: self._int_clauses(name) for name in naturals}
        entry = about[0].property if about else None
        return Query(
            given=self._given(guard),
            refused=skolemised(self.universe, self._formula(claim), positive=False),
            hypotheses=assumed | {entry.name: self._property_clauses(entry) for entry in hypotheses or ()},
            always=[*self.axioms, *self.types],
            quorums=self.quorums,
            own=(*naturals, *([entry.name] if entry else [])),
            support=entry.support_after(about[1]) if entry and about else (),
        )

    def _given(self, guard: Leaf) -> Symbol:
        """A guard with constants for what it says to exist, the same ones for each claim."""
        formula = self._formula(guard)
        key = ("given", formula.get_id())
        if key not in self.universe.memory:
            self.universe.memory[key] = (skolemised(self.universe, formula), formula)
        return self.universe.memory[key][0]

    def _truth(self, claim: Claim, before: Mapping[str, Term], after: Mapping[str, Term] | None) -> Leaf:
        """The claim in the state after a step, where there is one; a step invariant, of the step."""
        last = before if after is None else after
        if claim.property is None:
            return well_typed(self.universe, last[claim.name], self.variables[claim.name].type, only_ints=True)
        if claim.property.kind == "step invariant":
            return Translator(self.universe, before, after).formula(claim.property.formula, {})
        return Translator(self.universe, last).formula(claim.property.formula, {})

    def _step(self, action: ir.LoweredAction, state: Mapping[str, Term]) -> SymbolicStep:
        if action.name not in self._steps:
            self._steps[action.name] = symbolic_step(self.universe, action, state)
        return self._steps[action.name]

    def _property_clauses(self, entry: ir.Property) -> list[Clause]:
        if entry.name not in self._clauses:
            truth = Translator(self.universe, self.state).formula(entry.formula, {})
            self._clauses[entry.name] = clauses(self.universe, self._formula(truth))
        return self._clauses[entry.name]

    def _int_clauses(self, name: str) -> list[Clause]:
        if name not in self._clauses:
            truth = well_typed(self.universe, self.state[name], self.variables[name].type, only_ints=True)
            self._clauses[name] = clauses(self.universe, self._formula(truth))
        return self._clauses[name]

    def _type_clauses(self, name: str) -> list[Clause]:
        truth = well_typed(self.universe, self.state[name], self.variables[name].type, any_ints=True)
        return [] if truth is True else clauses(self.universe, self._formula(truth))

    def _formula(self, leaf: Leaf) -> Symbol:
        formula = as_term(leaf, self.universe.context)
        assert z3.is_bool(formula)
        return formula
