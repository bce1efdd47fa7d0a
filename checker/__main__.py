"""`python -m checker`: the command `checker`."""

from __future__ import annotations

import gc
import sys


def run() -> None:
    """The command, on the arguments of the process.  See `ui.main`."""
    gc.set_threshold(100_000)  # what is imported and compiled at the start stays: a search for garbage there finds none
    try:
        from checker.ui import main
    except KeyboardInterrupt:
        print("interrupted before there was anything to report", file=sys.stderr)
        sys.exit(3)
    main.run()


if __name__ == "__main__":
    run()
