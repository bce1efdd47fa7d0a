"""The process of the command: its two streams, Ctrl-C, and the status that it ends with."""

from __future__ import annotations

import atexit
import errno
import io
import os
import select
import signal
import sys
import threading
from collections.abc import Callable
from time import monotonic, sleep
from types import FrameType
from typing import NoReturn, TextIO

from checker.__main__ import DOCUMENT, WORDS, end_at_once
from checker.core import interruption

INTERRUPTED = 3
"""The exit status."""

SOON_SECONDS = 0.005

AGAIN_SECONDS = 1.0
"""After which an interruption that nobody has taken is raised again."""

PATIENCE_SECONDS = 2.0
"""How long the main thread may be inside of C, where no interruption reaches it."""

MOST_RAISED = 2
"""How often `KeyboardInterrupt` is raised: who presses once more wants the end, whatever is not tidied up then."""


class Stream(io.FileIO):
    """A file to which writing never fails: what cannot be written is dropped, and `problem` says why.

    So a library that would end the process for want of a reader (as rich and click do, with status 1) is never asked.
    """

    problem: OSError | None = None
    is_used = False

    def write(self, data: object, /) -> int:
        """As `FileIO`, also where the file is one that others have set not to block."""
        while self.problem is None:
            try:
                written: int | None = super().write(data)  # pyright: ignore[reportArgumentType]
            except OSError as problem:
                self.problem = problem
                break
            if written is not None:
                self.is_used = True
                return written
            select.select([], [self], [])
        return len(data)  # pyright: ignore[reportArgumentType]


def run(command: Callable[[], int]) -> NoReturn:
    """Calls `command`, and ends the process with the exit status that it returns.

    Where the reader of standard output has left, nothing else changes.  Where it cannot be written for another reason,
    and there was something to write, the status is 3: the verdict could not be told.  Ctrl-C and SIGTERM end it with 3.
    """
    output = _guard_streams()
    try:
        try:
            _Interruptions(output).guard()
            status = command()
            sys.stdout.flush()
        except KeyboardInterrupt:
            status = interrupted()
    except KeyboardInterrupt:  # pressed again, before this could be told
        status = INTERRUPTED
    _leave_when_interrupted(status)
    sys.stdout.flush()
    status = _or_lost(status, output.problem)
    if status == INTERRUPTED:
        os._exit(status)  # whatever else goes on, in a thread or in C, is not waited for
    sys.exit(status)


def interrupted() -> int:
    """Says that the command was interrupted; the exit status."""
    interruption.take()
    sys.stdout.flush()
    if "--json" in sys.argv and not _is_told(sys.stdout):
        print(DOCUMENT)
    print(WORDS, file=sys.stderr)
    return INTERRUPTED


def _is_told(stream: TextIO) -> bool:
    """Is something on standard output already?"""
    file: object = getattr(getattr(stream, "buffer", None), "raw", None)
    return isinstance(file, Stream) and file.is_used


def _or_lost(status: int, problem: OSError | None) -> int:
    """The status, or the one that stands for a verdict that could not be told."""
    if problem is None or problem.errno == errno.EPIPE:
        return status
    print(f"standard output cannot be written: {problem.strerror}", file=sys.stderr)
    return status if status == 2 else 3


# --- the streams --------------------------------------------------------------------------------------------------


def _guard_streams() -> Stream:
    """Makes both streams ones that never fail, neither on writing nor on a character; what standard output goes to."""
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDONLY)  # it takes the place of a closed one, which no other file may get
    sys.stderr, _ = _guarded(2, sys.stderr, "backslashreplace")
    sys.stdout, output = _guarded(1, sys.stdout, "replace")
    return output


def _guarded(descriptor: int, stream: io.TextIOWrapper | object, errors: str) -> tuple[io.TextIOWrapper, Stream]:
    file = Stream(descriptor, "w", closefd=False)
    encoding = getattr(stream, "encoding", None) or "utf-8"
    lines = descriptor == 2 or file.isatty()
    return io.TextIOWrapper(io.BufferedWriter(file), encoding, errors, line_buffering=lines), file


# --- Ctrl-C -------------------------------------------------------------------------------------------------------


class _Interruptions:
    """Ctrl-C raises `KeyboardInterrupt` until somebody takes it; where nobody can, the process ends all the same."""

    def __init__(self, output: Stream) -> None:
        self.output = output
        self.raised = 0

    def guard(self) -> None:
        """From here on."""
        # Python's own end would tell of an interruption with a traceback; what is registered first is called last
        atexit.register(_on_interruptions, signal.SIG_IGN)
        reading, writing = os.pipe()
        os.set_blocking(writing, False)
        signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
        threading.Thread(target=self.watch, args=(reading,), daemon=True).start()
        signal.signal(signal.SIGALRM, self.note)
        _on_interruptions(self.note)

    def note(self, number: int, frame: FrameType | None) -> None:
        """The handler of signals."""
        if number != signal.SIGALRM:
            interruption.note()
        if not interruption.is_pending():
            return
        if self.raised == MOST_RAISED:
            end_at_once(self.output.is_used)
        swallowed = _is_swallowed(frame)
        signal.setitimer(signal.ITIMER_REAL, SOON_SECONDS if swallowed else AGAIN_SECONDS)
        if not swallowed:
            self.raised += 1
            raise KeyboardInterrupt

    def watch(self, reading: int) -> None:
        """Ends the process when the main thread does not come to know of an interruption: it may be inside of C."""
        while told := os.read(reading, 1):
            if told[0] in (signal.SIGINT, signal.SIGTERM):
                began = monotonic()
                while not interruption.noted_since(began - 1):
                    if monotonic() > began + PATIENCE_SECONDS:
                        end_at_once(self.output.is_used)
                    sleep(0.05)


def _is_swallowed(frame: FrameType | None) -> bool:
    """Would what is raised here only be printed, or be disguised, or leave half an object behind?

    So it is in destructors, in what the import system and forks are called back with, and in Z3, whose calls are short.
    """
    while frame is not None:
        code, module = frame.f_code, str(frame.f_globals.get("__name__"))
        if code.co_name == "__del__" or (code.co_name == "cb" and "importlib" in module):
            return True
        if code.co_name == "forked" and module.endswith(".crew"):
            return True
        if module.partition(".")[0] == "z3":
            return True
        frame = frame.f_back
    return False


def _leave_when_interrupted(status: int) -> None:
    """From here on all is told but for what is still to be flushed."""
    interruption.take()
    _on_interruptions(lambda number, frame: os._exit(status))


def _on_interruptions(handler: Callable[[int, FrameType | None], object] | signal.Handlers) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) is not signal.SIG_IGN:  # as for what a shell has put into the background
            signal.signal(number, handler)
