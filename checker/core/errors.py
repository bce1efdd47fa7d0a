"""What the user did wrong: where, why, and what to do about it.

Every mistake in a spec or a model is a `UserError`.  Its rendering has one form everywhere:

    specs/paxos.py:61:24: error[S021]: unknown name `promissed`
       61 |         self.promissed[a] = b
          |              ^^^^^^^^^
          = help: did you mean `promised`?

Codes are stable.  Their first letter says what is at fault: S the spec, M the model, R the spec as it ran
(an index past the end, say), C the command line, P a proof.
"""

from __future__ import annotations

import contextlib
import difflib
import linecache
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from checker.core.names import as_name

if TYPE_CHECKING:
    from checker.core.ir import Expr


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of source text.  Lines count from 1, columns from 0 and in characters; the end is exclusive.

    `within`: the call that the text stands in the place of, where it is that of a method that was inlined; it is no
    part of the place.
    """

    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    within: Call | None = field(default=None, compare=False, repr=False)

    def __str__(self) -> str:
        file = self.file
        with contextlib.suppress(ValueError, OSError):  # another drive, a notebook cell, a folder that is gone
            file = str(Path(file).relative_to(Path.cwd()))
        return f"{file}:{self.line}:{self.column + 1}"

    def underlined(self) -> list[str]:
        """The first source line with carets below the words, or nothing where the source cannot be read."""
        text = linecache.getline(self.file, self.line).rstrip("\n")
        if not text:
            return []
        end = self.end_column if self.end_line == self.line else len(text)
        number = str(self.line)
        # a tab stays a tab under a tab, so that the carets line up in every terminal
        padding = "".join("\t" if character == "\t" else " " for character in text[: self.column])
        return [
            f"  {number} | {text}",
            f"  {' ' * len(number)} | {padding}{'^' * max(1, end - self.column)}",
        ]


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """A call of a method that was inlined: where it is written, and what each parameter stands for.

    `again` are later calls that the same text stands in the place of, since they ask for the same with the same
    arguments.  Every call is one of its own, so two are compared by `is`.
    """

    span: Span
    arguments: tuple[tuple[str, Expr], ...]
    again: list[Call] = field(default_factory=list["Call"])


def column_of(file: str, line: int, offset: int) -> int:
    """The column in characters of what stands `offset` bytes of UTF-8 into a line, as Python's parser counts."""
    text = linecache.getline(file, line)
    return offset if text.isascii() else len(text.encode()[:offset].decode(errors="ignore"))


@dataclass(frozen=True, slots=True)
class Note:
    """A second place that explains an error: where an expectation comes from."""

    message: str
    span: Span | None = None


class UserError(Exception):
    """A mistake of the user, to be shown without a traceback.

    `code` is stable; `message` is one line; `help` says what to do; `notes` say where an expectation comes from.
    """

    def __init__(
        self, code: str, message: str, span: Span | None = None, *, help: str | None = None, notes: Iterable[Note] = ()
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.span = span
        self.help = help
        self.notes = tuple(notes)

    def __str__(self) -> str:
        return self.render()

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows where it would show a traceback."""
        return self.render().splitlines()

    def render(self) -> str:
        """The whole text, several lines, without a line break at the end."""
        place = f"{self.span}: " if self.span else ""
        lines = [f"{place}error[{self.code}]: {self.message}"]
        margin = "  "
        if self.span:
            lines += self.span.underlined()
            margin = " " * (len(str(self.span.line)) + 2)
        for note in self.notes:
            where = f" ({note.span})" if note.span else ""
            lines.append(f"{margin} = note: {note.message}{where}")
        if self.help:
            lines.append(f"{margin} = help: {self.help}")
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class SpecWarning:
    """What has a meaning and is very likely not what was meant: a note of the verdict, which changes no exit status."""

    code: str
    message: str
    span: Span
    help: str

    def __str__(self) -> str:
        return f"{self.span}: warning[{self.code}]: {self.message}; {self.help}"


class Remark(UserWarning):
    """What a user should know and need not act on, from where there is no verdict to note it in.

    The command prints it as a note; from Python it is a warning.
    """


def with_article(noun: object) -> str:
    """`an int`, `a Server`."""
    return f"{'an' if str(noun)[:1].lower() in set('aeiou') else 'a'} {noun}"


def did_you_mean(name: str, known: Iterable[str]) -> str | None:
    """A help text that names the closest known name, or None where nothing is close."""
    known = list(known)
    if (read := as_name(name)) != name and read in known:
        return f"Python reads other letters in it: write it `{read}`"
    close = closest(name, known)
    return f"did you mean `{close}`?" if close else None


def closest(name: str, known: Iterable[str]) -> str | None:
    """The known name that is most like `name`, or None where nothing is close."""
    return next(iter(difflib.get_close_matches(name, sorted(set(known)), n=1, cutoff=0.6)), None)
