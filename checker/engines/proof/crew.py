"""Work in processes of their own, as many at a time as there are processors.

Z3's terms cannot be sent to another process, but a process that is forked has them.  Each task is done by a new fork of
this process as it is now, so what comes of it does not depend on the other tasks, nor on how many are done at a time.
"""

from __future__ import annotations

import ctypes
import os
import pickle
import selectors
import signal
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Generic, NoReturn, TypeVar

from checker.core.structs import struct

T = TypeVar("T")

SECONDS_TO_FINISH = 2.0
"""How long a task may take beyond the time that it is given."""

_DIE_WITH_PARENT = 1
"""Linux: `PR_SET_PDEATHSIG`."""
_MMAP_THRESHOLD, _MMAP_MOST = -3, 1 << 25
_TRIM_THRESHOLD, _TRIM_MOST = -1, 1 << 30
"""glibc: memory is given back when so much is free, and at once what was asked for in one piece of such a size.  Z3
frees all of it after a question and asks for as much for the next; to get it anew each time took a tenth of the time.
"""


def results(
    tasks: Sequence[Callable[[], T]], workers: int, until: float, *, again: Callable[[int], T] | None = None,
    raises: bool = True,
) -> Iterator[tuple[int, T]]:
    """The number and the result of each task, as they come.

    What is not done by the time `until` (of `time.monotonic`) has no result.  Whatever ends this early, Ctrl-C too,
    ends all processes at once.  Results are pickled.
    A task whose process is killed, be it by a fault of a library, would do the same to this one: what `again` gives for
    its number is the result, or else it has none.  One that fails is done here, which `raises` the error, or has none.
    """
    if not hasattr(os, "fork"):
        yield from ((number, task()) for number, task in enumerate(tasks))
        return
    crew: _Crew[T] = _Crew(until)
    pending = list(enumerate(tasks))
    try:
        while pending or crew.busy:
            while pending and len(crew.busy) < workers and time.monotonic() < until:
                crew.start(*pending.pop(0))
            if not crew.busy:
                return
            for number, ending in crew.ended():
                if isinstance(ending, bytes):
                    yield number, pickle.loads(ending)
                elif os.WIFEXITED(ending):
                    if raises:
                        yield number, tasks[number]()
                elif again is not None:
                    yield number, again(number)
            if time.monotonic() > until + SECONDS_TO_FINISH:
                return
    finally:
        crew.end()


class Beside(Generic[T]):
    """One task in a process of its own, for which nobody waits: it is asked from time to time what came of it.

    Without a way to fork, it is done when somebody waits for it.
    """

    def __init__(self, task: Callable[[], T], until: float) -> None:
        self.task = task
        self.crew: _Crew[T] | None = None
        self.result: T | None = None
        if hasattr(os, "fork"):
            self.crew = _Crew(until)
            self.crew.start(0, task)

    def news(self, *, wait: bool = False) -> T | None:
        """The result, once there is one; for which this may `wait`, as long as the time allows."""
        while self.crew is not None and self.crew.busy:
            for _, ending in self.crew.ended(wait=wait):
                self.result = pickle.loads(ending) if isinstance(ending, bytes) else None
            if not wait or time.monotonic() > self.crew.until:
                break
        if self.crew is None and wait and self.result is None:
            self.result = self.task()
        return self.result

    def end(self) -> None:
        """Ends the process at once."""
        if self.crew is not None:
            self.crew.end()


@struct(eq=False)
class _Member:
    number: int
    process: int
    received: bytearray


class _Crew(Generic[T]):
    """The processes that are at work, by the pipes on which they answer."""

    def __init__(self, until: float) -> None:
        self.until = until
        self.busy: dict[int, _Member] = {}
        self.selector = selectors.DefaultSelector()

    def start(self, number: int, task: Callable[[], T]) -> None:
        """Forks a process for the task."""
        reading, writing = os.pipe()
        process = forked()
        if process == 0:
            _work(task, writing)
        os.close(writing)
        self.busy[reading] = _Member(number, process, bytearray())
        self.selector.register(reading, selectors.EVENT_READ)

    def ended(self, *, wait: bool = True) -> Iterator[tuple[int, bytes | int]]:
        """Waits until there is news; what the processes that ended have answered, or the status of one that did not."""
        left = max(0.0, self.until + SECONDS_TO_FINISH - time.monotonic())
        for key, _ in self.selector.select(left + 0.01 if wait else 0):
            member = self.busy[key.fd]
            if received := os.read(key.fd, 1 << 16):
                member.received.extend(received)
                continue
            status = self._forget(key.fd)
            yield member.number, status or bytes(member.received)

    def end(self) -> None:
        """Ends all processes at once."""
        for reading, member in list(self.busy.items()):
            os.kill(member.process, signal.SIGKILL)
            self._forget(reading)
        self.selector.close()

    def _forget(self, reading: int) -> int:
        """Takes leave of a process that has ended; its status."""
        self.selector.unregister(reading)
        os.close(reading)
        return os.waitpid(self.busy.pop(reading).process, 0)[1]


def forked() -> int:
    """What `os.fork` gives.  Libraries are called back meanwhile, and what they raise is only printed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of forks beside threads, which do nothing of Z3's
        return os.fork()


def _work(task: Callable[[], object], writing: int) -> NoReturn:
    """Does the task in this new process, answers, and ends without what a process does at its end."""
    status = 1
    try:
        signal.set_wakeup_fd(-1)
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent is told too, and ends this process
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        if sys.platform == "linux":
            library = ctypes.CDLL(None)
            library.prctl(_DIE_WITH_PARENT, signal.SIGKILL)
            if hasattr(library, "mallopt"):
                library.mallopt(_MMAP_THRESHOLD, _MMAP_MOST)
                library.mallopt(_TRIM_THRESHOLD, _TRIM_MOST)
        with os.fdopen(writing, "wb") as answer:
            answer.write(pickle.dumps(task()))
        status = 0
    finally:
        os._exit(status)
