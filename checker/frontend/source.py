"""Where the text of a class is, as a syntax tree with places.

A spec is found as Python objects (so imports and inheritance are Python's own) and read as source.  The source comes
through `linecache`, which knows files and notebook cells alike; the functions of a class tell where it was defined.
"""

from __future__ import annotations

import ast
import inspect
import linecache
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import FunctionType
from typing import Any

from checker.core.errors import Span, UserError


@dataclass(frozen=True, slots=True)
class ClassSource:
    """The definition of a class, the file it stands in, and the Python names it can see."""

    file: str
    node: ast.ClassDef
    namespace: Mapping[str, Any]

    def span(self, node: ast.AST) -> Span:
        """The place of a node of this file."""
        return span_in(self.file, node)


def span_in(file: str, node: ast.AST) -> Span:
    """The place of `node` in `file`, with columns in characters (the parser counts bytes of UTF-8)."""
    line, column = getattr(node, "lineno", 1), getattr(node, "col_offset", 0)
    end_line, end_column = getattr(node, "end_lineno", line) or line, getattr(node, "end_col_offset", column) or column
    return Span(file, line, _characters(file, line, column), end_line, _characters(file, end_line, end_column))


def _characters(file: str, line: int, column: int) -> int:
    text = linecache.getline(file, line)
    return column if text.isascii() else len(text.encode()[:column].decode(errors="ignore"))


@cache
def _parse(file: str, text: str) -> ast.Module:
    return ast.parse(text, file)


def class_source(cls: type) -> ClassSource:
    """The source of `cls`.  Raises `UserError` S006 where there is none (a class that was typed at a prompt, say)."""
    functions = [member for member in vars(cls).values() if isinstance(member, FunctionType)]
    file = functions[0].__code__.co_filename if functions else _file_of(cls)
    text = "".join(linecache.getlines(file)) if file else ""
    if file and text:
        tree = _parse(file, text)
        lines = {function.__code__.co_firstlineno for function in functions}
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and node.name == cls.__name__ and _contains(node, lines):
                return ClassSource(file, node, _namespace(cls, functions))
    raise UserError(
        "S006",
        f"the source of class `{cls.__qualname__}` cannot be found",
        help="a spec is read from its source: put it into a file or a notebook cell",
    )


def _file_of(cls: type) -> str | None:
    try:
        return inspect.getsourcefile(cls)
    except (TypeError, OSError):
        return None


def _contains(node: ast.ClassDef, lines: set[int]) -> bool:
    """Do all these lines (of the class's functions, decorators included) lie inside the definition?"""
    return all(node.lineno <= line <= (node.end_lineno or node.lineno) for line in lines)


def _namespace(cls: type, functions: list[FunctionType]) -> Mapping[str, Any]:
    """What a name in the class body means: the module's names, and for a class inside a function, the closure's."""
    names: dict[str, Any] = dict(vars(sys.modules[cls.__module__])) if cls.__module__ in sys.modules else {}
    for function in functions:
        names.update(function.__globals__)
        cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=False)
        for name, cell in cells:
            try:
                names[name] = cell.cell_contents
            except ValueError:  # not assigned yet
                continue
    return names
