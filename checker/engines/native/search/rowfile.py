"""The states of a search in a file, in the order in which they were found; a row never changes, so it only grows."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from io import FileIO
from pathlib import Path

from checker.engines.native.search.memory import WORD_BYTES, Words

CHUNK_BYTES = 1 << 24
"""Bytes that are written and checked at once."""

_NO_LINK = getattr(os, "O_NOFOLLOW", 0)

NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
"""What systems say where a file cannot become longer."""


class NotWritten(Exception):
    """What was to be written could not be, for a reason that the system gave; the file is as it was before."""

    def __init__(self, error: OSError) -> None:
        self.disk_is_full = error.errno in NO_ROOM
        self.reason = error.strerror or str(error)


class Damaged(Exception):
    """The file does not hold what was written into it."""


class RowFile:
    """Rows of `words` words each, as they lie in memory.  `count` of them belong to it, with the checksum `digest`."""

    def __init__(self, path: Path, words: int) -> None:
        self.path = path
        self.words = words
        self.count = 0
        self._digest = hashlib.blake2b()

    @property
    def row_bytes(self) -> int:
        """Bytes of a row."""
        return self.words * WORD_BYTES

    @property
    def digest(self) -> str:
        """The checksum of all rows."""
        return self._digest.hexdigest()

    def create(self) -> None:
        """An empty file, and no link to another one.  Raises `OSError`."""
        os.close(os.open(self.path, os.O_WRONLY | os.O_CREAT | _NO_LINK, 0o666))

    def append(self, rows: Words, begin: int, end: int) -> None:
        """Appends the rows from `begin` up to but not including `end`, and waits until they are on the disk.

        Raises `NotWritten`.
        """
        digest = self._digest.copy()
        step = max(1, CHUNK_BYTES // self.row_bytes)
        try:
            with FileIO(self.path, "r+", opener=plain_file) as file:
                try:
                    file.seek(self.count * self.row_bytes)
                    for first in range(begin, end, step):
                        with rows.view(first * self.words, min(end, first + step) * self.words) as part:
                            _write(file, part)
                            digest.update(part)
                    os.fsync(file.fileno())
                except OSError:
                    file.truncate(self.count * self.row_bytes)
                    raise
        except OSError as error:
            raise NotWritten(error) from None
        self._digest = digest
        self.count += end - begin

    def reader(self) -> FileIO:
        """The file opened for `read`; each thread has one of its own."""
        return FileIO(self.path, opener=plain_file)

    def read(self, file: FileIO, first: int, count: int, target: Words) -> None:
        """Reads `count` rows, from the row `first` on, to the beginning of `target`.

        Raises `OSError`, and `Damaged` where the file is too short.
        """
        file.seek(first * self.row_bytes)
        with target.view(0, count * self.words) as view:
            done = 0
            while done < len(view):
                with view[done:] as rest:
                    step = file.readinto(rest)
                if not step:
                    raise Damaged
                done += step

    def adopt(self, count: int, digest: str) -> None:
        """Takes over `count` rows that an earlier run wrote, and drops what it wrote after them.

        Raises `OSError`, and `Damaged` where they do not have this checksum.
        """
        self._digest = hashlib.blake2b()
        rest = count * self.row_bytes
        with FileIO(self.path, "r+", opener=plain_file) as file:
            while rest:
                part = file.read(min(CHUNK_BYTES, rest))
                if not part:
                    raise Damaged
                self._digest.update(part)
                rest -= len(part)
            if self.digest != digest:
                raise Damaged
            file.truncate(count * self.row_bytes)
        self.count = count


def plain_file(path: str, flags: int) -> int:
    """An opener of a file that is no link, and no pipe that nobody writes into."""
    descriptor = os.open(path, flags | _NO_LINK | getattr(os, "O_NONBLOCK", 0))
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "it is no file", path)
    return descriptor


def _write(file: FileIO, part: memoryview) -> None:
    """Writes all of it: the system may take less at once."""
    done = 0
    while done < len(part):
        with part[done:] as rest:
            done += file.write(rest)
