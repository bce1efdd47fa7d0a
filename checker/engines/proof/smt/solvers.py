"""What a solver is asked: a text in SMT-LIB, the same for each of them; and what Z3 answers to it."""
# pyright: basic
from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import TypeAlias

import z3

from checker.engines.proof.crew import results
from checker.engines.proof.smt.answers import answer
from checker.engines.proof.smt.ladder import Rung
from checker.engines.proof.smt.logic import Symbol
from checker.engines.proof.trust import ANSWERS, Answer

FIRST_SEED = 0
"""Z3's random numbers begin so far from the seed of a rung; a benchmark changes it, to see which proofs need luck."""

Ask: TypeAlias = Callable[[str, Sequence[str], Rung, float], tuple[Answer, Collection[str]]]
"""A solver: its answer to a text of `smt_text` where all flags are, and of a proof the flags that it used."""


def smt_text(assertions: Mapping[str | None, Sequence[Symbol]]) -> tuple[str, Mapping[str, str]]:
    """SMT-LIB in which each hypothesis is assumed where its flag is; and which flag stands for which.

    `assertions`: the formulas of each hypothesis by its name, all else under None."""
    context = assertions[None][0].ctx
    writer = z3.Solver(ctx=context)
    writer.add(*assertions[None])
    flags: dict[str, str] = {}
    for name, formulas in assertions.items():
        if name is not None and formulas:
            flag = f"hypothesis {len(flags)}"
            flags[flag] = name
            whole = z3.And(*formulas) if len(formulas) > 1 else formulas[0]
            writer.add(z3.Implies(z3.Bool(flag, context), whole))
    return writer.to_smt2(), flags


def z3_answer(text: str, flags: Sequence[str], rung: Rung, seconds: float) -> tuple[Answer, Collection[str]]:
    """Z3's answer where all flags are, and of a proof the flags that it used.

    Z3 reads the text in a context of its own: what it does then depends on nothing that was asked before.
    """
    context = z3.Context()
    solver = _solver(context, text, rung)
    solver.set(timeout=max(1, int(1000 * seconds)), rlimit=rung.effort, random_seed=FIRST_SEED + rung.seed)
    found = answer(solver, *(z3.Bool(flag, context) for flag in flags))
    core = {str(flag) for flag in solver.unsat_core()} if found == z3.unsat else set()
    return ANSWERS.get(str(found), "unknown"), core


def z3_answer_apart(text: str, flags: Sequence[str], rung: Rung, seconds: float) -> tuple[Answer, Collection[str]]:
    """The same from a process of its own; no answer where Z3 breaks down, which it does now and then at its limits."""
    until = time.monotonic() + seconds
    for _, found in results([partial(z3_answer, text, flags, rung, seconds)], 1, until):
        return found
    return "unknown", ()


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
