"""Folders in the cache that killed runs have left behind: nobody was told of them, so nobody goes on from there."""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

KEPT = "kept"
"""A file in the folder of a run whose user was told how to go on from there."""

YOUNG_SECONDS = 60.0
"""A folder that was changed since then may be that of a run which has not locked it yet."""


def keep(folder: Path) -> None:
    """Marks a folder as one that somebody may go on from."""
    with contextlib.suppress(OSError):
        os.close(os.open(folder / KEPT, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), 0o600))


def clear(searches: Path) -> int:
    """Removes the folders of runs that are gone and were not kept; how many.  A run holds a lock on its folder."""
    if fcntl is None or not searches.is_dir() or searches.is_symlink():
        return 0
    cleared = 0
    with contextlib.suppress(OSError):
        for folder in sorted(searches.iterdir()):
            if folder.is_dir() and not folder.is_symlink() and not (folder / KEPT).exists() and _is_abandoned(folder):
                shutil.rmtree(folder, ignore_errors=True)
                cleared += not folder.exists()
    return cleared


def _is_abandoned(folder: Path) -> bool:
    assert fcntl is not None
    try:
        if time.time() - folder.stat().st_mtime < YOUNG_SECONDS:
            return False
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    except OSError:
        return False
    finally:
        os.close(descriptor)
