"""Threads are waited for to their ends, whatever Ctrl-C says: Python 3.11 takes them for ended where it interrupts."""

from __future__ import annotations

import os
import signal
import time

import pytest

from checker.engines.native.threads import outlast, run_threads, start_thread


class Work:
    """Presses Ctrl-C while somebody waits for it, and goes on for a moment."""

    def __init__(self) -> None:
        self.is_done = False

    def __call__(self) -> None:
        time.sleep(0.2)  # by then somebody waits
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.2)
        self.is_done = True


def test_a_thread_is_outlasted() -> None:
    work = Work()
    outlast(start_thread(work))
    assert work.is_done


def test_no_thread_is_left_when_ctrl_c_ends_the_wait() -> None:
    work, stopped = Work(), list[str]()
    with pytest.raises(KeyboardInterrupt):
        run_threads([work], stop=lambda: stopped.append("asked"))
    assert stopped == ["asked"]
    assert work.is_done
