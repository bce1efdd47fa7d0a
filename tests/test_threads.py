"""Threads are waited for to their ends, whatever Ctrl-C says: Python 3.11 takes them for ended where it interrupts."""

from __future__ import annotations

import os
import signal
import threading
import time

import pytest

from checker.engines.threads import outlast, run_threads, start_thread


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


def test_calls_that_are_granted_no_thread_are_made_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    begin, made = threading.Thread.start, list[int]()

    def only_once(thread: threading.Thread) -> None:
        monkeypatch.setattr(threading.Thread, "start", refuse)
        begin(thread)

    def refuse(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", only_once)
    run_threads([lambda number=number: made.append(number) for number in range(3)])
    assert sorted(made) == [0, 1, 2]


def test_no_thread_is_left_when_ctrl_c_ends_the_wait() -> None:
    work, stopped = Work(), list[str]()
    with pytest.raises(KeyboardInterrupt):
        run_threads([work], stop=lambda: stopped.append("asked"))
    assert stopped == ["asked"]
    assert work.is_done
