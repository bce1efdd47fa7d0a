"""A search on disk, so that it can go on after its end, whatever that was.

    rows         the states in the order in which they were found, as they lie in memory
    search.json  how far the search was, how many rows belong to that, and a checksum of them

Rows never change once they are saved, so the file only grows: what was found since the last time is appended.  Then
`search.json` is replaced as a whole.  A run that is killed at any moment leaves the last complete save.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from checker.core.errors import UserError
from checker.engines.native.memory import WORD_BYTES, Words

CHUNK_BYTES = 1 << 24
"""Bytes that are read, written and checked at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """How far a search was.

    `count` rows were found; `levels` are their boundaries, `cursor` is the next row to expand.  `notes` and `hits`
    are rows that the unfinished level showed to be wrong, or to reach a witness (plus 1, 0 for none); `reached` maps
    the bit of a witness to a row.  The rest are counts; `seconds` is the time that was spent.
    """

    count: int
    cursor: int
    levels: list[tuple[int, int]]
    notes: list[int]
    hits: list[int]
    reached: dict[int, int]
    initial: int
    outside: int
    terminal: int
    steps: list[int]
    cuts: list[int]
    new: list[int] | None
    seconds: float


class Checkpoint:
    """A folder in which one search is kept.  `key` names everything that its states depend on."""

    def __init__(self, folder: Path, key: str) -> None:
        self.folder = folder
        self.key = key
        self._saved = 0
        self._digest = hashlib.blake2b()
        self._expected = ""

    @property
    def _rows(self) -> Path:
        return self.folder / "rows"

    @property
    def _head(self) -> Path:
        return self.folder / "search.json"

    def begin(self) -> None:
        """Makes room for a new search.  Raises `UserError` C020 where one is kept already, C021 for lack of rights."""
        if self._head.exists():
            raise UserError(
                "C020", f"`{self.folder}` holds the checkpoint of another run",
                help=f"go on with it: --resume {self.folder}; or name another folder",
            )
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._rows.write_bytes(b"")
        except OSError as error:
            raise UserError("C021", f"`{self.folder}` cannot be written: {error.strerror}") from None

    def save(self, snapshot: Snapshot, rows: Words, words: int) -> None:
        """Appends the rows that are new, and then says how far the search was.  Raises `UserError` C021 where that
        cannot be written, on a full disk for example; the save before it is then still whole."""
        try:
            self._append(snapshot.count, rows, words)
            self._replace_head(snapshot, words)
        except OSError as error:
            raise UserError(
                "C021", f"the checkpoint in `{self.folder}` cannot be written: {error.strerror}",
                help=f"make room, and go on from the last one: --resume {self.folder}",
            ) from None

    def _append(self, count: int, rows: Words, words: int) -> None:
        size = words * WORD_BYTES
        with self._rows.open("ab") as file:
            for start in range(self._saved * size, count * size, CHUNK_BYTES):
                part = rows.bytes(start, min(count * size, start + CHUNK_BYTES))
                self._digest.update(part)
                file.write(part)
            file.flush()
            os.fsync(file.fileno())
        self._saved = count

    def _replace_head(self, snapshot: Snapshot, words: int) -> None:
        document = {"key": self.key, "words": words, "rows": self._digest.hexdigest(), "search": asdict(snapshot)}
        text = json.dumps(document)
        temporary = self.folder / "search.json.new"
        with temporary.open("w") as target:
            target.write(json.dumps({"checksum": _checksum(text), "document": text}))
            target.flush()
            os.fsync(target.fileno())
        temporary.replace(self._head)

    def load(self) -> Snapshot:
        """How far the search was.  Raises `UserError` C022 where there is nothing to go on from, C023 for a search of
        another model, spec or version, C024 for damage."""
        try:
            wrapped = json.loads(self._head.read_text())
            text = wrapped["document"]
            intact = wrapped["checksum"] == _checksum(text)
        except OSError:
            raise UserError(
                "C022", f"`{self.folder}` holds no checkpoint", help=f"begin one: --checkpoint {self.folder}"
            ) from None
        except (ValueError, KeyError, TypeError, AttributeError):  # no JSON, or not what `save` writes
            raise self._damaged() from None
        if not intact:
            raise self._damaged()
        document = json.loads(text)
        if document["key"] != self.key:
            raise UserError(
                "C023", f"the checkpoint in `{self.folder}` is of another model, spec or version of the checker",
                help="go on with the same spec, sizes and properties, or begin anew in another folder",
            )
        self._expected = document["rows"]
        return _snapshot(document["search"])

    def load_rows(self, snapshot: Snapshot, rows: Words, words: int) -> None:
        """Reads the rows that belong to the snapshot, and drops what was saved after it.  Raises `UserError` C024 where
        they are not what was saved."""
        size = snapshot.count * words * WORD_BYTES
        try:
            with self._rows.open("r+b") as file:
                for start in range(0, size, CHUNK_BYTES):
                    part = file.read(min(CHUNK_BYTES, size - start))
                    self._digest.update(part)
                    rows.set_bytes(start, part)
                file.truncate(size)
        except OSError:
            raise self._damaged() from None
        if self._digest.hexdigest() != self._expected:
            raise self._damaged()
        self._saved = snapshot.count

    def _damaged(self) -> UserError:
        return UserError("C024", f"the checkpoint in `{self.folder}` is damaged", help="begin anew in another folder")


def _checksum(text: str) -> str:
    return hashlib.blake2b(text.encode()).hexdigest()


def _snapshot(saved: dict[str, Any]) -> Snapshot:
    """JSON has no tuples, and only texts as keys."""
    saved["levels"] = [(begin, end) for begin, end in saved["levels"]]
    saved["reached"] = {int(bit): position for bit, position in saved["reached"].items()}
    return Snapshot(**saved)
