"""Where the text of a class is, as a syntax tree with places.

A spec is found as Python objects (so imports and inheritance are Python's own) and read as source.  The source comes
through `linecache`, which knows files and notebook cells alike; the functions of a class tell where it was defined.
"""

from __future__ import annotations

import ast
import contextlib
import inspect
import linecache
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from types import FunctionType
from typing import Any, get_args

from checker.core.errors import Span, UserError, column_of
from checker.core.structs import struct


@struct
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
    return Span(file, line, column_of(file, line, column), end_line, column_of(file, end_line, end_column))


JOINED = "__joined__"
"""What a class has that only joins two others: it stands for the first one, and says nothing of its own."""


def joined(first: type, *others: type) -> type[Any]:
    """A class that derives from all of these and is called like the first one, where whose text it is said to stand."""
    said = {"__module__": first.__module__, "__doc__": first.__doc__, "__qualname__": first.__qualname__, JOINED: True}
    return type(first.__name__, (first, *others), said)


def _without_body(node: ast.ClassDef) -> ast.ClassDef:
    documentation = node.body[:1] if ast.get_docstring(node) else []
    return ast.copy_location(ast.ClassDef(node.name, node.bases, node.keywords, documentation, []), node)


def class_source(cls: type) -> ClassSource:
    """The source of `cls`.  Raises `UserError` S006 where there is none (a class that `type()` made, say)."""
    functions = _functions(cls)
    lines = {function.__code__.co_firstlineno for function in functions}
    for function in functions[:1]:
        if not Path(function.__code__.co_filename).exists():  # in a zip file, say: the module's loader has the text
            linecache.lazycache(function.__code__.co_filename, function.__globals__)
    for file in _files(cls, functions):
        for qualified_name, node in _classes(module_tree(file).body):
            inside = all(node.lineno <= line <= (node.end_lineno or node.lineno) for line in lines)
            if qualified_name == cls.__qualname__ and inside:
                own = _without_body(node) if JOINED in vars(cls) else node
                return ClassSource(file, own, _namespace(cls, functions))
    for file in _files(cls, functions):
        _check_letters(file)
    raise UserError(
        "S006",
        f"the source of class `{cls.__qualname__}` cannot be found",
        help="a spec is read from its source: put it into a file or a notebook cell",
    )


def _check_letters(file: str) -> None:
    """Python runs a file whose comments are not in UTF-8, and yet nobody can read its text."""
    with contextlib.suppress(OSError), open(file, "rb") as opened:
        for number, line in enumerate(opened, 1):
            try:
                line.decode()
            except UnicodeDecodeError as problem:
                column = len(line[: problem.start].decode())
                raise UserError(
                    "S006",
                    "the text of this file is not in UTF-8",
                    Span(file, number, column, number, column + 1),
                    help="save it as UTF-8, or say in its first line what it is: `# coding: latin-1`",
                ) from None


def function_source(function: FunctionType) -> tuple[ClassSource, ast.FunctionDef] | None:
    """The definition of a function of a module, or None where there is no source."""
    file = function.__code__.co_filename
    for node in ast.walk(module_tree(file)):
        if isinstance(node, ast.FunctionDef) and node.name == function.__name__:
            first = min(part.lineno for part in (node, *node.decorator_list))
            if first <= function.__code__.co_firstlineno <= node.lineno:
                home = ast.ClassDef(function.__name__, [], [], [node], [])
                return ClassSource(file, home, function.__globals__ | _closure([function])), node
    return None


def module_tree(file: str) -> ast.Module:
    """The syntax tree of a file or cell; empty where it cannot be read."""
    return _parse(file, "".join(linecache.getlines(file)))


@cache
def _parse(file: str, text: str) -> ast.Module:
    try:
        return ast.parse(text, file)
    except SyntaxError:  # a cell that Python could not run either, or a file that changed since it was imported
        return ast.Module([], [])


def _functions(cls: type) -> list[FunctionType]:
    """The functions that were written in the body of `cls`."""
    found = [getattr(member, "__func__", member) for member in vars(cls).values()]
    return [
        member
        for member in found
        if isinstance(member, FunctionType)
        and member.__qualname__ == f"{cls.__qualname__}.{member.__name__}"
        and not _is_made(member)
    ]


def _is_made(function: FunctionType) -> bool:
    """Is it one that `dataclass` has made?"""
    return function.__code__.co_filename == "<string>" or function.__code__.co_name != function.__name__


def _files(cls: type, functions: list[FunctionType]) -> Iterator[str]:
    """Where the definition of `cls` may stand: one without functions in any notebook cell, the last first."""
    if functions:
        yield functions[0].__code__.co_filename
        return
    with contextlib.suppress(TypeError, OSError):
        file = inspect.getsourcefile(cls)
        if file is not None:
            yield file
    if cls.__module__ == "__main__":
        yield from (name for name in reversed(list(linecache.cache)) if not Path(name).exists())


def _classes(body: Iterable[ast.stmt]) -> list[tuple[str, ast.ClassDef]]:
    """Every class definition inside `body` with its qualified name, the last one first, as that is in force."""
    found: list[tuple[str, ast.ClassDef]] = []
    left = [("", statement) for statement in body]
    while left:  # in a loop: of an `elif` Python's tree is as deep as there are others before it
        prefix, statement = left.pop()
        match statement:
            case ast.ClassDef(name=name, body=inner):
                found.append((prefix + name, statement))
                left += [(f"{prefix}{name}.", part) for part in inner]
            case ast.FunctionDef(name=name, body=inner) | ast.AsyncFunctionDef(name=name, body=inner):
                left += [(f"{prefix}{name}.<locals>.", part) for part in inner]
            case _:
                left += [(prefix, part) for part in ast.iter_child_nodes(statement) if isinstance(part, ast.stmt)]
    return sorted(found, key=lambda entry: -entry[1].lineno)


def _namespace(cls: type, functions: list[FunctionType]) -> Mapping[str, Any]:
    """What a name in the class body means: the module's names, and inside a function, the function's too."""
    names: dict[str, Any] = dict(vars(sys.modules[cls.__module__])) if cls.__module__ in sys.modules else {}
    for function in functions:
        names.update(function.__globals__)
    if "<locals>" in cls.__qualname__:
        for annotated in (cls, *functions):
            for mentioned in _mentioned(annotated):
                names.setdefault(mentioned.__name__, mentioned)
    return names | _closure(functions)


def _closure(functions: list[FunctionType]) -> dict[str, Any]:
    """The names that functions take from the function around them."""
    names: dict[str, Any] = {}
    for function in functions:
        for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=False):
            with contextlib.suppress(ValueError):  # not assigned yet
                names[name] = cell.cell_contents
    return names


def _mentioned(annotated: type | FunctionType) -> Iterator[type]:
    """The classes in the annotations: a closure does not hold those that stand nowhere else."""
    with contextlib.suppress(NameError):
        pending: list[Any] = list(inspect.get_annotations(annotated).values())
        while pending:
            part = pending.pop()
            if isinstance(part, type):
                yield part
            pending += get_args(part)
