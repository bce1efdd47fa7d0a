"""Threads of machine code and of a solver, and what Ctrl-C does to them."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from types import FrameType

from checker.core import interruption


AGAIN_SECONDS = 0.1
"""Between two looks whether a thread has ended that was to tell."""


@contextmanager
def interrupts_noted(stop: Callable[[], None]) -> Generator[None]:
    """Ctrl-C calls `stop`, so that threads end after what they have begun, and a second time it interrupts at once.

    So does SIGTERM, where it interrupts (in the command).  Only the main thread is told of them; in another one this
    does nothing.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    noted = False

    def note(number: int, frame: FrameType | None) -> None:
        nonlocal noted
        interruption.note()
        interruption.take()
        if noted:
            raise KeyboardInterrupt
        noted = True
        stop()

    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    handlers = {number: handler for number, handler in handlers.items() if callable(handler)}
    try:
        for number in handlers:
            signal.signal(number, note)
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)


def start_thread(call: Callable[[], object]) -> threading.Event:
    """Makes the call in a thread of its own; the event is set when it has ended.

    Raises `RuntimeError` where the system grants no thread.

    `Thread.join` takes a thread for ended that still runs, where Ctrl-C interrupts it (Python 3.11).
    """
    ended = threading.Event()

    def run() -> None:
        try:
            call()
        finally:
            ended.set()

    threading.Thread(target=run, daemon=True).start()
    return ended


def outlast(ended: threading.Event) -> None:
    """Waits until a thread that cannot be stopped has ended, whatever Ctrl-C says: it uses memory of this one."""
    while True:
        try:
            while not ended.is_set():
                ended.wait(AGAIN_SECONDS)
            return
        except (KeyboardInterrupt, RuntimeError):  # the second one is of a lock that was interrupted in Python
            continue


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

    Calls for which the system grants no thread are made by this one.  However this ends, `stop` is called, and no
    thread is left.
    """
    ends: list[threading.Event] = []
    left: list[Callable[[], object]] = []
    try:
        for call in calls:
            try:
                ends.append(start_thread(call))
            except RuntimeError:
                left.append(call)
        for call in left:
            call()
        for ended in ends:
            while not ended.is_set():
                ended.wait(seconds)
                watch()
    finally:
        stop()
        for ended in ends:
            outlast(ended)
