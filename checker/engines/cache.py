"""The cache: files in a folder of the user's, each under a name that says what it was made from.

A file starts with a checksum of its name and of the rest: one that is damaged, or has the name of another, counts as
missing.  So does every file where the folder cannot be made, or where others can write it.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import tempfile
from collections.abc import Iterator
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from secrets import token_hex

_CHECKSUM = 32


def cache_folder() -> Path:
    """Below the user's cache folder, which `XDG_CACHE_HOME` names."""
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    if not base:
        try:
            base = Path.home() / ".cache"
        except RuntimeError:  # a user without a home: there is no place, and what is written there is lost
            base = os.devnull
    return Path(base) / "consensus-checker"


def proofs_folder() -> Path:
    """Where the results of proofs are kept."""
    return cache_folder() / "proofs"


def digest(*made_from: str) -> str:
    """A name for what is made from these texts; with another version of the engines it is another."""
    return hashlib.sha256("\n".join((_own_version(), *made_from)).encode()).hexdigest()


@cache
def _own_version() -> str:
    """A digest of the code that makes what is kept, so that a change of it makes all that is old foreign.

    The code may lie in a zip file, or be there as byte code alone.  Where it is not found, nothing is used again."""
    package = resources.files("checker")
    sources = [content for part in ("core", "frontend", "engines") for content in _sources(package.joinpath(part))]
    return hashlib.sha256(b"".join(sources)).hexdigest() if sources else token_hex(32)


def _sources(folder: Traversable) -> Iterator[bytes]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from () if entry.name == "__pycache__" else _sources(entry)
        elif entry.name.endswith((".py", ".pyc")):
            yield entry.name.encode() + entry.read_bytes()


def trusted_folder(folder: Path) -> bool:
    """Makes the folder where it is missing, for this user alone.  False where it cannot be made, is a link or the
    folder of another user, or can be written by others: what is in it may be anybody's."""
    try:
        if not os.path.lexists(folder):
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o700)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode):
            return False
        if not hasattr(os, "geteuid"):  # Windows, where a user's folder is the user's own
            return True
        if found.st_uid != os.geteuid() or found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            return False
        if stat.S_IMODE(found.st_mode) != 0o700:
            folder.chmod(0o700)
        return True
    except OSError:
        return False


def content_of(file: Path) -> bytes | None:
    """What is in a file of the cache, or None where there is nothing that can be trusted."""
    content = _bytes(file)
    if content is None:
        return None
    checksum, rest = content[:_CHECKSUM], content[_CHECKSUM:]
    return rest if _checksum(file, rest) == checksum else None


def _bytes(file: Path) -> bytes | None:
    """The bytes of a regular file; of a link, a pipe or a device nothing, and nobody waits for one."""
    if not trusted_folder(file.parent):
        return None
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        descriptor = os.open(file, flags)
        with os.fdopen(descriptor, "rb") as opened:
            return opened.read() if stat.S_ISREG(os.fstat(descriptor).st_mode) else None
    except (OSError, MemoryError):
        return None


def keep(file: Path, content: bytes) -> None:
    """Stores it under a temporary name first, so that no other process sees half a file."""
    if not trusted_folder(file.parent):
        return
    with contextlib.suppress(OSError):
        descriptor, temporary = tempfile.mkstemp(dir=file.parent)
        try:
            with os.fdopen(descriptor, "wb") as target:
                target.write(_checksum(file, content) + content)
            Path(temporary).replace(file)
        except OSError:
            Path(temporary).unlink()


def _checksum(file: Path, rest: bytes) -> bytes:
    """Of the content and of the name, so that what was made from something else is nothing under this name."""
    return hashlib.sha256(file.name.encode() + b"\n" + rest).digest()
