"""Executing a user's module: whatever goes wrong there is a mistake of the user, with a place."""

from __future__ import annotations

import builtins
import linecache
import re
import sys
import sysconfig
import traceback
from collections.abc import Generator, Mapping
from contextlib import contextmanager, redirect_stdout
from inspect import signature
from pathlib import Path
from typing import Any

from checker.core import language
from checker.core.errors import Span, UserError, column_of, did_you_mean
from checker.core.instance import BagBound
from checker.core.model import Holds, Model, NotProved, NotReached, Proved, Violated

PACKAGE = Path(__file__).parents[1]

_CALLED: Mapping[str, type[Any]] = {
    cls.__name__: cls for cls in (Model, Holds, Violated, NotReached, Proved, NotProved, BagBound)
}


_EXAMPLES = {
    "Model": "Model(Paxos, sizes={Acceptor: 3})",
    "Violated": 'Violated("agreement")',
    "NotReached": 'NotReached("commits")',
    "BagBound": "BagBound(distinct=2, copies=1)",
}


@contextmanager
def executing(what: str) -> Generator[None]:
    """While a user's module is executed, whatever goes wrong is a mistake of the user, with a place in that module, and
    what the module prints is no result of ours."""
    try:
        with redirect_stdout(sys.stderr):
            yield
    except UserError as error:
        if error.span is not None:
            raise
        place = _place_of_exception(error)
        raise UserError(error.code, error.message, place, help=error.help, notes=error.notes) from error
    except SyntaxError as error:
        reason, place = f"this is not valid Python: {error.msg}", _place_of_syntax_error(error)
        raise UserError("S002", reason, place, help=_meant_syntax(error)) from error
    except ImportError as error:
        reason = str(error).removesuffix(f" ({error.path})")
        raise UserError(
            "S003", f"`{what}` cannot be imported: {reason}", _place_of_exception(error), help=_meant_import(error)
        ) from error
    except (Exception, SystemExit) as error:
        reason, place = f"{type(error).__name__}: {error}", _place_of_exception(error)
        raise UserError("S003", f"`{what}` cannot be imported: {reason}", place, help=_meant_call(error)) from error


_OF_OTHER_LANGUAGES = {
    "&&": "`and`", "||": "`or`", "++": "`x += 1`", "--": "`x -= 1`", "===": "`==`", "else if": "`elif`", "/\\": "`and`",
    "\\/": "`or`",
}


def _meant_syntax(error: SyntaxError) -> str | None:
    """What Python writes in place of what other languages do."""
    found = (meant for text, meant in _OF_OTHER_LANGUAGES.items() if text in (error.text or ""))
    is_general = error.msg.startswith(("invalid syntax", "unexpected character", "expected ':'"))
    meant = next(found, None) if is_general else None
    return f"in Python: {meant}" if meant else None


def _meant_import(error: ImportError) -> str | None:
    """What a name that a module does not have may have been meant to be."""
    if "attempted relative import" in str(error):
        return "the folder of the file is searched: write `from base import ...`, without the dot"
    missing = re.match(r"cannot import name '(\w+)'", str(error))
    module = sys.modules.get(error.name or "")
    return did_you_mean(missing[1], getattr(module, "__all__", vars(module))) if missing and module else None


def _meant_call(error: BaseException) -> str | None:
    """How one of the language's names is used, where it was not imported, or a call of it did not fit."""
    if isinstance(error, NameError) and error.name:
        is_ours = error.name in vars(language) or error.name in _CALLED
        meant = did_you_mean(error.name, _seen_by(error)) or f"define `{error.name}` above this line, or import it"
        return f"`from checker import {error.name}`" if is_ours else meant
    if isinstance(error, AttributeError) and error.name:
        named = error.name in getattr(error.obj, "__annotations__", ())
        return f'by its name, in quotes: `"{error.name}"`' if named else did_you_mean(error.name, dir(error.obj))
    if called := re.match(r"([\w.]+\.\w+)\(\) missing 1 required positional argument: 'self'", str(error)):
        return f"without brackets: `{called[1]}`"
    if (called := re.match(r"(\w+)\(\) takes no arguments", str(error))) and called[1] in vars(language):
        return f"without brackets: `class Mine({called[1]})`"
    if marked := re.match(r"\s*@(?:checker\.)?(\w+)\(", _line_of(error)):
        return f"without brackets: `@{marked[1]}`" if marked[1] in vars(language) else None
    unknown = re.match(r"(\w+)\.__init__\(\) got an unexpected keyword argument '(\w+)'", str(error))
    if unknown and unknown[1] in _CALLED:
        names = [name for name in signature(_CALLED[unknown[1]]).parameters if name not in ("place", "left_out")]
        return did_you_mean(unknown[2], names) or f"`{unknown[1]}` takes {', '.join(names)}"
    bare = re.match(r"(\w+)\.__init__\(\) missing", str(error))
    if bare and bare[1] in _CALLED:
        return f"for example `{_EXAMPLES[bare[1]]}`"
    if re.match(r"Model\.__init__\(\) takes \d+ positional", str(error)):
        return "behind the spec, everything has a name: `Model(Paxos, sizes={Acceptor: 3})`"
    bare = re.match(r"(\w+)\(\) missing 1 required positional argument: 'function'", str(error))
    return f"without brackets: `@{bare[1]}`" if bare else None


def _line_of(error: BaseException) -> str:
    """The text of the user's line in which the error was raised."""
    place = _place_of_exception(error)
    return "" if place is None else linecache.getline(place.file, place.line)


def _seen_by(error: BaseException) -> set[str]:
    """The names that the line knows in which the error was raised, and those of the language."""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    seen = {*frames[-1].f_locals, *frames[-1].f_globals, *dir(builtins)} if frames else set[str]()
    return seen | {word for word in vars(language) if not word.startswith("_")} | _CALLED.keys()


def _place_of_syntax_error(error: SyntaxError) -> Span | None:
    if error.filename is None or error.lineno is None:
        return None
    column = max(0, (error.offset or 1) - 1)
    same_line = error.end_lineno == error.lineno and error.end_offset is not None
    end = max(column + 1, error.end_offset - 1) if same_line and error.end_offset else column + 1
    return Span(error.filename, error.lineno, column, error.lineno, end)


def _place_of_exception(error: BaseException) -> Span | None:
    """The innermost line outside of Python's own import machinery and of this package's floors."""
    own = (str(PACKAGE / "frontend"), str(PACKAGE / "core"), str(PACKAGE / "__init__.py"), "<frozen importlib")
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if not frame.filename.startswith(own)]
    frames = [frame for frame in frames if not _is_of_python(Path(frame.filename))]
    if not frames or frames[-1].lineno is None:
        return None
    last = frames[-1]
    text = (last.line or "").rstrip()
    start, line = column_of(last.filename, frames[-1].lineno, last.colno or 0), frames[-1].lineno
    one_line = last.end_colno is not None and last.end_lineno == line
    end = column_of(last.filename, line, last.end_colno or 0) if one_line else len(text)
    return Span(last.filename, line, start, line, end)


def _is_of_python(file: Path) -> bool:
    """Is this a file of Python's own library, or its import machinery?"""
    library = Path(sysconfig.get_path("stdlib"))
    return library in file.parents and not {"site-packages", "dist-packages"} & set(file.parts)
