"""A search on disk, so that it can go on after its end, whatever that was.

    search.rows  the states in the order in which they were found (see `rowfile`)
    search.json  how far the search was, how many rows belong to that, and a checksum of them

The file of rows only grows: what was found since the last time is appended.  Then `search.json` is replaced as a
whole.  A run that is killed at any moment leaves the last complete save.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, cast

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

from checker.core.errors import UserError
from checker.core.structs import struct
from checker.engines.native.search.leftovers import KEPT
from checker.engines.native.search.memory import Words
from checker.engines.native.search.rowfile import Damaged, NotWritten, RowFile, plain_file


@struct(kw_only=True)
class Snapshot:
    """How far a search was.

    `count` rows were found; `levels` are their boundaries, `cursor` is the next row to expand.  `notes` are the states
    that the unfinished level showed to be wrong, by what was noted, and `hits` those that reach a witness, by its bit;
    `reached` maps the bit of a witness to a level and a state in it.  The rest are counts; `new` is None where it is
    not known which action found which states, and `seconds` is the time that was spent.
    """

    count: int
    cursor: int
    levels: list[tuple[int, int]]
    notes: dict[int, int]
    hits: dict[int, int]
    reached: dict[int, tuple[int, int]]
    initial: int
    outside_initial: int
    outside: int
    terminal: int
    collisions: int
    most_steps: int
    steps: list[int]
    cuts: list[int]
    new: list[int] | None
    seconds: float


class Checkpoint:
    """A folder in which one search is kept.  `key` names everything that its states depend on."""

    def __init__(self, folder: Path, key: str, words: int) -> None:
        self.folder = folder
        self.key = key
        self.rows = RowFile(folder / "search.rows", words)
        self.begun = False
        self._is_ours = False  # the folder: was it made here?
        self._lock: int | None = None

    @property
    def _head(self) -> Path:
        return self.folder / "search.json"

    @property
    def holds_a_search(self) -> bool:
        """Is there something to go on with?"""
        return self._head.exists()

    def begin(self) -> None:
        """Makes room for a new search.  Raises `UserError` C020 where one is kept already, C021 where it cannot be
        written, C025 where another run uses the folder."""
        try:
            self._is_ours = not self.folder.exists()
            self.folder.mkdir(parents=True, exist_ok=True)
            self._take()
            if self.holds_a_search:
                raise UserError(
                    "C020", f"`{self.folder}` holds the checkpoint of an earlier run",
                    help=f"go on with it, or see its result: --resume {self.folder}; or name another folder",
                )
            if self.rows.path.exists() and self.rows.path.stat().st_size:
                raise UserError(
                    "C020", f"`{self.rows.path}` is there already, and belongs to no checkpoint",
                    help="remove it, if it is what a killed run has left, or name another folder",
                )
            self.rows.create()
        except OSError as error:
            reason = NotWritten(error).reason
            raise UserError(
                "C021", f"`{self.folder}` cannot be written: {reason}", help="name another folder"
            ) from None
        self.begun = True

    def save(self, snapshot: Snapshot) -> None:
        """Says how far the search was, once its rows are in the file.

        Raises `NotWritten`; the save before it is then still whole.
        """
        assert snapshot.count == self.rows.count
        text = json.dumps({"key": self.key, "rows": self.rows.digest, "search": _plain(snapshot)})
        temporary = self.folder / "search.json.new"
        try:
            with contextlib.suppress(FileNotFoundError):  # of a save that was killed, or a link that leads elsewhere
                temporary.unlink()
            with temporary.open("x") as target:
                target.write(json.dumps({"checksum": _checksum(text), "document": text}))
                target.flush()
                os.fsync(target.fileno())
            temporary.replace(self._head)
        except OSError as error:
            raise NotWritten(error) from None

    def append(self, rows: Words, begin: int, end: int) -> None:
        """Appends rows to those of the search (see `RowFile.append`).  Raises `NotWritten`."""
        self.rows.append(rows, begin, end)

    def read_rows(self, begin: int, count: int, target: Words) -> None:
        """Reads `count` rows, from `begin` on.  Raises `UserError` C024 where they cannot be read."""
        try:
            with self.rows.reader() as file:
                self.rows.read(file, begin, count, target)
        except (OSError, Damaged):
            raise self.damaged() from None

    def load(self) -> Snapshot:
        """How far the search was.  Raises `UserError` C022 where there is nothing to go on from, C023 for a search of
        another model, spec or version, C024 for damage, C025 where another run uses the folder, C028 where it cannot be
        read."""
        try:
            if self.folder.is_dir():
                self._take()
            with open(self._head, opener=plain_file) as head:
                wrapped = json.loads(head.read())
            text = wrapped["document"]
            intact = wrapped["checksum"] == _checksum(text)
            document = json.loads(text)
            key, digest, snapshot = document["key"], document["rows"], _snapshot(document["search"])
        except (FileNotFoundError, NotADirectoryError):
            raise UserError(
                "C022", f"`{self.folder}` holds no checkpoint", help=f"begin one: --checkpoint {self.folder}"
            ) from None
        except OSError as error:
            raise self._unusable(error) from None
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):  # not what `save` writes
            raise self.damaged() from None
        if not intact:
            raise self.damaged()
        if key != self.key:
            raise UserError(
                "C023", f"the checkpoint in `{self.folder}` is of another model, spec or version of the checker",
                help="go on with the same spec, sizes and properties, or begin anew in another folder",
            )
        try:
            self.rows.adopt(snapshot.count, digest)
        except (FileNotFoundError, Damaged):
            raise self.damaged() from None
        except OSError as error:
            raise self._unusable(error) from None
        self.begun = True
        return snapshot

    def remove(self) -> None:
        """Removes what was saved, and the folder where it was made here and nothing else is in it."""
        with contextlib.suppress(OSError):
            for file in (self._head, self.rows.path, self.folder / "search.json.new", self.folder / KEPT):
                file.unlink(missing_ok=True)
            if self._is_ours:
                self.folder.rmdir()

    def damaged(self) -> UserError:
        """What to raise where the rows are not what was saved."""
        return UserError("C024", f"the checkpoint in `{self.folder}` is damaged", help="begin anew in another folder")

    def _unusable(self, error: OSError) -> UserError:
        return UserError(
            "C028", f"the checkpoint in `{self.folder}` cannot be gone on with: {error.strerror}",
            help="make the folder and the files in it readable and writable",
        )

    def _take(self) -> None:
        """Keeps other runs out of the folder until `release`, or the end of the process, where systems can do that.

        Raises `OSError`, and `UserError` C025 where another run uses it.
        """
        if fcntl is None:
            return
        self._lock = os.open(self.folder, os.O_RDONLY)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.release()
            raise UserError("C025", f"`{self.folder}` is used by another run", help="name another folder") from None
        except OSError:  # a file system without locks
            self.release()

    def release(self) -> None:
        """Lets other runs use the folder."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def _checksum(text: str) -> str:
    return hashlib.blake2b(text.encode()).hexdigest()


def _plain(snapshot: Snapshot) -> dict[str, Any]:
    """As JSON has it.  States are in hexadecimal digits: Python limits how long a decimal number it reads."""
    saved = asdict(snapshot)
    for name in ("notes", "hits"):
        saved[name] = {key: hex(state) for key, state in saved[name].items()}
    saved["reached"] = {bit: (level, hex(state)) for bit, (level, state) in saved["reached"].items()}
    return saved


def _snapshot(saved: dict[str, Any]) -> Snapshot:
    """The inverse; JSON has no tuples, and only texts as keys.  Raises `ValueError` and others for what is not such."""
    saved["levels"] = [(begin, end) for begin, end in saved["levels"]]
    for name in ("notes", "hits"):
        saved[name] = {int(key): int(state, 16) for key, state in saved[name].items()}
    saved["reached"] = {int(bit): (level, int(state, 16)) for bit, (level, state) in saved["reached"].items()}
    snapshot = Snapshot(**saved)
    if not _is_sound(snapshot):
        raise ValueError
    return snapshot


def _is_sound(snapshot: Snapshot) -> bool:
    """Are the numbers such as a search may have?"""
    lists: list[Any] = [snapshot.steps, snapshot.cuts, [] if snapshot.new is None else snapshot.new]
    if not all(isinstance(numbers, list) for numbers in lists):
        return False
    numbers: list[Any] = [getattr(snapshot, entry.name) for entry in fields(snapshot) if entry.type == "int"]
    numbers += [*snapshot.steps, *snapshot.cuts, *(snapshot.new or [])]
    numbers += [end for level in snapshot.levels for end in level] + [level for level, _ in snapshot.reached.values()]
    if not all(type(number) is int and 0 <= number < 1 << 62 for number in numbers):
        return False
    begins, ends = [begin for begin, _ in snapshot.levels], [0, *(end for _, end in snapshot.levels)]
    in_order = begins == ends[:-1] and [*ends, snapshot.count] == sorted([*ends, snapshot.count])
    return in_order and snapshot.cursor <= ends[-1] and isinstance(cast("Any", snapshot.seconds), int | float)


def fits(snapshot: Snapshot, actions: int, witnesses: int, words: int) -> bool:
    """Is it of a search with so many actions and witnesses, and states of so many words?"""
    counts = [snapshot.steps, snapshot.cuts, *([] if snapshot.new is None else [snapshot.new])]
    states = [*snapshot.notes.values(), *snapshot.hits.values(), *(state for _, state in snapshot.reached.values())]
    return (
        all(len(numbers) == actions for numbers in counts)
        and all(0 <= bit < witnesses for bit in (*snapshot.hits, *snapshot.reached))
        and all(0 <= state < 1 << 64 * words for state in states)
        and all(level < len(snapshot.levels) for level, _ in snapshot.reached.values())
    )
