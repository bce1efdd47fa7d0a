"""cvc5, a solver that shares no code with Z3: it reads the same texts, and is asked where it is installed.

Nothing ends a question to it but its own limits, and while it thinks no Ctrl-C is heard.  So whatever asks it does so
in a process of its own (`beside`), which can be ended at once, and may break down.  It is imported when it is first
asked.
"""
from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any, TypeVar

from checker.core.errors import UserError
from checker.engines.proof.crew import results
from checker.engines.proof.smt.ladder import Rung
from checker.engines.proof.trust import ANSWERS, Answer

T = TypeVar("T")

INSTALL = "`pip install 'consensus-checker[cvc5]'` brings it"


def is_installed() -> bool:
    """Is there a cvc5?  It is not loaded."""
    return find_spec("cvc5") is not None


def load() -> None:
    """Loads it.  Raises `UserError` P004 where it is not there, or does not load."""
    try:
        import_module("cvc5")
    except Exception as error:
        missing = isinstance(error, ModuleNotFoundError) and error.name == "cvc5"
        what = "is not installed" if missing else f"is installed and does not load: {type(error).__name__}: {error}"
        raise UserError("P004", f"a proof by two solvers needs cvc5, which {what}", help=INSTALL) from None


def beside(task: Callable[[], T], until: float, otherwise: T) -> T:
    """What the task, which asks cvc5, comes to in a process of its own.

    `otherwise` where there is no time left (`until`, of `time.monotonic`), and where the process breaks down.
    """
    load()
    for _, found in results([task], 1, until, raises=False):
        return found
    return otherwise


def answer(text: str, flags: Sequence[str], rung: Rung, seconds: float) -> tuple[Answer, Collection[str]]:
    """Its answer where all flags are, and of a proof the flags that it used."""
    cvc5 = import_module("cvc5")
    solver = cvc5.Solver(cvc5.TermManager())
    solver.setOption("produce-unsat-assumptions", "true")
    solver.setOption("enum-inst", "true" if rung.enumerates else "false")
    solver.setOption("rlimit-per", str(rung.effort))
    solver.setOption("tlimit-per", str(max(1, int(1000 * seconds))))
    parser = cvc5.InputParser(solver)
    assumed = " ".join(f"|{flag}|" for flag in flags)
    asking = text.replace("(check-sat)", f"(check-sat-assuming ({assumed}))")
    parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, f"(set-logic ALL)\n{asking}", "obligation")
    said = _said(parser, solver)
    core = solver.getUnsatAssumptions() if said == "unsat" else ()
    return ANSWERS.get(said, "unknown"), [str(term).strip("|") for term in core]


def _said(parser: Any, solver: Any) -> str:
    """The last that it said to the commands of a text."""
    said = ""
    symbols = parser.getSymbolManager()
    while not (command := parser.nextCommand()).isNull():
        said = str(command.invoke(solver, symbols)).strip() or said
    return said
