"""Long chains of `if` and `elif` as trees of branches, since engines go down level by level, and Python not far.

In a tree the first half of a chain stands behind the question whether one of its conditions is true; if so, one of its
branches is taken, the last one without asking again.  Conditions are asked in the order written, and none after one
that is true, so what is an error in a chain is one in its tree, and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from checker.core import ir
from checker.core.types import BOOL

LONGEST = 40
"""Links of a chain that stays as it is."""

T = TypeVar("T")


def tree(links: Sequence[tuple[ir.Expr, T]], otherwise: T, choose: Callable[[ir.Expr, T, T], T]) -> T:
    """What a chain of conditions, each with what follows from it, comes to; `choose(condition, then, otherwise)` makes
    a branch."""
    if len(links) <= LONGEST:
        for condition, then in reversed(links):
            otherwise = choose(condition, then, otherwise)
        return otherwise
    middle = len(links) // 2
    first, second = links[:middle], links[middle:]
    conditions = tuple(condition for condition, _ in first)
    one_of_them = ir.Or(operands=conditions, type=BOOL, span=conditions[0].span)
    return choose(one_of_them, tree(first[:-1], first[-1][1], choose), tree(second, otherwise, choose))
