"""`python -m checker`: the command `checker`.  Nothing is imported here before Ctrl-C is guarded."""

# pyright: basic, reportMissingImports=false
import _signal  # what `signal` is made of: that one loads others
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

WORDS = "interrupted before everything was told"

DOCUMENT = f'{{"verdict": "interrupted", "exit_status": 3, "message": "{WORDS}"}}'
"""The same for those who asked for JSON."""


def run() -> None:
    """The command, on the arguments of the process.  See `ui.main`."""
    for number in (_signal.SIGINT, _signal.SIGTERM):
        if _signal.getsignal(number) != _signal.SIG_IGN:  # as it is for what a shell has put into the background
            _signal.signal(number, _end)
    import gc

    gc.set_threshold(100_000)  # what is imported and compiled at the start stays: a search for garbage there finds none
    from checker.ui import main, process

    process.run(main.status)


def _end(number: int, frame: object) -> None:
    """While there is nothing to lose, Ctrl-C ends the process at once."""
    end_at_once(is_told=False)


def end_at_once(is_told: bool) -> "NoReturn":
    """Ends the process as interrupted; `is_told`: is there something on standard output already?"""
    for descriptor, text in ((2, WORDS), (1, DOCUMENT if "--json" in sys.argv and not is_told else "")):
        try:  # noqa: SIM105 - not to import anything
            os.write(descriptor, f"{text}\n".encode() if text else b"")
        except OSError:  # it is closed, or nobody reads it
            pass
    os._exit(3)


if __name__ == "__main__":
    try:
        here = os.getcwd()
    except OSError:  # it was removed
        here = ""
    if sys.path[:1] == [here]:
        del sys.path[0]  # the current folder: its files have names that are free there, and not here
    run()
