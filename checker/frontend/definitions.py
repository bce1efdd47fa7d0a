"""What the formulas of a spec call: its own methods, with their words and their text, for a reader of the formulas."""

from __future__ import annotations

import ast
import linecache
import textwrap
from collections.abc import Iterator

from checker.core.errors import Span
from checker.core.structs import struct
from checker.frontend.annotations import Declarations
from checker.frontend.classes import mark_of, read_classes
from checker.frontend.scope import Method


@struct
class Definition:
    """A method that formulas call: `heading` is its name with the parameters, `text` what stands for the call."""

    name: str
    heading: str
    doc: str
    text: str


class Definitions:
    """The methods of a spec class, which has been elaborated without a mistake."""

    def __init__(self, cls: type) -> None:
        versions = read_classes(cls, Declarations()).methods
        self._methods = {name: found[0] for name, found in versions.items()}
        self._called = {name for name, found in versions.items() if mark_of(found) is None}

    def behind(self, name: str) -> list[Definition]:
        """What the method `name` calls, and what that calls, in the order of the calls."""
        found: dict[str, Definition] = {}
        self._collect(name, found)
        return list(found.values())

    def _collect(self, name: str, found: dict[str, Definition]) -> None:
        for called in self._calls(self._methods[name]):
            if called not in found:
                found[called] = _definition(self._methods[called])
                self._collect(called, found)

    def _calls(self, method: Method) -> Iterator[str]:
        for part in ast.walk(method.node):
            match part:
                case ast.Attribute(value=ast.Name(id="self"), attr=attribute) if attribute in self._called:
                    yield attribute
                case _:
                    pass


def _definition(method: Method) -> Definition:
    node = method.node
    body = node.body[1:] if method.doc else node.body
    parameters = ", ".join(argument.arg for argument in node.args.args[1:])
    span = method.source.span(body[0])
    text = as_written(Span(span.file, span.line, span.column, body[-1].end_lineno or span.line, 0))
    return Definition(node.name, f"{node.name}({parameters})", method.doc, text)


def as_written(span: Span) -> str:
    """The lines that a formula stands in, without the `return` before it."""
    lines = [linecache.getline(span.file, number).rstrip() for number in range(span.line, span.end_line + 1)]
    return textwrap.dedent("\n".join(lines)).removeprefix("return ")
