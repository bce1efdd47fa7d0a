"""`python -m checker`: the command `checker`."""

from __future__ import annotations

import gc


def run() -> None:
    """The command, on the arguments of the process.  See `ui.main`."""
    gc.set_threshold(100_000)  # what is imported and compiled at the start stays: a search for garbage there finds none
    from checker.ui import main

    main.run()


if __name__ == "__main__":
    run()
