"""What Z3 answers, and how Ctrl-C ends the wait for it."""
# pyright: basic
from __future__ import annotations

from collections.abc import Callable

import z3

from checker.engines.threads import start_thread

AGAIN_SECONDS = 0.05
"""Between two requests to stop: one that comes before Z3 has begun has no effect."""


def answer(solver: z3.Solver) -> z3.CheckSatResult:
    """`solver.check()`, in a thread of its own.

    Inside of Z3 no Ctrl-C is heard, and Z3's own way to hear it would only end one query of many.  So the main thread
    waits outside, and tells Z3 to stop.  Raises `KeyboardInterrupt` after Z3 has done so.
    """
    solver.set(ctrl_c=False)
    call = _Call(solver.check)
    try:
        ended = start_thread(call)
    except RuntimeError:  # no thread is granted
        return solver.check()
    try:
        ended.wait()
    except KeyboardInterrupt:
        while not ended.wait(AGAIN_SECONDS):
            solver.ctx.interrupt()
        raise
    if call.problem is not None:
        raise call.problem
    return call.result


class _Call:
    """A call whose result, or whose exception, is for another thread."""

    def __init__(self, function: Callable[[], z3.CheckSatResult]) -> None:
        self.function = function
        self.result = z3.unknown
        self.problem: BaseException | None = None

    def __call__(self) -> None:
        try:
            self.result = self.function()
        except BaseException as problem:
            self.problem = problem
