"""Which solvers a proof is believed for: one, or two that share no code and have to prove each obligation."""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping
from contextlib import redirect_stdout
from typing import Literal, TypeAlias, get_args

from checker.core import interruption
from checker.core.errors import UserError
from checker.core.structs import struct
from checker.engines.asked import wrong

Answer: TypeAlias = Literal["proved", "refuted", "unknown"]
Solver: TypeAlias = Literal["z3", "cvc5"]
Trust: TypeAlias = Literal["one", "two"]

SOLVERS: tuple[Solver, ...] = get_args(Solver)

ANSWERS: Mapping[str, Answer] = {"unsat": "proved", "sat": "refuted"}
"""By the word of a solver; all others stand for no answer."""


@struct
class Trusted:
    """The solvers that are asked, in this order: of one alone the next one is asked where it has no answer.

    `both`: each of them has to prove it."""

    asked: tuple[Solver, ...]
    both: bool = False

    def suffices(self, proved_by: Collection[Solver]) -> bool:
        """Is what these prove proved?"""
        return set(self.asked) <= set(proved_by) if self.both else bool(proved_by)

    def without(self, known: Collection[Solver]) -> Trusted:
        """Without those that are known to prove it."""
        return Trusted(tuple(solver for solver in self.asked if solver not in known), self.both)


def trusted(trust: Trust) -> Trusted:
    """Who is asked.  Raises `UserError` C030 for another word, and P004 where two are wanted and cvc5 is not there."""
    from checker.engines.proof.smt import second

    if trust not in get_args(Trust):
        wrong("trust", trust, 'give "one" or "two": how many solvers have to prove each obligation')
    if trust == "two":
        second.load()
        return Trusted(("z3", "cvc5"), both=True)
    return Trusted(("z3", "cvc5") if second.is_installed() else ("z3",))


def load_z3() -> None:
    """Loads it.  Raises `UserError` P002 where it is not there, or does not load."""
    try:
        with redirect_stdout(sys.stderr):  # where it prints its complaints
            import z3  # pyright: ignore  # noqa: F401
    except Exception as error:  # a missing library is told by an exception of its own
        if interruption.is_pending():  # it has swallowed that
            raise KeyboardInterrupt from None
        missing = isinstance(error, ModuleNotFoundError) and error.name == "z3"
        what = "is not installed" if missing else f"is installed and does not load: {type(error).__name__}: {error}"
        raise UserError(
            "P002", f"proofs need Z3, which {what}", help="`pip install --force-reinstall z3-solver` brings it"
        ) from None
