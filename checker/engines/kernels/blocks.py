"""Blocks of generated statements; those in which nothing is left are not written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias, Union

from checker.engines.kernels.formula import Formula, all_of, condition, is_total


@dataclass(slots=True)
class Block:
    """`header:` over an indented `body`, and after it the lines of `footer`.  One whose header is `pure` is left out
    where its body says nothing."""

    header: str
    pure: bool = True
    body: list[Line] = field(default_factory=list["Line"])
    footer: tuple[str, ...] = ()


@dataclass(slots=True)
class Guarded:
    """`if test:` over an indented `body`."""

    test: Formula
    body: list[Line] = field(default_factory=list["Line"])


Line: TypeAlias = Union[str, Block, Guarded]


def written(lines: list[Line], indent: int) -> list[str]:
    """The lines as text."""
    found: list[str] = []
    for line in lines:
        if isinstance(line, str):
            found.append("    " * indent + line)
        else:
            block = _as_block(line) if isinstance(line, Guarded) else line
            if not _is_empty(block):
                found += _written_block(block, indent)
    return found


def _as_block(guarded: Guarded) -> Block:
    """One `if` for those that are directly inside of each other."""
    tests, body = [guarded.test], guarded.body
    while len(body) == 1 and isinstance(body[0], Guarded):
        tests.append(body[0].test)
        body = body[0].body
    test = all_of(tests)
    return Block(f"if {condition(test)}", is_total(test), body)


def _written_block(block: Block, indent: int) -> list[str]:
    margin = "    " * indent
    body = written(block.body, indent + 1)
    if all(text.lstrip().startswith("#") for text in body):
        body.append(f"{margin}    pass")
    return [f"{margin}{block.header}:", *body, *(margin + text for text in block.footer)]


def _is_empty(line: Line) -> bool:
    """Does it do nothing?"""
    if isinstance(line, str):
        return line.startswith("#")
    is_pure = is_total(line.test) if isinstance(line, Guarded) else line.pure
    return is_pure and all(map(_is_empty, line.body))
