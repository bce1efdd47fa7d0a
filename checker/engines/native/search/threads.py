"""Threads of machine code, and what Ctrl-C does to them."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from types import FrameType


@contextmanager
def interrupts_noted(stop: Callable[[], None]) -> Generator[None]:
    """Ctrl-C calls `stop`, so that threads end after what they have begun, and a second time it interrupts at once.

    Only the main thread is told of Ctrl-C; in another one this does nothing.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    noted = False

    def note(number: int, frame: FrameType | None) -> None:
        nonlocal noted
        if noted:
            raise KeyboardInterrupt
        noted = True
        stop()

    before = signal.signal(signal.SIGINT, note)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _nothing() -> None:
    """What is to be done where nothing is."""


def run_threads(
    calls: Sequence[Callable[[], object]],
    *,
    seconds: float | None = None,
    watch: Callable[[], object] = _nothing,
    stop: Callable[[], None] = _nothing,
) -> None:
    """Makes the calls at the same time, until all have ended; `watch` is called now and then, at most `seconds` apart.

    However this ends, `stop` is called, and no thread is left.
    """
    running = [threading.Thread(target=call, daemon=True) for call in calls]
    for thread in running:
        thread.start()
    try:
        for thread in running:
            while thread.is_alive():
                thread.join(seconds)
                watch()
    finally:
        stop()
        for thread in running:
            thread.join()
