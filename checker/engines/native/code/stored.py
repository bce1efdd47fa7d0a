"""Object code on disk.

The cache holds up to two files for each program, baseline and optimised code, named by what it was made from: spec,
model, processor, versions.  A file starts with a checksum of the rest; one that is damaged is made anew.  Where the
folder cannot be written, the code is compiled every time.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from checker.core.structs import struct

_CHECKSUM = 32


@struct
class Stored:
    """Object code, the names of its functions, and what the builder of the module had to say about it."""

    names: tuple[str, ...]
    facts: Mapping[str, int]
    code: bytes


def cache_folder() -> Path:
    """Where object code is kept: below the user's cache folder, which `XDG_CACHE_HOME` names."""
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    if not base:
        try:
            base = Path.home() / ".cache"
        except RuntimeError:  # a user without a home: there is no place, and what is written there is lost
            base = os.devnull
    return Path(base) / "consensus-checker"


def digest(*made_from: str) -> str:
    """A name for what native code made from these texts does; with another version of the engines it is another."""
    return hashlib.sha256("\n".join((_own_version(), *made_from)).encode()).hexdigest()


@cache
def _own_version() -> str:
    """A digest of the code that makes native programs, so that a change of it makes old object code foreign."""
    package = Path(__file__).parents[3]
    sources = sorted(source for part in ("core", "engines") for source in (package / part).rglob("*.py"))
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()


def read(file: Path) -> Stored | None:
    """What is in a file of the cache, or None where there is nothing that can be trusted."""
    try:
        content = file.read_bytes()
    except OSError:
        return None
    checksum, rest = content[:_CHECKSUM], content[_CHECKSUM:]
    if hashlib.sha256(rest).digest() != checksum:
        return None
    header, _, code = rest.partition(b"\n")
    names, facts = json.loads(header)
    return Stored(tuple(names), facts, code)


def write(file: Path, stored: Stored) -> None:
    """Stores it under a temporary name first, so that no other process sees half a file."""
    rest = json.dumps((stored.names, dict(stored.facts))).encode() + b"\n" + stored.code
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=file.parent)
        try:
            with os.fdopen(descriptor, "wb") as target:
                target.write(hashlib.sha256(rest).digest() + rest)
            Path(temporary).replace(file)
        except OSError:
            Path(temporary).unlink()
