"""Ctrl-C while the command runs: an interruption is pending until somebody has taken it.

`KeyboardInterrupt` is raised wherever Python happens to be, and is lost where that is a destructor or a library that
swallows it.  So the command raises it again while nobody says that he ends for its sake.  Outside of the command (in a
notebook, say) nothing is noted, and Python's own ways stand.
"""

from __future__ import annotations

from time import monotonic

_pending = _taken = False
_noted_at = float("-inf")


def begin() -> None:
    """A command begins: what was taken before is no matter of its."""
    global _taken
    _taken = False


def note() -> None:
    """The main thread was told of Ctrl-C."""
    global _pending, _noted_at
    _pending, _noted_at = True, monotonic()


def take() -> None:
    """Whoever calls this ends what it does, and says so."""
    global _pending, _taken
    _pending, _taken = False, _taken or _pending


def is_pending() -> bool:
    """Has nobody taken the last interruption?"""
    return _pending


def is_behind(problem: BaseException) -> bool:
    """Is this exception Ctrl-C, or what became of it in a library?

    `ctypes` makes an `ArgumentError` of it; and whoever waits in `threading` may be interrupted so that he releases a
    lock that he does not hold.
    """
    words = str(problem)
    is_lock = isinstance(problem, RuntimeError) and ("unlocked lock" in words or "un-acquired lock" in words)
    return isinstance(problem, KeyboardInterrupt) or _pending or "KeyboardInterrupt" in words or is_lock


def was_taken() -> bool:
    """Has somebody ended early?"""
    return _taken


def noted_since(moment: float) -> bool:
    """Was the main thread told of Ctrl-C since that moment (of `time.monotonic`)?  One that is inside of C is not."""
    return _noted_at >= moment
