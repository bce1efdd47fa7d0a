"""Object code on disk.

The cache holds up to two files for each program, baseline and optimised code, named by what it was made from: spec,
model, processor, versions.  Where one is missing, the code is compiled every time.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from checker.core.structs import struct
from checker.engines.cache import content_of, keep


@struct
class Stored:
    """Object code, the names of its functions, and what the builder of the module had to say about it."""

    names: tuple[str, ...]
    facts: Mapping[str, int]
    code: bytes


def read(file: Path) -> Stored | None:
    """What is in a file of the cache, or None where there is nothing that can be trusted."""
    content = content_of(file)
    if content is None:
        return None
    header, _, code = content.partition(b"\n")
    names, facts = json.loads(header)
    return Stored(tuple(names), facts, code)


def write(file: Path, stored: Stored) -> None:
    """Puts it into the cache."""
    keep(file, json.dumps((stored.names, dict(stored.facts))).encode() + b"\n" + stored.code)
