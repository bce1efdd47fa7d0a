"""`python -m checker`: the command `checker`.  Nothing is imported here before Ctrl-C is guarded."""

import sys


def run() -> None:
    """The command, on the arguments of the process.  See `ui.main`."""
    try:
        from checker.ui import process
    except KeyboardInterrupt:
        sys.stderr.write("interrupted before everything was told\n")
        sys.exit(3)
    process.run(_command)


def _command() -> int:
    import gc

    gc.set_threshold(100_000)  # what is imported and compiled at the start stays: a search for garbage there finds none
    from checker.ui import main

    return main.status()


if __name__ == "__main__":
    import os

    try:
        here = os.getcwd()
    except OSError:  # it was removed
        here = ""
    if sys.path[:1] == [here]:
        del sys.path[0]  # the current folder: its files have names that are free there, and not here
    run()
