"""What Z3 answers, and how Ctrl-C ends the wait for it."""
# pyright: basic
from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager

import z3

AGAIN_SECONDS = 0.05
"""Between two requests to stop: one that comes before Z3 has begun has no effect."""


def answer(solver: z3.Solver, *assumptions: z3.BoolRef) -> z3.CheckSatResult:
    """`solver.check(*assumptions)`, in a thread of its own.

    Inside of Z3 no Ctrl-C is heard, and Z3's own way to hear it would only end one query of many.  So the main thread
    waits outside, and tells Z3 to stop.  Raises `KeyboardInterrupt` after Z3 has done so.
    """
    solver.set(ctrl_c=False)
    call = _Call(lambda: solver.check(*assumptions), solver.ctx.interrupt)
    with _nothing_collected():
        try:
            call.start()
            call.ended.wait()
        except BaseException:  # Ctrl-C, or what it makes of a lock
            call.stop()
            raise
    if call.problem is not None:
        raise call.problem
    return call.result


@contextmanager
def _nothing_collected() -> Generator[None]:
    """Meanwhile no garbage is collected: a Z3 term in it would be freed, and Z3 does one thing at a time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


class _Call:
    """A call in another thread, which may be told to stop before it has begun."""

    def __init__(self, function: Callable[[], z3.CheckSatResult], interrupt: Callable[[], None]) -> None:
        self.function = function
        self.interrupt = interrupt
        self.result = z3.unknown
        self.problem: BaseException | None = None
        self.ended = threading.Event()
        self._is_begun = self._is_cancelled = False

    def start(self) -> None:
        """Makes the call in a thread of its own, or in this one where none is granted."""
        try:
            threading.Thread(target=self._make, daemon=True).start()
        except RuntimeError:
            self._make()

    def _make(self) -> None:
        self._is_begun = True
        try:
            if not self._is_cancelled:
                self.result = self.function()
        except BaseException as problem:
            self.problem = problem
        finally:
            self.ended.set()

    def stop(self) -> None:
        """Returns when the call has ended, or will never be made; Ctrl-C does not hasten it."""
        while True:
            try:
                self._is_cancelled = True  # from here on it does not begin
                if not self._is_begun or self.ended.wait(AGAIN_SECONDS):
                    return
                self.interrupt()
            except (KeyboardInterrupt, RuntimeError):
                continue
