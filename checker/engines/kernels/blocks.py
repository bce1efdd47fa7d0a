"""Blocks of generated statements; those in which nothing is left are not written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias, Union


@dataclass(slots=True)
class Block:
    """`header:` over an indented `body`, and after it the lines of `footer`.  One whose header is `pure` is left out
    where its body says nothing."""

    header: str
    pure: bool = True
    body: list[Line] = field(default_factory=list["Line"])
    footer: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Does it do nothing?"""
        return self.pure and all(
            line.startswith("#") if isinstance(line, str) else line.is_empty for line in self.body
        )


Line: TypeAlias = Union[str, Block]


def written(lines: list[Line], indent: int) -> list[str]:
    """The lines as text."""
    margin = "    " * indent
    found: list[str] = []
    for line in lines:
        if isinstance(line, str):
            found.append(margin + line)
        elif not line.is_empty:
            body = written(line.body, indent + 1)
            if not any(text.strip() and not text.strip().startswith("#") for text in body):
                body.append(f"{margin}    pass")
            found += [f"{margin}{line.header}:", *body, *(margin + text for text in line.footer)]
    return found
